"""Owns the samples of Inspect logs, `.eval` archives and `.json`, and of Inspect's data sets in JSON Lines."""

import re
from collections.abc import Iterator
from typing import Any

from evaltui.domain.problem import Problem
from evaltui.evalsets.foreign.brought import Brought, Gold, Place, Report, described
from evaltui.evalsets.foreign.look import Looked, records
from evaltui.evalsets.foreign.talk import talk
from evaltui.files.archives import archive_names, read_members
from evaltui.files.document import Document
from evaltui.files.jsontext import decode_json

_SAMPLE = re.compile(r"samples/.*\.json")
_ATTACHED = "attachment://"
_LEFT = ("files", "setup", "sandbox")
_CHOICES = "the agent is shown {{choices}} only where its prompt says so"


def recognises(looked: Looked) -> bool:
    """Whether it is an archive with samples, a log with an eval and samples, or lines with input and target."""
    if looked.archive:
        return bool(_samples(looked))
    whole = looked.whole
    if isinstance(whole.get("eval"), dict) and isinstance(whole.get("samples"), list):
        return True
    return any("input" in record and "target" in record for record in looked.head)


def read(looked: Looked, report: Report) -> Iterator[Brought]:
    """One case a sample; of several epochs the first that is met. What the model said in the log stays behind."""
    seen: set[str] = set()
    for place in _places(looked, report):
        value = place.value
        if not isinstance(value, dict) or value.get("input") is None:
            place.refuse("is no sample with an input", value)
            continue
        name = "" if value.get("id") is None else str(value["id"])
        if name and name in seen:
            continue
        seen.add(name)
        yield from _case(place, name)


def _case(place: Place, name: str) -> Iterator[Brought]:
    value = place.value
    given = Document(place.document.file, {"input": _attached(value["input"], value.get("attachments"))}, place.line)
    fields = talk(Place(given, place.report, ("input",)))
    if fields is None:
        place.refuse(f"the input of sample {name or '?'} cannot be taken")
        return
    for key in _LEFT:
        if value.get(key):
            place.inside(key).left_out(
                "is not taken: it belongs to whoever answers the agent's tools", value=value[key]
            )
    gold = Gold()
    if value.get("target") not in (None, "", []):
        gold.answer = value["target"]
    if value.get("choices"):
        place.inside("choices").left_out("are kept as vars.choices", _CHOICES, value["choices"])
        fields["vars"] = fields.get("vars", {}) | {"choices": value["choices"]}
    tags, note = described(value.get("metadata"))
    more: dict[str, Any] = ({"tags": tags} if tags else {}) | ({"note": note} if note else {})
    yield Brought(place.line, name, {**fields, **gold.fields(), **more})


def _places(looked: Looked, report: Report) -> Iterator[Place]:
    if looked.document is not None:
        yield from Place(looked.document, report).items("samples")
    elif looked.archive:
        yield from _archived(looked, report)
    else:
        for line, record in records(looked.path, report):
            yield Place(Document(str(looked.path), record, line), report)


def _archived(looked: Looked, report: Report) -> Iterator[Place]:
    for name, raw in read_members(looked.path, _samples(looked)):
        file = f"{looked.path}/{name}"
        if isinstance(raw, Problem):
            report(raw)
            continue
        value, complaint, line = decode_json(raw)
        if complaint:
            report(Problem(file, line, "", complaint))
        else:
            yield Place(Document(file, value), report)


def _samples(looked: Looked) -> list[str]:
    """Sample 9 before sample 10, and a sample's first epoch before its others."""
    names = archive_names(looked.path)
    sound = [] if isinstance(names, Problem) else [name for name in names if _SAMPLE.fullmatch(name)]
    return sorted(sound, key=lambda name: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)])


def _attached(value: Any, attachments: Any) -> Any:
    """Long texts of a log stand in one place and are referred to."""
    if isinstance(value, str) and value.startswith(_ATTACHED) and isinstance(attachments, dict):
        return attachments.get(value.removeprefix(_ATTACHED), value)
    if isinstance(value, list):
        return [_attached(each, attachments) for each in value]
    if isinstance(value, dict):
        return {key: _attached(each, attachments) for key, each in value.items()}
    return value
