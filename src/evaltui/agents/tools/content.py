"""Owns how content of the Model Context Protocol becomes content of a `tool_result` of the Messages API."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from evaltui.domain.tool import Block, Content

IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
PDF = "application/pdf"


def tool_content(result: Mapping[str, Any]) -> Content:
    """The content of a `tools/call` result as on the wire; what the API cannot take is named in words, not dropped.

    An error may hold text only, says the API. Without content, the structured result stands in as JSON.
    """
    blocks = [block for item in result["content"] for block in _blocks(item, text_only=bool(result.get("isError")))]
    if len(blocks) == 1 and blocks[0]["type"] == "text":
        return str(blocks[0]["text"])
    structured = result.get("structuredContent")
    return blocks or ("" if structured is None else json.dumps(structured, ensure_ascii=False))


def _blocks(item: Mapping[str, Any], *, text_only: bool) -> Iterator[Block]:
    """One block; none for empty text, which the API refuses."""
    kind = item["type"]
    if kind == "text":
        yield from _text(item["text"])
    elif kind == "resource":
        yield from _resource(item["resource"], text_only)
    elif kind == "resource_link":
        yield from _text(f"[{item['name']}: {item['uri']}] {item.get('description') or ''}".strip())
    else:
        yield _data(kind, item["mimeType"], item["data"], text_only)


def _resource(resource: Mapping[str, Any], text_only: bool) -> Iterator[Block]:
    if "text" in resource:
        yield from _text(f"[{resource['uri']}]\n{resource['text']}")
    else:
        kind = resource.get("mimeType") or "application/octet-stream"
        yield _data(resource["uri"], kind, resource["blob"], text_only)


def _text(text: str) -> Iterator[Block]:
    if text.strip():
        yield {"type": "text", "text": text}


def _data(what: str, media_type: str, data: str, text_only: bool) -> Block:
    """An image or a PDF as it is, anything else in words. `data` is base64."""
    shape = "image" if media_type in IMAGES else "document" if media_type == PDF else None
    if shape and not text_only:
        return {"type": shape, "source": {"type": "base64", "media_type": media_type, "data": data}}
    return {"type": "text", "text": f"[{what}: {media_type}, {len(data) * 3 // 4:,} bytes, not shown]"}
