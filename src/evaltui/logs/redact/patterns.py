"""Owns the project's own patterns: searched within a time limit, and said when one did not finish."""

from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

from evaltui.logs.redact.kinds import Found
from evaltui.logs.redact.rules import ExtraPattern, compiled
from evaltui.logs.redact.view import View

TIMEOUT_S = 1.0  # for one pattern on one text


class Patterns:
    """`unfinished` names those that ran out of time since it was last cleared: their finds are not complete."""

    def __init__(self, patterns: Sequence[ExtraPattern], timeout_s: float = TIMEOUT_S) -> None:
        self._patterns = [
            (each.name.lower(), compiled(each.pattern, ignore_case=each.ignore_case)) for each in patterns
        ]
        self._timeout_s = timeout_s
        self.unfinished: set[str] = set()

    def __call__(self, view: View) -> Iterator[Found]:
        """Everything that they match; what is empty is no find."""
        for kind, pattern in self._patterns:
            if kind not in self.unfinished:
                yield from self._search(kind, pattern, view.text)

    def _search(self, kind: str, pattern: Any, text: str) -> Iterator[Found]:
        group = "secret" if "secret" in pattern.groupindex else 0
        deadline = monotonic() + self._timeout_s
        try:
            for found in pattern.finditer(text, timeout=self._timeout_s):
                if found.end(group) > found.start(group):
                    yield Found(found.start(group), found.end(group), kind)
                if monotonic() > deadline:
                    raise TimeoutError
        except TimeoutError:
            self.unfinished.add(kind)
