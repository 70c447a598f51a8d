"""Values are read as the prompt says, and copied as written where it says nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from evaltui.sandbox.lexical.dates import date_rules, dates
from evaltui.sandbox.lexical.money import amounts

Say = Callable[..., str]
SHAPE = 'Answer as JSON: {"order_id": "…", "date": "…", "amount": "…"}. Use null for what is missing.'


def read(say: Say, rule: str, message: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(say(f"{SHAPE}\n\n{rule}", message))
    return found


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("14 March 2026", "2026-03-14"),
        ("March 14th, 2026", "2026-03-14"),
        ("22.01.2026", "2026-01-22"),
        ("28/4/26", "2026-04-28"),
        ("2026-05-03", "2026-05-03"),
        ("6. Mai 2026", "2026-05-06"),
        ("7 mars 2026", "2026-03-07"),
    ],
)
def test_a_date_becomes_iso_only_where_the_prompt_asks(written: str, iso: str, say: Say) -> None:
    assert read(say, "- `date`: the day, as YYYY-MM-DD", f"It came on {written} at noon")["date"] == iso
    assert read(say, "- `date`: the day", f"It came on {written} at noon")["date"] == written


def test_day_or_month_first_is_what_the_prompt_says() -> None:
    assert dates("on 3/4/2026", date_rules("ISO", ())) == [(3, "2026-03-04")]
    assert dates("on 3/4/2026", date_rules("ISO, day first", ())) == [(3, "2026-04-03")]


def test_missing_years_and_relative_days_need_a_statement() -> None:
    told = date_rules("as YYYY-MM-DD", ["Today is 2026-05-20."])
    assert [value for _, value in dates("yesterday, on 3 May", told)] == ["2026-05-19", "2026-05-03"]
    assert dates("yesterday", date_rules("as YYYY-MM-DD", ())) == []


def test_a_day_that_does_not_exist_stays_as_written() -> None:
    assert dates("31.02.2026", date_rules("ISO", ())) == [(0, "31.02.2026")]


@pytest.mark.parametrize(
    ("written", "coded"),
    [("€24.90", "24.90 EUR"), ("79,00 €", "79.00 EUR"), ("$1,299.00", "1299.00 USD"), ("CHF 23.50", "23.50 CHF"),
     ("1.249,00 €", "1249.00 EUR"), ("£46", "46.00 GBP")],
)  # fmt: skip
def test_an_amount_takes_the_shown_form(written: str, coded: str, say: Say) -> None:
    assert read(say, "- `amount`: the sum, as in 24.90 EUR", f"I paid {written} for it")["amount"] == coded
    assert amounts(f"I paid {written}", False) == [(7, written)]


def test_an_identifier_has_the_shape_of_the_example(say: Say) -> None:
    rule = "- `order_id`: the order number, such as QX-1234"
    assert read(say, rule, "orders FW-48213 and QX-9876")["order_id"] == "QX-9876"
    assert read(say, rule, "orders FW-48213")["order_id"] is None


def test_a_misspelt_identifier_is_repaired_only_where_the_prompt_says_so(say: Say) -> None:
    strict, loose = "- `order_id`: like QX-1234", "- `order_id`: always write it like QX-1234, also in lower case"
    assert read(say, strict, "it is qx 9876")["order_id"] is None
    assert read(say, loose, "it is qx 9876")["order_id"] == "QX-9876"


def test_of_several_candidates_the_one_near_the_matter_is_taken(say: Say) -> None:
    prompt = (
        "Routes:\n- **keep**: a customer keeps something\n- **cancel**: a customer cancels something\n\n"
        'JSON: {"route": "…", "order_id": "like QX-1234"}'
    )
    assert (
        json.loads(say(prompt, "Let QX-1111 be, and please cancel QX-2222, cancel it today"))["order_id"] == "QX-2222"
    )


def test_schema_types_decide_the_kind_of_value(say: Say) -> None:
    schema = {
        "type": "object",
        "properties": {
            "count": {"type": "integer"},
            "size": {"type": "string", "enum": ["small", "large"]},
            "email": {"type": "string"},
            "urgent": {"type": "boolean", "description": "whether it is urgent"},
            "phone": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
    }
    more = {"output_config": {"format": {"type": "json_schema", "schema": schema}}}
    assert json.loads(say("Extract.", "Urgent: 3 large boxes for ann@example.org", **more)) == {
        "count": 3, "size": "large", "email": "ann@example.org", "urgent": True, "phone": None,
    }  # fmt: skip
