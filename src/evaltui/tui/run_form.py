"""Owns what is chosen in the question what to run, field by field, and how the fields are shown."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evaltui.domain.run import Run
from evaltui.loop.estimate import roughly
from evaltui.tui.widgets.columns import Cell, Span

if TYPE_CHECKING:
    from evaltui.loop.candidates import Candidate
    from evaltui.loop.choices import Choice
    from evaltui.loop.propose import Wish

FIELDS = ("evalset", "agent", "cases", "trials", "send")
MOST_TRIALS = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """What is chosen so far, by number."""

    evalset: int = 0
    agent: int = 0
    cases: int = 0
    trials: int = 1
    live: bool = False


@dataclass(slots=True)
class Form:
    """`candidates` come first, then the `choices` of cases that belong to the evalset; `at` is the field of the cursor.

    Until there are candidates there is nothing to show.
    """

    candidates: "list[Candidate]" = field(default_factory=list)
    choices: "tuple[Choice, ...]" = ()
    draft: Draft = field(default_factory=Draft)
    at: int = 2

    @property
    def candidate(self) -> "Candidate":
        return self.candidates[self.draft.evalset]

    @property
    def choice(self) -> "Choice | None":
        """Which cases; None stands for all, where no run tells of others."""
        return self.choices[self.draft.cases] if self.choices else None

    @property
    def wish(self) -> "Wish":
        """What is asked for now."""
        from evaltui.loop.propose import Wish

        one, choice, draft = self.candidate, self.choice, self.draft
        agent = one.agents[draft.agent] if one.agents else None
        only, ids = (choice.only, choice.ids) if choice else ("", None)
        return Wish(one.folder, agent, only, ids, draft.trials, draft.live)

    def begin_like(self, run: Run | None) -> None:
        """The evalset and agent of a run, sent as it was; without one, of the newest."""
        run = run or self.candidates[0].last
        at = next((n for n, one in enumerate(self.candidates) if run and str(one.folder) == run.folder), 0)
        agents, file = self.candidates[at].agents, Path(run.agent_file).resolve() if run and run.agent_file else None
        self.draft = Draft(at, agents.index(file) if file in agents else 0, live=bool(run and run.engine == "live"))

    def choose_among(self, choices: "tuple[Choice, ...]") -> None:
        """Other choices of cases; all cases, or those that were marked on purpose."""
        self.choices = choices
        marked = next((n for n, choice in enumerate(choices) if choice.name == "marked"), 0)
        self.draft = replace(self.draft, cases=marked)

    def move(self, by: int) -> None:
        """The cursor to another field."""
        self.at = (self.at + by) % len(FIELDS)

    def change(self, by: int) -> bool:
        """The next or the previous value of the field; whether it is another one."""
        before = self.draft
        self.draft = getattr(self, f"_{FIELDS[self.at]}")(before, by)
        return self.draft != before

    def _evalset(self, draft: Draft, by: int) -> Draft:
        return Draft((draft.evalset + by) % len(self.candidates), trials=draft.trials, live=draft.live)

    def _agent(self, draft: Draft, by: int) -> Draft:
        return replace(draft, agent=(draft.agent + by) % max(1, len(self.candidate.agents)))

    def _cases(self, draft: Draft, by: int) -> Draft:
        return replace(draft, cases=(draft.cases + by) % max(1, len(self.choices)))

    def _trials(self, draft: Draft, by: int) -> Draft:
        return replace(draft, trials=max(1, min(MOST_TRIALS, draft.trials + by)))

    def _send(self, draft: Draft, by: int) -> Draft:
        del by  # there are only two ways
        return replace(draft, live=not draft.live)

    def lines(self, *, wide: bool = True) -> Iterator[Cell]:
        """The fields with their values; where there is little room, only what is chosen has its price."""
        if not self.candidates:
            return
        one, draft = self.candidate, self.draft
        agent = one.agents[draft.agent].name if one.agents else "none"
        yield self._line(0, _of(one.name, draft.evalset, len(self.candidates)))
        yield self._line(1, _of(agent, draft.agent, len(one.agents)))
        yield self._line(2, tuple(self._options(wide=wide)))
        asked = "asked once" if draft.trials == 1 else f"each case is asked {draft.trials} times"
        yield self._line(3, ((str(draft.trials), "strong"), (f"  {asked}", "muted")))
        yield self._line(4, _ways(draft))

    def _line(self, number: int, value: tuple[Span, ...]) -> Cell:
        here = number == self.at
        return (("› " if here else "  ", "accent"), (f"{FIELDS[number]:<9}", "key" if here else "muted"), *value)

    def _options(self, *, wide: bool) -> Iterator[Span]:
        if not self.choices:
            yield ("all", "strong")
        for number, choice in enumerate(self.choices):
            chosen = number == self.draft.cases
            yield from _option(f"{choice.name} {choice.cases:,}", chosen=chosen)
            about = choice.live if self.draft.live else choice.batch
            priced = about is not None and (wide or chosen)
            yield (f" ~{roughly((about or 0) * self.draft.trials)}   " if priced else "   ", "muted")


def _ways(draft: Draft) -> tuple[Span, ...]:
    batch, live = _option("in batches", chosen=not draft.live), _option("live", chosen=draft.live)
    return (*batch, (" half the price   ", "muted"), *live, (" at once", "muted"))


def _of(text: str, number: int, count: int) -> tuple[Span, ...]:
    return ((text, "strong"), (f"  {number + 1} of {count}" if count > 1 else "", "muted"))


def _option(text: str, *, chosen: bool) -> tuple[Span, Span]:
    return ("● " if chosen else "○ ", "accent" if chosen else "muted"), (text, "strong" if chosen else "text")
