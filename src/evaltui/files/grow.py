"""Owns adding to the end of a list in a YAML text so that no other character of it changes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evaltui.domain.errors import Refused
from evaltui.domain.text import shown
from evaltui.files.edit import Splice, Step
from evaltui.files.layout import in_brackets, item_lines
from evaltui.files.nodes import Node, yaml_nodes
from evaltui.files.scribe import BLOCK

_END = re.compile(r"^\.\.\.(?=\s|$)", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]*#")


def grow(text: str, steps: Sequence[Step], values: Sequence[Any]) -> Splice:
    """What adds `values` to the list at a path; an empty text, or nothing behind a key, is an empty list.

    Nothing is said of what the result reads as: read it back. Raises Refused where no list stands there.
    """
    page = _Page(text)
    root = _root(text)
    if root is None:
        return page.insert(_end_of_comments(text), values, _Style())
    path = [root]
    for step in steps:
        path.append(_inside(path[-1], step))
    node = path[-1]
    if node.kind == "scalar" and node.start == node.end:
        indent = path[-2].column + 2 if len(path) > 1 else 0
        return page.insert(min(page.line_end(node.end), _end_of_comments(text)), values, _Style(indent))
    if node.kind != "list":
        raise Refused(f"{shown(str(steps[-1])) if steps else 'the file'} holds no list to add to")
    if not node.flow:
        return page.below(node, values)
    filled = node.parts or (len(path) > 1 and path[-2].flow)
    return page.bracketed(node, values) if filled else page.opened(path, values)


@dataclass(frozen=True, slots=True)
class _Style:
    """How the items of a list are written: `dash` with its blanks, and whether a blank line parts them."""

    indent: int = 0
    dash: str = "- "
    apart: bool = False
    first: bool = True


class _Page:
    """One text; every line that is added ends as its own lines do."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def line_end(self, at: int) -> int:
        """Where the next line begins."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def insert(self, at: int, values: Sequence[Any], style: _Style) -> Splice:
        """Whole lines at the beginning of a line, or at the end of a text whose last line is not ended."""
        apart = style.apart or (style.first and any(isinstance(value, dict) for value in values))
        gap = [""] if apart else []
        lines: list[str] = [] if style.first else [*gap]
        for number, value in enumerate(values):
            lines += [*(gap if number else []), *_margin(item_lines(value, style.dash), style.indent)]
        start = self.newline if at and self.text[at - 1] != "\n" else ""
        return Splice(at, at, start + "".join(line + self.newline for line in lines))

    def below(self, node: Node, values: Sequence[Any]) -> Splice:
        """Behind the last item of a list without brackets, and behind the comments that belong to it."""
        last = node.parts[-1]
        dash = "- "
        if last.kind == "mapping" and not last.flow and 2 <= last.column - node.column <= 9:
            between = self.text[last.start - (last.column - node.column) : last.start]
            dash = between if re.fullmatch("- +", between) else dash
        at = self._behind(self.line_end(last.end), node.column)
        return self.insert(at, values, _Style(node.column, dash, self._apart(node), first=False))

    def bracketed(self, node: Node, values: Sequence[Any]) -> Splice:
        """In brackets, each on a line of its own where the last one has one."""
        at = node.parts[-1].end if node.parts else node.start + 1
        gap = self._gap(node)
        added = f",{gap}".join(map(in_brackets, values))
        return Splice(at, at, f",{gap}{added}" if node.parts else added)

    def opened(self, path: list[Node], values: Sequence[Any]) -> Splice:
        """Empty brackets give way to lines below."""
        node = path[-1]
        indent = path[-2].column + 2 if len(path) > 1 else 0
        after = self.line_end(node.end)
        rest = self.text[node.end : after]
        if len(path) == 1 and not rest.strip():
            made = self.insert(node.start, values, _Style())
            return Splice(node.start, after, made.text)
        if rest.strip() and not _COMMENT.match(rest):
            return self.bracketed(node, values)
        made = self.insert(after, values, _Style(indent))
        return Splice(node.start, after, rest.rstrip("\r\n") + self._ended(rest) + made.text.removeprefix(self.newline))

    def _ended(self, rest: str) -> str:
        return rest[len(rest.rstrip("\r\n")) :] or self.newline

    def _gap(self, node: Node) -> str:
        if len(node.parts) < 1:
            return " "
        last = node.parts[-1]
        line = self.text.rfind("\n", 0, last.start) + 1
        lead = self.text[line : last.start]
        return self.newline + lead if line > node.start and not lead.strip() else " "

    def _apart(self, node: Node) -> bool:
        """Whether blank lines part the items: as between the last two; an only one of several lines is not crowded."""
        last = node.parts[-1]
        if self._keeps_blank_lines(last):
            return False
        if len(node.parts) > 1:
            before = self.text[node.parts[-2].end : last.start]
            return any(not line.strip() for line in before.split("\n")[1:-1])
        return last.kind == "mapping" and "\n" in self.text[last.start : last.end]

    def _keeps_blank_lines(self, node: Node) -> bool:
        """Behind a `|+` a blank line would be a part of the text."""
        leaf = list(node.all())[-1]
        return leaf.style in BLOCK and "+" in self.text[leaf.start : leaf.start + 3]

    def _behind(self, at: int, column: int) -> int:
        """Comments that stand farther in than the list belong to its last item."""
        here = at
        while here < len(self.text):
            line = self.text[here : self.line_end(here)]
            if _COMMENT.match(line):
                if len(line) - len(line.lstrip(" ")) <= column:
                    break
                at = self.line_end(here)
            elif line.strip():
                break
            here = self.line_end(here)
        return at


def _root(text: str) -> Node | None:
    try:
        return yaml_nodes(text)
    except IndexError:
        return None


def _inside(node: Node, step: Step) -> Node:
    found = dict(node.fields()).get(str(step)) if node.kind == "mapping" else None
    if found is None:
        raise Refused(f"{shown(str(step))} is not written there, so nothing can be added to it")
    return found


def _margin(lines: list[str], indent: int) -> list[str]:
    return [f"{' ' * indent}{line}" if line else "" for line in lines]


def _end_of_comments(text: str) -> int:
    """The end of a text without a value, before the mark that ends its document."""
    end = _END.search(text)
    return end.start() if end else len(text)
