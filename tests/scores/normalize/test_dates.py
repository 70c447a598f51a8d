from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.scores.normalize.dates import iso_date, us_date
from evaltui.scores.normalize.kinds import NotNormal

DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))
FORMS = (
    "{0:%d.%m.%Y}",
    "{0.day}.{0.month}.{0.year:04}",
    "{0:%d/%m/%Y}",
    "{0:%d-%m-%Y}",
    "{0:%Y/%m/%d}",
    "{0:%Y%m%d}",
    "{0.day} {0:%B %Y}",
    "{0:%B} {0.day}, {0:%Y}",
    "{0:%a, %d %b %Y}",
    "{0:%d-%b-%Y}",
    "{0:%Y-%m-%dT10:30:00Z}",
)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-14", "2026-03-14"),
        ("2026-3-4", "2026-03-04"),
        ("14.03.2026", "2026-03-14"),
        ("14. 3. 2026", "2026-03-14"),
        ("05/03/2026", "2026-03-05"),
        ("14/3/26", "2026-03-14"),
        ("14/3/75", "1975-03-14"),
        ("14 March 2026", "2026-03-14"),
        ("14. March 2026", "2026-03-14"),
        ("April 17th 2026", "2026-04-17"),
        ("March 14, 2026", "2026-03-14"),
        ("Sat, 14 Mar 2026", "2026-03-14"),
        ("the 5th of May, 2026", "2026-05-05"),
        ("14-Mar-2026", "2026-03-14"),
        ("14 March 2026 at 10:30 pm", "2026-03-14"),
        ("2026-03-14T23:59:00-08:00", "2026-03-14"),
    ],
)
def test_dates_are_read_as_people_write_them(written: str, day: str) -> None:
    assert iso_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        "banana",
        "",
        "5",
        "2026",
        "May",
        "May 2026",
        "14 March",
        "14.03.",
        "tomorrow",
        "10 and 3 March 2026",
        "10:30",
        "31.02.2026",
        "31 February 2026",
        "03/14/2026",
        "2026-13-01",
        "14 March 2026 or 15 March 2026",
        20260314,
        None,
    ],
)
def test_what_is_no_whole_date_is_refused_and_never_filled_in(written: Any) -> None:
    assert isinstance(iso_date(written), NotNormal)


def test_the_american_reading_puts_months_first_except_between_dots() -> None:
    assert us_date("03/14/2026") == "2026-03-14"
    assert us_date("03/05/2026") == "2026-03-05"
    assert us_date("14.03.2026") == "2026-03-14"
    assert isinstance(us_date("14/03/2026"), NotNormal)


@given(DAYS, st.sampled_from(FORMS))
def test_a_date_survives_every_way_of_writing_it(day: date, form: str) -> None:
    once = iso_date(form.format(day))
    assert once == day.isoformat()
    assert iso_date(once) == once


@given(st.text(st.sampled_from("0123456789./- ,:TZabcdefghijlmnoprstuvyMJ"), max_size=30))
def test_no_text_makes_it_fail(text: str) -> None:
    assert isinstance(iso_date(text), str | NotNormal)
