"""What happened to the server so far, for tests: `GET /_sandbox`."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from evaltui.sandbox.processing import suffix

_SHOWN = 20


class Counters:
    """Counts of operations, and of requests that were accepted more than once."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self._custom_ids: Counter[str] = Counter()
        self._suffixes: Counter[str] = Counter()
        self._messages: Counter[str] = Counter()

    def accepted(self, custom_ids: Iterable[str]) -> None:
        """A batch with these requests was accepted."""
        names = list(custom_ids)
        self.events["creates_committed"] += 1
        self.events["requests_accepted"] += len(names)
        self._custom_ids.update(names)
        self._suffixes.update(map(suffix, names))

    def processed(self, digest: str) -> None:
        """A single message, whose request has this digest, was processed."""
        self.events["messages_processed"] += 1
        self._messages[digest] += 1

    def snapshot(self, struck: Counter[str]) -> dict[str, Any]:
        """One JSON object; `struck` is how often each fault has struck."""
        return {
            **{name: self.events[name] for name in EVENTS},
            "duplicate_custom_ids": _repeated(self._custom_ids),
            "duplicate_suffixes": _repeated(self._suffixes),
            "duplicate_messages": _repeated(self._messages),
            "faults_struck": {name: count for name, count in struck.items() if count},
        }


EVENTS = (
    "requests",
    "creates_received",
    "creates_committed",
    "requests_accepted",
    "polls",
    "lists",
    "results_downloads",
    "results_bytes",
    "cancels",
    "deletes",
    "messages",
    "messages_processed",
    "count_tokens",
)


def _repeated(names: Counter[str]) -> dict[str, Any]:
    """How many were surplus, and the most frequent of them."""
    repeated = {name: count for name, count in names.items() if count > 1}
    most = sorted(repeated.items(), key=lambda pair: (-pair[1], pair[0]))[:_SHOWN]
    return {"surplus": sum(repeated.values()) - len(repeated), "most": dict(most)}
