"""Owns the check `aggregate`: the whole set's number against the baseline's, by the policy's rule."""

from dataclasses import dataclass
from math import ceil

from evaltui.domain.evalset import GatePolicy
from evaltui.domain.verdict import Deciding, Estimate, Status
from evaltui.gate.estimate import FEW_GROUPS, NoEstimate
from evaltui.gate.evidence import TOLERANCE, Bounds
from evaltui.gate.finding import NOT_DECIDED, Finding, found
from evaltui.gate.power import mde, n_required_noninferior
from evaltui.gate.words import count, movement, percent, points

NAME = "aggregate"
_CERTIFIES = 3  # n·margin below this: too few cases to certify the margin whatever they show

Cases = tuple[Deciding, ...]


@dataclass(frozen=True, slots=True)
class _Ruling:
    status: Status
    why: str = ""
    remedy: str = ""


def aggregate(policy: GatePolicy, measured: Estimate | NoEstimate, run_id: int, dropped: Cases) -> Finding:
    """Apply the policy to evidence that is complete and comparable; `dropped` are the cases that fell, worst first."""
    if isinstance(measured, NoEstimate):
        return found(NAME, "incomplete", measured.reason, (), "name another metric under gate, or score the run again")
    ruling = _RULES[policy.policy](measured, policy.margin)
    words = f"{movement(measured)}{ruling.why}"
    if ruling.status != "fail":
        return found(NAME, ruling.status, words, (), ruling.remedy)
    return found(NAME, "fail", words, dropped, _look(run_id, dropped))


def undecided(
    policy: GatePolicy, measured: Estimate | NoEstimate, bounds: Bounds | None, run_id: int, dropped: Cases
) -> Finding:
    """What incomplete evidence still allows: a failure that no missing score could mend, by `bounds` where known."""
    limit = {"seed": 0.0, "confident_improvement": 0.0, "noninferior": policy.margin}.get(policy.policy)
    if bounds is None or limit is None or isinstance(measured, NoEstimate) or bounds.best >= -limit - TOLERANCE:
        return found(NAME, "incomplete", f"{NOT_DECIDED}: the evidence is incomplete")
    words = f"{movement(measured)}, and {points(bounds.best)} even if every missing score were in its favour"
    return found(NAME, "fail", words, dropped, _look(run_id, dropped))


def _look(run_id: int, dropped: Cases) -> str:
    return f"evaltui show {run_id} {dropped[0].case_id}" if dropped else f"evaltui show {run_id}"


def _seed(seen: Estimate, _margin: float) -> _Ruling:
    return _Ruling("pass" if seen.difference >= -TOLERANCE else "fail")


def _noninferior(seen: Estimate, margin: float) -> _Ruling:
    if seen.difference < -margin - TOLERANCE:
        return _Ruling("fail", f", more than the {percent(margin)} allowed")
    if seen.floor is None or _few(seen):
        return _uncertain(seen)
    if seen.n * margin < _CERTIFIES:
        why = f"; {count(seen.n, 'case')} cannot certify a margin of {percent(margin)}"
        return _Ruling("incomplete", why, _more(seen, margin))
    if seen.floor > -margin:
        return _Ruling("pass")
    why = f"; {points(seen.floor)} cannot be ruled out, the limit is {points(-margin)}"
    return _Ruling("incomplete", why, _more(seen, margin))


def _no_confident_regression(seen: Estimate, _margin: float) -> _Ruling:
    if seen.ceiling is None:
        return _uncertain(seen)
    return _Ruling("fail", ", a confident regression") if seen.ceiling < 0 else _Ruling("pass")


def _confident_improvement(seen: Estimate, _margin: float) -> _Ruling:
    if seen.difference < -TOLERANCE:
        return _Ruling("fail")
    if seen.low is None or _few(seen):
        return _uncertain(seen)
    if seen.low > 0:
        return _Ruling("pass")
    return _Ruling("incomplete", f"; not certain: the 95 % interval starts at {points(seen.low)}", "add cases")


def _uncertain(seen: Estimate) -> _Ruling:
    if _few(seen):
        why = f"; {count(seen.groups or 0, 'group')} are too few to be certain (needed: {FEW_GROUPS})"
        return _Ruling("incomplete", why, "add cases of other groups")
    return _Ruling("incomplete", "; this policy needs an interval", "use the policy seed or another metric")


def _few(seen: Estimate) -> bool:
    return seen.groups is not None and seen.groups < FEW_GROUPS


def _more(seen: Estimate, margin: float) -> str:
    if margin == 0 or seen.mde is None:
        return "add cases or allow a margin"
    variance = (seen.mde / mde(1)) ** 2 * seen.n
    needed = max(ceil(_CERTIFIES / margin), n_required_noninferior(variance, margin))
    return f"about {needed:,} cases would certify {percent(margin)} four times in five when nothing changed"


_RULES = {
    "seed": _seed,
    "noninferior": _noninferior,
    "no_confident_regression": _no_confident_regression,
    "confident_improvement": _confident_improvement,
}
