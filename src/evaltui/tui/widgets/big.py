"""Owns large letters: a word three lines high, made of half blocks that every terminal draws."""

from typing import Final

HEIGHT: Final = 3
_LETTERS: Final = {
    "A": ("▄▀▄", "█▀█", "▀ ▀"),
    "B": ("█▀▄", "█▀▄", "▀▀ "),
    "C": ("▄▀▀", "█  ", " ▀▀"),
    "D": ("█▀▄", "█ █", "▀▀ "),
    "E": ("█▀▀", "█▀ ", "▀▀▀"),
    "F": ("█▀▀", "█▀ ", "▀  "),
    "H": ("█ █", "█▀█", "▀ ▀"),
    "I": ("█", "█", "▀"),
    "K": ("█ █", "█▀▄", "▀ ▀"),
    "L": ("█  ", "█  ", "▀▀▀"),
    "M": ("█▄ ▄█", "█ ▀ █", "▀   ▀"),
    "N": ("█▄ █", "█ ▀█", "▀  ▀"),
    "O": ("▄▀▄", "█ █", " ▀ "),
    "P": ("█▀▄", "█▀ ", "▀  "),
    "R": ("█▀▄", "█▀▄", "▀ ▀"),
    "S": ("▄▀▀", " ▀▄", "▀▀ "),
    "T": ("▀█▀", " █ ", " ▀ "),
    "U": ("█ █", "█ █", " ▀ "),
    " ": ("  ", "  ", "  "),
    "✓": ("    ▄▀", "▄ ▄▀  ", " ▀    "),
    "✗": ("▀▄ ▄▀", " ▄▀▄ ", "▀   ▀"),
    "★": ("  ▄  ", "▀███▀", " ▀ ▀ "),
    "…": ("     ", "     ", "▀ ▀ ▀"),
    "▸": ("█▄ ", "██▀", "▀  "),
}  # fmt: skip


def big(text: str) -> tuple[str, str, str]:
    """Three lines; a character that has no large form is left out."""
    letters = [_LETTERS[character] for character in text.upper() if character in _LETTERS]
    first, second, third = (" ".join(letter[line] for letter in letters) for line in range(HEIGHT))
    return first, second, third
