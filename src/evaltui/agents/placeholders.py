"""Owns the syntax of placeholders: `{{input}}`, `{{input.key}}`, `{{name.key}}`, and `\\{{` for two plain braces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evaltui.domain.text import found

_OPENING = re.compile(r"\\\{\{|\{\{")
_NAME = re.compile(r"\s*([A-Za-z_][\w-]*(?:\.[\w-]+)*)\s*\}\}")
HINT = r"write {{input}}, {{input.key}} or {{name}}; \{{ stands for two braces"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`path` leads from `input` or the name of a variable to a value."""

    path: tuple[str, ...]

    def __str__(self) -> str:
        return "{{" + ".".join(self.path) + "}}"


Piece = str | Placeholder


@dataclass(frozen=True, slots=True)
class Malformed:
    """Two braces that open no placeholder; `offset` counts characters from the start of the text."""

    offset: int
    found: str


def pieces(text: str) -> list[Piece]:
    """The text cut at its placeholders; malformed ones stay text, as `malformed` reports them."""
    return [piece for piece in _scan(text) if not isinstance(piece, Malformed) and piece != ""]


def malformed(text: str) -> list[Malformed]:
    """Every pair of opening braces that starts neither a placeholder nor is escaped."""
    return [piece for piece in _scan(text) if isinstance(piece, Malformed)] if "{{" in text else []


def placeholders(value: Any) -> Iterator[Placeholder]:
    """Every placeholder in the strings of a JSON value; keys are never filled."""
    if isinstance(value, str):
        yield from (piece for piece in pieces(value) if isinstance(piece, Placeholder))
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from placeholders(item)


def _scan(text: str) -> Iterator[Piece | Malformed]:
    end = 0
    while opening := _OPENING.search(text, end):
        yield text[end : opening.start()]
        name = _NAME.match(text, opening.end())
        if opening.group() != "{{":
            yield "{{"
            end = opening.end()
        elif name:
            yield Placeholder(tuple(name[1].split(".")))
            end = name.end()
        else:
            yield Malformed(opening.start(), found(text[opening.start() :].partition("\n")[0], 30))
            end = opening.end()
    yield text[end:]
