"""Owns which items of two sequences stay where they are: their longest common subsequence, at a bounded cost."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from math import isqrt

from evaltui.compare.work import CAP, Work

Block = tuple[int, int, int]
"""`(i, j, n)`: n items from i of one sequence are those from j of the other."""
Span = tuple[int, int, int, int]
_DEPTH = 6


def interned(one: Sequence[Hashable], other: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    """The same number for the same item, in both sequences."""
    known: dict[Hashable, int] = {}
    before, after = ([known.setdefault(item, len(known)) for item in items] for items in (one, other))
    return before, after


def blocks(before: Sequence[int], after: Sequence[int], work: Work) -> list[Block]:
    """What both have in common, in order; where finding all of it would cost too much, some of it is not found."""
    return joined(_blocks(before, after, (0, len(before), 0, len(after)), work, _DEPTH))


def joined(found: Iterable[Block]) -> list[Block]:
    """Blocks that touch made one, empty ones left out."""
    made: list[Block] = []
    for i, j, n in found:
        if made and (last := made[-1])[0] + last[2] == i and last[1] + last[2] == j:
            made[-1] = (last[0], last[1], last[2] + n)
        elif n:
            made.append((i, j, n))
    return made


def parts(span: Span, most: int) -> Iterator[Span]:
    """A span cut into pieces of the same shape, so that none has more than `most` pairs."""
    i, i_end, j, j_end = span
    n, m = i_end - i, j_end - j
    count = 1 if n * m <= most else -(-max(n, m) // isqrt(most))
    for at in range(count):
        yield i + n * at // count, i + n * (at + 1) // count, j + m * at // count, j + m * (at + 1) // count


def _blocks(before: Sequence[int], after: Sequence[int], span: Span, work: Work, depth: int) -> Iterator[Block]:
    i, i_end, j, j_end = span
    while i < i_end and j < j_end and before[i] == after[j]:
        i, j = i + 1, j + 1
    yield span[0], span[2], i - span[0]
    while i < i_end and j < j_end and before[i_end - 1] == after[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
    if i < i_end and j < j_end:
        yield from _middle(before, after, (i, i_end, j, j_end), work, depth)
    yield i_end, j_end, span[1] - i_end


def _middle(before: Sequence[int], after: Sequence[int], span: Span, work: Work, depth: int) -> Iterator[Block]:
    i, i_end, j, j_end = span
    if (i_end - i) * (j_end - j) <= CAP:
        yield from _common(before, after, span, work)
        return
    anchors = _anchors(before, after, span) if depth else []
    if not anchors:
        for part in parts(span, CAP):
            yield from _common(before, after, part, work)
        return
    for x, y in [*anchors, (i_end, j_end)]:
        yield from _blocks(before, after, (i, x, j, y), work, depth - 1)
        yield x, y, int(x < i_end)
        i, j = x + 1, y + 1


def _common(before: Sequence[int], after: Sequence[int], span: Span, work: Work) -> Iterator[Block]:
    from rapidfuzz.distance import LCSseq

    i, i_end, j, j_end = span
    if not work.pays((i_end - i) * (j_end - j)):
        return
    for op in LCSseq.opcodes(before[i:i_end], after[j:j_end]):
        if op.tag == "equal":
            yield i + op.src_start, j + op.dest_start, op.src_end - op.src_start


def _anchors(before: Sequence[int], after: Sequence[int], span: Span) -> list[tuple[int, int]]:
    """Items that both have exactly once, as many as keep their order: cheap, and rarely wrong in a long text."""
    i, i_end, j, j_end = span
    there, here = _once(before, i, i_end), _once(after, j, j_end)
    return _rising([(x, here[item]) for item, x in there.items() if item in here])


def _once(items: Sequence[int], start: int, end: int) -> dict[int, int]:
    where: dict[int, int] = {}
    for at in range(start, end):
        where[items[at]] = -1 if items[at] in where else at
    return {item: at for item, at in where.items() if at >= 0}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of pairs, sorted by their first, in which the second rises too."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_, y) in enumerate(pairs):
        place = bisect_left(tails, y)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [y]
        ends[place : place + 1] = [at]
    chain, at = [], ends[-1] if ends else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]
