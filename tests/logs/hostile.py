"""Records with one part replaced by what does not belong there: every part, by every kind of odd value."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Skipped
from evaltui.logs.importers import Importer

ODD: tuple[Any, ...] = (
    None, True, -1, 10**30, 0.5, "", "text", "{", [], [None], [[]], ["a"], {}, {"a": {}}, [{"type": 1}],
    [{"type": "text"}], [{"type": "tool_use"}], [{"type": "tool_result"}], {"type": []}, {"role": "assistant"},
)  # fmt: skip


def mangled(value: Any) -> Iterator[Any]:
    """The value with one of its parts replaced, absent or given twice."""
    yield from ODD
    if isinstance(value, dict):
        for key, part in value.items():
            yield {name: each for name, each in value.items() if name != key}
            yield from (value | {key: odd} for odd in mangled(part))
    elif isinstance(value, list):
        yield value + value
        for at, part in enumerate(value):
            yield from ([*value[:at], odd, *value[at + 1 :]] for odd in mangled(part))


def read_all(importer: Importer, path: Path, *lines: Any) -> list[Item | Skipped]:
    """Whatever is read of these lines, objects or raw bytes; each item was looked at whole."""
    path.write_bytes(
        b"".join((each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n" for each in lines)
    )
    read = list(importer.read(path))
    for each in read:
        if isinstance(each, Item):
            _ = each.trajectory.usage, each.trajectory.exchanges(), each.stop_reason, hash(each.id)
    return read
