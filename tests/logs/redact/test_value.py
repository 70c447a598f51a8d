"""Redaction of JSON: strings at any depth, keys, and values that are secrets because of their key."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from evaltui.logs.redact.redactor import Redactor
from evaltui.logs.redact.rules import Rules

ANA, BO = "ana@example.com", "bo@example.org"
KEY = "FAKE9x" + "Qm27Tz81Lp"
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from([ANA, "x", "10.1.2.33"])
)
VALUES = st.recursive(
    LEAVES | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([ANA, ANA.upper(), "password", "n"]) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def redact(value: object, **rules) -> object:
    return Redactor(Rules(**rules)).value(value).value


def test_strings_at_any_depth_and_keys_are_redacted_with_the_same_placeholders() -> None:
    value = {"to": [ANA, {"cc": f"<{BO}>"}], ANA: 1, "n": 2.5, "none": None, "yes": True}
    assert redact(value) == {
        "to": ["[EMAIL_1]", {"cc": "<[EMAIL_2]>"}],
        "[EMAIL_1]": 1,
        "n": 2.5,
        "none": None,
        "yes": True,
    }


def test_a_value_is_a_secret_because_of_its_key() -> None:
    assert redact({"password": "sun flower", "client_secret": "abcd", "note": "sunflower"}) == {
        "password": "[SECRET_1]",
        "client_secret": "[SECRET_2]",
        "note": "sunflower",
    }
    assert redact({"api_key": KEY, "api_key_hint": KEY}) == {"api_key": "[SECRET_1]", "api_key_hint": KEY}


def test_a_value_under_a_telling_key_that_holds_no_secret_stays() -> None:
    value = {
        "password": "",
        "token": "none",
        "secret": "${SECRET}",
        "max_tokens": "4096",
        "sessionId": "12345678-1234-4234-8234-123456789abc",
    }
    assert redact(value) == value
    assert redact({"password": "sunflower"}, off=["secret"]) == {"password": "sunflower"}


def test_a_card_that_is_a_number_becomes_a_string_and_a_time_stays_a_number() -> None:
    assert redact({"card": 4242424242424242, "at": 1749650243123}) == {"card": "[CARD_1]", "at": 1749650243123}


def test_two_keys_that_become_one_placeholder_keep_both_values() -> None:
    assert redact({ANA: 1, ANA.upper(): 2}) == {"[EMAIL_1]": 1, "[EMAIL_1] (2)": 2}


def test_every_place_of_a_find_is_told() -> None:
    places = Redactor(Rules()).value({"a": [0, f"to {ANA}"], BO: "x"}).places
    assert [(place.path, place.is_key, place.redacted.text) for place in places] == [
        (("a", 1), False, "to [EMAIL_1]"),
        (("[EMAIL_2]",), True, "[EMAIL_2]"),
    ]


@given(VALUES)
def test_twice_is_once_and_the_value_given_is_not_changed(value: object) -> None:
    before, redactor = copy.deepcopy(value), Redactor(Rules())
    once = redactor.value(value).value
    assert value == before
    assert redactor.value(once).value == once
    assert ANA not in repr(once)
