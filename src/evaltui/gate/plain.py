"""Owns what the evidence means in one plain sentence, for people who know no statistics."""

from evaltui.domain.verdict import Estimate
from evaltui.gate.words import count, points

_FEW_GROUPS = 20


def sureness(estimate: Estimate, margin: float = 0.0) -> str:
    """How far the difference can be trusted: what it proves, or what it would take."""
    if estimate.floor is None or estimate.ceiling is None:
        return "This metric has no interval: how far it may move by chance is unknown."
    if estimate.evidence == "improvement":
        return f"Better, and hardly by chance: the true difference is at least {points(estimate.floor)}."
    if estimate.evidence == "regression":
        return f"Worse, and hardly by chance: the true difference is at most {points(estimate.ceiling)}."
    if estimate.evidence == "no_worse_than_margin":
        return f"Not worse than allowed: a drop of {_size(margin)} or more can be ruled out."
    return _open(estimate)


def _open(estimate: Estimate) -> str:
    if estimate.groups is not None and estimate.groups < _FEW_GROUPS:
        few = count(estimate.groups, "group")
        return f"Cannot tell better from worse: {few} of cases are too few for any certainty (needed: {_FEW_GROUPS})."
    if estimate.low is None or estimate.high is None:
        return "Cannot tell better from worse with these cases."
    span = f"anything from {points(estimate.low)} to {points(estimate.high)} is possible"
    unseen = "" if estimate.mde is None else f"; a drop below {_size(estimate.mde)} could go unseen here"
    return f"Cannot tell better from worse: {span}{unseen}."


def _size(share: float) -> str:
    return points(share).lstrip("+")
