"""Errors as the wire has them: one exception, its statuses, its JSON body."""

from collections.abc import Mapping
from typing import Any

STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


class ApiError(Exception):
    """An endpoint answers with an error of wire type `kind`."""

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message
        self.details, self.headers = details, dict(headers or {})
        self.status = status or STATUS.get(kind, 500)


def invalid(message: str) -> ApiError:
    """400 invalid_request_error."""
    return ApiError("invalid_request_error", message)


def not_found(message: str) -> ApiError:
    """404 not_found_error."""
    return ApiError("not_found_error", message)


def error_body(kind: str, message: str, request_id: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The JSON object of an error, in replies and in result lines alike."""
    error: dict[str, Any] = {"type": kind, "message": message}
    if details is not None:
        error["details"] = dict(details)
    return {"type": "error", "error": error, "request_id": request_id}
