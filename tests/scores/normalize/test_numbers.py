from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.scores.normalize.kinds import NotNormal
from evaltui.scores.normalize.numbers import Quantity, number, number_eu

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("1,234.56", "1234.56", ""),
        ("1.234,56", "1234.56", ""),
        ("1 234,56", "1234.56", ""),
        ("1\u202f234,56", "1234.56", ""),
        ("1'234.50", "1234.5", ""),
        ("1’234", "1234", ""),
        ("10,000,000", "10000000", ""),
        ("1.234.567", "1234567", ""),
        ("1,234", "1234", ""),
        ("1.234", "1.234", ""),
        ("0,123", "0.123", ""),
        ("12,5", "12.5", ""),
        (".5", "0.5", ""),
        ("5.", "5", ""),
        ("−5", "-5", ""),
        ("+5", "5", ""),
        ("6.02e23", "6.02e23", ""),
        ("1e-9", "1e-9", ""),
        ("5 kg", "5", "kg"),
        ("5kg", "5", "kg"),
        ("12 %", "12", "%"),
        ("12 percent", "12", "%"),
        ("20 °C", "20", "°C"),
        (1234.56, "1234.56", ""),
        (7, "7", ""),
    ],
)
def test_numbers_are_read_as_people_write_them(written: Any, value: str, unit: str) -> None:
    assert number(written) == Quantity(Decimal(value), unit)


@pytest.mark.parametrize(
    "written",
    ["banana", "", "v5", "5-6", "3 4", "1,23,456", "1,234,56", "1.2.3", "$5", "5 and 6", True, None, [5], "9" * 500],
)
def test_what_is_no_number_is_refused(written: Any) -> None:
    assert isinstance(number(written), NotNormal)


def test_the_european_reading_groups_by_points() -> None:
    assert number_eu("1.234") == Quantity(Decimal(1234))
    assert number_eu("1,234") == Quantity(Decimal("1.234"))
    assert number_eu("1.234,56") == Quantity(Decimal("1234.56"))
    assert number_eu("1.5") == Quantity(Decimal("1.5"))


def test_units_are_compared_as_written() -> None:
    assert number("5 mW") != number("5 MW")
    assert number("5 kg") != number("5")
    assert number("12 %") != number("0.12")


@given(AMOUNTS, st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("\u00a0", ","), ("", ".")]))
def test_a_number_survives_every_way_of_writing_it(amount: Decimal, marks: tuple[str, str]) -> None:
    grouping, point = marks
    written = f"{amount:,.2f}".replace(",", "\0").replace(".", point).replace("\0", grouping)
    assert number(written) == Quantity(amount)


@given(AMOUNTS, st.sampled_from(["", "kg", "%", "m/s", "°C"]))
def test_reading_twice_changes_nothing(amount: Decimal, unit: str) -> None:
    once = number(f"{amount} {unit}")
    assert once == Quantity(amount, unit)
    assert number(once) == once


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    assert isinstance(number(text), Quantity | NotNormal)
    assert isinstance(number_eu(text), Quantity | NotNormal)
