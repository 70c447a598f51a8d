"""Owns how a draft of a gold case is shown: the block that is written, what the agent did, and what is like it."""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from evaltui.domain.problem import Problem
from evaltui.gate.words import count
from evaltui.tui.widgets.columns import Cell, Span
from evaltui.tui.widgets.node_strips import parted
from evaltui.tui.widgets.paper import Layout, Row
from evaltui.tui.widgets.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Hashable

    from evaltui.loop.draft import Draft

MOST: Final = 3000
"""Lines of a text that are laid out."""
SIGNS: Final = {"+": "added", "-": "removed", "@": "strong", " ": "muted"}
FAILED: Final[Span] = ("✗ the failed output, never taken as gold", "fail")
TITLES: Final = {
    "did": "✗ what the agent did: it failed, and is never taken as gold",
    "block": "what is written",
    "similar": "what the set holds, and the new case",
}
RULE: Final = "─" * 300


def lit(drafts: "Sequence[Draft]") -> re.Pattern[str] | None:
    """What finds the placeholders of these drafts."""
    names = {redaction.placeholder for draft in drafts for redaction in draft.redactions}
    return re.compile("|".join(map(re.escape, sorted(names)))) if names else None


def page(lines: Sequence[tuple[str, str]], pattern: re.Pattern[str] | None) -> Layout:
    """Lines of a diff, broken to the width, placeholders standing out of them."""

    def layout(width: int, _height: int, _key: "Hashable") -> Sequence[Row]:
        rows = list(islice(_rows(lines, width, pattern), MOST + 1))
        more = [Row(("… the rest is in the editor (e)", "accent"))] if len(rows) > MOST else []
        return [*rows[:MOST], *more]

    return layout


def _rows(lines: Sequence[tuple[str, str]], width: int, pattern: re.Pattern[str] | None) -> Iterator[Row]:
    for sign, line in lines:
        role = SIGNS.get(sign, "text")
        for text in wrapped(line, max(20, width - 3)):
            parts = parted((text, role), pattern) if pattern else ((text, role),)
            yield Row(((f"{sign} ", role), *parts, (" " * (width - cell_len(text) - 2), role)))


def block(draft: "Draft") -> list[tuple[str, str]]:
    """The case as YAML, all of it new."""
    from evaltui.loop.draft_edit import as_yaml

    lines = as_yaml(draft).split("\n")
    start = next((at for at, line in enumerate(lines) if line and not line.startswith("#")), 0)
    return [("+", line) for line in lines[start:] if line or start]


def did(draft: "Draft") -> list[tuple[str, str]]:
    """What the agent did at the turn, and what it was told to do."""
    return [("-", line) for line in draft.failed.split("\n")]


def asked(draft: "Draft") -> str:
    """What the case tells the agent, as one text to hold against another."""
    texts = [text for path, text in draft.texts if path[0] in ("input", "messages", "vars", "turns") and _is_said(path)]
    return "\n".join(texts)


def _is_said(path: tuple[str | int, ...]) -> bool:
    return path[-1] not in ("role", "type", "id", "tool_use_id", "name")


def glance(draft: "Draft", width: int) -> Cell:
    """The failed output in one line, labelled."""
    return (FAILED, ("  ", ""), (" ".join(draft.failed.split())[: 4 * width], "muted"))


def heading(pane: str, draft: "Draft | None") -> Cell:
    """What the pane shows, and what was hidden or left out of the case."""
    title: Span = (TITLES[pane], "fail" if pane == "did" else "title")
    if draft is None:
        return (("── ", "rule"), title, (RULE, "rule"))
    hidden = len({redaction.placeholder for redaction in draft.redactions})
    said = f"{count(hidden, 'thing')} redacted" if hidden else "nothing was redacted"
    notes = "".join(f" · {note}" for note in draft.notes)
    about: Span = (f"  {said}{notes} ", "unsure" if hidden else "muted")
    return (("── ", "rule"), title, about, (RULE, "rule"))


def near(lines: Sequence[tuple[str, str]], folder: Path) -> list[tuple[str, str]]:
    """The same diff, its files as seen from the project."""
    start = f"{folder}{os.sep}"
    return [(sign, line.removeprefix(start) if sign == "@" else line) for sign, line in lines]


def problems(found: Sequence[Problem], most: int) -> list[Cell]:
    """What keeps it from being written, or should be looked at, in as many lines."""
    ordered = sorted(found, key=lambda problem: problem.severity == "warning")
    lines: list[Cell] = [_problem(each) for each in ordered[:most]]
    if len(ordered) > most:
        lines[-1] = (*lines[-1], (f"   and {len(ordered) - most} more", "muted"))
    return lines


def _problem(problem: Problem) -> Cell:
    mark: Span = ("~ ", "change") if problem.severity == "warning" else ("! ", "fail")
    field = f"{problem.field}: " if problem.field else ""
    hint = f"; {problem.hint}" if problem.hint else ""
    return (mark, (f"{field}{problem.message}{hint}", "text"))
