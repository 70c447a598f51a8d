"""Owns the check `critical`: a case that must not fail decides alone, whatever the average says."""

from dataclasses import dataclass
from typing import Literal

from evaltui.domain.verdict import Deciding, Graded, Pair, Status
from evaltui.gate.finding import Finding, found
from evaltui.gate.words import count, naming

NAME = "critical"
Mode = Literal["strict", "absolute"]
Standing = Literal[
    "regressed", "new", "fails", "unstable", "unproven", "missing", "judged only", "failing since", "passes"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    """`why` is said of one case; `one` and `many` follow the number of cases."""

    status: Status
    why: str
    one: str
    many: str
    remedy: str = ""

    def words(self, cases: list[Deciding]) -> str:
        noun = count(len(cases), "critical case")
        return f"{noun} {self.one if len(cases) == 1 else self.many}: {naming(cases)}"


_LOOK = "evaltui show {run} {case}"
_UNMARK = "or take its critical mark away"
RULES: dict[Standing, _Rule] = {
    "regressed": _Rule(
        "fail", "passed before, fails now",
        "that passed now fails", "that passed now fail", _LOOK,
    ),
    "new": _Rule(
        "fail", "fails, and no baseline shows that it did before",
        "without a comparable baseline fails", "without a comparable baseline fail", _LOOK,
    ),
    "fails": _Rule("fail", "fails", "fails", "fail", _LOOK),
    "unstable": _Rule(
        "fail", "the baseline passed only some trials",
        "passed only some of its trials in the baseline", "passed only some of their trials in the baseline",
        "promote a run in which {case} passes every trial, with --force REASON, " + _UNMARK,
    ),
    "unproven": _Rule("incomplete", "fails", "fails", "fail", _LOOK + " before evaltui promote {run}"),
    "missing": _Rule(
        "incomplete", "a score is missing",
        "has no complete score", "have no complete scores", "evaltui retry {run}",
    ),
    "judged only": _Rule(
        "incomplete", "only a judge scores it, and a judge alone must not decide a critical case",
        "is scored by nothing but a judge", "are scored by nothing but a judge",
        "give {case} a scorer that is no judge, " + _UNMARK,
    ),
    "failing since": _Rule(
        "pass", "failed before and still fails",
        "failed before and still fails", "failed before and still fail",
    ),
    "passes": _Rule("pass", "passes", "passes", "pass"),
}  # fmt: skip
"""Worst first; this order is also the order of the words."""


def critical(pairs: list[Pair], mode: Mode, run_id: int, *, first: bool) -> Finding:
    """What the critical cases say; `first`: there is no baseline, so nothing can have regressed."""
    by_standing: dict[Standing, list[Deciding]] = {standing: [] for standing in RULES}
    for pair in sorted(pairs, key=lambda pair: pair.case_id):
        if pair.change != "removed":
            standing = standing_of(pair, mode, first=first)
            by_standing[standing].append(Deciding(pair.case_id, _reason(pair, standing)))
    passing = by_standing.pop("passes")
    groups = {standing: cases for standing, cases in by_standing.items() if cases}
    if not groups:
        return found(NAME, "pass", _all_pass(len(passing)))
    worst, cases = next(iter(groups.items()))
    status: Status = RULES[worst].status
    words = "; ".join(RULES[standing].words(cases) for standing, cases in groups.items())
    remedy = RULES[worst].remedy.format(run=run_id, case=cases[0].case_id)
    return found(NAME, status, words, tuple(said for group in groups.values() for said in group), remedy)


def standing_of(pair: Pair, mode: Mode, *, first: bool) -> Standing:
    """How one critical case stands. Any trial that fails is a failure; most of them passing is not enough."""
    now = pair.candidate
    if pair.judged_only:
        return "judged only"
    if now is not None and now.failed:
        return _failing(pair, mode, first=first)
    if now is None or not now.all_passed:
        return "missing"
    return "passes" if first or pair.change != "same" else _passing(pair.baseline, mode)


def _failing(pair: Pair, mode: Mode, *, first: bool) -> Standing:
    before = pair.baseline
    if mode == "absolute":
        return "fails"
    if first:
        return "unproven"
    if pair.change != "same" or before is None:
        return "new"
    if before.passed:
        return "unstable" if before.failed else "regressed"
    return "missing" if before.unresolved or not before.resolved else "failing since"


def _passing(before: Graded | None, mode: Mode) -> Standing:
    if before is None or before.unresolved or not before.resolved:
        return "missing"
    return "unstable" if mode == "strict" and before.passed and before.failed else "passes"


def _all_pass(n: int) -> str:
    if n == 0:
        return "no case is marked critical"
    return f"all {n:,} critical cases pass" if n > 1 else "the critical case passes"


def _reason(pair: Pair, standing: Standing) -> str:
    parts = [RULES[standing].why, _trials(pair), pair.candidate.reason if pair.candidate else "not run"]
    return ": ".join(filter(None, parts))


def _trials(pair: Pair) -> str:
    runs = [seen for seen in (pair.baseline, pair.candidate) if seen is not None]
    if max((seen.trials for seen in runs), default=0) <= 1:
        return ""
    return "trials passed " + " → ".join(f"{seen.passed}/{seen.trials}" for seen in runs)
