"""Owns what a reader of another tool's file gives: the fields of a case, where it stands, and what was left out."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from evaltui.domain.problem import Problem
from evaltui.domain.text import dotted, found
from evaltui.files.document import Document

Report = Callable[[Problem], None]
At = tuple[str | int, ...]
ABSENT: Any = object()
_TAG = re.compile(r"[^\s,]{1,64}")
_SHORT = 40  # characters of a value that is worth a tag


@dataclass(frozen=True, slots=True)
class Brought:
    """A case but for its id: `name` is what the file calls it, "" where it does not; `line` counts from 1."""

    line: int
    name: str
    fields: dict[str, Any]


@dataclass(slots=True)
class Gold:
    """What is expected, collected piece by piece."""

    answer: Any = ABSENT
    parts: dict[str, Any] = field(default_factory=dict)
    rubric: list[str] = field(default_factory=list)

    def add(self, name: str, values: Iterable[Any]) -> None:
        """More of a part that is a list."""
        self.parts.setdefault(name, []).extend(values)

    def fields(self) -> dict[str, Any]:
        """The answer by itself where nothing else is expected; else a mapping with the answer under `answer`."""
        whole = {} if self.answer is ABSENT else {"answer": self.answer}
        expected = self.answer if not self.parts else {**whole, **self.parts}
        said = {} if expected is ABSENT else {"expected": expected}
        return said | ({"rubric": "\n".join(self.rubric)} if self.rubric else {})


class Place:
    """A part of a document that complains in its own place."""

    def __init__(self, document: Document, report: Report, at: At = ()) -> None:
        self.document = document
        self.report = report
        self.at = at

    @property
    def value(self) -> Any:
        return self.document.part(self.at)

    @property
    def line(self) -> int:
        return self.document.line(self.at)

    def inside(self, *steps: str | int) -> "Place":
        """A part of this part."""
        return Place(self.document, self.report, (*self.at, *steps))

    def items(self, key: str) -> list["Place"]:
        """The entries of a list under a key; what is no list is reported."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        if value is None:
            return []
        if not isinstance(value, list):
            self.inside(key).refuse("must be a list", value)
            return []
        return [self.inside(key, index) for index in range(len(value))]

    def left_out(self, message: str, hint: str = "", value: Any = None) -> None:
        """Something of a case that is taken without it."""
        self._say(message, value, hint, "warning")

    def refuse(self, message: str, value: Any = None, hint: str = "") -> None:
        """A case that cannot be taken."""
        self._say(message, value, hint, "error")

    def unknown(self, known: Iterable[str]) -> None:
        """Tells of every key that says something and is not read."""
        for key, value in self.value.items() if isinstance(self.value, dict) else ():
            if key not in known and value not in (None, [], {}, ""):
                self.inside(key).left_out("is not taken", value=value)

    def _say(self, message: str, value: Any, hint: str, severity: Any) -> None:
        what = "" if value is None else found(value)
        at = dotted(self.at)
        self.report(Problem(self.document.file, self.line, at, message, what, hint=hint, severity=severity))


def as_input(value: Any) -> str | dict[str, Any]:
    """Text and mappings as they are, any other value as JSON."""
    return value if isinstance(value, str | dict) else json.dumps(value, ensure_ascii=False)


def described(metadata: Any) -> tuple[list[str], str]:
    """Tags `key:value` for what is short, and all the rest as JSON text for the note; "" where there is none."""
    if not isinstance(metadata, dict):
        return [], "" if metadata in (None, "", []) else json.dumps(metadata, ensure_ascii=False)
    tags = {key: tag for key, value in metadata.items() if (tag := _tag(key, value))}
    rest = {key: value for key, value in metadata.items() if key not in tags and value is not None}
    return list(tags.values()), json.dumps(rest, ensure_ascii=False) if rest else ""


def _tag(key: str, value: Any) -> str:
    if isinstance(value, float | list | dict) or value is None or len(str(value)) > _SHORT:
        return ""
    word = re.sub(r"[\s,]+", "-", f"{key}:{str(value).lower() if isinstance(value, bool) else value}".strip())
    return word if _TAG.fullmatch(word) else ""
