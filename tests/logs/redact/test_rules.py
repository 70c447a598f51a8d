"""What a project may add to redaction, switch off and let stand."""

import subprocess
import sys
from time import monotonic

import pytest
from pydantic import ValidationError

from evaltui.logs.redact.redactor import Redactor
from evaltui.logs.redact.rules import ExtraPattern, Rules


def redact(text: str, **rules) -> str:
    return Redactor(Rules(**rules)).text(text).text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Müller, MÜLLER and Mu\u0308ller", "[NAME_1], [NAME_1] and [NAME_1]"),
        ("Müllers Muller", "Müllers [NAME_2]"),
        ("anna  maria\nwrote; Anna-Maria too", "[NAME_1]\nwrote; [NAME_2] too"),
        ("Anna Marianne", "Anna Marianne"),
        ("case_acme_17 acmeister", "case_[NAME_1]_17 acmeister"),
        ("STRASSER and Straßer", "[NAME_1] and [NAME_1]"),
        ("田中さんは", "[NAME_1]さんは"),
        ("O'Brien & Sons", "[NAME_1]"),
    ],
)
def test_listed_names_are_whole_words_in_any_case(text: str, left: str) -> None:
    names = ["Müller", "Anna Maria", "ACME", "Straßer", "田中", "O'Brien & Sons"]
    redacted = redact(text, names=names)
    assert redacted.replace("[NAME_2]", "[NAME_1]") == left.replace("[NAME_2]", "[NAME_1]")


def test_an_extra_pattern_names_its_placeholder_and_may_say_which_part_goes() -> None:
    patterns = [
        ExtraPattern(name="customer", pattern=r"\bKD-\d{6}\b"),
        ExtraPattern(name="plate", pattern=r"plate (?P<secret>\w+)", ignore_case=True),
    ]
    assert (
        redact("KD-123456, Plate FX12 of KD-123456", patterns=patterns)
        == "[CUSTOMER_1], Plate [PLATE_1] of [CUSTOMER_1]"
    )


def test_a_pattern_that_never_ends_is_stopped_and_named() -> None:
    rules = Rules(patterns=[ExtraPattern(name="slow", pattern="(a|aa)+$"), ExtraPattern(name="quick", pattern="zz")])
    redactor, start = Redactor(rules, timeout_s=0.05), monotonic()
    redacted = redactor.text("zz ana@example.com " + "a" * 200 + "b")
    assert monotonic() - start < 2
    assert redacted.unfinished == ("slow",)
    assert redacted.text.startswith("[QUICK_1] [EMAIL_1] aaa")
    assert redactor.text("zz").unfinished == ()


def test_a_pattern_that_matches_nothing_at_every_place_finds_nothing() -> None:
    assert redact("abc", patterns=[ExtraPattern(name="empty", pattern="x*")]) == "abc"


def test_a_greedy_pattern_leaves_placeholders_and_takes_the_rest() -> None:
    assert redact("ab [EMAIL_7] cd", patterns=[ExtraPattern(name="all", pattern=".+")]) == "[ALL_1][EMAIL_7][ALL_2]"


def test_a_kind_that_is_off_is_not_looked_for() -> None:
    assert redact("ana@example.com from 10.1.2.33", off=["email"]) == "ana@example.com from [IP_1]"


def test_allowed_hosts_stay_with_those_below_them() -> None:
    text = "wiki.corp, ci.wiki.corp, db.corp, 10.1.2.33, 10.1.2.34"
    assert (
        redact(text, allow_hosts=["wiki.corp", "10.1.2.33"]) == "wiki.corp, ci.wiki.corp, [HOST_1], 10.1.2.33, [IP_1]"
    )


def test_allowed_paths_stay() -> None:
    assert (
        redact("/home/deploy/x and /home/ana/x", allow_paths=["/home/deploy/"]) == "/home/deploy/x and /home/[USER_1]/x"
    )


def test_allowed_texts_stay_where_they_stand_whole() -> None:
    text = "Help@shop.example, notHelp@shop.example"
    assert redact(text, allow_texts=["help@shop.example"]) == "Help@shop.example, [EMAIL_1]"


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ({"patterns": [{"name": "x", "pattern": "(a"}]}, "no regular expression"),
        ({"patterns": [{"name": "email", "pattern": "a"}]}, "built-in kind"),
        ({"patterns": [{"name": "x y", "pattern": "a"}]}, "name"),
        ({"names": ["--"]}, "must hold a letter"),
        ({"names": "Ana"}, "names"),
        ({"off": ["emails"]}, "off"),
        ({"nmaes": []}, "nmaes"),
        ({"phone_regions": ["de"]}, "phone_regions"),
    ],
)
def test_wrong_rules_are_refused_in_words(rules: dict, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Rules.model_validate(rules)


def test_what_only_a_find_needs_is_not_loaded_before_there_is_one() -> None:
    code = "import sys, evaltui.logs.redact.redactor; print([m for m in ('phonenumbers', 'regex') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
