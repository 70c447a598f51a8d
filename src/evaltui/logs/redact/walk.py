"""Owns the way through a JSON value: every string in it, keys too, and numbers that are secrets when written out."""

from collections.abc import Iterator
from typing import Any, Protocol

from evaltui.logs.redact.result import Place, Redacted, RedactedValue

Path = tuple[str | int, ...]
_SHORTEST_CARD = 10**12


class RedactText(Protocol):
    """`Redactor.text`."""

    def __call__(self, text: str, *, under: str = "") -> Redacted: ...


def walk(value: Any, redact: RedactText) -> RedactedValue:
    """The value itself is not changed."""
    steps = _Walk(redact)
    return RedactedValue(steps.of(value, (), ""), tuple(steps.places))


class _Walk:
    def __init__(self, redact: RedactText) -> None:
        self._redact = redact
        self.places: list[Place] = []

    def of(self, value: Any, path: Path, under: str) -> Any:
        """`under` is the key of the object that holds the value, also through lists."""
        if isinstance(value, str):
            return self._string(value, path, under)
        if isinstance(value, dict):
            return dict(self._fields(value, path))
        if isinstance(value, list):
            return [self.of(each, (*path, place), under) for place, each in enumerate(value)]
        return self._scalar(value, path)

    def _fields(self, fields: dict[str, Any], path: Path) -> Iterator[tuple[str, Any]]:
        used: set[str] = set()
        for key, value in fields.items():
            redacted = self._redact(key)
            name = _free(redacted.text, used)
            used.add(name)
            self._note((*path, name), redacted, is_key=True)
            yield name, self.of(value, (*path, name), key)

    def _string(self, text: str, path: Path, under: str) -> str:
        redacted = self._redact(text, under=under)
        self._note(path, redacted)
        return redacted.text

    def _scalar(self, value: Any, path: Path) -> Any:
        """A card's number is a secret without its quotes too; then the placeholder, a string, stands for it."""
        if type(value) is not int or not _SHORTEST_CARD <= value < _SHORTEST_CARD * 10**7:
            return value
        redacted = self._redact(str(value))
        self._note(path, redacted)
        return redacted.text if redacted.spans else value

    def _note(self, path: Path, redacted: Redacted, *, is_key: bool = False) -> None:
        if redacted.spans or redacted.unfinished:
            self.places.append(Place(path, is_key, redacted))


def _free(name: str, used: set[str]) -> str:
    """Two keys may become one placeholder; neither field is dropped."""
    number, free = 1, name
    while free in used:
        number += 1
        free = f"{name} ({number})"
    return free
