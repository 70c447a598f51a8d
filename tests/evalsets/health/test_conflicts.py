"""Cases that contradict each other."""

from typing import Any

from evaltui.domain.case import Case
from evaltui.evalsets.health.conflicts import conflicts


def case(id_: str, text: str, expected: Any, **fields: Any) -> Case:
    return Case.model_validate({"id": id_, "input": text, "expected": expected, **fields})


def test_one_text_with_two_answers_is_a_conflict_that_shows_both() -> None:
    (found,) = conflicts([
        case("a", "Where is it?", "delivery"), case("b", "Who are you?", "other"),
        case("c", "where is it", "product"), case("d", "WHERE IS IT", "delivery"),
    ])  # fmt: skip
    assert found.answers == (("delivery", ("a", "d")), ("product", ("c",)))
    assert found.cases == ("a", "d", "c")


def test_copies_that_agree_are_no_conflict() -> None:
    assert conflicts([case("a", "x y", {"k": 1, "l": 2}), case("b", "X, y", {"l": 2, "k": 1})]) == ()


def test_a_case_without_gold_contradicts_nothing() -> None:
    assert conflicts([case("a", "x", None), case("b", "x", "yes")]) == ()


def test_cases_that_tell_the_agent_something_else_are_no_conflict() -> None:
    def replayed(result: str) -> dict[str, Any]:
        return {"tools": [{"name": "look", "result": result}]}

    assert conflicts([case("a", "x", "1", **replayed("one")), case("b", "x", "2", **replayed("two"))]) == ()
    assert conflicts([case("a", "x", "1", vars={"who": "Ann"}), case("b", "x", "2", vars={"who": "Bob"})]) == ()
    assert len(conflicts([case("a", "x", "1", **replayed("one")), case("b", "x", "2", **replayed("one"))])) == 1


def test_arithmetic_with_another_sign_is_no_conflict() -> None:
    assert conflicts([case("a", "What is 5 + 3?", "8"), case("b", "What is 5 - 3?", "2")]) == ()
