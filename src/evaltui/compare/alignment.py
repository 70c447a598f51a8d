"""Owns which step of one trajectory answers to which of another: the same, the same tool otherwise used, or none."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evaltui.compare.blocks import blocks, interned
from evaltui.compare.likeness import likeness, most_alike
from evaltui.compare.work import Unwanted, Work
from evaltui.domain.trajectory import Step

Sign = Literal["=", "~", "-", "+"]
_MOST = 3_600  # pairs of steps among which the cheapest change is looked for
_SAME_KIND = 0.5  # what being of the same kind counts against being alike


@dataclass(frozen=True, slots=True)
class Aligned:
    """`=` the same, `~` the same tool with other arguments, or another text; `-` only before, `+` only after."""

    sign: Sign
    before: Step | None
    after: Step | None


def aligned(
    before: Sequence[Step], after: Sequence[Step], cancelled: Callable[[], bool] | None = None
) -> tuple[Aligned, ...] | None:
    """Every step of both, in order, the ones that differ least together, whatever their turn; None once cancelled."""
    try:
        return tuple(_aligned(before, after, Work(cancelled)))
    except Unwanted:
        return None


def first_divergence(before: Sequence[Step], after: Sequence[Step]) -> int | None:
    """The turn of `after` in which the two part for the first time; None where they never do."""
    found = aligned(before, after) or ()
    at = next((at for at, one in enumerate(found) if one.sign != "="), None)
    if at is None:
        return None
    behind = (one.after.turn for one in found[at:] if one.after)
    return next(behind, after[-1].turn if after else 1)


def _aligned(before: Sequence[Step], after: Sequence[Step], work: Work) -> Iterator[Aligned]:
    said = [[_said(step) for step in steps] for steps in (before, after)]
    signed = interned([*zip(map(_kind, before), said[0], strict=True)], [*zip(map(_kind, after), said[1], strict=True)])
    i = j = 0
    for x, y, n in [*blocks(*signed, work), (len(before), len(after), 0)]:
        pairs = _pairs((before[i:x], said[0][i:x]), (after[j:y], said[1][j:y]), work)
        yield from _gap(before[i:x], after[j:y], pairs)
        yield from (Aligned("=", before[x + k], after[y + k]) for k in range(n))
        i, j = x + n, y + n


Part = tuple[Sequence[Step], Sequence[str]]


def _pairs(one: Part, other: Part, work: Work) -> list[tuple[int, int]]:
    """Steps of the same kind; the most alike where there are few, in order where there are many."""
    cost = len(one[0]) * len(other[0])
    if not cost:
        return []
    kinds = [_kind(step) for step in one[0]], [_kind(step) for step in other[0]]
    if cost <= _MOST and work.looks(cost):
        table = likeness(one[1], other[1], 0.0)
        return list(most_alike([
            [(_SAME_KIND + like) * (kind == there) for like, there in zip(row, kinds[1], strict=True)]
            for row, kind in zip(table, kinds[0], strict=True)
        ]))  # fmt: skip
    return [(i + k, j + k) for i, j, n in blocks(*interned(*kinds), work) for k in range(n)]


def _gap(before: Sequence[Step], after: Sequence[Step], pairs: list[tuple[int, int]]) -> Iterator[Aligned]:
    i = j = 0
    for x, y in [*pairs, (len(before), len(after))]:
        yield from (Aligned("-", step, None) for step in before[i:x])
        yield from (Aligned("+", None, step) for step in after[j:y])
        if x < len(before) and y < len(after):
            yield Aligned("~", before[x], after[y])
        i, j = x + 1, y + 1


def _kind(step: Step) -> tuple[str, str | None]:
    return step.role, step.tool


def _said(step: Step) -> str:
    """All that a step says, so that two that say the same are the same."""
    parts = [step.text] if step.text else []
    parts += [_written(value) for value in (step.arguments, step.result) if value is not None]
    return "\n".join([*parts, *(["error"] if step.is_error else [])])


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
