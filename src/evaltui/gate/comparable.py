"""Owns the check `comparable`: both runs answered the same questions."""

from collections.abc import Iterator
from itertools import chain

from evaltui.domain.evalset import GatePolicy
from evaltui.domain.verdict import Deciding, RunFacts
from evaltui.gate.finding import Finding, found
from evaltui.gate.ledger import Ledger, by_name
from evaltui.gate.words import count, naming, percent

NAME = "comparable"
_LOST = ("removed", "input changed", "gold changed")
_SLACK = 1e-12
_ENGINES = {"claude": "by batches", "live": "live"}
"""What is not compared unasked; results made elsewhere were brought to be compared."""


def comparable(ledger: Ledger, candidate: RunFacts, baseline: RunFacts | None, policy: GatePolicy) -> Finding:
    """Whether enough of the baseline's cases, and all its critical ones, are still what they were."""
    if baseline is None:
        first = f"evaltui promote {candidate.run_id} makes this run the first baseline"
        return found(NAME, "incomplete", "there is no baseline to compare with yet", (), first)
    shared, before = _counted(ledger)
    ways = _other_ways(candidate, baseline, any_engine=policy.engines == "any")
    objections = chain(ways, _other_cases(ledger, candidate, baseline, policy.min_shared))
    sound = found(NAME, "pass", _scope(ledger, shared, before), by_name(ledger.excluded))
    return next(objections, sound)


def _other_ways(candidate: RunFacts, baseline: RunFacts, *, any_engine: bool) -> Iterator[Finding]:
    """The runs were not scored, or not asked, alike."""
    base = f"baseline run {baseline.run_id}"
    if baseline.digests.get("scorers") != candidate.digests.get("scorers"):
        free = f"evaltui score {baseline.run_id} scores its stored replies again, at no cost"
        yield found(NAME, "incomplete", f"{base} was scored by other scorers", (), free)
    if {candidate.engine, baseline.engine} == set(_ENGINES) and not any_engine:
        words = f"this run was made {_ENGINES[candidate.engine]}, {base} {_ENGINES[baseline.engine]}"
        advice = "run it by the same engine, or set gate.engines to any and accept that once"
        yield found(NAME, "incomplete", words, (), f"{advice}: evaltui promote {candidate.run_id} --force REASON")
    if candidate.trials < baseline.trials:
        words = f"{count(candidate.trials, 'trial')} a case against {baseline.trials} of {base}"
        yield found(NAME, "incomplete", words, (), f"evaltui run --trials {baseline.trials} asks as often")


def _other_cases(ledger: Ledger, candidate: RunFacts, baseline: RunFacts, min_shared: float) -> Iterator[Finding]:
    """Too few, or the wrong ones, of the cases are the same in both runs."""
    shared, before = _counted(ledger)
    lost = _lost_critical(ledger)
    few = shared < (min_shared - _SLACK) * before
    if candidate.only and (lost or few):
        words = f"only {shared:,} of the baseline's {count(before, 'case')} were asked"
        yield found(NAME, "incomplete", words, (), "evaltui run without --only asks all of them")
    again = (
        f"run the baseline's agent on the cases as they are now and promote that run, "
        f"or accept this one: evaltui promote {candidate.run_id} --force REASON"
    )
    if ledger.changes["gold changed"]:
        again = f"evaltui score {candidate.run_id} scores the stored replies of both runs by the golds as they are now"
    if not shared:
        yield found(NAME, "incomplete", f"no case is shared with baseline run {baseline.run_id}", (), again)
    if lost:
        words = f"{count(len(lost), 'critical case')} cannot be compared with the baseline: {naming(lost)}"
        yield found(NAME, "incomplete", words, lost, again)
    if few:
        words = f"only {shared:,} of the baseline's {count(before, 'case')} are comparable, not {percent(min_shared)}"
        yield found(NAME, "incomplete", words, by_name(ledger.excluded), again)
    if ledger.changes["added"] > shared:
        words = f"only {shared:,} of this run's {count(shared + ledger.changes['added'], 'case')} were in the baseline"
        yield found(NAME, "incomplete", words, by_name(ledger.excluded), again)


def _counted(ledger: Ledger) -> tuple[int, int]:
    """Cases that are the same in both runs, and cases of the baseline."""
    return ledger.changes["same"], ledger.changes.total() - ledger.changes["added"]


def _lost_critical(ledger: Ledger) -> tuple[Deciding, ...]:
    reasons = {said.case_id: said for said in ledger.excluded}
    return by_name(reasons[pair.case_id] for pair in ledger.critical if pair.change in _LOST)


def _scope(ledger: Ledger, shared: int, before: int) -> str:
    which = f"all {count(shared, 'case')}" if shared == before else f"{shared:,} of {count(before, 'case')}"
    parts = [f"{which} compared"]
    parts += [f"{ledger.changes['added']:,} new left out"] if ledger.changes["added"] else []
    unmarked = sorted(pair.case_id for pair in ledger.critical if pair.unmarked)
    parts += [f"no longer marked critical, still treated so: {naming(unmarked)}"] if unmarked else []
    parts += [f"{ledger.inapplicable:,} have no value of {ledger.metric}"] if ledger.inapplicable else []
    return ", ".join(parts)
