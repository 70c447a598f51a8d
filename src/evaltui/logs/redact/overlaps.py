"""Owns what becomes of finds that overlap, and of finds that run over what is redacted already."""

import re
from collections.abc import Iterable, Iterator

from evaltui.logs.redact.kinds import Found, specificity
from evaltui.logs.redact.view import MARK

_PIECE = re.compile(f"[^{MARK}]+")


def apart(finds: Iterable[Found]) -> list[Found]:
    """In order and apart: overlapping ones become one, of the kind of the longest, then of the most specific.

    The one covers them all, so that no end of a secret stays.
    """
    merged: list[tuple[Found, Found]] = []  # what is covered, and who won it
    for find in sorted(set(finds)):
        if merged and find.start < merged[-1][0].end:
            merged[-1] = _joined(*merged[-1], find)
        else:
            merged.append((find, find))
    return [covered for covered, _ in merged]


def around_marks(finds: Iterable[Found], text: str) -> Iterator[Found]:
    """The parts of each find between marks; parts that are blank are nothing."""
    for find in finds:
        for piece in _PIECE.finditer(text, find.start, find.end):
            if not piece[0].isspace():
                yield Found(*piece.span(), find.kind)


def _joined(covered: Found, winner: Found, find: Found) -> tuple[Found, Found]:
    best = min(winner, find, key=_order)
    return Found(covered.start, max(covered.end, find.end), best.kind), best


def _order(find: Found) -> tuple[int, int]:
    return find.start - find.end, specificity(find.kind)
