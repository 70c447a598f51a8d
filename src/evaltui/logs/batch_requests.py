"""Owns where the requests of Message Batches stand in a log, so that each result finds the request it answers."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaltui.logs.exchange import Exchange, exchange_of
from evaltui.logs.moments import moment
from evaltui.logs.records import Record, read_records, record_at

_Line = tuple[Path, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """The `params` by custom id, and when the batch was made ("" unknown)."""

    params: dict[str, dict[str, Any]]
    at: str = ""


@dataclass(slots=True)
class Requests:
    """Only the places of requests are held, never the requests: a log may ask far more than memory holds."""

    _batches: dict[str, _Line] = field(default_factory=dict)
    _singles: dict[str, _Line] = field(default_factory=dict)

    def scan(self, path: Path, until: int | None = None) -> None:
        """Note every request of a file, or of its part before byte `until`."""
        for each in read_records(path):
            if until is not None and each.place.after > until:
                return
            if isinstance(each, Record):
                self.note(path, each)

    def note(self, path: Path, record: Record) -> bool:
        """Whether the record asks for a batch or is one request of it; where it does, its place is kept."""
        custom_id, exchange = record.value.get("custom_id"), exchange_of(record.value)
        if isinstance(custom_id, str) and isinstance(record.value.get("params"), dict):
            self._singles[custom_id] = (path, record.start)
            return True
        if exchange is None or not isinstance((exchange.request or {}).get("requests"), list):
            return False
        if isinstance(exchange.response, dict) and isinstance(name := exchange.response.get("id"), str):
            self._batches[name] = (path, record.start)
        return True

    def of_batch(self, name: str) -> Asked:
        """What a batch asked; nothing where it was not logged."""
        exchange = exchange_of(self._read(self._batches.get(name)))
        return Asked({}) if exchange is None else _asked(exchange)

    def single(self, custom_id: str) -> Asked:
        """What one line asked."""
        params = self._read(self._singles.get(custom_id)).get("params")
        return Asked({custom_id: params} if isinstance(params, dict) else {})

    def _read(self, line: _Line | None) -> dict[str, Any]:
        return (record_at(*line) if line else None) or {}


def _asked(exchange: Exchange) -> Asked:
    written = (exchange.request or {}).get("requests")
    sound = [each for each in written if isinstance(each, dict)] if isinstance(written, list) else []
    params = {
        name: params
        for each in sound
        if isinstance(name := each.get("custom_id"), str) and isinstance(params := each.get("params"), dict)
    }
    return Asked(params, moment(exchange.response) if isinstance(exchange.response, dict) else "")
