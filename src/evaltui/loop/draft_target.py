"""Owns what new cases are held against: the evalset as it is now, its agent, its scorers, its cases' ids and texts."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evaltui.domain.agent import Agent
from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.health.nearest import Nearest
from evaltui.evalsets.health.words import case_text
from evaltui.evalsets.source import CaseEntry, EvalsetSource
from evaltui.logs.redact.rules import Rules
from evaltui.loop.load import load
from evaltui.loop.redaction import rules_for
from evaltui.plugins import Built

MOST = 20
"""Cases like one draft that are shown: a template may have hundreds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A case of the set: where it is written, what it tells the agent, the item it was made of, "" for none."""

    id: str
    file: Path
    line: int
    text: str
    item: str
    digest: str

    @property
    def place(self) -> str:
        """`FILE:LINE`."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Similar:
    """A case of the set that says nearly the same: `share` of the word 3-grams in common, in (0, 1].

    `exact`: the same text; `same_item`: it was made of the same item of the inbox.
    """

    case: Standing
    share: float
    exact: bool = False
    same_item: bool = False

    def words(self) -> str:
        """How alike, in words, with the place."""
        alike = "was made of the same item" if self.same_item else "says the same"
        how = alike if self.exact or self.same_item else f"shares {self.share:.0%} of its words"
        return f"{self.case.id} ({self.case.place}) {how}"


@dataclass(frozen=True)  # without slots: the texts are taken apart once
class Target:
    """An evalset that was read without an error; `agent` is None where only that cannot be read."""

    source: EvalsetSource
    agent: Agent | None
    scorers: tuple[Built, ...]
    standing: tuple[Standing, ...]
    rules: Rules

    @property
    def name(self) -> str:
        """As runs and reports name the evalset."""
        return self.source.file.name

    def taken(self, case_id: str) -> Standing | None:
        """The case that has an id already."""
        return next((each for each in self.standing if each.id == case_id), None)

    def similar(self, case: Case, item: str = "") -> tuple[Similar, ...]:
        """The cases made of the same item, then those that say the same or nearly, the likest first."""
        made = [Similar(each, 1.0, same_item=True) for each in self.standing if item and each.item == item]
        known = {each.case.id for each in made}
        found = [Similar(self.standing[at], share, exact) for at, share, exact in self._nearest.like(case_text(case))]
        return (*made, *(each for each in found[:MOST] if each.case.id not in known))

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(each.text for each in self.standing)


def target(folder: Path, *more: Path) -> Target:
    """Raises BadInput with every error of the evalset, or of the redaction rules of its project or of `more` folders.

    A new case is added to a set that is sound.
    """
    rules = rules_for(folder if folder.is_dir() else folder.parent, *more)
    loaded = load(folder, equip=False)
    problems = list(loaded.problems)
    standing = tuple(map(_standing, read_cases(loaded.source, problems)))
    errors = tuple(each for each in problems if each.severity == "error" and not _is_no_case(each, loaded.source))
    if errors:
        raise BadInput(errors)
    return Target(loaded.source, loaded.agent, tuple(loaded.scorers), standing, rules)


def _is_no_case(problem: Problem, source: EvalsetSource) -> bool:
    """A set without a case is what a first one is added to."""
    empty = {str(file) for file in source.case_files}
    return "has no case" in problem.message or (problem.message == "the file is empty" and problem.file in empty)


def _standing(entry: CaseEntry) -> Standing:
    item = entry.case.source.digest if entry.case.source else None
    return Standing(entry.case.id, entry.file, entry.line, case_text(entry.case), item or "", entry.case.digest)
