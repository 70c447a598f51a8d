"""The block that answers a tool call."""

import math

import pytest

from evaltui.domain.tool import ToolCall, ToolResult, content_of

CALL = ToolCall("toolu_9", "t", {})


def test_a_result_is_a_block_that_names_its_call() -> None:
    assert ToolResult("found").block(CALL) == {"type": "tool_result", "tool_use_id": "toolu_9", "content": "found"}
    assert ToolResult("no", is_error=True, detail="a traceback").block(CALL) == {
        "type": "tool_result", "tool_use_id": "toolu_9", "content": "no", "is_error": True,
    }  # fmt: skip


def test_an_error_always_has_words_because_the_api_wants_them() -> None:
    assert ToolResult("").block(CALL)["content"] == ""
    assert ToolResult("", is_error=True).block(CALL)["content"]


def test_a_list_that_is_not_all_blocks_is_data() -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "YQ=="}}
    assert content_of([image]) == [image]
    assert content_of([image, {"type": "bus"}]) == (
        '[{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "YQ=="}}, {"type": "bus"}]'
    )


@pytest.mark.parametrize("value", [math.nan, [math.inf]])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        content_of(value)
