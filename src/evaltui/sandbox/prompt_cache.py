"""Owns the prompt cache: which prefixes of requests were written, who may read them, and what usage then says.

A request marks blocks with `cache_control` (in tools, system or messages), or its last block with the parameter of that
name. Each mark looks for the longest prefix that was written before, up to twenty blocks back, and writes its own. An
entry lives for its time to live after its last use. The requests of a batch run side by side: what one of them writes
is seen by about half of the others, by all later batches and by single requests.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import Any

import msgspec

from evaltui.sandbox.catalogue import MODELS
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.lexical.tokens import Part, parts
from evaltui.sandbox.model import Answer

_LOOK_BACK = 20
_SECONDS = {"5m": 300.0, "1h": 3600.0}
_UNCACHED = ("thinking", "redacted_thinking")


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks: `writer` is the batch, or empty for a single request; `late` sees what its own batch has written."""

    workspace: str = ""
    writer: str = ""
    late: bool = True


@dataclass(frozen=True, slots=True)
class _Mark:
    """A prefix to cache: where it ends, its tokens, and for how long."""

    at: int
    tokens: int
    ttl: str


@dataclass(slots=True)
class _Entry:
    ttl: str
    until: float
    writers: set[str]


class PromptCache:
    """What one server has cached, in memory. Safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()

    def billed(self, params: dict[str, Any], answer: Answer, visit: Visit) -> Answer:
        """The answer with its input split into what was read, written and neither; recorded usage stays as it is."""
        blocks = [] if answer.recorded else list(parts(params))
        found = list(_marks(params, blocks))
        if not found:
            return answer
        with self._lock:
            return _split(answer, *self._used(params, blocks, found, visit))

    def _used(
        self, params: dict[str, Any], blocks: list[Part], found: list[_Mark], visit: Visit
    ) -> tuple[int, dict[str, int]]:
        """(tokens read, tokens written by time to live)."""
        names, counted = _names(params, blocks, visit), list(accumulate(block.tokens for block in blocks))
        now, least = self._clock.now(), MODELS[params["model"]].cached_from
        read = self._longest(names, found, visit, now)
        start = counted[read] if read >= 0 else 0
        marks = [mark for mark in found if mark.at > read and mark.tokens >= least]
        written = dict.fromkeys(_SECONDS, 0)
        for before, mark in pairwise([_Mark(read, start, ""), *marks]):
            written[mark.ttl] += mark.tokens - before.tokens
            self._write(names[mark.at], mark.ttl, now, visit)
        return start, written

    def _longest(self, names: list[str], found: list[_Mark], visit: Visit, now: float) -> int:
        """The last block of the longest prefix that can be read, -1 for none; reading keeps it alive."""
        near = {at for mark in found for at in range(max(0, mark.at - _LOOK_BACK), mark.at + 1)}
        for at in sorted(near, reverse=True):
            entry = self._entries.get(names[at])
            if entry and entry.until > now and (visit.late or entry.writers - {visit.writer}):
                entry.until = now + _SECONDS[entry.ttl]
                return at
        return -1

    def _write(self, name: str, ttl: str, now: float, visit: Visit) -> None:
        entry = self._entries.get(name)
        alive = entry is not None and entry.until > now
        writers = entry.writers if entry and alive else set()
        self._entries[name] = _Entry(ttl, now + _SECONDS[ttl], writers | {visit.writer})


def _marks(params: dict[str, Any], blocks: list[Part]) -> Iterator[_Mark]:
    """The marked blocks in order; the request's own mark stands at its last block that can be cached."""
    whole = params.get("cache_control")
    last = max((at for at, part in enumerate(blocks) if part.block.get("type") not in _UNCACHED), default=-1)
    tokens = 0
    for at, part in enumerate(blocks):
        tokens += part.tokens
        control = part.block.get("cache_control") or (whole if at == last else None)
        if control:
            yield _Mark(at, tokens, control.get("ttl") or "5m")


def _names(params: dict[str, Any], blocks: list[Part], visit: Visit) -> list[str]:
    """A name for the prefix up to each block: equal for equal requests of one workspace to one model."""
    running = sha256(msgspec.json.encode([visit.workspace, params["model"]]))
    names = []
    for part in blocks:
        bare = {key: value for key, value in part.block.items() if key != "cache_control"}
        running.update(msgspec.json.encode([part.place, bare]))
        names.append(running.hexdigest())
    return names


def _split(answer: Answer, read: int, written: dict[str, int]) -> Answer:
    """Read and written tokens leave the input; together they are never more than it."""
    total = answer.input_tokens
    read = min(read, total)
    long = min(written["1h"], total - read)
    short = min(written["5m"], total - read - long)
    usage = {
        "cache_creation_input_tokens": long + short,
        "cache_read_input_tokens": read,
        "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long},
    }
    return replace(answer, input_tokens=total - read - long - short, usage={**usage, **answer.usage})
