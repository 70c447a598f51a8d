"""Owns the words that come first: the whole story in one sentence, its label and the next step."""

from collections.abc import Sequence

from evaltui.domain.verdict import Deciding, Estimate, Status
from evaltui.gate.finding import NOT_DECIDED, Finding
from evaltui.gate.words import count, naming, within_noise


def status_of(findings: Sequence[Finding]) -> Status:
    """A failure beats missing evidence; only checks that all pass make a pass."""
    statuses = {finding.status for finding in findings}
    return "fail" if "fail" in statuses else "pass" if statuses == {"pass"} else "incomplete"


def headline(findings: Sequence[Finding], broke: Sequence[Deciding]) -> str:
    """`findings` are those of complete, comparable, aggregate and critical, in this order, then of leakage."""
    status = status_of(findings)
    if status == "fail":
        return f"BLOCKED: {_blocked(findings, broke)}"
    if status == "incomplete":
        return f"INCOMPLETE: {_missing(findings)}"
    _, scope, aggregate, critical, *_ = findings
    left_out = f"; {scope.words}" if scope.check.cases else ""
    return f"PASS: {aggregate.words}; {critical.words}{left_out}"


def label(findings: Sequence[Finding], measured: Estimate | None) -> str:
    """SHIP, HOLD or INCOMPLETE, and how sure a decision by the aggregate is."""
    status = status_of(findings)
    by_cases = any(finding.status == "fail" for finding in findings[3:])
    if status == "incomplete":
        return "INCOMPLETE"
    return "HOLD" if by_cases else ("SHIP" if status == "pass" else "HOLD") + _certainty(measured)


def next_step(findings: Sequence[Finding], run_id: int) -> str:
    """The way out of what decided."""
    complete, comparable, aggregate, critical, *leakage = findings
    ordered = (complete, *leakage, critical, comparable, aggregate)
    failing = [finding for finding in ordered if finding.status == "fail"]
    wanting = failing or [finding for finding in ordered if finding.status == "incomplete"]
    remedies = [finding.remedy for finding in wanting if finding.remedy]
    return remedies[0] if remedies else f"evaltui promote {run_id} makes this run the baseline"


def _blocked(findings: Sequence[Finding], broke: Sequence[Deciding]) -> str:
    leaks = [finding.words for finding in findings[4:] if finding.status == "fail"]
    others = findings[:4]
    if leaks and status_of(others) != "fail":
        return "; ".join([*leaks, _missing(others) or f"{others[2].words}, which a leak makes worthless"])
    return "; ".join([*leaks, _fallen(others, broke)])


def _fallen(findings: Sequence[Finding], broke: Sequence[Deciding]) -> str:
    *before, aggregate, critical = findings
    gaps = [finding.words for finding in before if finding.status == "incomplete"]
    if critical.status != "fail":
        broken = [f"{count(len(broke), 'case')} that passed now {_fail(broke)}: {naming(broke)}"] if broke else []
        return "; ".join([aggregate.words, *broken, *gaps])
    joint = {"pass": f"{aggregate.words}, but ", "fail": f"{aggregate.words}, and "}.get(aggregate.status, "")
    gaps += [aggregate.words] if aggregate.status == "incomplete" and not gaps else []
    return "; ".join([joint + critical.words, *gaps])


def _missing(findings: Sequence[Finding]) -> str:
    return "; ".join(
        finding.words
        for finding in findings
        if finding.status == "incomplete" and not finding.words.startswith(NOT_DECIDED)
    )


def _fail(broke: Sequence[Deciding]) -> str:
    return "fails" if len(broke) == 1 else "fail"


def _certainty(measured: Estimate | None) -> str:
    if measured is None or measured.floor is None:
        return " (no interval)"
    return " (within noise)" if within_noise(measured) else ""
