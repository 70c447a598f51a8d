"""Owns logs of chat completions in OpenAI's style: recorded exchanges, lines of a batch, whole conversations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.domain.text import found, shown
from evaltui.domain.tool import Block
from evaltui.logs.answered import Answer, item_of, keys_of
from evaltui.logs.ask import read_asked
from evaltui.logs.documents import read_documents
from evaltui.logs.exchange import Exchange, exchange_of
from evaltui.logs.provider import provider_message
from evaltui.logs.records import Record
from evaltui.logs.report import error, warning

KIND = "openai-chat"
_OTHER = "the record is no chat completion"
_PATH = "/chat/completions"
_ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})


@dataclass(frozen=True, slots=True)
class OpenAiChat:
    """One item a completion, or a conversation. Of several choices the first is read, and the others are noted."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is a completion, or a list of messages with roles."""
        return any(_exchange(record) is not None for record in head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every completion; all else is skipped."""
        for each in read_documents(path, offset):
            yield each if isinstance(each, Skipped) else _read(each)


def _read(record: Record) -> Item | Skipped:
    exchange = _exchange(record.value)
    if exchange is None:
        return Skipped(record.place, _OTHER, keys_of(record.value), damaged=False)
    if exchange.response is None and "messages" in record.value:
        return _conversation(record, exchange)
    answer = _answer(exchange)
    return item_of(KIND, record, exchange, read_asked(exchange.request, answer.reply), answer)


def _conversation(record: Record, exchange: Exchange) -> Item | Skipped:
    """A list of messages by itself: nothing says that any of its replies was made earlier than the last."""
    asked = read_asked(exchange.request, None)
    return item_of(KIND, record, exchange, replace(asked, told=0), Answer())


def _exchange(record: dict[str, Any]) -> Exchange | None:
    exchange = exchange_of(record) or _bare(record)
    if exchange is None:
        return None
    request, response = exchange.request or {}, exchange.response
    completes = isinstance(response, dict) and isinstance(response.get("choices"), list)
    fails = exchange.path.rstrip("/").endswith(_PATH) or (_failed(response) and _is_chat(request.get("messages")))
    alone = response is None and _is_chat(record.get("messages"))
    return exchange if completes or fails or alone else None


def _bare(record: dict[str, Any]) -> Exchange | None:
    if isinstance(record.get("choices"), list):
        return Exchange(None, record)
    return Exchange(record, None) if _is_chat(record.get("messages")) else None


def _is_chat(messages: Any) -> bool:
    first = messages[0] if isinstance(messages, list) and messages else None
    role = first.get("role") if isinstance(first, dict) else None
    return isinstance(role, str) and role in _ROLES


def _failed(response: Any) -> bool:
    return isinstance(response, dict) and response.get("type") != "error" and response.get("error") is not None


def _answer(exchange: Exchange) -> Answer:
    response, status = exchange.response, exchange.status
    reply = provider_message(response)
    if reply is not None:
        return Answer(reply, notes=_left_out(response))
    if _failed(response):
        return Answer(fault=_fault(response["error"], exchange.id))
    if status is not None and status >= 400:
        return Answer(fault=Errored(f"http_{status}", shown(str(response), 300), exchange.id or None))
    return Answer(notes=(error("response", "is no chat completion that can be read", response),))


def _left_out(response: Block) -> tuple[Problem, ...]:
    choices = response.get("choices")
    others = len(choices) - 1 if isinstance(choices, list) else 0
    return (warning("response.choices", f"{others:,} choices beside the first are left out"),) if others > 0 else ()


def _fault(written: Any, request_id: str) -> Errored:
    told = written if isinstance(written, dict) else {"message": written}
    kind = next((value for name in ("type", "code") if isinstance(value := told.get(name), str) and value), "error")
    message = told.get("message")
    return Errored(kind, message if isinstance(message, str) else found(message), request_id or None)
