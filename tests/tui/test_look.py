"""Themes: every role has a style in each, can be read, and says what it says without colour too."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.style import Style
from tests.tui.terminal import terminal
from textual.app import App, ComposeResult
from textual.color import Color
from textual.widgets import Input

from evaltui.tui.look import DEFAULT_THEME, ROLES, STATE, THEMES, Look, look_of, register


class Room(App[None]):
    def __init__(self) -> None:
        super().__init__()
        register(self)

    def compose(self) -> ComposeResult:
        yield Input()


def inside(check: Callable[[Room], Any]) -> Any:
    async def run() -> Any:
        room = Room()
        async with room.run_test() as pilot:
            await pilot.pause()
            return check(room)

    return asyncio.run(run())


def looks() -> dict[str, Look]:
    def all_of(room: Room) -> dict[str, Look]:
        found = {}
        for name in room.available_themes:
            room.theme = name
            found[name] = look_of(room)
        return found

    return inside(all_of)


def test_every_theme_has_every_role_and_every_state_a_role() -> None:
    for look in looks().values():
        assert [look[role] for role in ROLES]
    assert {role for _, _, role in STATE.values()} <= set(ROLES)


def test_states_that_differ_never_differ_by_colour_alone() -> None:
    shown = [(glyph, word) for glyph, word, _ in STATE.values()]
    assert len(set(shown)) == len(shown)


@pytest.mark.parametrize("name", ["evaltui-dark", "evaltui-light", "evaltui-contrast"])
def test_every_role_can_be_read_on_its_ground_and_under_the_cursor(name: str) -> None:
    theme = next(theme for theme in THEMES if theme.name == name)
    look = looks()[name]
    ground = look["text"] + Look(dict.fromkeys(ROLES, f"on {theme.background}"))["text"]
    for role in set(ROLES) - {"rule", "cursor", "cursor_blur"}:
        for over in ("", "cursor", "cursor_blur"):
            style = ground + look[role] + (look[over] if over else Style.null())
            assert contrast(style) >= 4.5, (role, over)


def contrast(style: Any) -> float:
    ink, ground = (Color.from_rich_color(colour) for colour in (style.color, style.bgcolor))
    light, dark = sorted((luminance(ink) + 0.05, luminance(ground) + 0.05), reverse=True)
    return light / dark


def luminance(colour: Color) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_the_terminals_own_colours_are_kept_as_they_are() -> None:
    look = looks()["evaltui-ansi"]
    assert all(look[role].color is None or look[role].color.triplet is None for role in ROLES)


def test_without_colour_cursor_removed_and_added_are_still_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    look = inside(look_of)
    assert look["cursor"].reverse
    assert look["removed_word"].strike
    assert look["added_word"].underline
    assert look["fail"].bold
    assert all(look[role].color is None and look[role].bgcolor is None for role in ROLES)


def test_no_color_starts_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert inside(lambda room: (room.theme, look_of(room)["cursor"].reverse)) == ("evaltui-ansi", True)


def test_colours_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert inside(lambda room: room.theme) == DEFAULT_THEME


PLAIN = {"", "0", "1", "3", "4", "7", "9", "39", "49"}
"""What a style may be made of without colour: bold, underline, reverse, struck, and the terminal's own two colours."""


def test_no_color_sends_no_colour_at_all_and_still_marks_the_cursor(tmp_path: Path) -> None:
    with terminal(tmp_path, NO_COLOR="1") as screen:
        screen.sees("evaltui")
        screen.press("?")
        screen.sees("keys of")
        screen.settle()
        sent = screen.raw.decode("utf-8", "replace")
    styles = {part for style in re.findall(r"\x1b\[([\d;]*)m", sent) for part in style.split(";")}
    assert styles <= PLAIN
    assert {"1", "7"} <= styles
