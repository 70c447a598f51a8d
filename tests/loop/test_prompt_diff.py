"""Two versions of an agent as text: each part titled, prompts as they are written."""

from evaltui.compare.textdiff import diff
from evaltui.domain.agent import Agent
from evaltui.domain.case import Message
from evaltui.loop.prompt_diff import readable

TOOL = {"name": "look_up", "description": "Finds an order.\nBy its number.", "input_schema": {"type": "object"}}


def agent(**changed: object) -> Agent:
    given = {
        "name": "desk", "model": "claude-haiku-5-5", "max_tokens": 600, "system": "Be kind.\nBe brief.",
        "messages": [Message(role="user", content="{{input}}")], "tools": [TOOL], "params": {"temperature": 0.2},
    }  # fmt: skip
    return Agent.model_validate(given | changed)


def test_every_part_stands_under_its_title() -> None:
    said = readable(agent(few_shot=[Message(role="assistant", content="Hello.")], cache="1h"))
    titles = [line.strip("─ ") for line in said.splitlines() if line.startswith("──")]
    assert titles == ["model", "system", "few-shot 1, assistant", "message 1, user", "tool look_up"]
    assert "Be kind.\nBe brief." in said and "temperature: 0.2" in said and "cache: 1h" in said
    assert "Finds an order.\nBy its number.\n{" in said


def test_blocks_of_a_prompt_are_read_as_text_and_what_else_they_hold_is_kept() -> None:
    block = {"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}
    said = readable(agent(system=[block, {"type": "image", "source": {}}]))
    assert "Be kind.\n{" in said and "ephemeral" in said and '"image"' in said


def test_one_changed_word_of_a_prompt_is_one_difference() -> None:
    found = diff(readable(agent()), readable(agent(system="Be kind.\nBe very brief.")))
    assert [row.mark for row in found.rows if row.mark != "same"] == ["changed"]


def test_the_name_and_the_order_of_parameters_are_no_difference() -> None:
    one, other = ({"top_p": 0.5, "top_k": 3}, {"top_k": 3, "top_p": 0.5})
    assert readable(agent(params=one)) == readable(agent(params=other, name="other"))


def test_tools_named_by_a_placeholder_are_shown_as_written() -> None:
    assert "── tools ──\n{{tools}}" in readable(agent(tools="{{tools}}"))
