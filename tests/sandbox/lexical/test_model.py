"""The envelope of an answer: shape, prefill, stop sequences, token limit, counts, determinism."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.sandbox.lexical import Lexical, count_tokens
from evaltui.sandbox.model import Answer

Say = Callable[..., str]
Ask = Callable[..., Answer]

PROMPT = "Routes:\n- **boats**: ships that sail\n- **trains**: rails\n\n"


def test_it_does_not_pass_itself_off_as_claude() -> None:
    assert Lexical().name == "lexical (not Claude)"


def test_a_bare_label_a_tag_and_json_are_obeyed(say: Say) -> None:
    assert say(f"{PROMPT}Answer with only the label.", "sail") == "boats"
    assert say(f"{PROMPT}Answer with only the label. Wrap the answer in <out> tags.", "sail") == "<out>boats</out>"
    assert say(f"{PROMPT}Answer as JSON with the keys route and date.", "sail") == '{"route": "boats", "date": ""}'


def test_instructions_may_stand_around_the_input_of_the_user_turn(say: Say) -> None:
    text = f"{PROMPT}<message>it can sail</message>\n\nAnswer with only the label."
    assert say("", text) == "boats"


def test_a_prefill_is_continued(say: Say) -> None:
    turns = [{"role": "user", "content": "sail"}, {"role": "assistant", "content": '{"route":"'}]
    assert say(f"{PROMPT}Answer as JSON with the keys route and reply.", turns).startswith('boats", "reply"')


def test_a_stop_sequence_ends_the_text(ask: Ask) -> None:
    turns = [{"role": "user", "content": "sail"}, {"role": "assistant", "content": "<label>"}]
    answer = ask(f"{PROMPT}Answer with only the label.", turns, stop_sequences=["</label>"])
    assert (answer.content[0]["text"], answer.stop_reason) == ("boats", "stop_sequence")


def test_the_token_limit_cuts_the_text(ask: Ask) -> None:
    answer = ask(f"{PROMPT}Answer as JSON with the keys route and reply.", "sail", max_tokens=5)
    assert (answer.stop_reason, answer.output_tokens) == ("max_tokens", 5)


def test_earlier_turns_give_values_but_not_the_choice(say: Say) -> None:
    turns = [
        {"role": "user", "content": "my order is QX-1234, about rails"},
        {"role": "assistant", "content": "How can I help?"},
        {"role": "user", "content": "does it sail?"},
    ]
    prompt = f'{PROMPT}Answer as JSON: {{"route": "…", "order_id": "like QX-9999"}}'
    assert json.loads(say(prompt, turns)) == {"route": "boats", "order_id": "QX-1234"}


def test_token_counts_grow_with_what_is_sent(ask: Ask) -> None:
    short = {"messages": [{"role": "user", "content": "hi"}]}
    more: dict[str, Any] = {
        **short,
        "system": "x" * 360,
        "tools": [{"name": "look", "input_schema": {"type": "object"}}],
    }
    assert 0 < count_tokens(short) < count_tokens({**short, "system": "x" * 360}) < count_tokens(more)
    assert count_tokens({**short, "system": "x" * 360}) - count_tokens(short) == 100
    assert ask(PROMPT, "sail").input_tokens > ask("", "sail").input_tokens


def test_threads_share_one_model_and_get_the_same_answers() -> None:
    model = Lexical()
    asked = [
        {
            "max_tokens": 50,
            "system": f"{PROMPT}Answer with only the label.",
            "messages": [{"role": "user", "content": text}],
        }
        for text in ("sail away", "rails ahead") * 50
    ]
    alone = [model.reply(params) for params in asked]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(model.reply, asked)) == alone


@given(
    st.text(max_size=300),
    st.text(max_size=300),
    st.sampled_from(["", 'Answer as JSON: {"a": "…", "date": "…"}', PROMPT]),
)
def test_any_text_gets_an_answer(system: str, said: str, frame: str) -> None:
    answer = Lexical().reply(
        {"max_tokens": 100, "system": frame + system, "messages": [{"role": "user", "content": said}]}
    )
    assert isinstance(answer, Answer)
    assert answer.output_tokens <= 100


@pytest.mark.parametrize("content", [[], [{"type": "image"}], [{"type": "text", "text": "sail"}]])
def test_content_blocks_without_text_count_as_empty(content: list[dict[str, Any]], ask: Ask) -> None:
    assert ask(f"{PROMPT}Answer with only the label.", [{"role": "user", "content": content}]).stop_reason == "end_turn"
