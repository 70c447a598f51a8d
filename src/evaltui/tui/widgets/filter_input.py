"""Owns the typing of a filter: completion of known words, former filters, and the keys that undo."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

KEPT = 50


class FilterInput(Input, inherit_bindings=True):
    """One line; ↑ and ↓ bring former filters back, tab completes."""

    DEFAULT_CSS = """
    FilterInput { width: 1fr; height: 1; border: none; padding: 0; background: $panel; background-tint: transparent; }
    FilterInput:focus { border: none; background-tint: transparent; }
    """
    BINDINGS = [
        ("up", "recall(-1)"),
        ("down", "recall(1)"),
        ("tab", "complete"),
        ("escape", "restore"),
        ("ctrl+u", "clear"),
        ("backspace", "delete_left"),
    ]
    HINTS = (("enter", "filter"), ("esc", "as before"), ("tab", "complete"), ("↑↓", "former"), ("ctrl+u", "clear"))

    class Restored(Message):
        """The filter from before is wanted back."""

    class Recalled(Message):
        """A former filter now stands in the line, whole."""

    @dataclass
    class Cleared(Message):
        """Backspace in an empty line, or everything."""

        everything: bool

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(compact=True, select_on_focus=False, max_length=1000, suggester=LastWord(words))
        self.cursor_blink = False
        self._former: list[str] = []
        self._place = 0
        self._draft = ""

    def remember(self, text: str) -> None:
        """A filter that may be wanted again."""
        if text:
            self._former = [*(former for former in self._former if former != text), text][-KEPT:]
        self._place, self._draft = len(self._former), ""

    def action_recall(self, by: int) -> None:
        """A former filter, or what was being typed."""
        place = max(0, min(self._place + by, len(self._former)))
        if place == self._place:
            return
        if self._place == len(self._former):
            self._draft = self.value
        self._place = place
        self.post_message(self.Recalled())
        self.value = [*self._former, self._draft][place]
        self.cursor_position = len(self.value)

    def action_complete(self) -> None:
        """Takes the suggestion."""
        if self._suggestion:
            self.value = self._suggestion
            self.cursor_position = len(self.value)

    def action_restore(self) -> None:
        """Out, as it was."""
        self.post_message(self.Restored())

    def action_clear(self) -> None:
        """Nothing is filtered."""
        self.value = ""
        self.post_message(self.Cleared(everything=True))

    def action_delete_left(self) -> None:
        """In an empty line the last chip goes."""
        if self.value:
            super().action_delete_left()
        else:
            self.post_message(self.Cleared(everything=False))


class LastWord(Suggester):
    """Completes the word being typed; a leading ! is part of no word."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._words = words

    async def get_suggestion(self, value: str) -> str | None:
        """The text with its last word completed, if there is a word that goes on like it."""
        last = value.rpartition(" ")[2].removeprefix("!")
        found = next((word for word in self._words if word.startswith(last) and word != last), None)
        return value + found[len(last) :] if last and found else None
