"""Owns reading JSON that a model wrote: alone, fenced or among prose. Strict inside, bounded in time and depth."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evaltui.scores.shown import shown

MAX_CHARS = 1_000_000
MAX_DEPTH = 64
MAX_TOKENS = 200_000
MAX_TRIES = 64

# An opening bracket that JSON could follow; a bracket in prose such as `[see below]` is passed over.
_OPENING = re.compile(r'\{(?=\s*["}])|\[(?=\s*[\[{"\]\-\dtfn])')
# Strings are swallowed whole, an unclosed one to the end, so that no character is looked at twice.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)
_FENCE_OPEN = re.compile(r"```[^\S\n]*\w*[^\S\n]*\n?\s*\Z")
_FENCE_CLOSE = re.compile(r"\A\s*```")


@dataclass(frozen=True, slots=True)
class Found:
    """A JSON value and what was tolerated to reach it."""

    value: Any
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotJson:
    """No JSON could be read; `reason` is for a person and holds no model text beyond a shortened key."""

    reason: str


class _RefusedError(ValueError):
    """JSON that Python would accept and we do not."""


def find_json(text: str) -> Found | NotJson:
    """The first JSON value of `text`; a fence, prose and a byte order mark around it are tolerated and noted."""
    trimmed, mark = _without_mark(text)
    problem = _unusable(trimmed)
    if problem:
        return NotJson(problem)
    found = _scalar(trimmed) or _first_container(trimmed)
    return Found(found.value, (*mark, *found.notes)) if isinstance(found, Found) else found


def whole_json(text: str) -> Found | NotJson:
    """The JSON value that the whole of `text` is; nothing around it is tolerated but white space."""
    problem = _unusable(text.strip())
    if problem:
        return NotJson(problem)
    found = find_json(text)
    if isinstance(found, Found) and found.notes:
        return NotJson(f"the whole reply must be JSON: {', '.join(found.notes)}")
    return found


def too_deep(value: Any) -> bool:
    """Whether a decoded value nests deeper than `MAX_DEPTH`; takes no stack of its own."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        return iter(value.values())
    return iter(value) if isinstance(value, list) else iter(())


def _without_mark(text: str) -> tuple[str, tuple[str, ...]]:
    trimmed = text.strip()
    if trimmed.startswith("\ufeff"):
        return trimmed.lstrip("\ufeff").strip(), ("a byte order mark before the JSON",)
    return trimmed, ()


def _unusable(text: str) -> str:
    if not text:
        return "the reply has no text"
    return f"the reply is longer than {MAX_CHARS:,} characters" if len(text) > MAX_CHARS else ""


def _scalar(text: str) -> Found | NotJson | None:
    if text[0] in "{[" or len(text) > 10_000:
        return None
    decoded = _decode(text)
    return decoded if isinstance(decoded, Found) or text in ("NaN", "Infinity", "-Infinity") else None


def _first_container(text: str) -> Found | NotJson:
    """Arrays that are not JSON are passed over; a broken object ends the search: a later one is not the answer."""
    position, tokens, failure = 0, MAX_TOKENS, NotJson("no JSON in the reply")
    for _ in range(MAX_TRIES):
        opening = _OPENING.search(text, position)
        if opening is None:
            return failure
        end, tokens, problem = _span(text, opening.start(), tokens)
        decoded = NotJson(problem) if problem else _decode(text[opening.start() : end])
        if isinstance(decoded, Found):
            return Found(decoded.value, _around(text[: opening.start()], text[end:]))
        if opening[0] == "{" or tokens <= 0:
            return decoded
        failure, position = decoded, opening.end() if problem else end
    return failure


def _span(text: str, start: int, budget: int) -> tuple[int, int, str]:
    """Where the value that opens at `start` ends, the tokens left, and what is wrong ("" for nothing)."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        budget -= 1
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        if depth == 0:
            return token.end(), budget, ""
        if depth > MAX_DEPTH:
            return token.end(), budget, f"the JSON nests deeper than {MAX_DEPTH} levels"
        if budget <= 0:
            return token.end(), 0, f"the JSON has more than {MAX_TOKENS:,} parts"
    return len(text), budget, "the JSON never closes"


def _decode(text: str) -> Found | NotJson:
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
    except json.JSONDecodeError as error:
        return NotJson(f"not JSON: {_why(text, error)} of it)")
    except _RefusedError as error:
        return NotJson(str(error))
    except ValueError:
        return NotJson("not usable JSON: a number has too many digits")
    return Found(value)


def _why(text: str, error: json.JSONDecodeError) -> str:
    """What is wrong and on which line; Pythons differ on a trailing comma, so it is looked for here."""
    before = text[: error.pos + 1].rstrip("}] \t\r\n")
    if before.endswith(",") and text[len(before) :].lstrip()[:1] in ("}", "]"):
        return f"a trailing comma (line {before.count(chr(10)) + 1}"
    return f"{error.msg.lower()} (line {error.lineno}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise _RefusedError(f"the JSON has the key {_repeated(pairs)} twice")
    return value


def _repeated(pairs: list[tuple[str, Any]]) -> str:
    counts = Counter(key for key, _ in pairs)
    return shown(counts.most_common(1)[0][0])


def _constant(name: str) -> Any:
    raise _RefusedError(f"{name} is not JSON")


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _RefusedError("the JSON has a number too large to hold")
    return value


def _around(before: str, after: str) -> tuple[str, ...]:
    """What surrounds the value, in words; also when a second value follows, since only the first counts."""
    opened, closed = _FENCE_OPEN.search(before[-80:]), _FENCE_CLOSE.match(after)
    head = before[: len(before) - len(opened[0])] if opened else before
    tail = after[closed.end() :] if closed else after
    notes = ["JSON in a code fence"] if opened else []
    notes += ["prose around the JSON"] if head.strip() or tail.strip() else []
    return (*notes, *(["more JSON after the first value"] if _OPENING.search(tail) else []))
