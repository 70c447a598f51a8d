"""Owns what asks a person something over a view: yes or no, a line of text, one of many."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, ClassVar, Final

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from evaltui.domain.errors import EvaltuiError
from evaltui.tui.look import look_of
from evaltui.tui.safe import plain, safe
from evaltui.tui.widgets.columns import Cell, spans_of
from evaltui.tui.widgets.finder import Choice, Finder
from evaltui.tui.widgets.row_strips import Words, lines_of

__all__ = ["Choice", "Confirm", "Pick", "Prompt"]

LONGEST: Final = 4000


def words_of(app: App[Any], lines: Sequence[Cell]) -> Text:
    """Lines of spans as text that wraps."""
    look = look_of(app)
    text = Text()
    for number, line in enumerate(lines):
        text.append("\n" if number else "")
        for words, role in spans_of(line):
            text.append(plain(words, LONGEST), look[role] if role else None)
    return text


class Box(Vertical):
    """The box something is asked in."""

    DEFAULT_CSS = """
    Box {
        width: 76; max-width: 94%; height: auto; max-height: 90%; padding: 1 2 0 2;
        background: $surface; border: round $border; border-title-color: $foreground;
        border-title-style: bold; border-subtitle-color: $foreground 60%; overflow-y: auto; scrollbar-size-vertical: 1;
    }
    Box > .keys { margin: 1 0 0 0; height: auto; }
    """


class Asking(ModalScreen[Any]):
    """Over the view, dimmed; subclasses fill the box."""

    DEFAULT_CSS = """
    Asking { align: center middle; background: $background 60%; }
    Asking:ansi { background: transparent; }
    """
    AUTO_FOCUS = ""
    SUBTITLE: ClassVar[str] = ""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def answer(self, result: object) -> None:
        """Close with it; a second answer to the same question is none."""
        if not self.is_current:
            return
        try:
            self.dismiss(result)
        except asyncio.InvalidStateError:  # whoever asked does not wait for it any more
            self.app.pop_screen()

    def compose(self) -> ComposeResult:
        """The box and what is asked."""
        with Box() as box:
            box.border_title = safe(self._title, 100)
            box.border_subtitle = self.SUBTITLE
            yield from self.asked()

    def asked(self) -> ComposeResult:
        """What stands in the box."""
        return ()

    def later(self, work: Callable[[], Awaitable[None]], group: str = "work") -> None:
        """Work that must not hold up a key; the last of its group counts."""
        begin: Any = partial(self._careful, work)
        self.run_worker(begin, group=group, exclusive=True, exit_on_error=False)

    def failed(self, error: Exception) -> None:
        """Say why work could not be done."""

    async def _careful(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except (EvaltuiError, OSError) as error:
            self.failed(error)
        except Exception as error:  # noqa: BLE001 a fault of ours must not pass as silence
            if self.is_running:
                self.app.fault(error)  # type: ignore[attr-defined]

    def keys(self, *hints: tuple[str, str]) -> Static:
        """The keys that work, as a footer names them."""
        return Static(self._hints(hints), classes="keys")

    def offer(self, *hints: tuple[str, str]) -> None:
        """Other keys work now."""
        self.query_one(".keys", Static).update(self._hints(hints))

    def _hints(self, hints: Sequence[tuple[str, str]]) -> Text:
        line = [span for key, words in hints for span in ((key, "key"), (f" {words}    ", "muted"))]
        return words_of(self.app, [tuple(line)])


class Confirm(Asking):
    """True only for the key of the act, never for enter: `Confirm("Run", words, yes=("y", "send 400 requests"))`."""

    BINDINGS = [("escape,n,q", "leave"), ("enter", "hint")]

    def __init__(self, title: str, words: Words, *, yes: tuple[str, str] = ("y", "yes"), no: str = "leave it") -> None:
        super().__init__(title)
        self._lines = lines_of(words)
        self._yes, self._no = yes, no

    def asked(self) -> ComposeResult:
        """What will happen, and the keys."""
        yield Static(words_of(self.app, self._lines))
        yield self.keys(self._yes, ("esc", self._no))

    def on_key(self, event: events.Key) -> None:
        """The key of the act, and only that."""
        if self._yes[0] in (event.key, event.character):
            event.stop()
            self.answer(result=True)

    def action_leave(self) -> None:
        """Nothing happens."""
        self.answer(result=False)

    def action_hint(self) -> None:
        """Enter decides nothing here; say what does."""
        hint = Text.assemble(("enter decides nothing here: ", look_of(self.app)["unsure"]), (self._yes[0], "bold"))
        hint.append(plain(f" {self._yes[1]}, esc {self._no}", 200))
        self.query_one(".keys", Static).update(hint)


class Field(Input):
    """A line into which a text of several lines is pasted whole, one behind the other."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        text, selection = " ".join(event.text.split()), self.selection
        if selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *selection)


class Prompt(Asking):
    """The text that was typed, or None. What is left with esc is there again under the same `draft`."""

    BINDINGS = [("escape", "leave"), ("tab", "complete")]
    DEFAULT_CSS = """
    Prompt Input { border: none; height: 1; padding: 0 1; background: $panel; }
    Prompt Input:focus { border: none; background-tint: transparent; }
    Prompt .before { margin: 0 0 1 0; }
    """
    drafts: ClassVar[dict[str, str]] = {}

    def __init__(
        self,
        title: str,
        text: str = "",
        *,
        words: Words = "",
        draft: str = "",
        may_be_empty: bool = True,
        suggester: Suggester | None = None,
    ) -> None:
        super().__init__(title)
        self._text, self._lines, self._may_be_empty = text, lines_of(words), may_be_empty
        self._draft, self._suggester = draft or title, suggester

    def asked(self) -> ComposeResult:
        """Some words, the line, and the keys."""
        if self._lines:
            yield Static(words_of(self.app, self._lines), classes="before")
        kept = self.drafts.get(self._draft)
        text, suggester = self._text if kept is None else kept, self._suggester
        field = Field(text, select_on_focus=False, max_length=LONGEST, compact=True, suggester=suggester)
        field.cursor_blink = False
        yield field
        complete = [("tab", "complete")] if suggester else []
        yield self.keys(("enter", "keep"), *complete, ("esc", "leave, the text stays for the next time"))

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Kept."""
        event.stop()
        if self.is_current and (event.value.strip() or self._may_be_empty):
            self.drafts.pop(self._draft, None)
            self.answer(event.value.strip())

    def action_complete(self) -> None:
        """Takes what is suggested."""
        self.query_one(Input).action_cursor_right()

    def action_leave(self) -> None:
        """Nothing is kept, nothing is lost."""
        self.drafts[self._draft] = self.query_one(Input).value
        self.answer(None)


class Pick(Asking):
    """The key of the choice that was taken, or None. Typing finds it."""

    DEFAULT_CSS = """
    Pick { align: center top; }
    Pick > Box { width: 92; height: 70%; min-height: 14; margin: 1 0 0 0; padding: 1 1 0 1; }
    """

    SUBTITLE = "↑↓ move   enter take   esc leave"

    def __init__(self, title: str, choices: Sequence[Choice] = (), *, empty: str = "Nothing like it.") -> None:
        super().__init__(title)
        self._choices, self._empty = choices, empty

    def asked(self) -> ComposeResult:
        """A line and a list."""
        yield Finder(self._choices, empty=self._empty)

    @property
    def finder(self) -> Finder:
        """The line and the list."""
        return self.query_one(Finder)

    def on_finder_taken(self, event: Finder.Taken) -> None:
        """This one."""
        event.stop()
        self.answer(event.key)

    def on_finder_left(self, event: Finder.Left) -> None:
        """None."""
        event.stop()
        self.answer(None)
