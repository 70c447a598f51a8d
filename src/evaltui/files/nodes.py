"""Owns where each part of a YAML or JSON text stands, character by character, so that one of them can be changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined] # public in all but its stubs
from typing import Any, Literal

import yaml

from evaltui.files.document import LOADER

_BLANK = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"[^\s,:\[\]{}\"]+")


@dataclass(slots=True)
class Node:
    """A part of a document from `start` up to `end`; `column` is that of its start.

    `parts` are the items of a list, or the keys and values of a mapping by turns. `flow`: it stands in brackets or is
    in brackets itself, where line ends and indentation say nothing. `anchor`: its name, or the name an alias refers to.
    """

    kind: Literal["scalar", "list", "mapping", "alias"]
    start: int
    end: int
    column: int
    flow: bool
    style: str = ""
    text: str = ""
    anchor: str | None = None
    tag: str | None = None
    parts: list["Node"] = field(default_factory=list)

    def fields(self) -> Iterator[tuple[str, "Node"]]:
        """The keys of a mapping with what they hold."""
        return ((key.text, value) for key, value in zip(self.parts[::2], self.parts[1::2], strict=True))

    def all(self) -> Iterator["Node"]:
        """This node and everything in it."""
        yield self
        for part in self.parts:
            yield from part.all()


def yaml_nodes(text: str) -> Node:
    """The root of a text that `scan_document` has read without a problem."""
    stack = [Node("list", 0, 0, 0, flow=False)]
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            _close(stack.pop(), event, text)
        elif isinstance(event, yaml.NodeEvent):
            node = _node(event, text, inside=stack[-1].flow)
            stack[-1].parts.append(node)
            if isinstance(event, yaml.CollectionStartEvent):
                stack.append(node)
    return stack[0].parts[0]


def _node(event: Any, text: str, *, inside: bool) -> Node:
    start, end = event.start_mark, event.end_mark
    if isinstance(event, yaml.AliasEvent):
        return Node("alias", start.index, end.index, start.column, inside, anchor=event.anchor)
    about = {"anchor": event.anchor, "tag": event.tag}
    if isinstance(event, yaml.ScalarEvent):
        last = _end_of_text(text, start.index, end.index) if event.style in ("|", ">") else end.index
        return Node("scalar", start.index, last, start.column, inside, event.style or "", event.value, **about)
    kind: Literal["list", "mapping"] = "list" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
    return Node(kind, start.index, end.index, start.column, inside or bool(event.flow_style), **about)


def _close(node: Node, event: Any, text: str) -> None:
    """A collection without brackets ends with its last part: the parser only says where the next token begins."""
    bracketed = text[event.start_mark.index : event.end_mark.index] in ("]", "}")
    node.end = event.end_mark.index if bracketed else node.parts[-1].end


def _end_of_text(text: str, start: int, end: int) -> int:
    """Where a block scalar ends, without the line end that closes it, and without blank lines that are not kept."""
    body = text[start:end]
    if "+" in body.split("\n", 1)[0].split("#", 1)[0]:
        return end - (2 if body.endswith("\r\n") else 1 if body.endswith("\n") else 0)
    return start + len(body.rstrip("\r\n"))


def json_nodes(text: str) -> Node:
    """The root of a text that is one JSON value, and was found to be one before."""
    return _json(text, _BLANK.match(text).end())  # type: ignore[union-attr] # it matches everywhere


def _json(text: str, at: int) -> Node:
    if text[at] in "[{":
        return _json_parts(text, at)
    if text[at] == '"':
        value, end = scanstring(text, at + 1)
        return Node("scalar", at, end, at, flow=True, style='"', text=value)
    end = _WORD.match(text, at).end()  # type: ignore[union-attr] # a number, true, false or null stands there
    return Node("scalar", at, end, at, flow=True, text=text[at:end])


def _json_parts(text: str, at: int) -> Node:
    node = Node("list" if text[at] == "[" else "mapping", at, at, at, flow=True)
    here = _after(text, at + 1)
    while text[here] not in "]}":
        part = _json(text, here)
        node.parts.append(part)
        here = _after(text, part.end)
        if text[here] in ",:":
            here = _after(text, here + 1)
    node.end = here + 1
    return node


def _after(text: str, at: int) -> int:
    return _BLANK.match(text, at).end()  # type: ignore[union-attr] # it matches everywhere
