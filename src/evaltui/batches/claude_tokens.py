"""Owns counting the tokens of a request before it is paid for."""

from dataclasses import replace

import msgspec

from evaltui.batches.claude_client import ClaudeClient
from evaltui.batches.faults import ADDRESS_ADVICE
from evaltui.domain.batch import Fault

COUNT = "/v1/messages/count_tokens"
TAKEN = frozenset({"model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control"})


class _Counted(msgspec.Struct):
    input_tokens: int


def count_tokens(api: ClaudeClient, params: bytes) -> int | Fault:
    """Input tokens of the `params` of one request; `missing` where the endpoint does not count."""
    try:
        asked = msgspec.json.decode(params, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return Fault("invalid", f"the params of the request are not a JSON object: {error}")
    body = msgspec.json.encode({name: value for name, value in asked.items() if name in TAKEN})
    headers = {"Content-Type": "application/json"}
    counted = api.ask("POST", COUNT, _read, content=body, options={"headers": headers})
    return _absent(counted) if isinstance(counted, Fault) else counted


def _absent(fault: Fault) -> Fault:
    """A server without this endpoint may say so in other ways than 404; the other calls still work there."""
    return replace(fault, kind="missing") if fault.advice == ADDRESS_ADVICE else fault


def _read(body: bytes) -> int | None:
    try:
        return max(0, msgspec.json.decode(body, type=_Counted).input_tokens)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
