"""Owns cases as evaltui writes them itself: an export, or the file of another evalset."""

from collections.abc import Iterator

from evaltui.domain.case import Case
from evaltui.domain.problem import Problem
from evaltui.domain.text import found
from evaltui.evalsets.foreign.brought import Brought, Place, Report
from evaltui.evalsets.foreign.look import Looked, records
from evaltui.files.document import Document

_OURS = frozenset(Case.model_fields)


def recognises(looked: Looked) -> bool:
    """Whether every entry has an id and an input or messages, and nothing that a case has not."""
    value = looked.document.value if looked.document else list(looked.head)
    cases = value.get("cases") if isinstance(value, dict) and set(value) == {"cases"} else value
    return isinstance(cases, list) and bool(cases) and all(map(_is_ours, cases))


def read(looked: Looked, report: Report) -> Iterator[Brought]:
    """One case an entry."""
    if looked.document is None:
        for line, record in records(looked.path, report):
            yield from _case(Place(Document(str(looked.path), record, line), report))
        return
    root = Place(looked.document, report)
    places = root.items("cases") if isinstance(root.value, dict) else map(root.inside, range(len(root.value)))
    for place in places:
        yield from _case(place)


def _case(place: Place) -> Iterator[Brought]:
    value = place.value
    if not isinstance(value, dict):
        place.report(Problem(place.document.file, place.line, "", "must be a case", found(value)))
        return
    yield Brought(place.line, str(value.get("id", "")), {key: each for key, each in value.items() if key != "id"})


def _is_ours(value: object) -> bool:
    return (
        isinstance(value, dict) and "id" in value and bool({"input", "messages"} & set(value)) and set(value) <= _OURS
    )
