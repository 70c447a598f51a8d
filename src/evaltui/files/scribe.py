"""Owns how a value is written into a YAML or JSON text: as its neighbours are, and so that it reads back the same."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from evaltui.domain.text import visible
from evaltui.files.compose import Composer
from evaltui.files.document import LOADER

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NUMBERLIKE = re.compile(r"[-+.]?[0-9][0-9_:.xTZe+ -]*$")  # other readers of YAML take some of these for no text
BLOCK = ("|", ">")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value is to stand. `indent`: of the lines below it; `open_line`: nothing follows it on its line.

    `style` is how the value that stood there was written; `flow`: in brackets.
    """

    flow: bool
    indent: int
    open_line: bool
    style: str = ""
    header: str = ""
    newline: str = "\n"


def written(value: Any, spot: Spot, *, column: int | None = None) -> str:
    """The value as YAML for this spot; with `column`, a list or mapping goes on below, from that column on."""
    if column is not None and value and isinstance(value, (dict, list)):
        return (spot.newline + " " * column).join(_lines(value, ends_open=spot.open_line))
    return _text(value, spot) if isinstance(value, str) else _flow(value)


def quoted(text: str) -> str:
    """In double quotes, as JSON and YAML both read it; what cannot be seen is written as an escape."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(char if visible(char) == char else _escape(char) for char in plain)


def as_json(value: Any, *, ascii_only: bool, tight: bool) -> str:
    """The value as one line of JSON, in the manner of the line it goes into."""
    return json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":") if tight else (", ", ": "))


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _text(text: str, spot: Spot) -> str:
    """The first way of writing it, in the manner of what stood there, that reads back as the same text."""
    return next(way for way in _ways(text, spot) if _reads_as(way, text, flow=spot.flow))


def _ways(text: str, spot: Spot) -> Iterator[str]:
    """`quoted` is the last: it can write any text."""
    if visible(text, newlines=True) == text:
        lines = not spot.flow and spot.open_line and text.strip("\n")
        if lines and (spot.style in BLOCK or ("\n" in text and spot.style != '"')):
            yield _literal(text, spot)
        elif "\n" not in text and spot.style == "'":
            yield f"'{text.replace(chr(39), chr(39) * 2)}'"
        elif "\n" not in text and spot.style != '"' and not (spot.style == "" and _NUMBERLIKE.match(text)):
            yield text
    yield quoted(text)


def _literal(text: str, spot: Spot) -> str:
    """Line by line below a `|`; a text with several line ends at its end is better seen in quotes."""
    if text.endswith("\n\n") or text[0] in " \n":
        return ""
    sign = "|" if text.endswith("\n") else "|-"
    margin = " " * spot.indent
    lines = [f"{margin}{line}" if line else "" for line in text.removesuffix("\n").split("\n")]
    return spot.newline.join([sign + spot.header, *lines])


def _reads_as(way: str, text: str, *, flow: bool) -> bool:
    composer = Composer("")
    try:
        composer.feed(yaml.parse(f"[{way}]" if flow else f"k: {way}\n", Loader=LOADER))
    except yaml.YAMLError:
        return False
    found = composer.root.value if composer.root else None
    return not composer.problems and found == ([text] if flow else {"k": text})


def _flow(value: Any) -> str:
    """On one line, in brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_key(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _text(value, Spot(flow=True, indent=0, open_line=False)) if isinstance(value, str) else json.dumps(value)


def as_key(key: str) -> str:
    """A key as it may stand before a colon, in brackets too."""
    return key if _KEY.fullmatch(key) and _reads_as(key, key, flow=True) else quoted(key)


def _lines(value: Any, *, ends_open: bool) -> list[str]:
    """A list or mapping line by line, from column 0 on; `ends_open`: nothing follows its last line."""
    if isinstance(value, dict):
        parts = [(f"{as_key(key)}:", item) for key, item in value.items()]
    else:
        parts = [("-", item) for item in value]
    last = len(parts) - 1
    return [
        line for at, (start, item) in enumerate(parts) for line in _part(start, item, ends_open=ends_open or at < last)
    ]


def _part(start: str, value: Any, *, ends_open: bool) -> list[str]:
    if not (value and isinstance(value, (dict, list))):
        spot = Spot(flow=False, indent=2, open_line=ends_open)
        first, *rest = written(value, spot).split("\n")
        return [f"{start} {first}", *rest]
    lines = [f"  {line}" for line in _lines(value, ends_open=ends_open)]
    return [f"- {lines[0][2:]}", *lines[1:]] if start == "-" else [start, *lines]
