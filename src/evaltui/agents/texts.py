"""Owns what an agent is told in its files, each text with the file and the line it truly stands in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.agents.include import reference
from evaltui.domain.leak import Source
from evaltui.domain.problem import Problem
from evaltui.files.document import scan_document
from evaltui.files.nodes import Node, json_nodes, yaml_nodes
from evaltui.files.raw import decode, read_bytes, read_text

_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_LISTS = ("few_shot", "messages", "tools")
_NAMES = {"system": "system prompt", "few_shot": "few-shot", "messages": "message", "tools": "tool"}


@dataclass(frozen=True, slots=True)
class _File:
    """A YAML or JSON file with its text."""

    path: Path
    text: str
    anchors: Mapping[str, Node]

    def line(self, at: int) -> int:
        """The line of a character, from 1."""
        return self.text.count("\n", 0, at) + 1

    def source(self, name: str, node: Node) -> Source:
        """A scalar as it is written, so that each of its words stands in the line that the file has it in."""
        raw, line = self.text[node.start : node.end], self.line(node.start)
        if node.style != '"':
            return Source(name, str(self.path), raw, line)
        if "\n" not in raw:
            return Source(name, str(self.path), node.text, line, one_line=True)
        return Source(name, str(self.path), _ESCAPE.sub(_readable, raw), line)


def agent_texts(path: Path) -> tuple[Source, ...]:
    """System prompt, few-shots, template and tools, in the order written; what cannot be read is left out.

    Reading the agent reports what is wrong with its files.
    """
    file = path / "agent.yaml" if path.is_dir() else path
    root = _document(file)
    return tuple(_agent(*root)) if root else ()


def offered_texts(path: Path, tools: Sequence[Mapping[str, Any]], known: Sequence[Source]) -> tuple[Source, ...]:
    """What tools say of themselves that no file describes: a server offers them, at the agent's `answers`."""
    document, _ = scan_document(path)
    line = document.line(("answers",)) if document else 1
    named = {source.name for source in known}
    unwritten = (tool for tool in tools if f"{_NAMES['tools']} {tool.get('name')}" not in named)
    return tuple(
        Source(f"{_NAMES['tools']} {tool.get('name')}", str(path), str(tool["description"]), line, one_line=True)
        for tool in unwritten
        if tool.get("description")
    )


def _agent(file: _File, root: Node) -> Iterator[Source]:
    for field, node in root.fields() if root.kind == "mapping" else ():
        if field in _LISTS:
            yield from _listed(field, file, node)
        elif field == "system":
            yield from _texts(_NAMES[field], file, node)
        elif field == "output_schema":
            yield from _included("output schema", file, node) if _file_of(node) else _texts("output schema", file, node)


def _listed(field: str, file: _File, node: Node) -> Iterator[Source]:
    """Each message or tool by its number or its name, written here or in a file of its own."""
    if name := _file_of(node):
        if found := _document(file.path.parent / name):
            yield from _listed(field, *found)
    elif node.kind == "list":
        for number, part in enumerate(node.parts, 1):
            yield from _texts(f"{_NAMES[field]} {_called(part) or number}", file, part)


def _included(name: str, file: _File, node: Node) -> Iterator[Source]:
    if found := _document(file.path.parent / (_file_of(node) or "")):
        yield from _texts(name, *found)


def _texts(name: str, file: _File, node: Node) -> Iterator[Source]:
    """Every text in a value, keys and single words left out; a `{file: …}` is the text of that file."""
    node = file.anchors.get(node.anchor or "", node) if node.kind == "alias" else node
    if included := _file_of(node):
        yield from _whole(name, file.path.parent / included)
    elif node.kind == "scalar" and (len(node.text.split()) > 1 or not node.text.isascii()):
        yield file.source(name, node)
    elif node.kind == "mapping":
        for _, value in node.fields():
            yield from _texts(name, file, value)
    elif node.kind == "list":
        for part in node.parts:
            yield from _texts(name, file, part)


def _whole(name: str, path: Path) -> Iterator[Source]:
    raw = read_bytes(path)
    text = raw if isinstance(raw, Problem) else decode(raw, str(path))
    if isinstance(text, str):
        yield Source(name, str(path), text)


def _document(path: Path) -> tuple[_File, Node] | None:
    """The file with its nodes; None for one that cannot be read."""
    document, problems = scan_document(path)
    text = read_text(path)
    if document is None or problems or isinstance(text, Problem):
        return None
    root = json_nodes(text) if path.suffix == ".json" else yaml_nodes(text)
    anchors = {node.anchor: node for node in root.all() if node.anchor and node.kind != "alias"}
    return _File(path, text, anchors), root


def _file_of(node: Node) -> str | None:
    """The file that a `{file: …}` names."""
    return reference({key: value.text for key, value in node.fields()}) if node.kind == "mapping" else None


def _called(node: Node) -> str:
    """The name of a tool."""
    names = (value.text for key, value in node.fields() if key == "name") if node.kind == "mapping" else ()
    return next(iter(names), "")


def _readable(escape: re.Match[str]) -> str:
    """The character it stands for, as long as the escape, so that all that follows stays in its place."""
    code = escape[0][2:]
    char = chr(int(code, 16)) if code and int(code, 16) < 0x110000 else "\n" if escape[0][1] == "\n" else " "
    return char.ljust(len(escape[0]))
