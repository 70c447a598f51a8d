"""Owns the small editor for the gold of one case: YAML that is held against case and scorers while it is typed."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static, TextArea

from evaltui.loop.gold_edit import Change, Gold, tried
from evaltui.tui.screens.ask import Asking, Confirm, words_of

if TYPE_CHECKING:
    from evaltui.domain.problem import Problem
    from evaltui.tui.app import EvalApp
    from evaltui.tui.widgets.columns import Cell

MOST = 3  # problems shown at once
ROLES = {"-": "removed", "+": "added"}


class GoldEditor(Asking):
    """Answers with the change that a person saw and wants, or None. What is left is there again the next time."""

    BINDINGS = [("escape", "leave"), ("f2", "look"), ("f3", "outside")]
    DEFAULT_CSS = """
    GoldEditor TextArea { height: auto; min-height: 6; max-height: 16; border: none; padding: 0; background: $panel; }
    GoldEditor TextArea:focus { border: none; }
    GoldEditor #where { margin: 0 0 1 0; }
    GoldEditor #told { margin: 1 0 0 0; height: auto; max-height: 6; }
    """
    drafts: ClassVar[dict[tuple[Path, str], str]] = {}

    def __init__(self, gold: Gold, folder: Path) -> None:
        super().__init__(f"Gold of {gold.case_id}")
        self._gold, self._folder = gold, folder
        self._draft = (gold.place.file, gold.case_id)

    def asked(self) -> ComposeResult:
        """Where it is written, the text, what is wrong with it, and the keys."""
        yield Static(words_of(self.app, [(self._place(self._gold.place.line), "muted")]), id="where")
        text = self.drafts.get(self._draft, self._gold.text)
        area = TextArea(text, soft_wrap=True, show_line_numbers=True, tab_behavior="indent", compact=True)
        area.cursor_blink = False
        yield area
        yield Static(id="told")
        yield self.keys(("f2", "see the change"), ("f3", "in $EDITOR"), ("esc", "leave, the text stays"))

    @property
    def area(self) -> TextArea:
        """The text."""
        return self.query_one(TextArea)

    def on_mount(self) -> None:
        """Ready to type."""
        self.area.focus()
        self._check()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Held against case and scorers, away from the keys."""
        event.stop()
        self._check()

    def _check(self) -> None:
        self.later(partial(self._checked, self.area.text), "check")

    def failed(self, error: Exception) -> None:
        """In place of what the scorers say."""
        self._tell([(f"✗ {error}", "fail")])

    async def _checked(self, text: str) -> None:
        self._tell(_told(await self._tried(text)))

    async def _tried(self, text: str) -> "Change | tuple[Problem, ...]":
        app: EvalApp = self.app  # type: ignore[assignment]
        return await app.desk.work(partial(tried, self._gold, text))

    def _tell(self, lines: "list[Cell]") -> None:
        self.query_one("#told", Static).update(words_of(self.app, lines))

    def action_look(self) -> None:
        """The change as the file will have it, to be confirmed."""
        self.later(partial(self._look, self.area.text), "look")

    async def _look(self, text: str) -> None:
        found = await self._tried(text)
        self._tell(_told(found))
        if not isinstance(found, Change) or found.rewrite is None or not self.is_current:
            return
        diff: list[Cell] = [(f"{sign} {line}", ROLES.get(sign, "muted")) for sign, line in found.rewrite.diff]
        lines: list[Cell] = [(self._place(found.rewrite.line), "strong"), ("", ""), *diff, ("", ""), *_told(found)]
        ask = Confirm(f"Gold of {found.gold.case_id}", lines, yes=("E", "write it"), no="back to the text")
        self.app.push_screen(ask, lambda yes: self._take(found) if yes else None)

    def _take(self, found: Change) -> None:
        self.drafts.pop(self._draft, None)
        self.answer(found)

    def action_outside(self) -> None:
        """The same text in the person's own editor."""
        app: EvalApp = self.app  # type: ignore[assignment]
        with TemporaryDirectory() as folder:
            file = Path(folder, "gold.yaml")
            file.write_text(self.area.text, "utf-8")
            if app.edit(file):
                self.area.text = file.read_text("utf-8", "replace")

    def action_leave(self) -> None:
        """Nothing is written, nothing is lost."""
        self.drafts.pop(self._draft, None)
        if self.area.text != self._gold.text:
            self.drafts[self._draft] = self.area.text
        self.answer(None)

    def _place(self, line: int) -> str:
        file = self._gold.place.file
        return f"{file.relative_to(self._folder) if file.is_relative_to(self._folder) else file}:{line}"


def _told(found: "Change | tuple[Problem, ...]") -> "list[Cell]":
    if not isinstance(found, Change):
        more = [(f"and {len(found) - MOST:,} more", "muted")] if len(found) > MOST else []
        return [*((f"✗ {problem.words}", "fail") for problem in found[:MOST]), *more]
    if found.rewrite is None:
        return [("~ as the file has it", "muted")]
    warned = [(f"! {each.message}", "unsure") for each in found.warnings[:MOST]]
    return [(f"✓ read by {', '.join(found.read_by)}", "pass"), *warned]
