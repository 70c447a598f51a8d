"""Owns how the health of an evalset is laid out: every finding with its rows, and a few lines for beside the cases."""

import textwrap
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaltui.loop.checkup import Checkup
from evaltui.loop.health_finding import Finding, Grade
from evaltui.tui.safe import plain
from evaltui.tui.widgets.columns import Span
from evaltui.tui.widgets.paper import Row

MARGIN, WORDS = 2, 4_000
GLYPHS: Mapping[Grade, tuple[str, str]] = {
    "bad": ("✗", "fail"), "look": ("!", "unsure"), "fine": ("✓", "pass"), "note": ("·", "muted"),
}  # fmt: skip
FEW = 8
"""Rows of a finding that is folded."""
Key = tuple[str, int]
"""A finding by its name, and one of its rows; -1 is the finding itself."""


@dataclass(frozen=True, slots=True)
class Page:
    """`open` names the findings of which every row is shown."""

    seen: Checkup
    open: frozenset[str] = frozenset()

    def __call__(self, width: int, _height: int, _key: Hashable) -> Sequence[Row]:
        """The rows for a place of this width."""
        if self.seen.problem:
            return [
                Row(),
                *(Row(((f"  {line}", "fail"),)) for line in textwrap.wrap(plain(self.seen.problem, WORDS), width - 4)),
            ]
        return [row for finding in self.seen.findings for row in self._finding(finding, width - MARGIN)]

    def _finding(self, finding: Finding, width: int) -> Iterator[Row]:
        glyph, role = GLYPHS[finding.grade]
        words = textwrap.wrap(f"{finding.name}: {finding.words}", width - 3) or [""]
        name, _, rest = words[0].partition(":")
        yield Row()
        yield Row(((f" {glyph} ", role), (name, "strong"), (f":{rest}", "text")), (finding.name, -1))
        yield from (Row(((f"   {line}", "text"),)) for line in words[1:])
        shown = finding.rows if finding.name in self.open else finding.rows[:FEW]
        for number, each in enumerate(shown):
            yield from _told(plain(each.words, WORDS), width, (finding.name, number))
        if more := len(finding.rows) - len(shown):
            yield Row(((f"     and {more:,} more", "accent"),), (finding.name, len(shown)))


def _told(words: str, width: int, key: Key) -> Iterator[Row]:
    first, *more = textwrap.wrap(words, width - 5, break_on_hyphens=False) or [""]
    yield Row(((f"     {first}", "muted"),), key)
    yield from (Row(((f"       {line}", "muted"),)) for line in more)


def brief(seen: Checkup, key: str) -> Iterator[tuple[Span, ...]]:
    """What a person should look at, a line each, and how to see the rest."""
    if seen.problem:
        yield (("✗ ", "fail"), (plain(seen.problem, WORDS), "muted"))
        return
    wanting = [finding for finding in seen.findings if finding.grade in {"bad", "look"}]
    for finding in sorted(wanting, key=lambda each: each.grade != "bad"):
        glyph, role = GLYPHS[finding.grade]
        yield ((f"{glyph} ", role), (f"{finding.name}: ", "text"), (plain(finding.words, WORDS), "muted"))
    fine = sum(finding.grade == "fine" for finding in seen.findings)
    yield (("✓ ", "pass"), (f"{fine} fine", "muted"), (f"   {key}", "key"), (" all of it", "muted"))
