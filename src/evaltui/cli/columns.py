"""How much room a text takes on a terminal: wide characters take two columns, combining ones none."""

from unicodedata import combining, east_asian_width


def width(text: str) -> int:
    """Columns that the text fills."""
    return len(text) if text.isascii() else sum(map(_width, text))


def pad(text: str, size: int) -> str:
    """The text, followed by blanks up to `size` columns."""
    return text + " " * (size - width(text))


def cut(text: str, size: int) -> str:
    """At most `size` columns of the text; an ellipsis says that something is missing."""
    if width(text) <= size:
        return text
    while text and width(text) >= size:
        text = text[: min(len(text) - 1, size)]
    return text.rstrip() + "…"


def _width(character: str) -> int:
    if combining(character) or character == "\u200d":
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
