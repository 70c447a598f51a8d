"""Owns samples of OpenAI evals: JSON Lines with the messages of `input` and the `ideal` answer."""

from collections.abc import Iterator
from typing import Any

from evaltui.evalsets.foreign.brought import Brought, Gold, Place, Report, described
from evaltui.evalsets.foreign.look import Looked, records
from evaltui.evalsets.foreign.talk import talk
from evaltui.files.document import Document

_KNOWN = ("input", "ideal", "id", "sample_id", "metadata")


def recognises(looked: Looked) -> bool:
    """Whether lines have an input and an ideal answer, or messages as input."""
    return any("input" in record and ("ideal" in record or _is_chat(record["input"])) for record in looked.head)


def read(looked: Looked, report: Report) -> Iterator[Brought]:
    """One case a line."""
    for line, record in records(looked.path, report):
        place = Place(Document(str(looked.path), record, line), report)
        fields = talk(place.inside("input")) if record.get("input") is not None else None
        if fields is None:
            place.refuse("has no input that can be taken", record.get("input"))
            continue
        place.unknown(_KNOWN)
        gold = Gold()
        if record.get("ideal") is not None:
            gold.answer = record["ideal"]
        tags, note = described(record.get("metadata"))
        more: dict[str, Any] = ({"tags": tags} if tags else {}) | ({"note": note} if note else {})
        yield Brought(line, str(record.get("id") or record.get("sample_id") or ""), {**fields, **gold.fields(), **more})


def _is_chat(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "role" in each for each in value)
