"""Owns what is said of golds that were changed after the promotion: which, and what the verdict were without them."""

from collections.abc import Sequence
from dataclasses import replace

from evaltui.domain.verdict import Check, Deciding, Graded, Pair, Verdict
from evaltui.gate.comparable import NAME
from evaltui.gate.words import count, naming


def edited(before: Pair, after: Pair) -> Deciding:
    """A case whose gold was changed: how the two runs stand by the old gold and by the new one."""
    words = f"its gold was changed since the promotion; by the old one {_went(before)}, by the new one {_went(after)}"
    return Deciding(after.case_id, words)


def told(found: Verdict, changed: Sequence[Deciding], without: Verdict | None) -> Verdict:
    """The verdict with the cases whose gold was changed named, and how it would be without these changes.

    `without` is None where that cannot be known.
    """
    many = len(changed) > 1
    base = found.baseline_run_id
    words = f"{'golds' if many else 'gold'} changed since run {base} was promoted, both runs scored by "
    words = f"{len(changed):,} {words}{'these' if many else 'it'}: {naming(changed)}"
    other = _without(found, without, "those changes" if many else "that change")
    checks = tuple(_named(check, words) for check in found.checks)
    headline = f"{found.headline}; {words}; {other}"
    return replace(found, headline=headline, checks=checks, edited=tuple(changed), without=other)


def _without(found: Verdict, without: Verdict | None, what: str) -> str:
    if without is None:
        return f"what it would be without {what} is not known: {found.policy.partition(':')[0]} is of the whole set"
    if without.status == found.status:
        return f"without {what} the verdict is the same"
    return f"without {what} it is {without.headline}"


def _named(check: Check, words: str) -> Check:
    return replace(check, words=f"{check.words}, {words}") if check.name == NAME else check


def _went(pair: Pair) -> str:
    return f"{_state(pair.baseline)} → {_state(pair.candidate)}"


def _state(seen: Graded | None) -> str:
    if seen is None or not seen.resolved:
        return "no score"
    if seen.trials > 1:
        return f"{seen.passed} of {count(seen.trials, 'trial')} passed"
    return "passed" if seen.all_passed else "failed"
