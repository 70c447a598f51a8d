"""Owns how numbers and cases are said: one decimal, points, counts where a set is small."""

from collections.abc import Sequence

from evaltui.domain.verdict import Check, Deciding, Estimate, Evidence
from evaltui.gate.evidence import TOLERANCE
from evaltui.gate.metric import title

SMALL = 30  # cases below which a percentage hides how few they are
_NAMED = 3

_EVIDENCE: dict[Evidence, str] = {
    "regression": "REGRESSION",
    "improvement": "IMPROVEMENT",
    "no_worse_than_margin": "NO WORSE",
    "inconclusive": "INCONCLUSIVE",
}


def percent(share: float) -> str:
    """`74.1 %`."""
    return f"{_tenths(share)} %"


def points(difference: float) -> str:
    """`+7.2 points`, with a real minus sign; what would round to nothing keeps its first digit."""
    size = abs(100 * difference)
    written = f"{size:.1f}" if size >= 0.05 or not size else f"{size:.1g}"
    return f"{'' if not size else '−' if difference < 0 else '+'}{written} point{'' if written == '1.0' else 's'}"


def count(n: int, noun: str, many: str = "") -> str:
    """`1 case`, `2 cases`; `many` for a noun that does not just take an s."""
    return f"{n:,} {noun if n == 1 else many or noun + 's'}"


def naming(cases: Sequence[Deciding | str]) -> str:
    """The first cases by name, and how many more."""
    names = [case if isinstance(case, str) else case.case_id for case in cases]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def unnamed(check: Check) -> str:
    """The words of a check without the names of its cases, for a place where they are listed below."""
    return check.words.removesuffix(f": {naming(check.cases)}")


def within_noise(estimate: Estimate) -> bool:
    """Whether the 90 % interval holds no difference at all."""
    return estimate.floor is not None and estimate.ceiling is not None and estimate.floor <= 0 <= estimate.ceiling


def movement(estimate: Estimate) -> str:
    """`pass rate rose 74.1 % → 81.3 % (+7.2 points)`."""
    name, notes = title(estimate.metric), _counts(estimate) + _worst_case(estimate)
    if abs(estimate.difference) <= TOLERANCE:
        return f"{name} stayed at {percent(estimate.candidate)}" + (f" ({', '.join(notes)})" if notes else "")
    verb = "rose" if estimate.difference > 0 else "fell"
    notes = [points(estimate.difference), *(["within noise"] if within_noise(estimate) else []), *notes]
    return f"{name} {verb} {percent(estimate.baseline)} → {percent(estimate.candidate)} ({', '.join(notes)})"


def one_line(estimate: Estimate, margin: float | None = None) -> str:
    """The whole comparison in one line; all numbers in points unless marked; `margin` adds the limit of the floor."""
    limit = "" if margin is None else f" (limit {_signed(-margin)})"
    parts = [
        f"{title(estimate.metric)} {_tenths(estimate.baseline)}→{_tenths(estimate.candidate)}",
        f"{_signed(estimate.difference)} pts{_interval(estimate)}",
        "" if estimate.p is None else f"p{p_value(estimate.p)}",
        f"{estimate.fixed:,} fixed / {estimate.broke:,} broke",
        "" if estimate.floor is None else f"floor {_signed(estimate.floor)}{limit}",
        "" if estimate.mde is None else f"MDE {_tenths(estimate.mde)}",
        "" if estimate.groups is None else f"G={estimate.groups}",
        "" if estimate.trials == 1 else f"K={estimate.trials}",
        f"!{estimate.unresolved} unresolved" if estimate.unresolved else "",
        f"small: {', '.join([f'n={estimate.n}', *_counts(estimate)])}" if estimate.n < SMALL else "",
        _EVIDENCE[estimate.evidence],
    ]
    return "  ".join(filter(None, parts))


def p_value(p: float) -> str:
    """`=.13`, `=.034`, `<.001`."""
    if p < 0.001:
        return "<.001"
    return "=" + (f"{p:.2f}" if p >= 0.0995 else f"{p:.3f}").removeprefix("0")


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ", no interval"
    return f" [{_signed(estimate.low)}, {_signed(estimate.high)}]"


def _counts(estimate: Estimate) -> list[str]:
    before, after = estimate.baseline * estimate.n, estimate.candidate * estimate.n
    whole = max(abs(before - round(before)), abs(after - round(after))) < TOLERANCE * estimate.n
    if estimate.n >= SMALL or estimate.trials > 1 or not whole:
        return []
    return [f"{round(before)} → {round(after)} of {count(estimate.n, 'case')}"]


def _worst_case(estimate: Estimate) -> list[str]:
    return [f"{count(estimate.unresolved, 'unresolved case')} at worst"] if estimate.unresolved else []


def _signed(difference: float) -> str:
    """A tenth of a point that rounds to nothing has no sign."""
    written = _tenths(abs(difference))
    return written if written == "0.0" else ("−" if difference < 0 else "+") + written


def _tenths(share: float) -> str:
    return f"{100 * share:.1f}"
