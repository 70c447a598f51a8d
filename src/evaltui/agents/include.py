"""Owns what `{file: …}` in agent.yaml brings in: prompt texts byte for byte, and lists from YAML or JSON."""

import re
from pathlib import Path
from typing import Any

from evaltui.domain.problem import Problem
from evaltui.domain.text import dotted, found
from evaltui.files.document import Document, scan_document
from evaltui.files.paths import missing, similar
from evaltui.files.raw import decode, read_bytes

At = tuple[str | int, ...]
_FILE_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:md|txt|ya?ml|json|jinja2?|j2|prompt)")


class Includes:
    """Reads files named in one agent.yaml and appends what is wrong to `problems`."""

    def __init__(self, document: Document, folder: Path, problems: list[Problem]) -> None:
        self._document = document
        self._folder = folder
        self._problems = problems

    def text(self, name: str, at: At) -> tuple[str, str] | None:
        """The text of a file as it is, line ends included, and the file's path."""
        path = self._path(name, at)
        raw = read_bytes(path) if path else None
        text = decode(raw, str(path)) if isinstance(raw, bytes) else raw
        if isinstance(text, Problem):
            self._problems.append(text)
            return None
        return (text, str(path)) if text is not None else None

    def document(self, name: str, at: At) -> Document | None:
        """The document in a YAML or JSON file."""
        path = self._path(name, at)
        if path is None:
            return None
        document, problems = scan_document(path)
        self._problems += problems
        return document

    def check(self, name: str, at: At) -> None:
        """Appends a problem of a file that is named and is not there; its content is not read."""
        self._path(name, at)

    def names_file(self, text: str) -> bool:
        """Whether a text was most probably meant as `{file: text}`."""
        if "\n" in text or len(text) > 200:
            return False
        return _FILE_NAME.fullmatch(text) is not None or missing(self._folder, text) is None

    def problem(self, at: At, message: str, value: Any = None, allowed: str = "", hint: str = "") -> None:
        """Appends a problem of a field of agent.yaml."""
        what = "" if value is None else found(value)
        line = self._document.line(at)
        self._problems.append(Problem(self._document.file, line, dotted(at), message, what, allowed, hint))

    def _path(self, name: str, at: At) -> Path | None:
        if message := missing(self._folder, name):
            self.problem(at, message, name, hint=similar(self._folder, name))
            return None
        return self._folder / name


def reference(value: Any) -> str | None:
    """The file name of a `{file: name}`, None for anything else."""
    name = value.get("file") if isinstance(value, dict) and len(value) == 1 else None
    return name if isinstance(name, str) else None
