"""Owns how an item is written as JSON and read back, whatever its texts and replies hold.

What a value leaves at its default is not written. Where the item stands in its log is not part of it: the same item in
a copy of the log is the same JSON.
"""

import json
from typing import Any

from evaltui.domain.conversation import Turn
from evaltui.domain.item import Item, Mark, Place
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored, Succeeded
from evaltui.domain.tool import ToolResult
from evaltui.domain.trajectory import Usage

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_PLAIN = ("kind", "id", "source", "at", "model", "part", "told", "system", "status")
_LISTS = ("opening", "tools")


def write_item(item: Item) -> tuple[bytes, bytes]:
    """The whole item, and that part of it by which two versions differ: notes tell the lines of one log."""
    told = {name: value for name in _PLAIN if (value := getattr(item, name)) not in ("", None, 0)}
    told |= {name: list(value) for name in _LISTS if (value := getattr(item, name))}
    told |= {"turns": [_turn(turn) for turn in item.turns]} if item.turns else {}
    told |= {"error": _fields(item.error)} if item.error else {}
    told |= {"marks": [_fields(mark) for mark in item.marks]} if item.marks else {}
    told |= {"scores": dict(item.scores)} if item.scores else {}
    content = _bytes(told)
    notes = b',"notes":' + _bytes([_fields(note) for note in item.notes]) if item.notes else b""
    return content[:-1] + notes + b"}", content


def read_item(body: bytes, place: Place) -> Item:
    """The inverse of `write_item`."""
    told = json.loads(body.decode("utf-8", "surrogatepass"))
    plain: dict[str, Any] = {"source": ""} | {name: told[name] for name in (*_PLAIN, "scores") if name in told}
    lists: dict[str, Any] = {name: tuple(told[name]) for name in _LISTS if name in told}
    return Item(
        place=place,
        **plain,
        **lists,
        turns=tuple(_read_turn(turn) for turn in told.get("turns", ())),
        error=Errored(*told["error"]) if "error" in told else None,
        marks=tuple(Mark(*mark) for mark in told.get("marks", ())),
        notes=tuple(Problem(*note) for note in told.get("notes", ())),
    )


def _bytes(value: Any) -> bytes:
    return _encode(value).encode("utf-8", "surrogatepass")


def _fields(value: Any) -> list[Any]:
    """The fields of a slotted dataclass in their order."""
    return [getattr(value, name) for name in value.__slots__]


def _turn(turn: Turn) -> dict[str, Any]:
    reply = turn.reply
    # Bytes that are no UTF-8 survive as lone surrogates.
    body = reply.body.decode("utf-8", "surrogateescape")
    told: dict[str, Any] = {"reply": [body, reply.stop_reason, reply.model, _fields(reply.usage)]}
    told |= {"results": [result and _fields(result) for result in turn.results]} if turn.results else {}
    return told | ({} if turn.said is None else {"said": turn.said})


def _read_turn(told: dict[str, Any]) -> Turn:
    body, stop_reason, model, usage = told["reply"]
    reply = Succeeded(body.encode("utf-8", "surrogateescape"), stop_reason, model, Usage(*usage))
    results = tuple(result and ToolResult(*result) for result in told.get("results", ()))
    return Turn(reply, results, told.get("said"))
