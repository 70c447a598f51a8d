"""1,390 published function-calling cases: their gold is right, and every planted fault is found and named."""

from pathlib import Path
from typing import Any

import pytest
from tests.function_calls import Calls, gold_calls, read_rows

from evaltui.domain.score import Score
from evaltui.scores.tool_choice import ToolChoice


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[dict[str, Any]]:
    return read_rows(shared_data)


def _score(reply: Any, row: dict[str, Any], calls: Calls) -> Score:
    score = ToolChoice(expected="calls").score(reply("", {"calls": row["gold"]}, calls))
    assert isinstance(score, Score), (row["id"], score)
    return score


def _planted(row: dict[str, Any], kinds: tuple[type, ...], fault: Any) -> tuple[Calls, str] | None:
    """The gold calls with one argument changed whose permitted values are all of `kinds`, and that argument's path."""
    calls = gold_calls(row)
    for (name, arguments), call in zip(calls, row["gold"], strict=True):
        for key in arguments:
            if {type(value) for value in call["arguments"][key]["any_of"]} <= set(kinds):
                arguments[key] = fault
                return calls, f"{name}.{key}"
    return None


def test_the_gold_of_every_case_is_right_in_any_order_and_spelling(rows, reply) -> None:
    assert len(rows) == 1390
    for row in rows:
        for pick in range(3):
            assert _score(reply, row, gold_calls(row, pick)).passed, row["id"]
        assert _score(reply, row, gold_calls(row)[::-1]).passed, row["id"]


def test_optional_arguments_may_all_be_left_out(rows, reply) -> None:
    trimmed = 0
    for row in rows:
        calls = [
            (name, {key: value for key, value in given.items() if not call["arguments"][key]["optional"]})
            for (name, given), call in zip(gold_calls(row), row["gold"], strict=True)
        ]
        trimmed += calls != gold_calls(row)
        assert _score(reply, row, calls).passed, row["id"]
    assert trimmed > 300


def test_every_missing_call_is_found(rows, reply) -> None:
    faulty = [row for row in rows if row["gold"]]
    assert len(faulty) == 1150
    for row in faulty:
        score = _score(reply, row, gold_calls(row)[:-1])
        assert score.value == 0, row["id"]
        assert f"missing call {row['gold'][-1]['name']}"[:60] in score.reason, row["id"]


def test_every_extra_call_is_found(rows, reply) -> None:
    for row in rows:
        score = _score(reply, row, [*gold_calls(row), ("delete_everything", {})])
        assert (score.value, score.reason) == (0, "extra call delete_everything {}"), row["id"]


@pytest.mark.parametrize(
    ("kinds", "fault", "words"),
    [
        ((str,), "planted wrong value", "expected "),
        ((int, float), -987654321, "expected "),
        ((int, float), "5", "wrong type: expected number"),
        ((str,), 5, "wrong type: expected string"),
        ((bool,), 1, "wrong type: expected boolean"),
    ],
)
def test_every_wrong_argument_is_found_and_named(rows, reply, kinds, fault, words: str) -> None:
    planted = [(row, found) for row in rows if (found := _planted(row, kinds, fault)) is not None]
    assert len(planted) > (100 if kinds == (bool,) else 600)
    for row, (calls, path) in planted:
        score = _score(reply, row, calls)
        assert score.value == 0, row["id"]
        assert path[:70] in score.reason, (row["id"], score.reason)
        assert words in score.reason, (row["id"], score.reason)


def test_every_unknown_argument_is_found(rows, reply) -> None:
    otherwise = []
    for row in (row for row in rows if row["gold"]):
        calls = gold_calls(row)
        calls[0][1]["planted"] = 1
        score = _score(reply, row, calls)
        assert score.value == 0, row["id"]
        otherwise += [] if "unknown argument" in score.reason else [row["id"]]
    # Its first gold call also fits the third call made, so another gold call is the one left over.
    assert otherwise == ["parallel_function_178"]
