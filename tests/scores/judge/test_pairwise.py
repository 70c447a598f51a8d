"""Two replies side by side, asked in both orders; a judge that contradicts itself prefers neither."""

import json
from collections import Counter
from math import comb
from pathlib import Path
from typing import Any

import pytest
from tests.scores.judge.replies import ASKS, reply, rubric, sample

from evaltui.scores.judge.pairwise import Choice, Preference, ask_pair, preference, read_pair, settle

SWAPPED: dict[str, Choice] = {"first": "second", "second": "first", "tie": "tie"}


def sign_test(a: int, b: int) -> float:
    n, low = a + b, min(a, b)
    return min(1.0, 2 * sum(comb(n, k) for k in range(low + 1)) / 2**n)


def test_both_replies_stand_behind_fences_and_the_orders_are_two_questions() -> None:
    case = sample(expected="a label").case
    asked = rubric(ASKS, sees=["input", "output", "reference"])
    forward, backward = ask_pair(asked, case, "one", "two"), ask_pair(asked, case, "two", "one")
    assert forward.key != backward.key
    sent = json.loads(forward.params)
    text = sent["messages"][0]["content"]
    places = [text.index(part) for part in ("<input-", "a label", "\none\n</first-", "\ntwo\n</second-")]
    assert places == sorted(places)
    schema = sent["output_config"]["format"]["schema"]
    assert list(schema["properties"]) == ["reasons", "better"]
    assert schema["properties"]["better"]["enum"] == ["first", "second", "tie"]
    assert sent["system"][0]["cache_control"]["ttl"] == "1h"


@pytest.mark.parametrize("better", ["first", "second", "tie"])
def test_a_whole_answer_is_read(better: str) -> None:
    assert read_pair(reply({"reasons": "x", "better": better})) == better


@pytest.mark.parametrize(
    "content",
    [
        "first", "I prefer the first.", '{"reasons": "x", "be', ["first"], {"better": "first"},
        {"reasons": "x", "better": "1"}, {"reasons": "x", "better": 1}, {"reasons": 1, "better": "tie"},
        {"reasons": "x", "better": "first", "score": 5}, {"reasons": "x", "better": ["first"]},
    ],
)  # fmt: skip
def test_anything_else_is_no_answer(content: Any) -> None:
    assert read_pair(reply(content if isinstance(content, str) else json.dumps(content))) is None


def test_an_answer_that_was_cut_off_or_refused_is_none() -> None:
    assert read_pair(reply({"reasons": "x", "better": "first"}, "max_tokens")) is None
    assert read_pair(reply({"reasons": "x", "better": "first"}, "refusal")) is None


@pytest.mark.parametrize(
    ("forward", "backward", "settled"),
    [
        ("first", "second", "a"), ("second", "first", "b"), ("tie", "tie", "tie"),
        ("first", "first", "tie"), ("second", "second", "tie"), ("first", "tie", "tie"), ("tie", "first", "tie"),
        (None, "first", None), ("first", None, None), (None, None, None),
    ],
)  # fmt: skip
def test_only_what_both_orders_say_is_preferred(forward: Any, backward: Any, settled: Any) -> None:
    assert settle(forward, backward) == settled


def test_the_counts_of_a_judge_that_always_takes_the_first() -> None:
    assert preference([("first", "first")] * 5, sign_test) == Preference(ties=5, inconsistent=5, p=1.0)


def test_the_counts_of_mixed_answers() -> None:
    pairs: list[tuple[Choice | None, Choice | None]] = [
        ("first", "second"), ("first", "second"), ("second", "first"), ("tie", "tie"), ("tie", "second"), (None, "tie"),
    ]  # fmt: skip
    assert preference(pairs, sign_test) == Preference(a=2, b=1, ties=2, inconsistent=1, unreadable=1, p=1.0)


@pytest.mark.parametrize("judge", ["judge_gpt35", "judge_pandalm7b"])
def test_recorded_verdicts_of_real_judges_add_up_to_what_was_published(shared_data: Path, judge: str) -> None:
    rows = list(map(json.loads, (shared_data / "judge_pandalm_300.jsonl").read_text("utf-8").splitlines()))
    said = Counter(str(row[judge]) for row in rows)
    found = preference((answers(row, judge) for row in rows), sign_test)
    ties = said["0"] + said["Tie"]
    assert (found.a, found.b, found.ties, found.inconsistent) == (said["1"], said["2"], ties, 0)
    assert found.unreadable == len(rows) - ties - said["1"] - said["2"]
    assert found.p == sign_test(said["1"], said["2"])


def answers(row: dict[str, Any], judge: str) -> tuple[Choice | None, Choice | None]:
    """What the judge recorded, as it would have said it in either order; what was no verdict stays prose."""
    better = {"1": "first", "2": "second", "0": "tie", "Tie": "tie"}.get(str(row[judge]))
    reasons = str(row.get(f"{judge}_reason") or "none was recorded")
    if better is None:
        return read_pair(reply(reasons)), read_pair(reply(reasons))
    orders = (better, SWAPPED[better])
    one, other = (read_pair(reply({"reasons": reasons, "better": order})) for order in orders)
    return one, other
