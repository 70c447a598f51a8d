"""The rules of a conversation: who speaks first, and that every tool call is answered exactly once."""

import re
from collections.abc import Iterator
from typing import Any

from evaltui.sandbox.rules.blocks import BLOCKS, SERVER_BLOCKS
from evaltui.sandbox.rules.shapes import Problems, anything, each, one_of, record, text_or

Message = dict[str, Any]
Block = dict[str, Any]

_message = record({"role": one_of(*BLOCKS), "content": anything})
# Recorded traffic shows a conversation that opens with an assistant turn and is answered.
_OPENERS = ("user", "assistant")
_TOOL_ID = re.compile(r"[a-zA-Z0-9_-]+")


def conversation(messages: Any, *, prefill: bool) -> Problems:
    """Problems of the `messages` list; `prefill` says whether the model continues a last assistant turn."""
    yield from each(_message)(messages, "messages")
    yield from _first_speaker(messages)
    for index, message in enumerate(messages):
        yield from text_or(each(BLOCKS[message["role"]]))(message["content"], f"messages.{index}.content")
        yield from _emptiness(index, message, last=index == len(messages) - 1)
    yield from _last_speaker(messages[-1], prefill=prefill)
    yield from _tool_pairs(messages)


def blocks(message: Message) -> list[Block]:
    """The content of a message as blocks."""
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _first_speaker(messages: list[Message]) -> Problems:
    if not messages:
        yield "messages: at least one message is required"
    elif messages[0]["role"] not in _OPENERS:
        yield 'messages: first message must use the "user" role'


def _last_speaker(message: Message, *, prefill: bool) -> Problems:
    if message["role"] == "assistant" and not prefill and not _paused(message):
        yield "This model does not support assistant message prefill. The conversation must end with a user message."


def _paused(message: Message) -> bool:
    """A turn that stopped with `pause_turn` is sent back as it is."""
    return any(block["type"] in SERVER_BLOCKS for block in blocks(message))


def _emptiness(index: int, message: Message, *, last: bool) -> Problems:
    if not message["content"] and not (last and message["role"] == "assistant"):
        yield (
            f"messages.{index}: all messages must have non-empty content "
            "except for the optional final assistant message"
        )
    texts = [block["text"] for block in blocks(message) if block["type"] == "text"]
    if not all(texts):
        yield "messages: text content blocks must be non-empty"
    elif texts and not any(map(str.strip, texts)) and not any(block["type"] == "tool_use" for block in blocks(message)):
        # users report that blank texts beside others are accepted; one recorded call came with a blank text alone
        yield "messages: text content blocks must contain non-whitespace text"


def _tool_pairs(messages: list[Message]) -> Problems:
    yield from _tool_ids(messages)
    turns = list(_merged(messages))
    for index, (first, role, content) in enumerate(turns):
        asked = _ids(turns[index - 1][2], "tool_use", "id") if index and role == "user" else []
        yield from _orphans(first, content, asked)
        if role == "assistant" and index + 1 < len(turns):
            yield from _unanswered(first, _ids(content, "tool_use", "id"), _answers(turns[index + 1][2]))
    if turns and turns[-1][1] == "assistant":
        yield from _unanswered(turns[-1][0], _ids(turns[-1][2], "tool_use", "id"), [])


def _merged(messages: list[Message]) -> Iterator[tuple[int, str, list[Block]]]:
    """Turns: the index of the first message, its role, and the blocks of all messages of one speaker in a row."""
    current: tuple[int, str, list[Block]] | None = None
    for index, message in enumerate(messages):
        if message["role"] == "system":
            continue
        if current and current[1] == message["role"]:
            current[2].extend(blocks(message))
            continue
        if current:
            yield current
        current = (index, message["role"], list(blocks(message)))
    if current:
        yield current


def _ids(content: list[Block], kind: str, key: str) -> list[str]:
    return [block[key] for block in content if block["type"] == kind]


def _answers(content: list[Block]) -> list[str]:
    """Only results at the head of the turn count: text before a result separates it from its call."""
    answered = []
    for block in content:
        if block["type"] != "tool_result":
            break
        answered.append(block["tool_use_id"])
    return answered


def _tool_ids(messages: list[Message]) -> Problems:
    """Ids are unique within one message; recorded conversations that reuse one later were accepted."""
    for index, message in enumerate(messages):
        seen: set[str] = set()
        for position, block in enumerate(blocks(message)):
            if block["type"] != "tool_use":
                continue
            if not _TOOL_ID.fullmatch(block["id"]):
                where = f"messages.{index}.content.{position}.tool_use.id"
                yield f"{where}: String should match pattern '^{_TOOL_ID.pattern}$'"
            if block["id"] in seen:
                yield f"messages.{index}.content.{position}: `tool_use` ids must be unique"
            seen.add(block["id"])


def _orphans(first: int, content: list[Block], asked: list[str]) -> Problems:
    answered: set[str] = set()
    for position, block in enumerate(content):
        if block["type"] != "tool_result":
            continue
        name = block["tool_use_id"]
        if name not in asked:
            yield (
                f"messages.{first}.content.{position}: unexpected `tool_use_id` found in `tool_result` blocks: {name}. "
                "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
            )
        if name in answered:
            yield (
                f"messages.{first}.content.{position}: each tool_use must have a single result. "
                f"Found multiple `tool_result` blocks with id: {name}"
            )
        answered.add(name)


def _unanswered(first: int, asked: list[str], answered: list[str]) -> Problems:
    if missing := [name for name in asked if name not in answered]:
        yield (
            f"messages.{first}: `tool_use` ids were found without `tool_result` blocks immediately after: "
            f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block "
            "in the next message."
        )
