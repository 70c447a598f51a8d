"""The options a prompt defines are found in whatever form it writes them, and their words decide."""

from collections.abc import Callable

import pytest

from evaltui.sandbox.lexical.options import find
from evaltui.sandbox.lexical.outline import outline

Say = Callable[..., str]

FORMS = {
    "bold": "Choose a route:\n\n- **books**: novels and poems\n- **tools**: hammers and saws",
    "code": "## Labels\n- `books`: novels and poems\n- `tools`: hammers and saws",
    "dash": "Choose a route:\n* books — novels and poems\n* tools — hammers and saws",
    "hyphen": "Choose a route:\n- books - novels and poems\n- tools - hammers and saws",
    "numbered": "Categories:\n1. books: novels and poems\n2. tools: hammers and saws",
    "lines": "## Routes\n\nbooks: novels and poems\ntools: hammers and saws",
    "attribute": '<label name="books">novels and poems</label>\n<label name="tools">hammers and saws</label>',
    "elements": "<category><label>books</label><content>novels and poems</content></category>\n"
    "<category><label>tools</label><content>hammers and saws</content></category>",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_list_gives_the_same_choice(form: str, say: Say) -> None:
    prompt = f"Sort the message.\n\n{FORMS[form]}\n\nAnswer with only the label."
    assert say(prompt, "Which poems do you have?") == "books"
    assert say(prompt, "My saws are blunt") == "tools"


def test_a_plain_list_of_names_is_enough(say: Say) -> None:
    prompt = "Pick the intent:\n- card_arrival\n- lost_phone\n- exchange_rate\n\nReply with the label only."
    assert say(prompt, "I have lost my phone") == "lost_phone"


def test_names_in_a_sentence_are_options(say: Say) -> None:
    prompt = "Answer with one of: praise, question, or insult. Answer with the label only."
    assert say(prompt, "that is an insult") == "insult"


def test_a_list_of_json_keys_or_rules_is_not_taken_for_options() -> None:
    prompt = (
        "## Routes\n- **a1**: apples\n- **b2**: pears\n\n## Facts\n- `route`: the route\n- `date`: a day\n\n"
        '```json\n{"route": "…", "date": "…"}\n```\n\n## Rules\n- Be kind.\n- Never shout.'
    )
    names = [option.name for option in find(prompt, outline(prompt), (), ())]
    assert names == ["a1", "b2"]


def test_editing_a_description_moves_the_choice(say: Say) -> None:
    prompt = "Choose a route:\n- **garden**: plants{}\n- **kitchen**: pans and plates\n\nAnswer with only the route."
    question = "Do these plates work for a barbecue outdoors?"
    assert say(prompt.format(""), question) == "kitchen"
    assert say(prompt.format(", everything for a barbecue outdoors"), question) == "garden"


def test_quoted_and_nested_examples_count(say: Say) -> None:
    options = '- **x**: one thing\n  - Examples: "my boat is leaking"\n- **y**: another'
    prompt = f"Routes:\n{options}\n\nAnswer with only the route."
    assert say(prompt, "the boat leaks again") == "x"


def test_arrow_examples_and_example_blocks_count(say: Say) -> None:
    shown = '"the boat leaks" → y\n<example><text>cold tea</text><label>z</label></example>'
    prompt = f"One of: x, y, or z. Only the label.\n\n{shown}"
    assert say(prompt, "my boat leaks") == "y"
    assert say(prompt, "the tea was cold") == "z"


def test_few_shot_turns_are_examples(say: Say) -> None:
    turns = [
        {"role": "user", "content": "the boat leaks"},
        {"role": "assistant", "content": '{"route": "y"}'},
        {"role": "user", "content": "my boat leaks badly"},
    ]
    assert say("Answer with one of: x, y, or z. Only the label.", turns) == "y"


def test_what_an_option_is_not_counts_against_it_and_for_the_one_it_points_to(say: Say) -> None:
    prompt = "Routes:\n- **x**: late parcels{}\n- **y**: parcels\n\nAnswer with only the route."
    assert say(prompt.format(""), "a customs letter came for late parcels") == "x"
    assert say(prompt.format(", not a customs letter that came (use y)"), "a customs letter that came") == "y"


def test_what_an_option_is_not_counts_even_when_no_other_is_named(say: Say) -> None:
    prompt = "Routes:\n- **x**: parcels{}\n- **y**: parcels\n\nAnswer with only the route."
    assert say(prompt.format(""), "parcels with a customs form") == "x"
    assert say(prompt.format(", never with a customs form"), "parcels with a customs form") == "y"


def test_a_schema_enum_limits_the_options(say: Say) -> None:
    schema = {"type": "object", "properties": {"route": {"type": "string", "enum": ["pears", "apples"]}}}
    prompt = "Routes:\n- **apples**: red\n- **pears**: green\n- **plums**: blue"
    more = {"output_config": {"format": {"type": "json_schema", "schema": schema}}}
    assert say(prompt, "something green", **more) == '{"route": "pears"}'
