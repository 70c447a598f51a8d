"""Owns the guess which column of a plain log is what, from its name and its first values."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from evaltui.domain.text import found
from evaltui.files.jsontext import decode_json
from evaltui.logs.moments import moment_of
from evaltui.logs.opinions import rating
from evaltui.logs.plain.mapping import SCALE, Mapping
from evaltui.logs.plain.row import FINE
from evaltui.logs.plain.shape import Shape, value_at
from evaltui.logs.plain.threads import ROLES

SURE, LIKELY, UNSURE = "sure", "likely", "a guess"
_NAMES: dict[str, str] = {
    "messages": "messages conversation_messages chat dialog dialogue transcript history turns",
    "role": "role speaker sender author from",
    "input": "input question query prompt user user_input user_message request message ask text utterance content",
    "output": "output answer response completion reply assistant bot agent_output model_output assistant_message",
    "system": "system system_prompt instructions",
    "id": "id uuid record_id request_id trace_id message_id run_id span_id interaction_id",
    "time": "time timestamp at date datetime created created_at started_at start_time ts",
    "model": "model model_name model_id engine deployment",
    "error": "error error_message exception failure",
    "status": "status status_code http_status outcome",
    "rating": "rating thumbs thumb vote feedback user_feedback sentiment liked helpful",
    "score": "score grade quality stars rating",
    "comment": "comment comments user_comment feedback_text remark note notes correction feedback",
    "conversation": "conversation conversation_id session session_id thread_id thread chat_id",
    "tool": "tool tool_name function function_name",
    "arguments": "arguments tool_arguments tool_input args parameters",
    "result": "result tool_result tool_output observation",
}
_FIELDS = {"status": "error"}  # what a sense of a name is read as, where that is another
_STATUSES = FINE | {"error", "failed", "failure", "timeout", "timed out", "timed_out", "cancelled", "canceled"}
_SCALES = ((0.0, 1.0), (1.0, 5.0), (0.0, 5.0), (1.0, 10.0), (0.0, 10.0), (0.0, 100.0))
_LONG = 12  # characters that a text has which somebody said, rather than a label
_WORDS = re.compile(r"[^a-z0-9]+")
Values = list[Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one field is read from: how sure that is, why, and the first value there."""

    field: str
    column: str
    sure: str
    why: str
    sample: str


@dataclass(frozen=True, slots=True)
class Guess:
    """`mapping` is None where nothing looks like what was asked; `unread` are columns that mean nothing to us."""

    mapping: Mapping | None
    readings: tuple[Reading, ...]
    unread: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """Whether nothing of what matters most, input, messages and output, is a mere guess."""
        matter = [each for each in self.readings if each.field in ("input", "messages", "output")]
        return self.mapping is not None and all(each.sure != UNSURE for each in matter)


def guess(shape: Shape) -> Guess:
    """By names first; then, for what was asked and answered, by which columns hold the longest texts."""
    values = {column: _values(shape, column) for column in shape.columns}
    readings = list(_by_name(values))
    readings += _by_length(values, readings)
    return _made(readings, values)


def _values(shape: Shape, column: str) -> Values:
    held = (value_at(record, column) for record in shape.head)
    return [value for value in held if value is not None]


def _by_name(values: dict[str, Values]) -> Iterator[Reading]:
    read: dict[str, str] = {}
    plain = {column: _plain(column) for column in sorted(values, key=lambda column: column.count("."))}
    for sense, names in _NAMES.items():
        field, fits = _FIELDS.get(sense, sense), _FITS.get(sense, bool)
        for name in names.split() if field not in read else ():
            column = next((each for each in plain if each not in read.values() and plain[each] == name), None)
            if column is not None and fits(values[column]):
                read[field] = column
                sure = SURE if name == names.split()[0] and field == sense else LIKELY
                yield _reading(field, column, values, sure, "by its name")
                break


def _by_length(values: dict[str, Values], readings: list[Reading]) -> Iterator[Reading]:
    """Texts are asked before they are answered, so of two long columns the first is the input."""
    fields, taken = {each.field for each in readings}, {each.column for each in readings}
    if "messages" in fields:
        return
    long = [column for column, held in values.items() if column not in taken and _length(held) >= _LONG]
    missing = [field for field in ("input", "output") if field not in fields]
    chosen = sorted(long, key=lambda column: -_length(values[column]))[: len(missing)]
    for field, column in zip(missing, sorted(chosen, key=list(values).index), strict=False):
        yield _reading(field, column, values, UNSURE, "it holds long texts")


def _reading(field: str, column: str, values: dict[str, Values], sure: str, why: str) -> Reading:
    return Reading(field, column, sure, why, found(values[column][0]) if values[column] else "")


def _made(readings: list[Reading], values: dict[str, Values]) -> Guess:
    fields: dict[str, Any] = {each.field: each.column for each in readings}
    if "messages" in fields:
        for name in ("input", "output"):
            fields.pop(name, None)
    if ("role" in fields and not (fields.keys() >= {"input", "conversation"})) or "output" in fields:
        fields.pop("role", None)
    if "tool" not in fields:
        for name in ("arguments", "result"):
            fields.pop(name, None)
    if "score" in fields:
        fields["scale"] = _scale(values[fields["score"]])
        if not re.fullmatch(SCALE, fields["scale"]):
            fields = {name: column for name, column in fields.items() if name not in ("score", "scale")}
    kept = tuple(each for each in readings if each.field in fields)
    unread = tuple(column for column in values if column not in {each.column for each in kept})
    try:
        return Guess(Mapping(**fields), kept, unread)
    except ValidationError:
        return Guess(None, kept, unread)


def _plain(column: str) -> str:
    """The name in lower case; of a dotted path the last part."""
    spread = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.rpartition(".")[2])
    return _WORDS.sub("_", spread.casefold()).strip("_")


def _length(values: Values) -> float:
    texts = [value for value in values if isinstance(value, str) and not moment_of(value)]
    return sum(map(len, texts)) / len(texts) if len(texts) * 2 > len(values) else 0


def _scale(values: Values) -> str:
    numbers = [number for value in values if (number := _number(value)) is not None]
    low, high = min(numbers, default=0), max(numbers, default=1)
    worst, best = next(
        (ends for ends in _SCALES if ends[0] <= low and high <= ends[1]), (min(low, 0.0), max(high, 1.0))
    )
    return f"{worst:g}..{best:g}"


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _texts(values: Values) -> bool:
    return bool(values) and all(isinstance(value, str | dict | list) for value in values)


def _talks(values: Values) -> bool:
    """Lists of messages, as such or as JSON text."""
    return bool(values) and all(map(_is_talk, values))


def _is_talk(value: Any) -> bool:
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        value, _, _ = decode_json(value.encode("utf-8", "surrogatepass"))
    value = value.get("messages") if isinstance(value, dict) else value
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "role" in each for each in value)


def _statuses(values: Values) -> bool:
    """Codes of HTTP, or words that all say how it ended: anything else may be the state of a customer's order."""
    words = [str(value).strip().casefold() for value in values]
    return bool(words) and all(word in _STATUSES or re.fullmatch(r"[1-5]\d\d", word) for word in words)


def _roles(values: Values) -> bool:
    known = sum(isinstance(value, str) and value.strip().casefold() in ROLES for value in values)
    return known * 4 > len(values) * 3


def _moments(values: Values) -> bool:
    return bool(values) and all(moment_of(_number(value) or value) for value in values)


def _ratings(values: Values) -> bool:
    return bool(values) and all(rating(value) is not None or _number(value) in (-1, 0, 1) for value in values)


def _numbers(values: Values) -> bool:
    return bool(values) and all(_number(value) is not None for value in values)


_FITS: dict[str, Callable[[Values], bool]] = {
    "messages": _talks, "role": _roles, "input": _texts, "output": _texts, "time": _moments, "rating": _ratings,
    "score": _numbers, "comment": _texts, "status": _statuses,
}  # fmt: skip
