"""Owns the step from YAML parser events to a plain value and the line of each of its parts.

Reading events instead of PyYAML's node graph needs no recursion, sees explicit tags, and counts what aliases expand to
before anything is expanded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

from evaltui.domain.problem import Problem
from evaltui.domain.text import dotted, found, shown
from evaltui.files.scalars import plain

MAX_DEPTH = 100
MAX_ALIASED = 100_000
_TOO_DEEP = ("nested too deep", f"at most {MAX_DEPTH} levels are allowed")
_LONGEST_PATH = 80
_TEXT_WEIGHT = 64
_TEXT, _STANDARD = "tag:yaml.org,2002:str", "tag:yaml.org,2002:"
_ALLOWED_TAGS = {None, "!", _TEXT, f"{_STANDARD}map", f"{_STANDARD}seq"}

Place = Any
"""A line, or a pair of a line and the list or dict of the places inside."""


@dataclass(frozen=True, slots=True)
class Part:
    """A finished value; `size` counts its nodes (a long text as several), `depth` its levels, behind aliases too."""

    value: Any
    place: Place
    size: int = 1
    depth: int = 0


@dataclass(slots=True)
class Frame:
    """A list or mapping that is still open; `key` is the mapping key that waits for its value."""

    value: Any
    places: Any
    line: int
    anchor: str | None
    size: int = 1
    depth: int = 1
    key: str | None = None
    key_line: int = 0
    merging: bool = False
    merged: list[Part] = field(default_factory=list)

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None


class Composer:
    """Fed with every event of one file; `root` is its value, `problems` all that is wrong with it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.root: Part | None = None
        self.stopped = False
        self._frames: list[Frame] = []
        self._anchors: dict[str, Part | None] = {}
        self._aliased = 0
        self._act = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.SequenceStartEvent: self._open_list,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.SequenceEndEvent: self._close,
            yaml.MappingEndEvent: self._close,
            yaml.DocumentStartEvent: self._document,
        }

    def feed(self, events: Iterable[Any]) -> None:
        """Takes events until the end or the first problem after which nothing can be trusted."""
        for event in events:
            act = self._act.get(type(event))
            if act is not None:
                act(event)
            if self.stopped:
                return

    def _document(self, event: Any) -> None:
        if self.root is not None:
            self._stop(_line(event), "a second document starts here", "a file holds one document; remove the `---`")

    def _scalar(self, event: Any) -> None:
        if self._frames and self._frames[-1].wants_key:
            self._key(event)
            return
        self._check_tag(event)
        value, complaint = (event.value, "") if event.style or event.tag else plain(event.value)
        if complaint:
            self._problem(_line(event), complaint, event.value)
        self._put(event.anchor, Part(value, _line(event), 1 + len(event.value) // _TEXT_WEIGHT))

    def _key(self, event: Any) -> None:
        """Keys are always text, as in JSON; only a plain `<<` means something else."""
        frame = self._frames[-1]
        self._check_tag(event)
        frame.key, frame.key_line = event.value, _line(event)
        frame.merging = event.value == "<<" and not event.style

    def _alias(self, event: Any) -> None:
        part = self._anchors.get(event.anchor)
        if part is None:
            what = "refers to the part it stands in" if event.anchor in self._anchors else "was never defined"
            self._problem(_line(event), f"the alias *{event.anchor} {what}")
            part = Part(None, _line(event))
        self._aliased += part.size
        if self._aliased > MAX_ALIASED:
            hint = f"at most {MAX_ALIASED:,} repeated values are allowed"
            self._stop(_line(event), "aliases repeat too much", hint)
        elif len(self._frames) + part.depth > MAX_DEPTH:
            self._stop(_line(event), *_TOO_DEEP)
        elif self._may_be_value(event):
            self._put(None, part)

    def _open_list(self, event: Any) -> None:
        self._open(event, Frame([], [], _line(event), event.anchor))

    def _open_mapping(self, event: Any) -> None:
        self._open(event, Frame({}, {}, _line(event), event.anchor))

    def _open(self, event: Any, frame: Frame) -> None:
        if len(self._frames) >= MAX_DEPTH:
            self._stop(frame.line, *_TOO_DEEP)
        elif self._may_be_value(event):
            self._check_tag(event)
            self._anchors |= {frame.anchor: None} if frame.anchor else {}
            self._frames.append(frame)

    def _close(self, _event: Any) -> None:
        frame = self._frames.pop()
        for part in frame.merged:
            _merge(frame, part)
        self._put(frame.anchor, Part(frame.value, (frame.line, frame.places), frame.size, frame.depth))

    def _put(self, anchor: str | None, part: Part) -> None:
        if anchor:
            self._anchors[anchor] = part
        if not self._frames:
            self.root = part
            return
        frame = self._frames[-1]
        frame.size += part.size
        frame.depth = max(frame.depth, part.depth + 1)
        if isinstance(frame.value, list):
            frame.value.append(part.value)
            frame.places.append(part.place)
        else:
            self._put_in_mapping(frame, part)

    def _put_in_mapping(self, frame: Frame, part: Part) -> None:
        key = str(frame.key)
        if frame.merging:
            self._take_merge(frame, part)
        elif key in frame.value:
            first = _first_line(frame.places[key])
            self._problem(frame.key_line, f"the key {found(key)} is given twice; the first is on line {first}")
        else:
            frame.value[key] = part.value
            frame.places[key] = (frame.key_line, part.place[1]) if isinstance(part.place, tuple) else frame.key_line
        frame.key = None

    def _take_merge(self, frame: Frame, part: Part) -> None:
        parts = _listed(part) if isinstance(part.value, list) else [part]
        if all(isinstance(each.value, dict) for each in parts):
            frame.merged += parts
        else:
            self._problem(frame.key_line, "`<<` merges mappings only", part.value)

    def _may_be_value(self, event: Any) -> bool:
        if self._frames and self._frames[-1].wants_key:
            self._stop(_line(event), "a key must be text", 'quote text that starts with a bracket, such as "{{input}}"')
            return False
        return True

    def _check_tag(self, event: Any) -> None:
        if event.tag not in _ALLOWED_TAGS:
            tag = event.tag.replace(_STANDARD, "!!")
            self._problem(_line(event), "tags are not read", tag, "remove the tag, or quote the text it starts")

    def _problem(self, line: int, message: str, value: Any = None, hint: str = "") -> None:
        path = dotted(part for frame in self._frames if (part := _step(frame)) is not None)
        what = "" if value is None else found(value)
        self.problems.append(Problem(self.file, line, shown(path, _LONGEST_PATH), message, what, hint=hint))

    def _stop(self, line: int, message: str, hint: str) -> None:
        self._problem(line, message, hint=hint)
        self.stopped = True


def _step(frame: Frame) -> str | int | None:
    return len(frame.value) if isinstance(frame.value, list) else frame.key


def _merge(frame: Frame, part: Part) -> None:
    """Keys written out win over merged ones, earlier merges over later ones."""
    for key, value in part.value.items():
        if key not in frame.value:
            frame.value[key], frame.places[key] = value, part.place[1][key]


def _listed(part: Part) -> list[Part]:
    return [Part(value, place) for value, place in zip(part.value, part.place[1], strict=True)]


def _first_line(place: Place) -> int:
    return int(place[0] if isinstance(place, tuple) else place)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
