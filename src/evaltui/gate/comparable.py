"""Owns the check `comparable`: both runs answered the same questions."""

from evaltui.domain.verdict import Deciding, RunFacts
from evaltui.gate.finding import Finding, found
from evaltui.gate.ledger import Ledger, by_name
from evaltui.gate.words import count, naming, percent

NAME = "comparable"
_LOST = ("removed", "input changed", "gold changed")
_SLACK = 1e-12


def comparable(ledger: Ledger, candidate: RunFacts, baseline: RunFacts | None, min_shared: float) -> Finding:
    """Whether enough of the baseline's cases, and all its critical ones, are still what they were."""
    run = candidate.run_id
    if baseline is None:
        first = f"evaltui promote {run} makes this run the first baseline"
        return found(NAME, "incomplete", "there is no baseline to compare with yet", (), first)
    again = (
        f"run the baseline's agent on the cases as they are now and promote that run, "
        f"or accept this one: evaltui promote {run} --force REASON"
    )
    shared, before = ledger.changes["same"], ledger.changes.total() - ledger.changes["added"]
    if baseline.digests.get("scorers") != candidate.digests.get("scorers"):
        free = f"evaltui score {baseline.run_id} scores its stored replies again, at no cost"
        return found(NAME, "incomplete", f"baseline run {baseline.run_id} was scored by other scorers", (), free)
    if not shared:
        return found(NAME, "incomplete", f"no case is shared with baseline run {baseline.run_id}", (), again)
    if lost := _lost_critical(ledger):
        words = f"{count(len(lost), 'critical case')} cannot be compared with the baseline: {naming(lost)}"
        return found(NAME, "incomplete", words, lost, again)
    if shared < (min_shared - _SLACK) * before:
        words = f"only {shared:,} of the baseline's {count(before, 'case')} are comparable, not {percent(min_shared)}"
        return found(NAME, "incomplete", words, by_name(ledger.excluded), again)
    return found(NAME, "pass", _scope(ledger, shared, before), by_name(ledger.excluded))


def _lost_critical(ledger: Ledger) -> tuple[Deciding, ...]:
    reasons = {said.case_id: said for said in ledger.excluded}
    return by_name(reasons[pair.case_id] for pair in ledger.critical if pair.change in _LOST)


def _scope(ledger: Ledger, shared: int, before: int) -> str:
    which = f"all {count(shared, 'case')}" if shared == before else f"{shared:,} of {count(before, 'case')}"
    parts = [f"{which} compared"]
    parts += [f"{ledger.changes['added']:,} new left out"] if ledger.changes["added"] else []
    parts += [f"{ledger.inapplicable:,} have no value of {ledger.metric}"] if ledger.inapplicable else []
    return ", ".join(parts)
