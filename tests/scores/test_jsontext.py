"""Finding the JSON in what a model wrote."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.scores.jsontext import MAX_DEPTH, MAX_TOKENS, Found, NotJson, find_json, too_deep, whole_json

FENCE, PROSE = "JSON in a code fence", "prose around the JSON"
SCALARS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "value", "notes"),
    [
        ('{"a": 1}', {"a": 1}, ()),
        (' \n{"a": 1}\n ', {"a": 1}, ()),
        ('"refund"', "refund", ()),
        ("-2.5e3", -2500.0, ()),
        ('```json\n{"a": 1}\n```', {"a": 1}, (FENCE,)),
        ('```\n[{"a": 1}]\n```', [{"a": 1}], (FENCE,)),
        ('Here it is:\n\n```JSON\n{"a": 1}\n```\nAnything else?', {"a": 1}, (FENCE, PROSE)),
        ('The answer is {"a": "} ] \\" {"}.', {"a": '} ] " {'}, (PROSE,)),
        ('As in [see below] and [note 1]: {"a": 1}', {"a": 1}, (PROSE,)),
        ('Write { to open. {"a": 1}', {"a": 1}, (PROSE,)),
        ('\ufeff{"a": 1}', {"a": 1}, ("a byte order mark before the JSON",)),
        ('{"a": 1}\n{"a": 2}', {"a": 1}, (PROSE, "more JSON after the first value")),
        ('{"a": {}, "b": []}', {"a": {}, "b": []}, ()),
    ],
)
def test_json_is_found_and_what_was_tolerated_is_told(text: str, value: Any, notes: tuple[str, ...]) -> None:
    assert find_json(text) == Found(value, notes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the reply has no text"),
        ("I do not know.", "no JSON in the reply"),
        ('{"a": 1,}', "not JSON: a trailing comma (line 1 of it)"),
        ("[1, 2,\n]", "not JSON: a trailing comma (line 1 of it)"),
        ('{"a": 1', "the JSON never closes"),
        ('{"a": {"b": 1}, "c": "unclosed', "the JSON never closes"),
        ('{"a": 1, "a": 2}', 'the JSON has the key "a" twice'),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": -Infinity}', "-Infinity is not JSON"),
        ("NaN", "NaN is not JSON"),
        ('{"a": 1e999}', "the JSON has a number too large to hold"),
        ('{"a": ' + "9" * 5000 + "}", "not usable JSON: a number has too many digits"),
        ('{"a": ' * 65 + "1" + "}" * 65, f"the JSON nests deeper than {MAX_DEPTH} levels"),
        ('{"' + "a" * 1_000_000 + '": 1}', "the reply is longer than 1,000,000 characters"),
    ],
)
def test_what_is_not_json_is_refused_in_words(text: str, reason: str) -> None:
    assert find_json(text) == NotJson(reason)


def test_an_object_inside_a_broken_one_is_never_taken_for_the_answer() -> None:
    assert isinstance(find_json('{"route": "refund", "items": [{"route": "cancel"}],}'), NotJson)
    assert isinstance(find_json('{"route": "refund", "items": [{"route": "cancel"}'), NotJson)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 100_000 + " " * 900_000,
        "[" * 100_000 + "x" * 900_000,
        '{"a":' * 100_000,
        "[t" * 100_000,
        "[t]" * 300_000,
        "[" + "[]," * 330_000,
        '[t"' + '\\"' * 490_000,
        '{"' + "\\" * 900_000,
        "```json\n" * 100_000,
        "{ " * 500_000,
        "[1," * 100_000 + "]" * 100_000,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_text_of_a_megabyte_is_refused_without_recursion(text: str) -> None:
    assert isinstance(find_json(text[:1_000_000]), NotJson)


def test_a_reply_of_very_many_parts_is_refused() -> None:
    assert find_json("[" + "[]," * MAX_TOKENS + "[]]") == NotJson(f"the JSON has more than {MAX_TOKENS:,} parts")


def test_structured_output_tolerates_nothing_around_it() -> None:
    assert whole_json(' {"a": 1}\n') == Found({"a": 1})
    assert whole_json('Sure: {"a": 1}') == NotJson(f"the whole reply must be JSON: {PROSE}")
    assert whole_json('```json\n{"a": 1}\n```') == NotJson(f"the whole reply must be JSON: {FENCE}")


@given(VALUES)
def test_every_json_value_survives_alone(value: Any) -> None:
    assert find_json(json.dumps(value)) == Found(value)


@given(st.dictionaries(st.text(max_size=8), VALUES, min_size=1, max_size=4), st.booleans())
def test_every_object_survives_in_prose_and_in_a_fence(value: Any, escaped: bool) -> None:
    written = json.dumps(value, ensure_ascii=escaped, indent=1)
    assert find_json(f"It's this:\n\n```json\n{written}\n```\n\nDone (as asked).") == Found(value, (FENCE, PROSE))


@given(st.text(st.sampled_from('{}[]",:\\ tn1`\n'), max_size=60))
def test_no_text_makes_the_search_fail(text: str) -> None:
    assert isinstance(find_json(text), Found | NotJson)


def test_depth_is_measured_without_recursion() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert too_deep(deep)
    assert not too_deep({"a": [{"b": [1, 2, {"c": None}]}]})
