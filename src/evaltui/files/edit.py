"""Owns changing values in a YAML or JSON text, and adding keys beside them; no other character changes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaltui.domain.base import canonical
from evaltui.domain.errors import Refused
from evaltui.domain.text import shown
from evaltui.files.nodes import Node, json_nodes, yaml_nodes
from evaltui.files.scribe import BLOCK, Spot, as_json, written

Step = str | int
_HEADER = re.compile(r"[|>][-+0-9]*([ \t]+#[^\r\n]*)?")
_MERGE = "<<"
_BRACKETS = Spot(flow=True, indent=0, open_line=False)


@dataclass(frozen=True, slots=True)
class Splice:
    """Characters of a text that give way to others."""

    start: int
    end: int
    text: str


def edit_yaml(text: str, steps: Sequence[Step], old: Any, new: Any) -> Splice | None:
    """What makes the value at a path, now `old`, read as `new`; None where it does already.

    Raises Refused, with the reason, where the value is shared by an anchor or is not there.
    """
    return _Yaml(text).change(steps, old, new)


def edit_json(text: str, steps: Sequence[Step], old: Any, new: Any) -> Splice | None:
    """As `edit_yaml`, for one JSON value."""
    return _Json(text).change(steps, old, new)


def edit_fields(
    text: str, steps: Sequence[Step], before: Mapping[str, Any], after: Mapping[str, Any], *, json: bool = False
) -> Splice | None:
    """What makes the keys of `after` read so in the mapping at a path, now `before`; what it lacks comes at its end."""
    return (_Json(text) if json else _Yaml(text)).change_fields(steps, before, after)


def with_splice(text: str, splice: Splice) -> str:
    """The text, changed."""
    return text[: splice.start] + splice.text + text[splice.end :]


class _Json:
    """One text and where its parts stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = json_nodes(text)

    def change(self, steps: Sequence[Step], old: Any, new: Any) -> Splice | None:
        return _joined(self.text, list(self.changes(self.to(steps), old, new)))

    def change_fields(
        self, steps: Sequence[Step], before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> Splice | None:
        path = self.to(steps)
        splices: list[Splice] = []
        for key in (key for key in after if key in before):
            inner = [*path, self.inside(path[-1], key)]
            self.allow(inner)
            splices += self.changes(inner, before[key], after[key])
        splices.sort(key=lambda splice: splice.start)
        added = {key: value for key, value in after.items() if key not in before}
        return _joined(self.text, [*splices, self.added(path[-1], added)] if added else splices)

    def to(self, steps: Sequence[Step]) -> list[Node]:
        """The nodes on the way to a part; raises Refused where it is shared."""
        path = [self.root]
        for step in steps:
            path.append(self.inside(path[-1], step))
        self.allow(path)
        return path

    def added(self, node: Node, fields: Mapping[str, Any]) -> Splice:
        """Keys behind the last one of a mapping in brackets."""
        tight, escapes = '": ' not in self.text, self.text.isascii() and "\\u" in self.text
        gap, colon = ("", ":") if tight else (" ", ": ")
        told = ((as_json(key, ascii_only=escapes, tight=tight), value) for key, value in fields.items())
        text = "".join(f",{gap}{key}{colon}{as_json(value, ascii_only=escapes, tight=tight)}" for key, value in told)
        return Splice(node.parts[-1].end, node.parts[-1].end, text)

    def inside(self, node: Node, step: Step) -> Node:
        found = dict(node.fields()).get(str(step)) if node.kind == "mapping" else _item(node, step)
        if found is None:
            raise Refused(f"{shown(str(step))} is not written there, so it cannot be changed in place")
        return found

    def allow(self, path: list[Node]) -> None:
        """Raises Refused where a change would be seen elsewhere too."""

    def changes(self, path: list[Node], old: Any, new: Any) -> Iterator[Splice]:
        """What differs, as deep in the value as its shape stays."""
        node = path[-1]
        if canonical(old) == canonical(new):
            return
        if node.kind == "mapping" and _keys(old) == _keys(new) == {key for key, _ in node.fields()}:
            for key, part in node.fields():
                yield from self.changes([*path, part], old[key], new[key])
        elif node.kind == "list" and isinstance(new, list) and len(old) == len(new):
            for part, before, after in zip(node.parts, old, new, strict=True):
                yield from self.changes([*path, part], before, after)
        else:
            yield self.instead(path, new)

    def instead(self, path: list[Node], new: Any) -> Splice:
        """The whole of the last node gives way."""
        node, tight = path[-1], '": ' not in self.text
        escapes = self.text.isascii() and "\\u" in self.text
        return Splice(node.start, node.end, as_json(new, ascii_only=escapes, tight=tight))


class _Yaml(_Json):
    def __init__(self, text: str) -> None:
        self.text = text
        self.root = yaml_nodes(text)
        self.used = {node.anchor for node in self.root.all() if node.kind == "alias"}

    def inside(self, node: Node, step: Step) -> Node:
        if node.kind == "mapping" and str(step) not in dict(node.fields()) and _MERGE in dict(node.fields()):
            raise Refused(f"{shown(str(step))} comes from another part of the file by `<<`; change it there by hand")
        return super().inside(node, step)

    def allow(self, path: list[Node]) -> None:
        for node in path:
            if node.kind == "alias":
                raise Refused(f"the value is shared: `*{node.anchor}` stands for it; change it by hand")
            if node.anchor in self.used:
                raise Refused(f"the value is shared: `*{node.anchor}` refers to it elsewhere; change it by hand")

    def added(self, node: Node, fields: Mapping[str, Any]) -> Splice:
        """Lines below the last one of a mapping, as far in as its keys; behind the last key of one in brackets."""
        end = node.parts[-1].end
        if node.flow:
            return Splice(end, end, f", {written(dict(fields), _BRACKETS)[1:-1]}")
        line_end = self.text.find("\n", end)
        at = len(self.text) if line_end < 0 else line_end - (self.text[line_end - 1 : line_end] == "\r")
        newline = "\r\n" if "\r\n" in self.text else "\n"
        text = written(dict(fields), Spot(flow=False, indent=0, open_line=True, newline=newline), column=node.column)
        return Splice(at, at, f"{newline}{' ' * node.column}{text}")

    def instead(self, path: list[Node], new: Any) -> Splice:
        node = path[-1]
        for part in node.all():
            self.allow([part])
            if part.anchor or (part.tag and part.kind != "scalar"):
                raise Refused("the value has an anchor or a tag; change it by hand")
        below = None if node.kind == "scalar" or node.flow else node.column
        text = written(new, self.spot(path), column=below)
        return Splice(node.start, node.end, self.gap(path, below, new) + text)

    def spot(self, path: list[Node]) -> Spot:
        node, above = path[-1], path[-2] if len(path) > 1 else None
        rest = self.text[node.end :].split("\n", 1)[0]
        header = _HEADER.match(self.text, node.start) if node.style in BLOCK else None
        return Spot(
            flow=above is not None and above.flow,
            indent=_indent(self.text, node) or (0 if above is None else above.column) + 2,
            open_line=not rest.strip(),
            style=node.style,
            header=(header[1] or "") if header else "",
            newline="\r\n" if "\r\n" in self.text else "\n",
        )

    def gap(self, path: list[Node], below: int | None, new: Any) -> str:
        """What must stand before the new text so that it is not taken for something else."""
        node = path[-1]
        if node.start == node.end and self.text[node.start - 1 : node.start] not in (" ", "\t", "\n", "[", "{", ""):
            return " "
        hanging = below is not None and not (new and isinstance(new, (dict, list)))
        return "  " if hanging and path[-2].column == below else ""


def _joined(text: str, splices: list[Splice]) -> Splice | None:
    """One splice that does what all do; they come in the order of the text."""
    if not splices:
        return None
    start, end, made = splices[0].start, splices[0].start, ""
    for splice in splices:
        made += text[end : splice.start] + splice.text
        end = splice.end
    return Splice(start, end, made)


def _keys(value: Any) -> set[str] | None:
    return set(value) if isinstance(value, dict) else None


def _item(node: Node, step: Step) -> Node | None:
    return node.parts[step] if node.kind == "list" and isinstance(step, int) and step < len(node.parts) else None


def _indent(text: str, node: Node) -> int:
    """How far the lines of a text below a `|` are indented; 0 for any other."""
    lines = text[node.start : node.end].splitlines()[1:] if node.style in BLOCK else []
    return min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
