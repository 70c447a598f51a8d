"""Content of a Model Context Protocol server as the Messages API takes it."""

from typing import Any

import pytest

from evaltui.agents.tools.content import tool_content

TEXT = {"type": "text", "text": "seen"}


def image(kind: str = "image/png") -> dict[str, Any]:
    return {"type": "image", "data": "YWJj", "mimeType": kind}


def content(*items: dict[str, Any], **more: Any) -> Any:
    return tool_content({"content": list(items), **more})


def test_one_text_is_text_and_several_stay_blocks() -> None:
    assert content(TEXT) == "seen"
    assert content(TEXT, {"type": "text", "text": " "}, TEXT | {"_meta": {}, "annotations": None}) == [TEXT, TEXT]


def test_an_image_is_an_image_beside_text() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "YWJj"}
    assert content(TEXT, image()) == [TEXT, {"type": "image", "source": source}]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (image("image/tiff"), "[image: image/tiff, 3 bytes, not shown]"),
        ({"type": "audio", "data": "YWJj", "mimeType": "audio/wav"}, "[audio: audio/wav, 3 bytes, not shown]"),
        (
            {"type": "resource", "resource": {"uri": "file:///a.bin", "blob": "YWJj"}},
            "[file:///a.bin: application/octet-stream, 3 bytes, not shown]",
        ),
        ({"type": "resource", "resource": {"uri": "file:///a.txt", "text": "hello"}}, "[file:///a.txt]\nhello"),
        ({"type": "resource_link", "name": "a", "uri": "file:///a", "description": "all"}, "[a: file:///a] all"),
        ({"type": "resource_link", "name": "a", "uri": "file:///a", "description": None}, "[a: file:///a]"),
    ],
)
def test_what_the_api_cannot_take_is_told_in_words(item: dict[str, Any], words: str) -> None:
    assert content(item) == words


def test_a_pdf_is_a_document() -> None:
    item = {"type": "resource", "resource": {"uri": "file:///a.pdf", "blob": "YWJj", "mimeType": "application/pdf"}}
    source = {"type": "base64", "media_type": "application/pdf", "data": "YWJj"}
    assert content(item) == [{"type": "document", "source": source}]


def test_an_error_holds_text_only() -> None:
    assert content(image(), isError=True) == "[image: image/png, 3 bytes, not shown]"


def test_a_structured_result_stands_in_for_missing_content() -> None:
    assert content(structuredContent={"left": 7}) == '{"left": 7}'
    assert content(TEXT, structuredContent={"left": 7}) == "seen"
    assert content(structuredContent=None) == ""
