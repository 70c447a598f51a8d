"""Owns the words in which lists of the inbox are filtered."""

from evaltui.domain.problem import Problem
from evaltui.domain.query import Language, Query, Term, parse

WORDS: dict[str, tuple[str, str]] = {
    "open": ("state", "open"),
    "dismissed": ("state", "dismissed"),
    "merged": ("state", "merged"),
    "promoted": ("state", "promoted"),
    "failed": ("failed", ""),
    "noted": ("noted", ""),
}
"""Words that stand alone, and what each asks."""

VALUES: dict[str, str] = {
    "reason": "tool_error",
    "kind": "claude-code",
    "source": "NAME*",
    "model": "NAME*",
    "tool": "NAME",
    "signature": "TEXT",
    "note": "TEXT",
    "case": "TEXT",
    "id": "ID*",
    "since": "2026-11-01",
    "until": "2026-11-30",
}
"""What stands before a colon, and what is written behind it."""

NUMBERS: dict[str, str] = {"turns": "5", "failures": "1"}
"""What is compared with a number, and such a number."""

INBOX = Language(WORDS, VALUES, NUMBERS, frozenset({"since", "until"}))
OPEN_FAILURES = Query("open failed", (Term("open", "state", "open"), Term("failed", "failed")), INBOX)
"""What lists show when nothing is asked."""


def parse_inbox(text: str) -> Query | Problem:
    """The query, or the first word that is none."""
    return parse(text, INBOX)
