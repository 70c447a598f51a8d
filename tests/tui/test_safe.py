"""What foreign text may do to a terminal: nothing."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.content import Content

from evaltui.tui.safe import StripControls, plain, safe

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b]52;c;cGF5\x07", "␛]52;c;cGF5␇"),
        ("\x1b[2J\x9b2J", "␛[2J�2J"),
        ("a\r\nb\nc\rd\u2028e", "a⏎b⏎c⏎d⏎e"),
        ("a\tb\x00\x7f", "a⇥b␀␡"),
        ("pay\u202elap\u2066x\ufeff", "pay�lap�x�"),
        ("pay\u200dpal\u200b", "pay�pal�"),
        ("tag\U000e0041\ue000\ud800", "tag���"),
        ("blank\u3164\u115f\ufe01", "blank���"),
        ("[red]x[/red] [@click=app.quit]y", "[red]x[/red] [@click=app.quit]y"),
        ("été 日本 ½", "été 日本 ½"),
    ],
)
def test_what_could_act_is_shown_as_what_it_is(hostile: str, shown: str) -> None:
    assert plain(hostile) == shown


def test_families_of_emoji_stay_together_and_what_terminals_draw_differently_goes() -> None:
    assert plain("👨‍👩‍👧 ❤️ 👍🏽 1️⃣") == "👨‍👩‍👧 ❤ 👍 1⃣"


def test_marks_that_would_pile_over_other_lines_are_cut() -> None:
    assert plain("z" + "\u0301" * 200) == "z" + "\u0301" * 3


def test_a_long_text_is_cut_before_any_work_and_says_so() -> None:
    assert plain("x" * 5_000_000) == "x" * 2000 + "…"
    assert plain("\x1b" * 5_000_000, 3) == "␛␛␛…"


def test_lines_may_be_kept() -> None:
    assert plain("a\r\nb\u2029c", newlines=True) == "a\nb\nc"


@given(st.text(st.characters(), max_size=40))
def test_nothing_hidden_is_left_of_any_text(text: str) -> None:
    shown = plain(text)
    assert not [char for char in shown if char != "\u200d" and unicodedata.category(char) in HIDDEN]
    assert plain(shown) == shown


@given(st.text(st.characters(), max_size=40))
def test_cutting_and_measuring_agree_on_any_text(text: str) -> None:
    shown = plain(text)
    assert cell_len(shown) == sum(cell_len(part) for part in (shown,))
    assert "\n" not in shown


def test_markup_is_never_read() -> None:
    content = safe("[bold]x[/x] [@click=app.quit]y")
    assert isinstance(content, Content)
    assert content.plain == "[bold]x[/x] [@click=app.quit]y"
    assert content.spans == []


def apply(*segments: Segment) -> list[Segment]:
    return StripControls().apply(list(segments), Color(0, 0, 0))


def test_the_last_line_of_defence_drops_controls_and_keeps_styles() -> None:
    style = Style(bold=True)
    done = apply(Segment("ok", style), Segment("a\x1b[2Jb\u202e👨‍👩‍👧", style))
    assert [part.text for part in done] == ["ok", "a[2Jb👨‍👩‍👧"]
    assert {part.style for part in done} == {style}


def test_what_textual_itself_sends_as_control_passes() -> None:
    own: Any = Segment("\x1b[?25l", None, [(1,)])  # type: ignore[list-item]
    assert apply(own) == [own]
