"""Owns how the health of a set is printed: one line a finding, and its first rows below."""

from evaltui.cli.render import out
from evaltui.loop.health_finding import Finding, Grade
from evaltui.loop.health_words import findings
from evaltui.loop.set_health import SetHealth

MOST = 5
GLYPHS: dict[Grade, str] = {"bad": "✗", "look": "!", "fine": "✓", "note": "·"}
_TOLD: frozenset[str] = frozenset({"stability"})
"""Findings whose rows are told even where nothing is wrong."""


def say_health(seen: SetHealth, *, whole: bool) -> None:
    """Rows beyond the first ones are counted; `whole` prints them."""
    for finding in findings(seen):
        out(f"  {GLYPHS[finding.grade]} {finding.name}: {finding.words}")
        _say_rows(finding, whole=whole)


def _say_rows(finding: Finding, *, whole: bool) -> None:
    quiet = finding.grade in {"fine", "note"} and finding.name not in _TOLD
    rows = finding.rows if whole else () if quiet else finding.rows[:MOST]
    for row in rows:
        out(f"      {row.words}")
    if more := len(finding.rows) - len(rows):
        out(f"      {'and ' if rows else ''}{more:,} {'more' if rows else 'lines'}; --all lists them")
