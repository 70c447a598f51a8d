"""Owns finding one thing among many by typing: a line, and under it what matches, the best first."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from evaltui.tui.fuzzy import best
from evaltui.tui.widgets.chips import Spans
from evaltui.tui.widgets.columns import Cell, Column, Span
from evaltui.tui.widgets.rows import ListOf, RowList


@dataclass(frozen=True, slots=True)
class Choice:
    """`key` is what is answered; `keys` are the keyboard's way to the same; choices of one `group` stand together."""

    key: Hashable
    name: str
    detail: str = ""
    keys: str = ""
    group: str = ""
    role: str = "text"


@dataclass(frozen=True, slots=True)
class _Line:
    """A choice with the letters that were found in its name, or the heading of a group."""

    choice: Choice | None
    letters: tuple[int, ...] = ()
    heading: str = ""

    @property
    def key(self) -> Hashable:
        return self.choice.key if self.choice else ("heading", self.heading)


COLUMNS = (Column("", 20, flex=3), Column("", 16, flex=5, drop=1), Column("", 8, align="right"))
KEYS_FIRST = (Column("", 12), Column("", 17), Column("", 16, flex=1, drop=1))


class Finder(Vertical):
    """Letters go to the line, arrows to the list, from wherever one is."""

    DEFAULT_CSS = """
    Finder { height: 1fr; }
    Finder > Horizontal { height: 1; margin: 0 0 1 0; }
    Finder Prompting { width: 3; }
    """

    @dataclass
    class Typed(Message):
        """Other words are looked for."""

        text: str

    @dataclass
    class Taken(Message):
        """This one."""

        key: Hashable

    class Left(Message):
        """None of them."""

    def __init__(self, choices: Sequence[Choice] = (), *, keys_first: bool = False, empty: str = "", **more: Any):
        super().__init__(**more)
        self._choices = tuple(choices)
        self._more: tuple[Choice, ...] = ()
        self._keys_first = keys_first
        self._empty = empty

    @property
    def text(self) -> str:
        """What is looked for."""
        return self.query_one(FinderInput).value.strip()

    def compose(self) -> ComposeResult:
        """A line, and a list."""
        with Horizontal():
            yield Prompting()
            yield self.line()
        yield RowList(empty=self._empty, lit=True)

    def line(self) -> "FinderInput":
        """The line that is typed in."""
        return FinderInput()

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(RowList).can_focus = False
        self._draw(top=True)
        self.query_one(FinderInput).focus()

    def show(self, choices: Sequence[Choice]) -> None:
        """Other choices; the cursor stays on its own."""
        self._choices = tuple(choices)
        self._draw(top=False)

    def add(self, text: str, choices: Sequence[Choice]) -> None:
        """More that was found for `text` elsewhere; too late if something else is looked for by now."""
        if text == self.text:
            self._more = tuple(choices)
            self._draw(top=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typed."""
        event.stop()
        self._more = ()
        self._draw(top=True)
        self.post_message(self.Typed(self.text))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the one under the cursor."""
        event.stop()
        self.query_one(RowList).choose()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Entered, or clicked twice."""
        event.stop()
        self.post_message(self.Taken(event.key))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Nobody else need know."""
        event.stop()

    def move(self, by: int) -> None:
        """The cursor of the list."""
        self.query_one(RowList).move(by)

    def page(self, by: int) -> None:
        """The same by screens."""
        self.query_one(RowList).page(by)

    def _draw(self, *, top: bool) -> None:
        lines = list(self._found() if self.text else self._grouped())
        columns = KEYS_FIRST if self._keys_first else COLUMNS
        source = ListOf(
            columns, lines, key=lambda line: line.key, cells=self._cells, heading=lambda line: line.choice is None
        )
        self.query_one(RowList).show(source, top=top)

    def _grouped(self) -> Iterator[_Line]:
        for group, choices in groupby(self._choices, key=lambda choice: choice.group):
            if group:
                yield _Line(None, heading=group)
            yield from (_Line(choice) for choice in choices)

    def _found(self) -> Iterator[_Line]:
        alike = {(choice.name, choice.detail, choice.keys): choice for choice in reversed(self._choices)}
        every = [*reversed(alike.values()), *self._more]
        named = ((choice.name, choice.detail, choice) for choice in every)
        yield from (_Line(choice, letters) for choice, letters in best(self.text, named))

    def _cells(self, line: _Line) -> Sequence[Cell]:
        choice = line.choice
        if choice is None:
            return ((line.heading, "strong"),)
        name = tuple(lit(choice.name, line.letters, choice.role))
        detail, keys = (choice.detail, "muted"), (choice.keys, "key")
        return (keys, name, detail) if self._keys_first else (name, detail, keys)


class FinderInput(Input):
    """The line. What moves the list is handed to it."""

    DEFAULT_CSS = """
    FinderInput { width: 1fr; height: 1; border: none; padding: 0; background: transparent; }
    FinderInput:focus { border: none; background-tint: transparent; }
    """
    BINDINGS = [
        ("up", "move(-1)"),
        ("down", "move(1)"),
        ("pageup", "page(-1)"),
        ("pagedown", "page(1)"),
        ("escape", "leave"),
    ]
    HINTS: tuple[tuple[str, str], ...] = (("enter", "take"), ("esc", "back"), ("↑↓", "move"))

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False, max_length=200)
        self.cursor_blink = False

    def action_move(self, by: int) -> None:
        """In the list."""
        self._finder.move(by)

    def action_page(self, by: int) -> None:
        """In the list."""
        self._finder.page(by)

    def action_leave(self) -> None:
        """Out, without taking any."""
        self.post_message(Finder.Left())

    @property
    def _finder(self) -> Finder:
        return next(node for node in self.ancestors if isinstance(node, Finder))


class Prompting(Spans):
    """The sign before the line."""

    def spans(self) -> Sequence[Span]:
        """›"""
        return [(" › ", "key")]


def lit(name: str, letters: Sequence[int], role: str) -> Iterator[Span]:
    """The name with the letters that were found in it."""
    found = {letter for letter in letters if letter < len(name)}
    if not found:
        yield name, role
        return
    for hit, places in groupby(range(len(name)), key=found.__contains__):
        part = "".join(name[place] for place in places)
        yield part, "key" if hit else role
