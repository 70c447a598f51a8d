"""Owns which failures are the same failure: reasons that differ only in the values they quote."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evaltui.domain.verdict import Deciding

_READ = 400  # characters of a reason; what tells failures apart comes first and the rest is their output

_VALUES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\"[^\"]*\"|“[^”]*”|`[^`]*`|(?<!\w)'[^']*'(?!\w)"), "‹value›"),
    (re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[^\W\d_])[\w-]+"), "‹id›"),
    (re.compile(r"[-+−]?\d+(?:[.,:]\d+)*"), "‹n›"),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Failures with one signature; `example` is the reason of the first case by name."""

    signature: str
    example: str
    cases: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.cases)


def signature(reason: str) -> str:
    """The reason without what is particular to one case: quoted values, identifiers and numbers."""
    text = reason[:_READ]
    for pattern, stand_in in _VALUES:
        text = pattern.sub(stand_in, text)
    return text.strip().casefold()


def groups(failures: Iterable[Deciding]) -> tuple[Group, ...]:
    """Failures by signature, the largest group first; cases by name, each once."""
    found: dict[str, dict[str, str]] = {}
    for failure in failures:
        found.setdefault(signature(failure.reason), {}).setdefault(failure.case_id, failure.reason)
    made = (_group(sign, cases) for sign, cases in found.items())
    return tuple(sorted(made, key=lambda group: (-group.count, group.signature)))


def _group(sign: str, cases: dict[str, str]) -> Group:
    names = tuple(sorted(cases))
    return Group(sign, cases[names[0]], names)
