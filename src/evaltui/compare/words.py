"""Owns which replaced lines belong together, and which words of two such lines differ."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evaltui.compare.blocks import Block, blocks, interned, joined, parts
from evaltui.compare.likeness import likeness, most_alike
from evaltui.compare.work import Work

_ALIKE = 0.5  # share of letters in common from which two lines are the same line, changed
_KEPT = 0.25  # share of letters in common below which marking single words explains nothing
_PLAIN = 20  # letters; in a line of no more any marks are plain to see
_SHORT = 3  # letters; what stays between two changes and is shorter than both only disturbs
_MOST = 3_600  # pairs of lines among which the most alike are looked for at once
_IDEOGRAPHS = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_WORDS = re.compile(rf"[{_IDEOGRAPHS}]|[^\W{_IDEOGRAPHS}]+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line; `changed` where the other side does not have it."""

    text: str
    changed: bool = False


Pieces = tuple[Piece, ...]


def by_word(old: str, new: str, work: Work) -> tuple[Pieces, Pieces]:
    """Both lines with the words marked that the other does not have; whole lines where they have little in common."""
    words = _WORDS.findall(old), _WORDS.findall(new)
    found = _readable(*words, _common(*words, work))
    left, right = _pieces(words[0], [(i, n) for i, _, n in found]), _pieces(words[1], [(j, n) for _, j, n in found])
    kept = sum(len(piece.text.strip()) for piece in left if not piece.changed)
    shorter = min(len(old.strip()), len(new.strip()))
    return (left, right) if shorter <= _PLAIN or kept >= _KEPT * shorter else (whole(old), whole(new))


def _common(old: list[str], new: list[str], work: Work) -> list[Block]:
    """The words that stay, and the blanks beside them; a blank alone is no common ground, only an indentation is."""
    places = [[at for at, word in enumerate(words) if not word.isspace()] for words in (old, new)]
    solid = interned([old[at] for at in places[0]], [new[at] for at in places[1]])
    x_end = y_end = int(old[:1] == new[:1] and "".join(old[:1]).isspace())
    found: list[Block] = [(0, 0, x_end)]
    for i, j, n in blocks(*solid, work):
        for x, y, length in _runs(old, new, places[0][i : i + n], places[1][j : j + n]):
            before = int(x > x_end and y > y_end and old[x - 1] == new[y - 1] and old[x - 1].isspace())
            last, other = old[x + length : x + length + 1], new[y + length : y + length + 1]
            behind = int(last == other and "".join(last).isspace())
            found.append((x - before, y - before, before + length + behind))
            x_end, y_end = x + length + behind, y + length + behind
    return joined(found)


def _runs(old: list[str], new: list[str], xs: list[int], ys: list[int]) -> Iterator[Block]:
    """Words in a row that stay: with the blanks between them where those are the same, one by one otherwise."""
    (x, x_last), (y, y_last) = (xs[0], xs[-1]), (ys[0], ys[-1])
    if old[x : x_last + 1] == new[y : y_last + 1]:
        yield x, y, x_last + 1 - x
    else:
        yield from ((x, y, 1) for x, y in zip(xs, ys, strict=True))


def whole(line: str) -> Pieces:
    """The line, all of it changed."""
    return (Piece(line, changed=True),) if line else ()


def pairs(old: Sequence[str], new: Sequence[str], work: Work) -> list[tuple[int, int]]:
    """Which line became which, in order: those most alike. A line that is alone on both sides became the other."""
    if len(old) == 1 == len(new):
        return [(0, 0)]
    found: list[tuple[int, int]] = []
    for i, i_end, j, j_end in parts((0, len(old), 0, len(new)), _MOST) if old and new else ():
        if work.looks((i_end - i) * (j_end - j)):
            found += ((i + x, j + y) for x, y in most_alike(likeness(old[i:i_end], new[j:j_end], _ALIKE)))
        else:
            found += zip(range(i, i_end), range(j, j_end), strict=False)
    return found


def _readable(old: list[str], new: list[str], found: list[Block]) -> list[Block]:
    """Without what stays only by chance: a blank or a short word between two longer changes."""
    kept: list[Block] = []
    gaps = _gaps(old, new, found)
    size = gaps[0]
    for (i, j, n), after in zip(found, gaps[1:], strict=True):
        stays = len("".join(old[i : i + n]).strip())
        if size and after and (not stays or stays <= min(_SHORT, size, after)):
            size += after
        else:
            kept.append((i, j, n))
            size = after
    return kept


def _gaps(old: list[str], new: list[str], found: list[Block]) -> list[int]:
    """Letters of the larger side before the first block, between each two and behind the last."""
    every = [(0, 0, 0), *found, (len(old), len(new), 0)]
    return [
        max(sum(map(len, old[i + n : x])), sum(map(len, new[j + n : y]))) for (i, j, n), (x, y, _) in pairwise(every)
    ]


def _pieces(words: list[str], kept: list[tuple[int, int]]) -> Pieces:
    found, at = [], 0
    for start, n in [*kept, (len(words), 0)]:
        found += [Piece("".join(words[at:start]), changed=True)] if at < start else []
        found += [Piece("".join(words[start : start + n]))] if n else []
        at = start + n
    return tuple(found)
