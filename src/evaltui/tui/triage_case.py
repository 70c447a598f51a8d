"""Owns the case that is judged: its head, and the difference beside it, from the first place where it differs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from textual.app import ComposeResult
from textual.containers import Vertical

from evaltui.domain.case import Case
from evaltui.domain.run import Run
from evaltui.domain.trajectory import Step
from evaltui.loop.case_pair import CasePair, answer, readable, trajectory, trajectory_rows, why_none
from evaltui.loop.writing import as_json, written
from evaltui.store.cases import SampleDetail
from evaltui.tui.triage_words import Look, head
from evaltui.tui.widgets.columns import Cell, Span
from evaltui.tui.widgets.lines import Lines
from evaltui.tui.widgets.sides import Sides

TABS: Final[Mapping[str, str]] = {"steps": "steps", "answer": "answer", "gold": "expected", "input": "asked"}
"""What may be looked at of a case, and what it is called."""


class CasePane(Vertical):
    """Shows one case, or what is left to say when none is open."""

    DEFAULT_CSS = """
    CasePane { height: 1fr; }
    CasePane > #head { padding: 0 1; }
    CasePane > #tabs { padding: 0 1; height: 1; }
    CasePane > #summary { display: none; padding: 2 3; }
    CasePane.-summary > #summary { display: block; }
    CasePane.-summary > #head, CasePane.-summary > #tabs, CasePane.-summary > Sides { display: none; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._look: Look | None = None
        self._runs: tuple[Run | None, Run | None] = (None, None)
        self._chosen = ""
        self._shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Head, tabs, both sides; and the words for when all is done."""
        yield Lines(id="head")
        yield Lines(id="tabs")
        yield Sides(id="diff")
        yield Lines(id="summary")

    @property
    def sides(self) -> Sides:
        """Where the difference is."""
        return self.query_one(Sides)

    def show_case(self, look: Look, against: Run | None, run: Run) -> None:
        """Another case, or the same one with another finding."""
        self._look, self._runs = look, (against, run)
        self.remove_class("-summary")
        self._draw()

    def show_summary(self, lines: Sequence[Cell]) -> None:
        """What is left to say."""
        self.query_one("#summary", Lines).show(lines)
        self.add_class("-summary")

    @property
    def summed_up(self) -> bool:
        """Whether no case is shown."""
        return self.has_class("-summary")

    def clear(self) -> None:
        """Nothing."""
        self._look, self._shown = None, ()
        self.query_one("#head", Lines).show(())
        self.query_one("#tabs", Lines).show(())
        self.sides.say("")
        self.remove_class("-summary")

    def turn(self, by: int) -> None:
        """The next tab, or the one before."""
        if self._look is not None and self._look.pair is not None:
            there = self._there(self._look.pair)
            now = there.index(self._tab(self._look.pair))
            self._chosen = there[(now + by) % len(there)]
            self._draw()

    def on_resize(self) -> None:
        """The head is broken anew."""
        if self._look is not None:
            self._draw()

    def _draw(self) -> None:
        look = self._look
        if look is None:
            return
        width = max(20, self.size.width - 2)
        self.query_one("#head", Lines).show(head(look, width))
        if look.pair is not None:
            tab = self._tab(look.pair)
            self.query_one("#tabs", Lines).show([self._tabs(look.pair, tab)])
            self._compare(look.pair, tab)

    def _tabs(self, pair: CasePair, tab: str) -> Cell:
        spans: list[Span] = []
        for name in self._there(pair):
            spans += [(f"{TABS[name]}", "strong" if name == tab else "muted"), ("  ", "")]
        return (("[ ] ", "key"), *spans) if len(self._there(pair)) > 1 else tuple(spans)

    def _there(self, pair: CasePair) -> list[str]:
        case = _case(pair)
        there = {
            "steps": any(_calls(side) for side in (pair.before, pair.after)),
            "answer": True,
            "gold": case is not None and case.expected is not None,
        }
        return [name for name in TABS if there.get(name, True)]

    def _tab(self, pair: CasePair) -> str:
        """The chosen one where the case has it; else what the agent did, or said, or should have said."""
        there = self._there(pair)
        if self._chosen in there:
            return self._chosen
        changed = pair.before is not None and answer(pair.before) != answer(pair.after)
        return "steps" if "steps" in there else "answer" if changed or "gold" not in there else "gold"

    def _compare(self, pair: CasePair, tab: str) -> None:
        wanted = (pair.case_id, tab, id(pair))
        if wanted == self._shown:
            return
        self._shown = wanted
        case = _case(pair)
        if tab == "input":
            self.sides.show_text("asked", asked(case) if case else "")
        elif tab == "gold":
            self._against_gold(case.expected if case else None, pair)
        else:
            self._against_before(pair, steps=tab == "steps")

    def _against_gold(self, expected: Any, pair: CasePair) -> None:
        """Side by side where one can be held against the other."""
        said = _said(pair.after)
        if isinstance(expected, str) or as_json(said) is not None:
            self.sides.compare(written(expected), said, "expected", self._titles()[1])
        else:
            self.sides.show_text("expected", written(expected))

    def _against_before(self, pair: CasePair, *, steps: bool) -> None:
        before, now = self._titles()
        if pair.before is None:
            text = "\n\n".join(map(readable, _steps(pair.after))) if steps else _said(pair.after)
            self.sides.show_text(now, text)
        elif steps:
            self.sides.show(trajectory_rows(trajectory(pair.before), trajectory(pair.after)), before, now)
        else:
            self.sides.compare(_said(pair.before), _said(pair.after), before, now)

    def _titles(self) -> tuple[str, str]:
        against, run = self._runs
        return f"run {against.id}" if against else "before", f"run {run.id}" if run else "now"


def _said(detail: SampleDetail | None) -> str:
    text = answer(detail)
    return text if text is not None else f"({why_none(detail)})"


def _steps(detail: SampleDetail | None) -> tuple[Step, ...]:
    seen = trajectory(detail)
    return seen.steps if seen else ()


def _calls(detail: SampleDetail | None) -> bool:
    return any(step.tool is not None for step in _steps(detail))


def _case(pair: CasePair) -> Case | None:
    detail = pair.after or pair.before
    return detail.case if detail else None


def asked(case: Case) -> str:
    """What the agent was given."""
    if case.messages is None:
        parts = [written(case.input)]
    else:
        parts = [f"{message.role}: {written(message.content)}" for message in case.messages]
    parts += [f"user, later: {written(turn)}" for turn in case.turns]
    parts += [f"vars: {written(case.vars)}"] if case.vars else []
    parts += [f"rubric: {case.rubric}"] if case.rubric else []
    return "\n\n".join(parts)
