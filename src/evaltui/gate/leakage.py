"""Owns the check `leakage`: no case was told to the agent beforehand, or a person said why that does no harm."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from evaltui.domain.evalset import GatePolicy
from evaltui.domain.leak import Leak, LeakCheck
from evaltui.domain.text import shown
from evaltui.domain.verdict import Deciding, RunFacts
from evaltui.gate.finding import Finding, found
from evaltui.gate.words import count, naming

NAME = "leakage"
_SHOWN = 160
_CLEAN = "no case stands in what the agent is told"


def leakage(policy: GatePolicy, run: RunFacts) -> Finding | None:
    """None where nobody looked: there is no such check then, and a note says so."""
    if not isinstance(run.leakage, LeakCheck):
        return None
    leaks = _by_case(leak for leak in run.leakage.leaks if leak.severity == "leak")
    open_ = [said for case, said in leaks.items() if case not in policy.waived_leaks]
    if open_ and policy.leaks == "block":
        words = f"{_told(open_)}: {naming(open_)}"
        return found(NAME, "fail", words, tuple(open_), _remedy(run.leakage, open_[0].case_id))
    waived = [_waived(said, policy.waived_leaks[case]) for case, said in leaks.items() if case in policy.waived_leaks]
    near = _near(run.leakage, leaks)
    parts = [f"{_told(open_)}, and the policy only warns"] if open_ else [] if waived else [_CLEAN]
    parts += [f"{count(len(waived), 'leak')} waived: {_reasons(waived, policy)}"] if waived else []
    parts += [f"{count(len(near), 'case')} near it"] if near else []
    return found(NAME, "pass", "; ".join(parts), (*open_, *waived, *near))


def _told(cases: Sequence[Deciding]) -> str:
    return f"{count(len(cases), 'case')} {'stands' if len(cases) == 1 else 'stand'} in what the agent is told"


def _waived(said: Deciding, why: str) -> Deciding:
    return Deciding(said.case_id, f"waived ({shown(why, _SHOWN)}): {said.reason}")


def _reasons(waived: Sequence[Deciding], policy: GatePolicy) -> str:
    """The first ones by name, each with what a person said."""
    said = [f"{one.case_id} ({shown(policy.waived_leaks[one.case_id], _SHOWN)})" for one in waived]
    return naming(said)


def unchecked(run: RunFacts) -> str:
    """The note that stands for the check where nobody looked; empty where somebody did."""
    return "" if isinstance(run.leakage, LeakCheck) else f"{NAME} was not checked: {run.leakage}"


def _near(check: LeakCheck, leaking: Collection[str]) -> tuple[Deciding, ...]:
    near = _by_case(leak for leak in check.leaks if leak.severity == "near" and leak.case not in leaking)
    return tuple(Deciding(case, f"near, which does not block: {said.reason}") for case, said in near.items())


def _by_case(leaks: Iterable[Leak]) -> dict[str, Deciding]:
    """The place that holds most of each case, the surest case first."""
    ordered = sorted(leaks, key=lambda leak: (leak.case, -leak.share, -leak.run))
    cases = [(next(group), sum(1 for _ in group)) for _, group in groupby(ordered, key=lambda leak: leak.case)]
    cases.sort(key=lambda each: (-each[0].share, each[0].case))
    return {leak.case: Deciding(leak.case, _reason(leak, more)) for leak, more in cases}


def _reason(leak: Leak, more: int) -> str:
    also = f" and {count(more, 'more place')}" if more else ""
    passage = shown(" ".join(leak.place.text.split()), _SHOWN)
    return f"{leak.written} stands in {leak.place}{also} ({leak.place.name}): “{passage}”"


def _remedy(check: LeakCheck, case: str) -> str:
    place = max((leak for leak in check.leaks if leak.case == case), key=lambda leak: (leak.share, leak.run)).place
    return (
        f"take the passage out of {place.file}:{place.line} and run again, "
        "or say under gate.waived_leaks of evalset.yaml why it does no harm; "
        "a waiver counts once `evaltui promote --force REASON` accepted it"
    )
