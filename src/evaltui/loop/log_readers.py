"""Owns which importer reads a log: the first that knows it, else what a mapping makes of plain rows."""

from collections.abc import Callable, Sequence
from pathlib import Path

from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.files.raw import open_bytes
from evaltui.logs.importers import Importer
from evaltui.logs.plain.guess import Guess
from evaltui.logs.plain.shape import shape_of
from evaltui.logs.records import LOG_LIMIT
from evaltui.loop.mappings import Unmapped, guess_lines, kept_importer, mapping_for
from evaltui.loop.redaction import redactor_for
from evaltui.loop.session import Notice, Notify
from evaltui.loop.walk import Found
from evaltui.plugins import importers

Ask = Callable[[Path], Importer]
"""What reads a plain log that was named. Raises BadInput where nobody says which column is what."""
PLAIN = "a table or JSON Lines in which something looks like what was asked (`--map input=COLUMN` says what was)"
_CHUNK = 1 << 20
_QUOTED = 1024  # bytes of a first line that are looked at to quote it


class LogReaders:
    """All importers, those of other packages too, and the mappings that the project keeps.

    Importers that cannot be used, or that fail to look at a log, are told as notices.
    """

    def __init__(self, project: Path, notify: Notify, ask: Ask | None = None) -> None:
        self._project, self._notify, self._ask = project, notify, ask
        self._all = importers()
        self._tell(self._all.problems)

    def reader(self, found: Found) -> Importer | str:
        """What reads the file, or why nothing does. Only a file that was named is asked about."""
        known, complaints = self._all.knowing(found.path)
        self._tell(complaints)
        if known is not None:
            return known
        if isinstance(shape_of(found.path), Problem):
            return self._strange(found.path)
        try:
            return self._ask(found.path) if self._ask and found.named else kept_importer(self._project, found.path)
        except BadInput as error:
            guessed = not isinstance(error, Unmapped) or error.guess.mapping
            told = "; ".join(map(_words, error.problems)) if guessed else ""
            return redactor_for(self._project).text(told).text if told else self._strange(found.path)

    def _strange(self, path: Path) -> str:
        kinds = ", ".join(each.kind for each in self._all.usable)
        return (
            _first(path)
            or f"is no log of a known kind ({kinds}), nor {PLAIN}; its first line is {_line(path, self._project)}"
        )

    def _tell(self, words: Sequence[str]) -> None:
        for each in words:
            self._notify(Notice(each))


def unmapped_log(project: Path, path: Path) -> Guess | None:
    """The guess for a plain log that nobody knows and for which no mapping is kept; None where nothing is to be asked.

    Raises BadInput where the file of mappings is broken.
    """
    if not path.is_file() or importers().knowing(path)[0] is not None or isinstance(shape_of(path), Problem):
        return None
    known = mapping_for(project, path)
    return known if isinstance(known, Guess) and known.mapping else None


def redacted_guess(project: Path, made: Guess) -> list[str]:
    """As `guess_lines`, with the first values redacted."""
    redactor = redactor_for(project)
    return [redactor.text(line).text for line in guess_lines(made)]


def _words(problem: Problem) -> str:
    """Without the file, which is named beside it."""
    parts = [f"{problem.field}: {problem.message}" if problem.field else problem.message]
    parts += [f"found {problem.found}"] if problem.found else []
    parts += [f"allowed: {problem.allowed}"] if problem.allowed else []
    return "; ".join([*parts, *([problem.hint] if problem.hint else [])])


def _first(path: Path) -> str:
    """Why its beginning is no text, or ""."""
    opened = open_bytes(path, LOG_LIMIT)
    if isinstance(opened, Problem):
        return opened.message
    with opened:
        first = opened.readline(_CHUNK)
    if b"\0" in first:
        return "is a binary file of no known kind"
    return "" if first.strip() else "is empty, or begins with an empty line"


def _line(path: Path, project: Path) -> str:
    """Redacted."""
    with path.open("rb") as file:
        line = file.readline(_CHUNK)[:_QUOTED].decode("utf-8", "replace").strip()
    return shown(redactor_for(project).text(line).text)
