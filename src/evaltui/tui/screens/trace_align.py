"""A trajectory beside the baseline's: the steps of both in a list, and below it how the two of a row differ."""

import json
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from evaltui.compare.alignment import Aligned
from evaltui.domain.trajectory import Step
from evaltui.tui.widgets.rows import Cell, Column, ListOf, RowList, Span
from evaltui.tui.widgets.sides import Sides

NARROW = 100
SIGNS = {"=": "muted", "~": "change", "-": "removed", "+": "added"}
BRIEF = 200

Row = tuple[int, Aligned]


class Alignment(Vertical):
    """Keys of the view that holds it move in the list; `turn` is that of the row under the cursor."""

    DEFAULT_CSS: ClassVar[str] = """
    Alignment { height: 1fr; }
    Alignment > RowList { height: 3fr; }
    Alignment > Sides { height: 2fr; border-top: solid $border-blurred; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._rows: tuple[Aligned, ...] = ()
        self._titles = ("", "")
        self._narrow: bool | None = None

    def compose(self) -> ComposeResult:
        yield RowList(empty="nothing to align")
        yield Sides()

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    @property
    def turn(self) -> int | None:
        """The turn of this run that the row under the cursor belongs to."""
        if not self._rows:
            return None
        here = self._rows[self.rows.cursor :] + self._rows[: self.rows.cursor][::-1]
        return next((one.after.turn for one in here if one.after is not None), None)

    def show(self, rows: tuple[Aligned, ...], titles: tuple[str, str]) -> None:
        """Two aligned trajectories, from their first difference on."""
        self._rows, self._titles = rows, titles
        self._list()
        self.rows.home()
        if rows and rows[0].sign == "=":
            self.problem(1)
        self._compare()

    def problem(self, by: int) -> bool:
        """To the next or previous step that is not the same."""
        here = self.rows.cursor
        order = range(here + 1, len(self._rows)) if by > 0 else range(here - 1, -1, -1)
        found = next((at for at in order if self._rows[at].sign != "="), None)
        return found is not None and self.rows.jump(found)

    def on_resize(self) -> None:
        """Where there is no room for two columns there is one."""
        if self._narrow != (self.size.width < NARROW):
            self._list()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self._compare()

    def _list(self) -> None:
        self._narrow = self.size.width < NARROW
        columns = _columns(self._titles, narrow=self._narrow)
        cells = _one if self._narrow else _both
        rows: list[Row] = list(enumerate(self._rows))
        self.rows.show(ListOf(columns, rows, key=lambda row: row[0], cells=lambda row: cells(row[1])))

    def _compare(self) -> None:
        one = self._rows[self.rows.cursor] if self.rows.cursor < len(self._rows) else None
        sides = self.query_one(Sides)
        if one is None:
            sides.say("")
        elif one.sign == "~":
            sides.compare(_text(one.before), _text(one.after), *self._titles)
        else:
            sides.show_text(_title(one, self._titles), _text(one.after or one.before))


def _title(one: Aligned, titles: tuple[str, str]) -> str:
    return {"=": f"the same in {titles[0]} and {titles[1]}", "-": f"only in {titles[0]}"}.get(
        one.sign, f"only in {titles[1]}"
    )


def _columns(titles: tuple[str, str], *, narrow: bool) -> Sequence[Column]:
    if narrow:
        return Column("", 1), Column("turn", 4, align="right"), Column(f"{titles[0]} → {titles[1]}", 10, flex=1)
    sides = (part for title in titles for part in (Column("turn", 4, align="right"), Column(title, 10, flex=1)))
    return Column("", 1), *sides


def _both(one: Aligned) -> list[Cell]:
    sides = (part for step in (one.before, one.after) for part in (_turn(step), _brief(step, one.sign)))
    return [(one.sign, SIGNS[one.sign]), *sides]


def _one(one: Aligned) -> list[Cell]:
    step = one.after or one.before
    return [(one.sign, SIGNS[one.sign]), _turn(step), _brief(step, one.sign)]


def _turn(step: Step | None) -> Span:
    return (str(step.turn), "muted") if step else ("", "text")


def _brief(step: Step | None, sign: str) -> Cell:
    if step is None:
        return "", "text"
    told = "muted" if sign == "=" else "text"
    name, value = _said(step)
    return (name, "muted" if sign == "=" else "strong"), (value[:BRIEF], told)


def _said(step: Step) -> tuple[str, str]:
    if step.role == "tool":
        return ("✗ error " if step.is_error else "result "), _plain(step.result)
    if step.tool is not None:
        return f"calls {step.tool} ", _plain(step.arguments)
    return ("user " if step.role == "user" else "agent "), step.text


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _text(step: Step | None) -> str:
    """All of a step; a call with the name of its tool first."""
    if step is None:
        return ""
    value = step.result if step.role == "tool" else step.arguments if step.tool is not None else step.text
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return f"{step.tool}\n{text}" if step.role == "assistant" and step.tool is not None else text
