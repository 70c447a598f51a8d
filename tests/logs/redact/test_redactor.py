"""What a redactor promises of every text: nothing found stays, spans tell the whole change, twice is once."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.logs.redact.harmless import harmless
from tests.logs.redact.planted import planted

from evaltui.logs.redact.redactor import Redactor
from evaltui.logs.redact.rules import ExtraPattern, Rules

MEGABYTE = 1_000_000
ANA, BO = "ana@example.com", "bo@example.org"
PIECES = [text for sample in planted() for text in (sample.text, *sample.secrets)] + [each.text for each in harmless()]
GLUE = [
    "",
    " ",
    "\n",
    "\u200b",
    "@",
    ".",
    "-",
    ":",
    "/",
    '"',
    "=",
    "[EMAIL_1]",
    "[SECRET_2]",
    "[",
    "]",
    "\ue000",
    "\ud800",
]
MIXED = st.lists(st.sampled_from(PIECES) | st.sampled_from(GLUE) | st.text(st.characters(), max_size=8), max_size=6)


def redact(text: str, **rules) -> str:
    return Redactor(Rules(**rules)).text(text).text


def test_one_address_has_one_placeholder_everywhere_and_another_has_another() -> None:
    redactor = Redactor(Rules())
    assert redactor.text(f"{ANA} wrote to {BO}").text == "[EMAIL_1] wrote to [EMAIL_2]"
    assert redactor.text(f"{BO}, {ANA.upper()}").text == "[EMAIL_2], [EMAIL_1]"


def test_a_number_is_the_same_with_other_blanks() -> None:
    redactor = Redactor(Rules())
    written = redactor.text("+49 30 901820 or +49-30-901820; 4242 4242 4242 4242 or 4242424242424242").text
    assert written == "[PHONE_1] or [PHONE_1]; [CARD_1] or [CARD_1]"


def test_a_placeholder_stays_and_its_number_is_not_given_to_another() -> None:
    redacted = Redactor(Rules()).text(f"[EMAIL_1] told {ANA}, password=[SECRET_1], https://[CREDENTIALS_1]@x.example")
    assert redacted.text == "[EMAIL_1] told [EMAIL_2], password=[SECRET_1], https://[CREDENTIALS_1]@x.example"
    assert [span.placeholder for span in redacted.spans] == ["[EMAIL_2]"]


def test_what_only_looks_like_a_placeholder_hides_nothing() -> None:
    assert redact("[CARD_4242424242424242] [EMAIL ana@example.com]") == "[CARD_[CARD_1]] [EMAIL [EMAIL_1]]"


def test_spans_say_what_stood_where_in_the_original() -> None:
    text = f"é \u200b{ANA}\u200b and {BO}"
    spans = Redactor(Rules()).text(text).spans
    assert [(text[span.start : span.end].strip("\u200b"), span.kind, span.placeholder) for span in spans] == [
        (ANA, "email", "[EMAIL_1]"),
        (BO, "email", "[EMAIL_2]"),
    ]


def test_the_longest_of_two_overlapping_finds_wins() -> None:
    assert redact(f"mail {ANA}", names=["Ana"]) == "mail [EMAIL_1]"


def test_the_more_specific_of_two_finds_of_one_place_wins() -> None:
    key = "gh" + "p_" + "FAKE9x" * 6
    assert redact(f"token={key}") == "token=[KEY_1]"


def test_of_two_finds_that_cross_no_end_stays() -> None:
    rules = Rules(patterns=[ExtraPattern(name="left", pattern="abcdef"), ExtraPattern(name="right", pattern="efghijk")])
    assert Redactor(rules).text("-abcdefghijk-").text == "-[RIGHT_1]-"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/home/mmuster/x", "/home/[USER_1]/x"),
        (r"C:\Users\Ana Lopez\x", r"C:\Users\[USER_1]\x"),
        ("https://ana:s3cr3t@db.example/x", "https://[CREDENTIALS_1]@db.example/x"),
        ('{"password": "sunflower"}', '{"password": "[SECRET_1]"}'),
        ("Authorization: Bearer FAKE9x-FAKE9x", "Authorization: Bearer [TOKEN_1]"),
        ("ping db.internal:5432", "ping [HOST_1]:5432"),
    ],
)
def test_only_the_secret_itself_is_replaced(text: str, left: str) -> None:
    assert redact(text) == left


@pytest.mark.parametrize("text", ["", " ", "nothing to see", "[EMAIL_1]", "\ud800", "\ue000", "\x00"])
def test_a_text_without_secrets_is_given_back_as_it_is(text: str) -> None:
    redacted = Redactor(Rules()).text(text)
    assert (redacted.text, redacted.spans, redacted.unfinished) == (text, (), ())


@given(MIXED)
def test_redacting_twice_changes_nothing(pieces: list[str]) -> None:
    redactor = Redactor(Rules(names=["Ana Lopez", "Jo"]))
    once = redactor.text("".join(pieces)).text
    assert redactor.text(once).text == once
    assert redact(once, names=["Ana Lopez", "Jo"]) == once


@given(MIXED)
def test_the_spans_reproduce_the_output_and_none_of_what_they_hold_stays(pieces: list[str]) -> None:
    text = "".join(pieces)
    redacted = Redactor(Rules()).text(text)
    built, done = "", 0
    for span in redacted.spans:
        assert done <= span.start < span.end <= len(text)
        built, done = built + text[done : span.start] + span.placeholder, span.end
    assert built + text[done:] == redacted.text


@given(st.sampled_from([sample for sample in planted() if len(sample.secrets[0]) > 12]), MIXED)
def test_no_found_secret_is_in_the_output(sample, pieces: list[str]) -> None:
    redactor = Redactor(Rules())
    output = redactor.text(f"{sample.text}\n\n{''.join(pieces)}").text
    found = [sample.text[span.start : span.end] for span in Redactor(Rules()).text(sample.text).spans]
    assert found
    assert not [secret for secret in found if len(secret) > 12 and secret in output.split("\n\n")[0]]


@given(st.text(st.characters(), max_size=300))
def test_no_text_whatever_raises(text: str) -> None:
    assert isinstance(Redactor(Rules(names=["é"])).text(text).text, str)


@pytest.mark.parametrize(
    "unit", ["a", "1", "@", ".", "[order 48213 of 2026-01-02: the password reset token is broken, "]
)
def test_a_megabyte_takes_less_than_a_second_and_a_half(unit: str) -> None:
    text = (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]
    redactor, start = Redactor(Rules(names=["Ana Lopez"])), process_time()
    assert redactor.text(text).text == text
    assert process_time() - start < 1.5


@pytest.mark.parametrize(
    "unit", ["eyJ", "sk-", "://", ".local", "a:", 'password="', "-----BEGIN " + "PRIVATE KEY-----", "a@", "1 "]
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    redactor, start = Redactor(Rules()), process_time()
    redactor.text(unit * (MEGABYTE // 8 // len(unit)))
    assert process_time() - start < 1
