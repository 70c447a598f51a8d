"""Owns what stands in place of a secret: the same for the same thing, and never one that a text holds already."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from evaltui.logs.redact.kinds import KINDS, identity


class Placeholders:
    """Numbers are given from 1 for each kind. A number that any text seen so far holds is not given again."""

    def __init__(self, kinds: Iterable[str] = ()) -> None:
        names = "|".join(sorted({kind.upper() for kind in (*KINDS, *kinds)}, key=len, reverse=True))
        self._written = re.compile(rf"\[({names})_([1-9][0-9]{{0,5}})\]")
        self._given: dict[tuple[str, str], str] = {}
        self._used: defaultdict[str, set[int]] = defaultdict(set)
        self._last: defaultdict[str, int] = defaultdict(int)

    def see(self, text: str) -> Iterator[tuple[int, int]]:
        """Where placeholders stand in the text; their numbers are taken from now on."""
        for found in self._written.finditer(text):
            self._used[found[1]].add(int(found[2]))
            yield found.span()

    def of(self, kind: str, secret: str) -> str:
        """The placeholder of this secret, which is known from now on."""
        key = kind, identity(kind, secret)
        if key not in self._given:
            self._given[key] = self._next(kind.upper())
        return self._given[key]

    def _next(self, name: str) -> str:
        self._last[name] += 1
        while self._last[name] in self._used[name]:
            self._last[name] += 1
        return f"[{name}_{self._last[name]}]"
