"""Owns the check `complete`: the evidence is sound and nothing is missing that cannot be assumed at its worst."""

from evaltui.domain.verdict import RunFacts
from evaltui.gate.finding import Finding, found
from evaltui.gate.ledger import Ledger, Tally, by_name
from evaltui.gate.sound import facts_flaw
from evaltui.gate.words import count, naming, percent

NAME = "complete"
_SLACK = 1e-12


def soundness(ledger: Ledger, candidate: RunFacts, baseline: RunFacts | None) -> Finding | None:
    """Why nothing at all may be concluded; None when the evidence holds together."""
    if ledger.flaws:
        cases = by_name(ledger.flaws)
        words = f"the evidence of {count(len(cases), 'case')} cannot be used: {naming(cases)} ({cases[0].reason})"
        return found(NAME, "incomplete", words, cases, f"evaltui score {candidate.run_id} scores the run again")
    if not ledger.ids or candidate.samples == 0:
        return found(NAME, "incomplete", "the run has no cases", (), "add cases to the evalset and run it again")
    sides = [(candidate, ledger.candidate)] + ([(baseline, ledger.baseline)] if baseline else [])
    words = next(filter(None, (facts_flaw(facts, tally.trials) for facts, tally in sides)), "")
    again = f"evaltui score {candidate.run_id} scores the run again"
    return found(NAME, "incomplete", words, (), again) if words else None


def complete(ledger: Ledger, candidate: RunFacts, baseline: RunFacts | None, allowed: float) -> Finding:
    """Whether both runs have a score for every sample, or for all but a share of `allowed`."""
    findings = [_of_run("run", candidate, ledger.candidate, allowed)]
    findings += [_of_run("baseline run", baseline, ledger.baseline, allowed)] if baseline else []
    wanting = [finding for finding in findings if finding.status != "pass"]
    words = "; ".join(dict.fromkeys(finding.words for finding in wanting or findings))
    return found(NAME, "incomplete" if wanting else "pass", words, (), wanting[0].remedy if wanting else "")


def accounted(facts: RunFacts, tally: Tally) -> bool:
    """Whether every missing sample belongs to a case that was given, so that its worst can be assumed."""
    return _needed(facts, tally) <= tally.lacking + tally.absent


def _needed(facts: RunFacts, tally: Tally) -> int:
    """The samples without a score, by the run's own counts (which may overlap) or by what the cases leave uncovered."""
    return max(facts.unfinished, facts.unscored, facts.samples - tally.trials + tally.lacking)


def _of_run(role: str, facts: RunFacts, tally: Tally, allowed: float) -> Finding:
    total = max(facts.samples, tally.trials + tally.absent)
    missing = max(tally.lacking + tally.absent, _needed(facts, tally))
    who = f"{role} {facts.run_id}"
    if not missing:
        return found(NAME, "pass", "every sample has its scores")
    said = f"{missing:,} of {count(total, 'sample')} of {who} {'has' if missing == 1 else 'have'} no score"
    if not accounted(facts, tally):
        return found(NAME, "incomplete", f"{said}, not all of them in the cases given", (), _remedy(facts, tally))
    if missing > total * (allowed + _SLACK):
        limit = f" ({percent(missing / total)}, allowed {percent(allowed)})" if allowed else ""
        return found(NAME, "incomplete", said + limit, (), _remedy(facts, tally))
    return found(NAME, "pass", f"{said}, counted as the worst they could be")


def _remedy(facts: RunFacts, tally: Tally) -> str:
    if tally.absent > facts.unfinished:
        return "run the whole evalset: cases that both runs share were left out"
    verb, does = ("resume", "waits for replies") if facts.unfinished else ("score", "scores its replies again")
    return f"evaltui {verb} {facts.run_id} {does}; evaltui retry {facts.run_id} asks again where a request failed"
