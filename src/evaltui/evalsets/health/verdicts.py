"""Owns what past runs say of the cases: which can no longer fail, whose gold is doubtful, whether the set still tells.

A sequence holds one result a run, oldest first, None where the case has none; all sequences end with the same run.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

from evaltui.evalsets.health.correlation import Results, against_the_rest

Kind = Literal["always_pass", "always_fail", "flips", "unknown"]
FEWEST_VERSIONS = 5
"""Runs in all of which a case fails before its gold is suspect."""
FEWEST_PEERS = 3
FEWEST_INFORMATIVE = 0.2


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """What became of a case in the runs that judged it: `runs` of them."""

    case: str
    kind: Kind
    runs: int


@dataclass(frozen=True, slots=True)
class Suspect:
    """A case whose gold a person should read again, and why."""

    case: str
    reason: Literal["fails_always", "fails_alone", "against_the_rest"]
    message: str


@dataclass(frozen=True, slots=True)
class Saturation:
    """Shares of the cases that were judged. `rate`: passes of the newest run. `informative`: both passed and failed.

    `saturated`: a better agent could hardly be told from this one; keep the set against regressions, add harder cases.
    """

    rate: float
    informative: float
    saturated: bool

    @property
    def headroom(self) -> float:
        """How far the rate can still rise."""
        return 1 - self.rate


def records(results: Mapping[str, Results]) -> tuple[CaseRecord, ...]:
    """In the order of the mapping."""
    return tuple(_record(case, runs) for case, runs in results.items())


def suspects(results: Mapping[str, Results], alike: Mapping[str, Hashable] | None = None) -> tuple[Suspect, ...]:
    """Cases whose gold is doubtful, in the order of the mapping, each with its strongest reason.

    `alike` names for a case the others it is comparable with, such as its group or its tags.
    """
    like = alike or {}
    judged, passing = _peers(results, like)
    against = against_the_rest(results)
    found = (
        _suspect(case, runs, judged[like[case]] - 1 if _alone(case, like, judged, passing) else 0, against.get(case))
        for case, runs in results.items()
    )
    return tuple(each for each in found if each is not None)


def saturation(results: Mapping[str, Results], mde: float | None = None) -> Saturation | None:
    """Judged by the smallest drop the set shows, `mde`, a share, if that is known; None without any result."""
    newest = [runs[-1] for runs in results.values() if runs and runs[-1] is not None]
    kinds = [record.kind for record in records(results) if record.runs > 1]
    if not newest:
        return None
    rate = sum(map(bool, newest)) / len(newest)
    informative = kinds.count("flips") / len(kinds) if kinds else 1.0
    full = mde is not None and 1 - rate < mde
    return Saturation(rate, informative, full or informative < FEWEST_INFORMATIVE)


def _record(case: str, runs: Results) -> CaseRecord:
    known = [result for result in runs if result is not None]
    if not known:
        return CaseRecord(case, "unknown", 0)
    kind: Kind = "always_pass" if all(known) else "flips" if any(known) else "always_fail"
    return CaseRecord(case, kind, len(known))


def _peers(
    results: Mapping[str, Results], alike: Mapping[str, Hashable]
) -> tuple[Counter[Hashable], Counter[Hashable]]:
    """How many comparable cases were judged, and how many of them always passed."""
    judged = [record for record in records(results) if record.case in alike and record.runs]
    passing = (alike[record.case] for record in judged if record.kind == "always_pass")
    return Counter(alike[record.case] for record in judged), Counter(passing)


def _alone(case: str, alike: Mapping[str, Hashable], judged: Counter[Hashable], passing: Counter[Hashable]) -> bool:
    """Whether all the others always passed; asked for a case that did not."""
    return case in alike and passing[alike[case]] == judged[alike[case]] - 1 >= FEWEST_PEERS


def _suspect(case: str, runs: Results, peers: int, against: tuple[float, int] | None) -> Suspect | None:
    record = _record(case, runs)
    if record.kind == "always_fail":
        return _always_failing(record, peers)
    if against is None:
        return None
    likeness, judged = against
    return Suspect(
        case, "against_the_rest", f"passes where the others fail (correlation {likeness:.2f}, {judged} runs)"
    )


def _always_failing(record: CaseRecord, peers: int) -> Suspect | None:
    """`peers`: comparable cases, all of which always pass; 0 where that is not so."""
    if peers:
        said = f"fails in all {record.runs} runs while all {peers} comparable cases pass"
        return Suspect(record.case, "fails_alone", said)
    if record.runs >= FEWEST_VERSIONS:
        return Suspect(record.case, "fails_always", f"fails in all {record.runs} runs")
    return None
