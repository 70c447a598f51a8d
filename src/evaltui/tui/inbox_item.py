"""Owns the item that is looked at: its head, and the redacted conversation around the turn that went wrong."""

import re
from collections.abc import Hashable, Iterator, Mapping
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical

from evaltui.domain.inbox import InboxLine
from evaltui.gate.words import count
from evaltui.loop.entries import Entry, TraceTurn, body
from evaltui.loop.item_view import ItemView
from evaltui.tui.inbox_words import head, reason_of
from evaltui.tui.screens.trace_nodes import entry_node, turn_brief
from evaltui.tui.widgets.columns import Cell
from evaltui.tui.widgets.lines import Lines
from evaltui.tui.widgets.outline import Node, Outline, Span

SHORT = 300  # characters of what was asked that are shown at once
CAP = 10  # lines of each text in the preview
LOW = 18  # lines of a pane below which it says less
LOW_CAP = 3
LABEL = 9
ENDS = ("error", "empty", "unreadable", "end")
SHOWN = ("user", "assistant", "call", "result", "block", *ENDS)


class ItemPane(Vertical):
    """Shows the turn that went wrong with what led to it; gone into, the whole conversation."""

    DEFAULT_CSS = """
    ItemPane { height: 1fr; }
    ItemPane > #head { padding: 0 1; }
    ItemPane > #under { padding: 0 1; height: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._line: InboxLine | None = None
        self._view: ItemView | None = None

    def compose(self) -> ComposeResult:
        """The head, the conversation, and what was hidden of it."""
        yield Lines(id="head")
        yield Outline(id="talk")
        yield Lines(id="under")

    @property
    def talk(self) -> Outline:
        """Where the conversation is."""
        return self.query_one(Outline)

    @property
    def whole(self) -> bool:
        """Whether the whole conversation is there."""
        return self._view is not None and self._view.whole

    def show(self, line: InboxLine, view: ItemView) -> None:
        """Another item, or the same one whole, or with something else done to it."""
        same = self._line is not None and self._line.key == line.key and self._view == view
        self._line, self._view = line, view
        self._draw()
        if not same:
            self.talk.light(lit(view.hidden))
            self._talk(line, view)

    @property
    def _low(self) -> bool:
        return self.size.height < LOW

    def _talk(self, line: InboxLine, view: ItemView) -> None:
        opened = set(_opened(view, low=self._low))
        cap = LOW_CAP if self._low and not view.whole else CAP
        self.talk.show(tuple(_roots(view, line)), opened, ("turn", view.at), cap)

    def clear(self) -> None:
        """Nothing."""
        self._line = self._view = None
        self.talk.show((), ())
        self.query_one("#head", Lines).show(())
        self.query_one("#under", Lines).show(())

    def on_resize(self) -> None:
        """The head is broken anew."""
        self._draw()

    def _draw(self) -> None:
        if self._line is not None and self._view is not None:
            lines = head(self._line, max(20, self.size.width - 2), low=self._low)
            self.query_one("#head", Lines).show(lines)
            self.query_one("#under", Lines).show([under(self._view)])


def under(view: ItemView) -> Cell:
    """What was redacted, and the key to the rest."""
    kinds: dict[str, int] = {}
    for name in view.hidden:
        kind = name.strip("[]").rpartition("_")[0].lower().replace("_", " ")
        kinds[kind] = kinds.get(kind, 0) + 1
    said = ", ".join(count(number, kind) for kind, number in sorted(kinds.items()))
    hidden: Span = (f"redacted: {said}", "unsure") if said else ("nothing to redact here", "muted")
    more: tuple[Span, ...] = () if view.whole else (("   enter ", "key"), ("the whole conversation", "muted"))
    return (hidden, *more)


def lit(hidden: Mapping[str, int]) -> re.Pattern[str] | None:
    """What finds the placeholders that stand for something."""
    return re.compile("|".join(map(re.escape, hidden))) if hidden else None


def _roots(view: ItemView, line: InboxLine) -> Iterator[Node]:
    before, after = view.left
    yield from (entry_node(("opening", at), each) for at, each in enumerate(view.opening))
    if before:
        yield _left_out("before", f"{count(before, 'turn')} before  ", view.before or {})
    yield from (_turn(view, turn, line) for turn in view.turns)
    if after:
        yield _left_out("after", f"{count(after, 'turn')} after  ", view.after or {})


def _left_out(key: str, words: str, calls: Mapping[str, int]) -> Node:
    """Turns that are not shown, with what they called."""
    most = sorted(calls.items(), key=lambda call: -call[1])[:8]
    said = " · ".join(f"{name} ×{times}" if times > 1 else name for name, times in most)
    return Node((key,), lambda: ((f"… {words}", "accent"),), lambda: ((said, "muted"),))


def _turn(view: ItemView, turn: TraceTurn, line: InboxLine) -> Node:
    notes = view.notes.get(turn.number, ())
    told = [note for note in notes if turn.number != view.at or note[0] != line.reason]
    return Node(
        ("turn", turn.number),
        partial(_head, turn, here=turn.number == view.at and bool(line.reason)),
        partial(turn_brief, turn),
        notes=tuple(map(_note, told)),
        within=partial(_entries, turn),
        problem=bool(notes),
        troubled=any(entry.problem for entry in turn.entries),
    )


def _note(note: tuple[str, str]) -> Span:
    glyph, word, role = reason_of(note[0])
    return f"{glyph} {word}: {note[1]}", role


def _head(turn: TraceTurn, *, here: bool) -> Iterator[Span]:
    yield f"turn {turn.number}  ".ljust(LABEL), "title"
    if here:
        yield "◂ went wrong here  ", "fail"


def _entries(turn: TraceTurn) -> Iterator[Node]:
    return (entry_node(("turn", turn.number, at), entry) for at, entry in enumerate(turn.entries))


def _opened(view: ItemView, *, low: bool) -> Iterator[Hashable]:
    """What was asked where it is short; at the turn that went wrong what failed, else all of it."""
    asked = [at for at, each in enumerate(view.opening) if each.kind == "user"]
    if asked and not low and len(body(view.opening[asked[-1]])[0]) <= SHORT:
        yield "opening", asked[-1]
    if view.whole:
        yield from (("turn", turn.number) for turn in view.turns)
    for turn in view.turns:
        if turn.number == view.at + 1 and not low and not turn.calls:
            yield "turn", turn.number
            yield from (("turn", turn.number, at) for at in _replied(turn.entries))
        if turn.number == view.at:
            yield "turn", turn.number
            yield from (("turn", turn.number, at) for at in _telling(turn.entries, low=low))


def _telling(entries: tuple[Entry, ...], *, low: bool) -> Iterator[int]:
    """The calls that failed with their errors, and what was said; where none failed, everything."""
    failed = any(entry.kind in ENDS for entry in entries)
    for at, entry in enumerate(entries):
        calls = entry.kind == "call" and at + 1 < len(entries) and entries[at + 1].kind in ENDS
        said = entry.kind == "assistant" and not low
        if entry.kind in ENDS or calls or said or (not failed and entry.kind in SHOWN):
            yield at


def _replied(entries: tuple[Entry, ...]) -> Iterator[int]:
    """What the agent made of it, where that is short."""
    return (at for at, each in enumerate(entries) if each.kind == "assistant" and len(body(each)[0]) <= SHORT)
