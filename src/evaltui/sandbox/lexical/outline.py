"""Owns the shape of a prompt as text: headings, lists with their titles, prose sentences and fenced blocks."""

import re
from dataclasses import dataclass, field

from evaltui.sandbox.lexical.words import sentences

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.MULTILINE | re.DOTALL)
_BULLET = re.compile(r"^(\s*)(?:[-*•+]|\d{1,3}[.)])\s+(\S.*)$")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*$|^<([a-z_]+)>$")
_LABELLED = re.compile(r"^[`*\"]*\w[\w/&'-]*(?: [\w/&'-]+){0,3}[`*\"]*\s*(?::|—|–)\s+\S")


@dataclass(frozen=True, slots=True)
class Item:
    """One list item: its text (wrapped lines joined) and the texts nested below it."""

    text: str
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Items that stand together, and the heading and sentence that introduce them."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A prompt taken apart: `sentences` holds prose and list items in order, `code` the fenced blocks' insides."""

    groups: tuple[Group, ...]
    sentences: tuple[str, ...]
    code: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    text: str
    indent: int
    children: list[str] = field(default_factory=list)


class _Reader:
    """Walks the lines once; `_close` turns what is open into a group or prose."""

    def __init__(self) -> None:
        self.heading = self.lead = ""
        self.items: list[_Draft] = []
        self.prose: list[str] = []
        self.groups: list[Group] = []
        self.sentences: list[str] = []
        self.gap = False

    def read(self, line: str) -> None:
        if not line.strip():
            self._blank()
        elif heading := _HEADING.match(line):
            self.close()
            self.heading, self.lead = heading[1] or heading[2] or "", ""
        elif bullet := _BULLET.match(line):
            self._item(len(bullet[1]), bullet[2].strip())
        else:
            self._plain(line)
        self.gap = not line.strip()

    def _blank(self) -> None:
        if self.prose:
            self._close_prose()

    def _item(self, indent: int, text: str) -> None:
        self._close_prose()
        if self.items and indent > self.items[0].indent:
            self.items[-1].children.append(text)
        else:
            self.items.append(_Draft(text, indent))

    def _plain(self, line: str) -> None:
        text = line.strip()
        if self.items and not self.gap and line[:1].isspace():
            self._continue(text)
        elif _LABELLED.match(line) and not self.prose:
            self._item(0, text)
        elif self.items and not self.gap and not self.items[-1].children:
            self._continue(text)
        else:
            self._close_items()
            self.prose.append(text)

    def _continue(self, text: str) -> None:
        last = self.items[-1]
        if last.children:
            last.children[-1] += f" {text}"
        else:
            last.text += f" {text}"

    def _close_prose(self) -> None:
        if not self.prose:
            return
        self._close_items()
        self.lead = " ".join(self.prose)
        self.sentences.extend(sentences(self.lead))
        self.prose = []

    def _close_items(self) -> None:
        if self.items:
            items = tuple(Item(one.text, tuple(one.children)) for one in self.items)
            self.groups.append(Group(f"{self.heading}\n{self.lead}".strip(), items))
            texts = [text for one in items for text in (one.text, *one.children)]
            self.sentences.extend(said for text in texts for said in sentences(text))
        self.items = []

    def close(self) -> None:
        self._close_prose()
        self._close_items()


def outline(prompt: str) -> Outline:
    """Take a prompt apart; any text is accepted."""
    code = tuple(found[2] for found in _FENCE.finditer(prompt))
    reader = _Reader()
    for line in _FENCE.sub("\n", prompt).splitlines():
        reader.read(line)
    reader.close()
    return Outline(tuple(reader.groups), tuple(reader.sentences), code)
