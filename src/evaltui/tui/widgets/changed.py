"""Owns the line that says a file behind the newest run changed, and what running again would cost."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evaltui.tui.widgets.columns import Cell, Span
from evaltui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.loop.choices import Choice
    from evaltui.loop.watch import Change, Watch
    from evaltui.store.database import Store
    from evaltui.tui.view import View

WIDE = 100
LOOK = 1.0
"""Seconds between two looks at the files: a few stats."""


class Changed(Lines):
    """Not there until something changed; put it first into a view's body."""

    DEFAULT_CSS = "Changed { height: auto; }"
    ROLE = "header"

    def __init__(self) -> None:
        super().__init__()
        self._watch: Watch | None = None
        self._busy = False
        self._told: tuple[Change | None, tuple[Choice, ...]] = (None, ())

    @property
    def view(self) -> "View":
        """The view it stands in."""
        return self.screen  # type: ignore[return-value]

    def on_mount(self) -> None:
        self.set_interval(LOOK, self.look)

    def look(self) -> None:
        """Look at the files behind the run, unless a look is under way or nobody sees it."""
        run = self.view.focused_run
        if run is None or self._busy or not self.view.is_current:
            return
        from evaltui.store.runs import newest_alike

        newest, held = newest_alike(self.view.desk.store, run), self._watch
        if held is None or held.run.id != newest.id or held.moved():
            self._busy = True
            self.view.later(partial(self._look, newest), "changed")

    async def _look(self, run: "Run") -> None:
        try:
            self._watch, change, options = await self.view.desk.read(_looked, run, self._watch)
        finally:
            self._busy = False
        self._told = change, options
        self._draw()

    def on_resize(self) -> None:
        """Fewer words where there is less room."""
        self._draw()

    def _draw(self) -> None:
        change, options = self._told
        wide = self.app.size.width >= WIDE
        self.show([] if change is None else [_line(change, options, self.view.desk.folder, wide=wide)])


def _line(change: "Change", options: "tuple[Choice, ...]", folder: Path, *, wide: bool) -> Cell:
    words = change.words(folder) if wide else f"{change.files[0].name} changed"
    spans: tuple[Span, ...] = ((" ~ ", "change"), (words, "strong"))
    if change.problem:
        return (*spans, (" · ", "muted"), (change.problem, "fail"))
    return (*spans, (" — ", "muted"), ("r", "key"), (" runs: " if wide else " ", "muted"), *_costs(options))


def _costs(options: "tuple[Choice, ...]") -> Iterator[Span]:
    from evaltui.loop.estimate import roughly

    for number, choice in enumerate(options):
        about = roughly(choice.batch) if choice.batch is not None else f"{choice.cases:,} cases"
        yield (" · " if number else "", "muted")
        yield (f"{choice.name} ", "text")
        yield (about, "strong")


def _looked(store: "Store", run: "Run", held: "Watch | None") -> "tuple[Watch, Change | None, tuple[Choice, ...]]":
    from evaltui.loop.choices import choices
    from evaltui.loop.watch import Watch

    watch = held if held is not None and held.run.id == run.id else Watch(run)
    change = watch.look(store)
    return watch, change, choices(store, run) if change else ()
