"""Owns how messages of Inspect are written in the styles that conversations are read in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evaltui.domain.tool import Block
from evaltui.files.jsontext import decode_json

ATTACHED_LIMIT = 128 * 1024 * 1024
"""Characters of attachments put in place in one sample: one of them may be named without end."""
_ATTACHED = "attachment://"
_DATA = re.compile(r"data:(?P<media>[\w.+/-]+);base64,", re.ASCII)


@dataclass(slots=True)
class Attachments:
    """Long texts of a sample, which are kept once and named where they stand; `absent` counts names without a text."""

    texts: dict[str, Any]
    absent: int = 0
    _left: int = field(default=ATTACHED_LIMIT)

    def resolved(self, value: Any) -> Any:
        """The value with every name replaced by its text."""
        if isinstance(value, str):
            return self._text(value) if value.startswith(_ATTACHED) else value
        if isinstance(value, list):
            return [self.resolved(each) for each in value]
        return {key: self.resolved(each) for key, each in value.items()} if isinstance(value, dict) else value

    def _text(self, name: str) -> str:
        text = self.texts.get(name.removeprefix(_ATTACHED))
        if not isinstance(text, str) or len(text) > self._left:
            self.absent += 1
            return name
        self._left -= len(text)
        return text


def translated(message: Any) -> Any:
    """The message in a style that is read as it is; what is no message stays what it is."""
    if not isinstance(message, dict):
        return message
    role = message.get("role")
    if role == "assistant":
        return _reply(message)
    kept = {key: message[key] for key in ("role", "id") if key in message}
    return kept | (_answer(message) if role == "tool" else {"content": _content(message.get("content"))})


def fault_of(message: Block) -> str:
    """What went wrong with a tool; "" where nothing did."""
    fault = message.get("error") or message.get("tool_error")
    if isinstance(fault, dict):
        told = [each for each in (fault.get("type"), fault.get("message")) if isinstance(each, str) and each]
        return ": ".join(told) or "error"
    return str(fault) if fault else ""


def _reply(message: Block) -> Block:
    kept = {key: message[key] for key in ("role", "id", "model", "stop_reason", "usage") if key in message}
    calls = message.get("tool_calls")
    called = [_call(each) for each in calls] if isinstance(calls, list) else calls
    return kept | {"content": _content(message.get("content")), "tool_calls": called}


def _call(call: Any) -> Any:
    """The tool is named by `function`, as text; what could not be parsed stands in `parse_error`."""
    if not isinstance(call, dict) or not isinstance(call.get("function"), str):
        return call
    return {"id": call.get("id"), "name": call["function"], "arguments": call.get("arguments")}


def _answer(message: Block) -> Block:
    """Of a tool that failed, what it was is told before what it had said."""
    fault, content = fault_of(message), _content(message.get("content"))
    if fault and isinstance(content, list):
        content = [{"type": "text", "text": fault}, *content]
    elif fault:
        content = "\n".join([fault, *([content] if content and isinstance(content, str) else [])])
    named = {"tool_call_id": message.get("tool_call_id"), "name": message.get("function")}
    return named | {"content": content, "is_error": bool(fault)}


def _content(content: Any) -> Any:
    if not isinstance(content, list):
        return content
    return [block for part in content for block in (_blocks(part) if isinstance(part, dict) else [part])]


def _blocks(part: Block) -> Iterator[Any]:
    kind = part.get("type")
    if kind == "reasoning":
        yield _reasoning(part)
    elif kind == "image" and isinstance(part.get("image"), str):
        yield _image(part["image"])
    elif kind == "tool_use" and "tool_type" in part:
        yield from _served(part)
    else:
        yield part


def _reasoning(part: Block) -> Block:
    text = part.get("reasoning")
    if part.get("redacted"):
        return {"type": "redacted_thinking", "data": text, "summary": part.get("summary")}
    return {"type": "thinking", "thinking": text, "signature": part.get("signature")}


def _image(written: str) -> Block:
    data = _DATA.match(written)
    source = (
        {"type": "base64", "media_type": data["media"], "data": written[data.end() :]}
        if data
        else {"type": "url", "url": written}
    )
    return {"type": "image", "source": source}


def _served(part: Block) -> Iterator[Block]:
    """A tool that the provider ran: its call and its result are two blocks of the reply."""
    given, kind = part.get("arguments"), part.get("tool_type")
    parsed, complaint, _ = (
        decode_json(given.encode("utf-8", "surrogatepass")) if isinstance(given, str) else (given, "", 0)
    )
    name, fault = part.get("name"), part.get("error")
    yield {"type": "server_tool_use", "id": part.get("id"), "name": name, "input": given if complaint else parsed}
    result = {"type": f"{kind}_tool_result", "tool_use_id": part.get("id"), "content": fault or part.get("result")}
    yield result | ({"is_error": True} if fault else {})
