"""The faults that meet any request at the door, by the operation it asks for."""

from starlette.responses import Response

from evaltui.sandbox.errors import ApiError
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.responses import Hang, gateway_page

_BATCHES = "/v1/messages/batches"
_BY_DEPTH = {("POST", 0): "create", ("GET", 0): "list", ("GET", 1): "poll", ("DELETE", 1): "delete"}
_SPEND_DETAILS = {"error_code": "enforced_spend_limit_reached"}


def operation(method: str, path: str) -> str:
    """Which of the fault table's operations a request asks for."""
    if not path.startswith(_BATCHES):
        return "models" if path.startswith("/v1/models") else "messages"
    parts = path.removeprefix(_BATCHES).strip("/").split("/")
    if len(parts) > 1:
        return parts[1]
    return _BY_DEPTH.get((method, len(parts[0]) and 1), "any")


def gate(faults: Faults, asked: str) -> Response | None:
    """The reply that replaces an endpoint's, if a fault strikes; raises ApiError for ordinary API errors."""
    if _meets(faults, "hang", asked):
        return Hang()
    if _meets(faults, "bad-gateway", asked):
        return gateway_page()
    if _meets(faults, "rate-limit", asked):
        raise ApiError("rate_limit_error", "Number of requests has exceeded your rate limit", headers=_retry(faults))
    if _meets(faults, "spend-limit", asked):
        raise ApiError("rate_limit_error", "You have reached your spend limit", details=_SPEND_DETAILS)
    if _meets(faults, "overloaded", asked):
        raise ApiError("overloaded_error", "Overloaded", headers=_retry(faults))
    if _meets(faults, "server-error", asked):
        raise ApiError("api_error", "Internal server error")
    return None


def _meets(faults: Faults, name: str, asked: str) -> bool:
    return faults.value(name) in ("any", asked) and faults.strikes(name)


def _retry(faults: Faults) -> dict[str, str]:
    seconds = faults.settings.get("retry-after")
    return {} if seconds is None else {"retry-after": f"{seconds:g}"}
