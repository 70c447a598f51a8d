"""Owns what everything looks like: the themes, and what each role is drawn as in each of them."""

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from rich.style import Style
from textual.app import App
from textual.theme import Theme

ROLES: Final = (
    "text", "muted", "strong", "title", "pass", "fail", "change", "unsure", "accent", "key", "critical", "mark",
    "cursor", "cursor_blur", "header", "added", "removed", "added_word", "removed_word", "rule",
)  # fmt: skip

STATE: Final[Mapping[str, tuple[str, str, str]]] = {
    "pass": ("✓", "pass", "pass"),
    "fail": ("✗", "fail", "fail"),
    "broke": ("✗", "broke", "fail"),
    "fixed": ("✓", "fixed", "pass"),
    "changed": ("~", "changed", "change"),
    "same": ("=", "same", "muted"),
    "new": ("+", "new", "accent"),
    "gone": ("-", "gone", "muted"),
    "unresolved": ("!", "unresolved", "unsure"),
    "incomplete": ("…", "incomplete", "unsure"),
    "running": ("▸", "running", "accent"),
    "waiting": ("▸", "waiting", "accent"),
    "unsent": ("·", "not sent", "muted"),
    "canceling": ("▸", "canceling", "unsure"),
    "canceled": ("!", "canceled", "unsure"),
    "failed": ("!", "failed", "unsure"),
    "scored": ("·", "scored", "text"),
    "baseline": ("★", "baseline", "accent"),
    "critical": ("◆", "critical", "critical"),
}
"""What a state is shown as: a glyph, a word and a role; colour is never alone."""

_DARK: Final = {
    "text": "#d5dae3", "muted": "#94a0b2", "strong": "bold #f3f6fb", "title": "bold #f3f6fb",
    "pass": "#5aa9ff", "fail": "#ff9e4a", "change": "#e3d48c", "unsure": "#b794f6",
    "accent": "#6fd3e3", "key": "bold #6fd3e3", "critical": "bold #ff7aa8", "mark": "bold #6fd3e3",
    "cursor": "on #24344d", "cursor_blur": "on #1b222d", "header": "#94a0b2 on #151b24",
    "added": "#c9def5 on #101f31", "removed": "#ecd8c6 on #291b10",
    "added_word": "bold underline #a9d4ff on #1b4268", "removed_word": "strike #ffc898 on #573212",
    "rule": "#2c3543",
}  # fmt: skip
_LIGHT: Final = {
    "text": "#1f2733", "muted": "#58616f", "strong": "bold #0b1018", "title": "bold #0b1018",
    "pass": "#0a5bbd", "fail": "#ad4300", "change": "#6c5a00", "unsure": "#6a3ec0",
    "accent": "#00697a", "key": "bold #00697a", "critical": "bold #b1005c", "mark": "bold #00697a",
    "cursor": "on #d3e3f8", "cursor_blur": "on #e8ecf1", "header": "#58616f on #eef0f3",
    "added": "#14365c on #e6f1fd", "removed": "#5a2c0c on #fdefe2",
    "added_word": "bold underline #08438a on #bddafa", "removed_word": "strike #853400 on #f8cfad",
    "rule": "#c8ced7",
}  # fmt: skip
_CONTRAST: Final = {
    "text": "#ffffff", "muted": "#ffffff", "strong": "bold #ffffff", "title": "bold #ffffff",
    "pass": "bold #00ffff", "fail": "bold #ffff00", "change": "bold #ffffff", "unsure": "underline #ffffff",
    "accent": "#00ffff", "key": "bold #00ffff", "critical": "bold #ffff00", "mark": "bold #00ffff",
    "cursor": "bold #000000 on #ffff00", "cursor_blur": "bold #000000 on #ffffff",
    "header": "bold #ffffff on #000000",
    "added": "#00ffff on #000000", "removed": "#ffff00 on #000000",
    "added_word": "bold underline #000000 on #00ffff", "removed_word": "strike #000000 on #ffff00",
    "rule": "#ffffff",
}  # fmt: skip
# The terminal's own sixteen colours, on its own background: only those readable on light and dark ones alike.
_ANSI: Final = {
    "text": "default", "muted": "bright_black", "strong": "bold default", "title": "bold default",
    "pass": "bright_blue", "fail": "red", "change": "bold default", "unsure": "magenta",
    "accent": "cyan", "key": "bold cyan", "critical": "bold magenta", "mark": "bold cyan",
    "cursor": "reverse default on default", "cursor_blur": "bright_white on bright_black",
    "header": "bright_black", "added": "bright_blue", "removed": "red",
    "added_word": "bold underline bright_blue", "removed_word": "strike red", "rule": "bright_black",
}  # fmt: skip
_NO_COLOUR: Final = dict.fromkeys(ROLES, "") | {
    "strong": "bold", "title": "bold", "fail": "bold", "unsure": "underline", "key": "bold", "critical": "bold reverse",
    "mark": "bold", "cursor": "reverse", "cursor_blur": "underline", "header": "bold",
    "added_word": "bold underline", "removed_word": "strike",
}  # fmt: skip
_PALETTES: Final = {
    "evaltui-dark": _DARK, "evaltui-light": _LIGHT, "evaltui-contrast": _CONTRAST, "evaltui-ansi": _ANSI,
}  # fmt: skip


class Look:
    """The style of each role in one theme."""

    def __init__(self, roles: Mapping[str, str]) -> None:
        self._styles = {role: Style.parse(roles[role]) for role in ROLES}

    def __getitem__(self, role: str) -> Style:
        return self._styles[role]


def look_of(app: App[Any]) -> Look:
    """The look of the theme an app shows now."""
    return _look(app.current_theme.name, app.current_theme.dark, app.current_theme.ansi, app.no_color)


@lru_cache(maxsize=64)
def _look(name: str, dark: bool, ansi: bool, no_color: bool) -> Look:
    fallback = _ANSI if ansi else _DARK if dark else _LIGHT
    return Look(_NO_COLOUR if no_color else _PALETTES.get(name, fallback))


def _theme(name: str, colours: tuple[str, str, str, str], *, dark: bool = True, **variables: str) -> Theme:
    roles = _PALETTES[name]
    background, surface, panel, cursor = colours
    return Theme(
        name=name,
        primary=_ink(roles["pass"]),
        secondary=_ink(roles["unsure"]),
        accent=_ink(roles["accent"]),
        foreground=_ink(roles["text"]),
        success=_ink(roles["pass"]),
        warning=_ink(roles["change"]),
        error=_ink(roles["fail"]),
        background=background,
        surface=surface,
        panel=panel,
        dark=dark,
        variables=_variables(roles, cursor, panel) | {key.replace("_", "-"): value for key, value in variables.items()},
    )


def _variables(roles: Mapping[str, str], cursor: str, panel: str) -> dict[str, str]:
    rule, accent = _ink(roles["rule"]), _ink(roles["accent"])
    return {
        "block-cursor-background": cursor,
        "block-cursor-foreground": _ink(roles["strong"]),
        "block-cursor-text-style": "bold",
        "border": accent,
        "border-blurred": rule,
        "footer-key-foreground": accent,
        "footer-background": panel,
        "input-selection-background": cursor,
        "scrollbar": rule,
        "scrollbar-hover": _ink(roles["muted"]),
        "scrollbar-active": accent,
        "scrollbar-background": panel,
        "scrollbar-background-hover": panel,
        "scrollbar-background-active": panel,
        "scrollbar-corner-color": panel,
    }


def _ink(style: str) -> str:
    return style.partition(" on ")[0].rpartition(" ")[2]


def _ansi_theme() -> Theme:
    own = "ansi_default"
    return Theme(
        name="evaltui-ansi", ansi=True, primary="ansi_bright_blue", secondary="ansi_magenta", accent="ansi_cyan",
        success="ansi_bright_blue", warning="ansi_magenta", error="ansi_red",
        foreground=own, background=own, surface=own, panel=own, boost=own,
        variables={
            "ansi-background": "ansi_black", "ansi-foreground": "ansi_white", "border": "ansi_cyan",
            "border-blurred": "ansi_bright_black", "block-cursor-foreground": "ansi_black",
            "block-cursor-background": "ansi_cyan", "input-cursor-background": "ansi_cyan",
            "input-cursor-foreground": "ansi_black", "input-cursor-text-style": "none",
            "input-selection-background": "ansi_bright_blue", "input-selection-foreground": "ansi_black",
            "screen-selection-background": "ansi_bright_blue", "screen-selection-foreground": "ansi_black",
            "scrollbar": "ansi_bright_black", "scrollbar-hover": "ansi_cyan", "scrollbar-active": "ansi_cyan",
            "scrollbar-background": "ansi_default", "scrollbar-corner-color": "ansi_default",
            "scrollbar-background-hover": "ansi_default", "scrollbar-background-active": "ansi_default",
        },
    )  # fmt: skip


THEMES: Final = (
    _theme("evaltui-dark", ("#0e1219", "#121822", "#151b24", "#24344d")),
    _theme("evaltui-light", ("#fbfbf9", "#f5f6f5", "#eef0f3", "#d3e3f8"), dark=False),
    _theme("evaltui-contrast", ("#000000", "#000000", "#000000", "#ffff00"), block_cursor_foreground="#000000"),
    _ansi_theme(),
)
DEFAULT_THEME: Final = "evaltui-dark"


def ansi_color() -> bool | None:
    """What an app is made with: without colours nothing but the terminal's own may be sent, not even greys."""
    return True if "NO_COLOR" in os.environ else None


def register(app: App[Any]) -> None:
    """Our themes join the app's, and the app starts in ours; in the terminal's own colours where none are wanted."""
    for theme in THEMES:
        app.register_theme(theme)
    app.theme = "evaltui-ansi" if app.no_color else DEFAULT_THEME
