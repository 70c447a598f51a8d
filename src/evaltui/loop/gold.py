"""Gold and scorers held against each other: a key that nothing reads, a scorer that never finds anything to read."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from evaltui.domain.case import Case
from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean
from evaltui.evalsets.source import CaseEntry
from evaltui.plugins import Built

TEXT = frozenset({"exact", "normalized", "one_of", "contains", "excludes", "regex", "label", "json_schema", "fields"})
CONDUCT = frozenset({"calls", "max_turns", "max_calls", "max_tokens", "forbidden_tools", "before", "final_state"})


def keys_read(specs: Sequence[ScorerSpec]) -> frozenset[str] | None:
    """The top keys of a mapping in `expected` that some scorer reads; None where one may read all of it."""
    found: set[str] = set(CONDUCT)
    if any(map(_shown_to_a_judge, specs)):
        return None
    for spec in specs:
        named = _named(spec)
        if spec.kind in TEXT and not named:
            return None
        found |= named
    return frozenset(found)


def _shown_to_a_judge(spec: ScorerSpec) -> bool:
    """A judge that sees the reference sees the whole of it."""
    rubric = spec.arguments.get("rubric") if spec.kind == "judge" else None
    sees = rubric.get("sees") if isinstance(rubric, dict) else None
    return isinstance(sees, list) and "reference" in sees


def _named(spec: ScorerSpec) -> set[str]:
    paths = [spec.arguments.get(name) for name in ("of", "expected", "value")]
    fields = spec.arguments.get("fields") or (spec.arguments.get("value") if spec.kind == "fields" else None)
    words = [*paths, *(fields if isinstance(fields, (list, dict)) else ())]
    return {word.split(".")[0] for word in words if isinstance(word, str) and word}


@dataclass(slots=True)
class GoldUse:
    """What of the gold was read, case by case; `problems` are warnings."""

    scorers: list[Built]
    cases: int = 0
    used: dict[str, int] = field(default_factory=dict)
    known: frozenset[str] | None = None

    def __post_init__(self) -> None:
        self.known = keys_read([spec for spec, _ in self.scorers])

    def see(self, entry: CaseEntry) -> list[Problem]:
        """Note one case; a warning for each key of its gold that no scorer reads."""
        self.cases += 1
        for spec, scorer in self.scorers:
            self.used[spec.name] = self.used.get(spec.name, 0) + scorer.applies(entry.case)
        known = self.known
        unread = () if known is None else (key for key in _keys(entry.case) if key not in known)
        return [*(_unread(entry, key, known or frozenset()) for key in unread), *self._unseen(entry)]

    def _unseen(self, entry: CaseEntry) -> list[Problem]:
        if entry.case.rubric is None or any(_shown_to_a_judge(spec) for spec, _ in self.scorers):
            return []
        message = f"case {entry.case.id}: no judge is shown this note"
        hint = "let the rubric of a judge see the reference"
        return [Problem(str(entry.file), entry.line, "rubric", message, hint=hint, severity="warning")]

    def problems(self, file: str) -> list[Problem]:
        """A warning for each scorer that no case has gold for."""
        idle = [spec.name for spec, _ in self.scorers if self.cases and not self.used.get(spec.name)]
        return [
            Problem(file, 0, f"scorers.{name}", f"none of the {self.cases:,} cases has gold for it", severity="warning")
            for name in idle
        ]


def _keys(case: Case) -> list[str]:
    return list(case.expected) if isinstance(case.expected, dict) else []


def _unread(entry: CaseEntry, key: str, known: frozenset[str]) -> Problem:
    message = f"case {entry.case.id}: no scorer reads this part of the gold"
    hint = did_you_mean(key, known)
    return Problem(str(entry.file), entry.line, f"expected.{key}", message, hint=hint, severity="warning")
