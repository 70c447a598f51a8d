"""A draft of a gold case made of a logged failure: redacted, editable, not ready before a person says what is right.

made = draft(store, key, folder)          nothing is written
made = expect(made, {"route": "refund"})  in draft_edit: each change gives a new draft
problems = ready(made)                    in draft_check: nothing in it that is an error, and it may be added
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltui.domain.base import canonical
from evaltui.domain.case import Case
from evaltui.domain.errors import Refused
from evaltui.domain.item import Failure, Item
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.logs.redact.redactor import Redactor
from evaltui.logs.redact.result import Place, RedactedValue
from evaltui.loop.draft_clean import plain
from evaltui.loop.draft_names import source_of, suggested_id, suggested_tags
from evaltui.loop.draft_shape import last_turn, shape
from evaltui.loop.draft_target import Similar, Target, target
from evaltui.loop.inbox import failures
from evaltui.loop.inbox import item as item_of
from evaltui.loop.writing import folded
from evaltui.store.database import Store

LARGEST = 1_000_000
"""Bytes of a case as JSON: more than that nobody reads, and searching it for secrets takes long."""
ORDER = (
    "id", "input", "messages", "vars", "tools", "turns", "max_turns", "expected", "rubric", "tags", "critical", "group",
    "source",
)  # fmt: skip
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Redaction:
    """A placeholder that stands in the case in place of something; `path` leads to the text that holds it."""

    path: Path_
    kind: str
    placeholder: str


@dataclass(frozen=True, slots=True)
class Draft:
    """`case` is a mapping ready for YAML. `key` and `item` are those of the inbox, `turn` (from 1) the one that failed.

    `why` says what went wrong and `failed` what the agent did there, both redacted, for people to see; `did` is the
    same as scorers see it. `similar` are
    cases of the set that say nearly the same; `anyway`: it is to be added all the same. `unfinished` are patterns of
    the rules that ran out of time. `notes` say what was left out.
    """

    key: int
    item: Item
    turn: int
    failure: Failure | None
    target: Target
    case: Mapping[str, Any]
    redactions: tuple[Redaction, ...]
    why: str
    failed: str
    did: Trajectory
    similar: tuple[Similar, ...] = ()
    unfinished: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    anyway: bool = False

    @property
    def id(self) -> str:
        """Of the case."""
        return str(self.case.get("id", ""))

    @property
    def texts(self) -> tuple[tuple[Path_, str], ...]:
        """Every text of the case with the path that `with_text` takes."""
        return tuple(_texts(dict(self.case), ()))


def draft(store: Store, key: int, folder: Path, *, turn: int | None = None) -> Draft:
    """A draft of the case that the item `key` of the inbox gives for an evalset; `turn` instead of the first failure's.

    Raises BadInput when the evalset or the redaction rules are wrong, Refused when the item gives no case.
    """
    return drafts(store, [key], folder, turn=turn)[0]


def drafts(store: Store, keys: Sequence[int], folder: Path, *, turn: int | None = None) -> tuple[Draft, ...]:
    """One draft for each item; one thing has the same placeholder in all of them."""
    against = target(folder, store.path.parent)
    redactor = Redactor(against.rules)
    return tuple(
        draft_of(item_of(store, key), key, against, redactor, _own_first(store, key), turn=turn) for key in keys
    )


def _own_first(store: Store, key: int) -> list[Failure]:
    """Those that no other item tells already come first."""
    return [failure for failure, _ in sorted(failures(store, key), key=lambda each: each[1])]


def draft_of(
    item: Item, key: int, against: Target, redactor: Redactor, found: Sequence[Failure], *, turn: int | None = None
) -> Draft:
    """See `draft`; `found` is what looks like a failure in the item."""
    at = turn or (found[0].turn if found else last_turn(item))
    if not 1 <= at <= last_turn(item):
        raise Refused(f"item {item.id[:12]} has no turn {at}; it has turns 1 to {last_turn(item)}")
    failure = next((each for each in found if each.turn == at), None)
    try:
        return _drafted(_Picked(item, key, at, failure), against, redactor)
    except RecursionError as error:
        raise Refused(f"item {item.id[:12]} is nested too deep for a case") from error


@dataclass(frozen=True, slots=True)
class _Picked:
    """An item and the turn that a case is made of."""

    item: Item
    key: int
    turn: int
    failure: Failure | None

    @property
    def last(self) -> bool:
        return self.turn == last_turn(self.item)


def _drafted(picked: _Picked, against: Target, redactor: Redactor) -> Draft:
    shaped = shape(picked.item, picked.turn, against.agent)
    size = len(canonical(shaped.fields))
    if size > LARGEST:
        words = f"what the agent was told before turn {picked.turn} has {size:,} bytes"
        raise Refused(f"{words}; at most {LARGEST:,} make a case")
    source = plain(source_of(picked.item, picked.failure, picked.turn, against.source.folder))
    foreign = {**shaped.fields, "source": {name: source[name] for name in ("id", "note") if name in source}}
    redacted = redactor.value(foreign)
    told = [redactor.value(plain([each.text, each.tool, each.arguments, each.result])) for each in shaped.did]
    did = _redacted_steps(shaped.did, told)
    case = redacted.value | {"source": {**source, **redacted.value["source"]}} | suggested_tags(picked.failure)
    case["id"] = _id(picked, case, did, against)
    error = picked.item.error if picked.last else None
    made = Draft(
        picked.key, picked.item, picked.turn, picked.failure, against, ordered(case), tuple(_redactions(redacted)),
        str(case["source"]["note"]),
        _shown(did, redactor.text(error.message).text if error else ""),
        Trajectory(did, picked.item.stop_reason if picked.last else "end_turn"),
        unfinished=_unfinished([redacted, *told]), notes=shaped.notes,
    )  # fmt: skip
    return replace(made, similar=likeness(made))


def ordered(case: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in the order in which people write them; unknown ones last."""
    known = [name for name in ORDER if name in case]
    return {name: case[name] for name in (*known, *(name for name in case if name not in ORDER))}


def likeness(draft: Draft) -> tuple[Similar, ...]:
    """The cases of the set that say the same as the draft does now, or nearly."""
    given = {name: draft.case[name] for name in ("input", "messages", "vars", "turns") if name in draft.case}
    try:
        case = Case.model_validate({"id": "draft", **given})
    except ValueError:
        return ()
    return draft.target.similar(case, draft.item.id)


def _id(picked: _Picked, case: Mapping[str, Any], did: Sequence[Step], against: Target) -> str:
    texts = _texts({name: case[name] for name in ("input", "messages") if name in case}, ())
    text = next((text for path, text in texts if path[-1] in ("input", "content", "text")), "")
    named = picked.failure is not None and picked.failure.reason in ("tool_error", "loop", "declined")
    tool = next((step.tool for step in did if step.tool), "") if named else ""
    seed = f"{picked.item.id}:{picked.turn}"
    return suggested_id(text, picked.failure, tool or "", seed, lambda name: against.taken(name) is not None)


def _redacted_steps(steps: Sequence[Step], told: Sequence[RedactedValue]) -> tuple[Step, ...]:
    made = [each.value for each in told]
    return tuple(
        replace(step, turn=1, text=text, tool=tool, arguments=arguments, result=result, call_id=None)
        for step, (text, tool, arguments, result) in zip(steps, made, strict=True)
    )


def _redactions(redacted: RedactedValue) -> list[Redaction]:
    return [Redaction(place.path, span.kind, span.placeholder) for place in redacted.places for span in _spans(place)]


def _spans(place: Place) -> Any:
    return place.redacted.spans


def _unfinished(redacted: Sequence[RedactedValue]) -> tuple[str, ...]:
    places = [place for each in redacted for place in each.places]
    return tuple(sorted({name for place in places for name in place.redacted.unfinished}))


def _shown(steps: Sequence[Step], error: str) -> str:
    """The failed output as people read it."""
    lines = [_line(step) for step in steps]
    return "\n".join([*lines, *([f"error: {error}"] if error else [])])


def _line(step: Step) -> str:
    if step.role == "tool":
        sign = "✗" if step.is_error else "→"
        return f"{sign} {step.result if isinstance(step.result, str) else folded(step.result)}"
    return f"{step.tool} {folded(step.arguments)}" if step.tool else step.text


def _texts(value: Any, path: Path_) -> list[tuple[Path_, str]]:
    if isinstance(value, str):
        return [(path, value)]
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for step, each in parts for found in _texts(each, (*path, step))]
