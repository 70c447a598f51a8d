"""Owns a streamed reply of the Messages API put together again: its events become the message that they told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evaltui.domain.tool import Block
from evaltui.files.jsontext import decode_json

_TEXTS = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature"}


@dataclass(slots=True)
class Streamed:
    """`message` is None where none began; `error` is the error event's `error`; `ended` whether the stream did."""

    message: Block | None = None
    error: Block | None = None
    ended: bool = False
    unread: int = 0
    blocks: dict[int, Block] = field(default_factory=dict)
    inputs: dict[int, list[str]] = field(default_factory=dict)
    texts: dict[tuple[int, str], list[str]] = field(default_factory=dict)


def is_stream(written: Any) -> bool:
    """Whether it is the text of a stream, or a list of its events."""
    if isinstance(written, str):
        return "data:" in written and '"message_start"' in written[:4000]
    first = written[0] if isinstance(written, list) and written else None
    return isinstance(first, dict) and first.get("type") == "message_start"


def assemble(written: str | list[Any]) -> Streamed:
    """The message, as far as the stream goes; `unread` counts events that make no sense."""
    told = Streamed()
    for event in _events(written) if isinstance(written, str) else written:
        _take(event, told)
    if told.message is not None:
        told.message["content"] = _content(told)
    return told


def _events(text: str) -> Iterator[Any]:
    """The data of every event; lines of one event belong together."""
    data: list[str] = []
    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield _decoded("\n".join(data))
            data = []


def _decoded(text: str) -> Any:
    value, complaint, _ = decode_json(text.encode("utf-8", "surrogatepass"))
    return None if complaint else value


def _take(event: Any, told: Streamed) -> None:
    kind = event.get("type") if isinstance(event, dict) else None
    take = _TAKERS.get(kind) if isinstance(kind, str) else None
    if take is not None:
        take(event, told)
    elif kind != "ping":
        told.unread += 1


def _begin(event: Block, told: Streamed) -> None:
    if isinstance(event.get("message"), dict):
        told.message = dict(event["message"])
    else:
        told.unread += 1


def _open(event: Block, told: Streamed) -> None:
    index, block = event.get("index"), event.get("content_block")
    if isinstance(index, int) and isinstance(block, dict):
        told.blocks[index] = dict(block)
    else:
        told.unread += 1


def _delta(event: Block, told: Streamed) -> None:
    index, delta = event.get("index"), event.get("delta")
    if not (isinstance(index, int) and index in told.blocks and isinstance(delta, dict)):
        told.unread += 1
        return
    kind = delta.get("type")
    if isinstance(kind, str) and isinstance(text := delta.get(_TEXTS.get(kind, "")), str):
        told.texts.setdefault((index, _TEXTS[kind]), []).append(text)
    elif kind == "input_json_delta" and isinstance(delta.get("partial_json"), str):
        told.inputs.setdefault(index, []).append(delta["partial_json"])
    elif kind == "citations_delta":
        _cite(told.blocks[index], delta.get("citation"))
    else:
        told.unread += 1


def _cite(block: Block, citation: Any) -> None:
    before = block.get("citations")
    block["citations"] = [*(before if isinstance(before, list) else []), citation]


def _change(event: Block, told: Streamed) -> None:
    """The last words on the message: why it stopped, and the final counts of tokens."""
    if told.message is None or not isinstance(event.get("delta"), dict):
        told.unread += 1
        return
    told.message |= event["delta"]
    before, after = told.message.get("usage"), event.get("usage")
    if isinstance(after, dict):
        final = {key: value for key, value in after.items() if value is not None}
        told.message["usage"] = (before if isinstance(before, dict) else {}) | final


def _fail(event: Block, told: Streamed) -> None:
    told.error = event["error"] if isinstance(event.get("error"), dict) else {}


def _end(_event: Block, told: Streamed) -> None:
    told.ended = True


def _close(_event: Block, _told: Streamed) -> None:
    """A block's end says nothing that its deltas did not say."""


_TAKERS = {
    "message_start": _begin,
    "content_block_start": _open,
    "content_block_delta": _delta,
    "content_block_stop": _close,
    "message_delta": _change,
    "message_stop": _end,
    "error": _fail,
}


def _content(told: Streamed) -> list[Block]:
    for (index, key), texts in told.texts.items():
        before = told.blocks[index].get(key)
        told.blocks[index][key] = (before if isinstance(before, str) else "") + "".join(texts)
    for index, parts in told.inputs.items():
        text = "".join(parts)
        value = _decoded(text) if text.strip() else {}
        told.blocks[index]["input"] = text if value is None else value
    return [told.blocks[index] for index in sorted(told.blocks)]
