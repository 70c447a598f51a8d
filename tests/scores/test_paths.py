from typing import Any

import pytest

from evaltui.scores.paths import ABSENT, dig, same


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", {"a": {"b": [10, {"c": None}]}, "a.b": 1, "0": "zero"}),
        ("a.b", 1),
        ("a.b.0", 10),
        ("0", "zero"),
        ("a", {"b": [10, {"c": None}]}),
        ("x.y", ABSENT),
    ],
)
def test_a_path_finds_a_value_and_a_key_with_dots_wins(path: str, found: Any) -> None:
    assert dig({"a": {"b": [10, {"c": None}]}, "a.b": 1, "0": "zero"}, path) == found


def test_a_path_enters_lists_by_position_and_null_is_not_absent() -> None:
    value = {"a": [10, {"c": None}]}
    assert dig(value, "a.0") == 10
    assert dig(value, "a.1.c") is None
    assert dig(value, "a.2") is ABSENT
    assert dig(value, "a.-1") is ABSENT
    assert dig(value, "a.0.deeper") is ABSENT
    assert dig(value, "a.99999999999999999999") is ABSENT


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (5, 5.0, True),
        ("5", 5, False),
        (True, 1, False),
        (False, 0, False),
        ([1, [True]], [1, [1]], False),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": None}, False),
        (None, False, False),
    ],
)
def test_equality_is_that_of_json(left: Any, right: Any, equal: bool) -> None:
    assert same(left, right) is equal
    assert same(right, left) is equal
