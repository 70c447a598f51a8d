"""The screen that tests read tells what a terminal would draw, and what nobody should have written."""

import pytest
from tests.tui.elsewhere import PAYLOADS
from tests.tui.vt import Vt


def fed(*parts: str) -> Vt:
    vt = Vt(20, 3)
    for part in parts:
        vt.feed(part)
    return vt


def test_text_stands_where_it_was_put_and_wide_characters_take_two_cells() -> None:
    vt = fed("\x1b[?2026h\x1b[2;3H\x1b[1;31mab漢c\x1b[0m\x1b[?2026l", "\x1b[3;1Hé")
    assert vt.text == "\n  ab漢c\né"
    assert vt.odd == []


def test_a_sequence_cut_in_two_is_one() -> None:
    vt = fed("a\x1b[", "31", "mb", "\x1b]22;de", "fault\x1b", "\\c")
    assert (vt.text.split("\n")[0], vt.odd, vt.pointer) == ("abc", [], ["\x1b]22;default\x1b\\"])


@pytest.mark.parametrize(
    "name", ["colour", "title", "link", "clipboard", "clear", "query", "moves", "bidi", "unseen", "lines"]
)
def test_what_a_hostile_text_would_do_is_noticed(name: str) -> None:
    assert fed(PAYLOADS[name]).odd
