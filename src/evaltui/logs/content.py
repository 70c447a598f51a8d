"""Owns the content of a foreign message as content blocks: text, parts of either style, blocks as they are."""

import re
from typing import Any

from evaltui.domain.tool import Block
from evaltui.logs.report import Report, error, warning

_TEXTS = frozenset({"text", "input_text", "output_text"})
_KNOWN = re.compile(
    r"thinking|redacted_thinking|tool_use|server_tool_use|mcp_tool_use|(\w+_)?tool_result|compaction|container_upload|"
    r"image|document|search_result|refusal|image_url|input_image|input_audio|file|input_file|tool_addition"
)


def blocks(content: Any, at: str, report: Report) -> list[Block]:
    """Blocks in their order; text becomes a text block, empty text none. What is no content is reported."""
    if content is None or content == "":
        return []
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    if not isinstance(content, list):
        report(error(at, "must be text or a list of content blocks", content))
        return []
    return [block for place, part in enumerate(content) for block in _part(part, f"{at}[{place}]", report)]


def text_of(content: list[Block]) -> str:
    """The text blocks, joined."""
    return "".join(block["text"] for block in content if block["type"] == "text")


def _part(part: Any, at: str, report: Report) -> list[Block]:
    if isinstance(part, str):
        return [{"type": "text", "text": part}]
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(kind, str):
        report(error(at, "must be text or a content block with a type", part))
        return []
    if kind in _TEXTS:
        return _text(part, at, report)
    if not _KNOWN.fullmatch(kind):
        report(warning(f"{at}.type", "a block of this type is kept, and no scorer reads it", kind))
    return [part]


def _text(part: Block, at: str, report: Report) -> list[Block]:
    if not isinstance(part.get("text"), str):
        report(error(f"{at}.text", "must be text", part.get("text"), allowed="text"))
        return []
    return [part if part["type"] == "text" else {"type": "text", "text": part["text"]}]
