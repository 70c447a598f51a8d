"""Owns the first look at another tool's file, by its content: a document, JSON Lines, a table or an archive."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.evalsets.foreign.brought import Report
from evaltui.files.archives import ZIP, archive_names
from evaltui.files.compose import Place as Lines
from evaltui.files.document import Document, scan_document
from evaltui.files.jsontext import decode_json
from evaltui.files.lines import numbered_lines, too_long
from evaltui.files.nodes import Node, json_nodes
from evaltui.files.raw import JSONL_LIMIT, LINE_LIMIT, open_bytes, read_text
from evaltui.files.tables import Table, table_of

_HEAD = 20  # lines by which JSON Lines are known
_TABLES = (".csv", ".tsv", ".psv")
_YAMLS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Looked:
    """One of `document`, `head` (of JSON Lines), `table` and `archive` is there; `problems` are of the whole file."""

    path: Path
    document: Document | None = None
    head: tuple[dict[str, Any], ...] = ()
    table: Table | None = None
    archive: bool = False
    problems: tuple[Problem, ...] = field(default=())

    @property
    def whole(self) -> dict[str, Any]:
        """The document where it is a mapping; else an empty one."""
        value = self.document.value if self.document else None
        return value if isinstance(value, dict) else {}


def look(path: Path) -> Looked:
    """Raises BadInput where the file is none of these."""
    opened = open_bytes(path, JSONL_LIMIT)
    if isinstance(opened, Problem):
        raise BadInput((opened,))
    with opened as file:
        start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(ZIP):
        return _archive(path)
    if path.suffix.casefold() in _TABLES:
        return _table(path)
    if start[:1] in (b"{", b"[") and path.suffix.casefold() not in _YAMLS:
        return _json(path)
    return _yaml(path)


def records(path: Path, report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines of JSON Lines that are objects, numbered; every other is reported."""
    opened = open_bytes(path, JSONL_LIMIT)
    if isinstance(opened, Problem):
        report(opened)
        return
    with opened as file:
        for number, raw in numbered_lines(file):
            value, complaint, _ = decode_json(raw)
            if len(raw) > LINE_LIMIT:
                report(too_long(path_name(path), number))
            elif complaint or not isinstance(value, dict):
                told = shown(raw[:200].decode("utf-8", "replace").strip())
                report(Problem(path_name(path), number, "", complaint or "the line is no JSON object", told))
            else:
                yield number, value


def path_name(path: Path) -> str:
    """As problems name a file."""
    return str(path)


def _archive(path: Path) -> Looked:
    names = archive_names(path)
    if isinstance(names, Problem):
        raise BadInput((names,))
    return Looked(path, archive=True)


def _json(path: Path) -> Looked:
    """Several objects on lines of their own are JSON Lines; one alone, or a list, is a document."""
    head = tuple(value for _, value in islice(records(path, _unsaid), _HEAD))
    if len(head) > 1 or (head and path.suffix == ".jsonl"):
        return Looked(path, head=head)
    text = read_text(path)
    if isinstance(text, Problem):
        raise BadInput((text,))
    value, complaint, line = decode_json(text.encode())
    if complaint:
        raise BadInput((Problem(str(path), line, "", complaint),))
    return Looked(path, Document(str(path), value, _places(text)))


def _yaml(path: Path) -> Looked:
    document, problems = scan_document(path)
    if document is not None and isinstance(document.value, dict | list):
        return Looked(path, document, problems=problems)
    if path.suffix.casefold() in _YAMLS and problems:
        raise BadInput(problems)
    return _table(path)


def _table(path: Path) -> Looked:
    table = table_of(path, least=1)
    if isinstance(table, Problem):
        raise BadInput((table,))
    return Looked(path, table=table)


def _places(text: str) -> Lines:
    ends = [at for at, char in enumerate(text) if char == "\n"]

    def place(node: Node) -> Lines:
        line = bisect_right(ends, node.start - 1) + 1
        if node.kind == "mapping":
            return line, {key: place(value) for key, value in node.fields()}
        return (line, [place(part) for part in node.parts]) if node.kind == "list" else line

    return place(json_nodes(text))


def _unsaid(_problem: Problem) -> None:
    """The first look only tells what a file is."""
