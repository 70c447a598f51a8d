"""Owns the panes of a trace: turns, their raw JSON, or both trajectories aligned; beside them what is expected."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import ContentSwitcher

from evaltui.tui.screens.trace_align import Alignment
from evaltui.tui.widgets.outline import Outline
from evaltui.tui.widgets.rows import RowList

NARROW = 100
"""Columns below which what is expected takes the place of the turns."""


class Panes(Horizontal):
    """One of three panes is shown, and one pane takes the keys."""

    DEFAULT_CSS: ClassVar[str] = """
    Panes { height: 1fr; }
    Panes > ContentSwitcher { height: 1fr; width: 1fr; }
    Panes > #gold { display: none; width: 2fr; border-left: solid $border-blurred; }
    Panes.-gold > #gold { display: block; }
    Panes.-gold > ContentSwitcher { width: 3fr; }
    Panes.-gold.-narrow > ContentSwitcher { display: none; }
    Panes.-gold.-narrow > #gold { border-left: none; width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._offered = False  # what is expected is shown unasked, where there is room

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="turns"):
            yield Outline(empty="…", id="turns")
        yield Outline(id="gold")

    @property
    def turns(self) -> Outline:
        return self.query_one("#turns", Outline)

    async def need(self, mode: str) -> None:
        """The pane is there from now on: a trace opens sooner without those that nobody has asked for."""
        if not self.query(f"#{mode}"):
            await self.query_one(ContentSwitcher).mount(Outline(id=mode) if mode == "raw" else Alignment(id=mode))

    @property
    def raw(self) -> Outline:
        return self.query_one("#raw", Outline)

    @property
    def gold(self) -> Outline:
        return self.query_one("#gold", Outline)

    @property
    def aligned(self) -> Alignment:
        return self.query_one(Alignment)

    @property
    def mode(self) -> str:
        """Which of the three is shown: turns, raw or aligned."""
        return self.query_one(ContentSwitcher).current or "turns"

    @property
    def mover(self) -> Outline | RowList:
        """The pane that takes the keys."""
        if self.screen.focused is self.gold:
            return self.gold
        return self.aligned.rows if self.mode == "aligned" else self.outline

    @property
    def outline(self) -> Outline:
        """The outline that takes the keys, or would."""
        return self.gold if self.screen.focused is self.gold else self.raw if self.mode == "raw" else self.turns

    @property
    def in_rows(self) -> bool:
        """Whether keys go to the aligned steps."""
        return isinstance(self.mover, RowList)

    def switch(self, mode: str) -> None:
        """Show another of the three."""
        self.query_one(ContentSwitcher).current = mode
        self.take_keys()

    def take_keys(self, *, gold: bool = False) -> None:
        """Give the keys to what is shown; `gold`: to what is expected."""
        if gold or (self.has_class("-gold") and self.has_class("-narrow")):
            self.gold.focus()
        elif self.mode == "aligned":
            self.aligned.rows.focus()
        else:
            (self.raw if self.mode == "raw" else self.turns).focus()

    def expected(self) -> None:
        """Show what is expected; again: move in it; again: away with it."""
        self._offered = False
        if not self.has_class("-gold"):
            self.add_class("-gold")
            self.take_keys()
        elif self.screen.focused is not self.gold:
            self.take_keys(gold=True)
        else:
            self.close()

    def offer(self, *, wanted: bool) -> None:
        """Show what is expected unasked, or no longer; what a person opened stays."""
        if self._offered or not self.has_class("-gold"):
            self._offered = wanted
            self.set_class(wanted and not self.has_class("-narrow"), "-gold")

    def close(self) -> bool:
        """Away with what was opened last; says whether anything was."""
        if self.has_class("-gold") and not self._offered:
            self.remove_class("-gold")
            self.take_keys()
        elif self.mode != "turns":
            self.switch("turns")
        else:
            return False
        return True

    def on_resize(self) -> None:
        """Where there is little room one pane is shown."""
        self.set_class(self.app.size.width < NARROW, "-narrow")
        if self._offered:
            self.offer(wanted=True)
        self.take_keys()
