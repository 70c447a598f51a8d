"""Owns how a log is imported from the inbox: asked for by its path, read in a thread of its own, told as it goes."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from textual.suggester import Suggester

from evaltui.gate.words import count
from evaltui.tui.foreman import in_thread
from evaltui.tui.view import View
from evaltui.tui.widgets.columns import Cell

if TYPE_CHECKING:
    from evaltui.loop.intake import LogReport
    from evaltui.loop.session import Notice, Phase
    from evaltui.tui.screens.ask import Confirm

BEAT: Final = 0.2
"""Seconds between two words of how far it is."""
MOST: Final = 2000
"""Entries of a folder that are looked at to complete a name."""
WORDS: Final[tuple[Cell, ...]] = (
    ("A file, or a folder that is looked through: what kind of log it is shows in what it holds.", "text"),
    ("Read in the background, nothing is sent anywhere; the same log again adds only what is new.", "muted"),
)


class InboxImport(View):
    """Mixed into the inbox, which shows what comes in because the database changed."""

    def __init__(self) -> None:
        super().__init__()
        self._told = ""
        self._notices: list[str] = []
        self._importing = False

    def can_import_log(self) -> bool | None:
        return None if self._importing else True

    def action_import_log(self) -> None:
        """Ask for the path; the last one typed stands there again when it was left."""
        from evaltui.tui.screens.ask import Prompt

        here = f"{self.desk.folder}{os.sep}"
        ask = Prompt("Import a log", words=WORDS, draft=f"import {here}", may_be_empty=False, suggester=Paths(here))
        self.app.push_screen(ask, self._answered)

    def _answered(self, text: str | None) -> None:
        if text:
            path = Path(self.desk.folder, os.path.expanduser(text))  # noqa: PTH111 - a text without a home stays as it is
            self.later(partial(self._begin, path), "import")

    async def _begin(self, path: Path) -> None:
        """A log that nobody knows is asked about first."""
        from evaltui.loop.log_readers import redacted_guess, unmapped_log
        from evaltui.loop.mappings import map_command, remember

        made = await self.desk.work(partial(unmapped_log, self._project, path))
        if made is not None and made.mapping is not None:
            lines = await self.desk.work(partial(redacted_guess, self._project, made))
            if not await self.app.push_screen_wait(confirm(path, lines)):
                self.problem(f"nothing was read; say which column is what: {map_command(path, made)}")
                return
            await self.desk.work(partial(remember, self._project, path, made.mapping))
        await self._import(path)

    @property
    def _project(self) -> Path:
        from evaltui.loop.project import project_of

        return project_of(self.desk.path)

    async def _import(self, path: Path) -> None:
        self._importing, self._told, self._notices = True, f"importing {path.name} …", []
        beat = self.set_interval(BEAT, lambda: self.meanwhile(self._told))
        self.meanwhile(self._told)
        try:
            reports = await in_thread(partial(self._take_in, path))
        finally:
            self._importing = False
            beat.stop()
            self.meanwhile("")
        for words in self._notices:
            self.problem(words)
        for report in (one for one in reports if one.problem and one.named):
            self.problem(f"{Path(report.path).name}: {report.problem}")
        self.say(summed(reports))
        self.stale()

    def _take_in(self, path: Path) -> "list[LogReport]":
        from evaltui.loop.intake import take_in
        from evaltui.loop.project import shelter
        from evaltui.store.database import open_store

        with open_store(self.desk.path) as store:
            shelter(self.desk.path)
            return take_in(store, [path], self._heard)

    def _heard(self, event: "Phase | Notice") -> None:
        """From the thread; the beat shows how far it is, and at the end stands what is to be read once."""
        words = getattr(event, "words", None)
        if words is None:
            self._told = told(cast("Phase", event))
        else:
            self._notices.append(str(words))


def told(phase: "Phase") -> str:
    """How far a file is read, which is known by its bytes."""
    return f"{phase.name}: {phase.done / 1e6:,.1f} of {phase.total / 1e6:,.1f} MB"


def confirm(path: Path, guessed: "Sequence[str]") -> "Confirm":
    """Whether the guess for a plain log is right."""
    from evaltui.tui.screens.ask import Confirm

    asked = f"{path.name} is read for the first time. Which column is what?"
    lines = [(asked, "strong"), ("", ""), *((line, "text") for line in guessed), ("", "")]
    kept = ("What is taken is kept for all logs with these columns.", "muted")
    return Confirm("Import a log", [*lines, kept], yes=("y", "take it"), no="say it otherwise")


def summed(reports: "Sequence[LogReport]") -> str:
    """What was read of all files, in one line; files that are no logs are counted."""
    read = [one for one in reports if not one.problem]
    if len(reports) == 1:
        return reports[0].words() if read else ""
    strange = len(reports) - len(read)
    items, new, failures = (sum(getattr(one, name) for one in read) for name in ("items", "new", "failures"))
    told = [f"{count(len(read), 'log')}: {items:,} items, {new:,} of them new", count(failures, "failure")]
    return "; ".join([*told, *([f"{count(strange, 'file')} not read: {_first(reports)}"] if strange else [])])


def _first(reports: "Sequence[LogReport]") -> str:
    return next(f"{Path(one.path).name} {one.problem}" for one in reports if one.problem)


class Paths(Suggester):
    """Completes the name of a file or folder, as seen from a folder."""

    def __init__(self, here: str) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._here = here

    async def get_suggestion(self, value: str) -> str | None:
        """The text with its last part completed by the first name that goes on like it; folders end with a slash."""
        typed, slash, begun = value.rpartition(os.sep)
        folder = Path(self._here, os.path.expanduser(typed + slash))  # noqa: PTH111 - a text without a home stays as it is
        found = min(_names(folder, begun), default=None) if begun else None
        return f"{typed}{slash}{found}" if found else None


def _names(folder: Path, begun: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for _, entry in zip(range(MOST), entries, strict=False):
                if entry.name.startswith(begun) and entry.name != begun:
                    yield entry.name + (os.sep if entry.is_dir() else "")
    except OSError:
        return
