"""Views of one logged conversation for a screen: what was asked, turn by turn what was done, everything redacted.

Near the turn that failed all is redacted at once, the rest when somebody asks for the whole.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltui.domain.conversation import Turn
from evaltui.domain.inbox import InboxGroup, InboxLine
from evaltui.domain.item import Failure, Item
from evaltui.logs.redact.redactor import Redactor
from evaltui.loop.entries import Entry, TraceTurn, turns_of
from evaltui.loop.redaction import rules_for
from evaltui.store.conversations import Followup, Held

QUOTED = 300  # characters of a line's words that anybody sees
EXAMPLE = "+49 30 1234567, 4111 1111 1111 1111, ada@mail.example"
NEAR = 2  # turns before the failing one that are shown with it


@dataclass(frozen=True, slots=True)
class ItemView:
    """`turns` are those that were redacted; `before` and `after` count the calls of the turns left out around them.

    `left` is how many turns those are. `at` is the turn looked at. `notes` are, by turn, what looks like a failure
    there, and what the log says of it. `hidden` counts what was redacted, by placeholder.
    """

    opening: tuple[Entry, ...]
    turns: tuple[TraceTurn, ...]
    at: int
    notes: Mapping[int, tuple[tuple[str, str], ...]]
    hidden: Mapping[str, int]
    total: int
    left: tuple[int, int] = (0, 0)
    before: Mapping[str, int] | None = None
    after: Mapping[str, int] | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not any(self.left)


def item_view(
    item: Item, at: int, redactor: Redactor, found: Sequence[Failure] = (), *, whole: bool = False
) -> ItemView:
    """The conversation around turn `at` (from 1; 0: the last), or all of it; a redactor of its own for each.

    `found` is what looks like a failure in it.
    """
    turns = _turns(item)
    at = min(at, len(turns)) or len(turns)
    first, last = (0, len(turns)) if whole else (max(0, at - 1 - NEAR), at + 1)
    ink = _Ink(redactor)
    opening = tuple(map(ink.entry, _opening(item)))
    seen = tuple(ink.turn(turn) for turn in turns[first:last])
    notes = {number: tuple(ink.notes(each)) for number, each in _notes(item, found).items() if first < number <= last}
    return ItemView(
        opening, seen, at, notes, ink.hidden, len(turns), (first, len(turns) - min(last, len(turns))),
        _calls(turns[:first]), _calls(turns[last:]),
    )  # fmt: skip


def redacted_lines(lines: Sequence[InboxLine], project: Path) -> list[InboxLine]:
    """The lines, what they quote of logs redacted by a project's rules, each for itself; the first call is slow."""
    rules = rules_for(project)
    if not lines:
        Redactor(rules).text(EXAMPLE)  # the parts that are loaded when they are needed, are
    return [_redacted(line, Redactor(rules)) for line in lines]


def redacted_groups(groups: Sequence[InboxGroup], project: Path) -> list[InboxGroup]:
    """The groups, what they quote of logs redacted. A signature stays as it is: groups are asked for by it."""
    rules = rules_for(project)
    return [_without_secrets(group, Redactor(rules)) for group in groups]


def _without_secrets(group: InboxGroup, redactor: Redactor) -> InboxGroup:
    words, title = redactor.text(group.words[:QUOTED]).text, redactor.text(group.signature[:QUOTED]).text
    return replace(group, words=words, title=title)


def _redacted(line: InboxLine, redactor: Redactor) -> InboxLine:
    words, source = redactor.text(line.words[:QUOTED]).text, redactor.text(line.source[:QUOTED]).text
    return replace(line, words=words, source=source, signature=redactor.text(line.signature[:QUOTED]).text)


class _Ink:
    """Redacts, and counts what it hid."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self.hidden: Counter[str] = Counter()

    def entry(self, entry: Entry) -> Entry:
        return replace(entry, value=self._value(entry.value), note=self._text(entry.note))

    def turn(self, turn: TraceTurn) -> TraceTurn:
        return replace(turn, entries=tuple(map(self.entry, turn.entries)))

    def notes(self, notes: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        return ((reason, self._text(words)) for reason, words in notes)

    def _value(self, value: Any) -> Any:
        plain = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value
        found = self._redactor.value(plain)
        self.hidden.update(span.placeholder for place in found.places for span in place.redacted.spans)
        return found.value

    def _text(self, text: str) -> str:
        return str(self._value(text)) if text else ""


def _opening(item: Item) -> Iterator[Entry]:
    if item.system:
        yield Entry("system", item.system)
    if item.tools:
        yield Entry("tools", list(item.tools))
    for message in item.opening:
        role = str(message.get("role"))
        yield Entry("assistant" if role == "assistant" else "user", message.get("content"))


def _turns(item: Item) -> list[TraceTurn]:
    found = list(turns_of([_held(number, turn) for number, turn in enumerate(item.turns, 1)]))
    if item.error is None:
        return found
    end = Entry("end", f"{item.error.kind}: {item.error.message}")
    if not found:
        return [TraceTurn(1, (end,), replied=False)]
    return [*found[:-1], replace(found[-1], entries=(*found[-1].entries, end))]


def _held(number: int, turn: Turn) -> Held:
    return Held(number, number, 1, turn.reply, turn.results, Followup(said=turn.said))


def _notes(item: Item, seen: Sequence[Failure]) -> dict[int, list[tuple[str, str]]]:
    """What looks like a failure, and what people said of a turn, once each."""
    failures = [(each.turn, each.reason, each.words) for each in seen]
    comments = [(mark.turn, mark.kind, mark.words) for mark in item.marks if mark.kind == "comment"]
    found: dict[int, list[tuple[str, str]]] = {}
    for turn, reason, words in dict.fromkeys((*failures, *comments)):
        found.setdefault(turn, []).append((reason, words))
    return found


def _calls(turns: Iterable[TraceTurn]) -> Counter[str]:
    return Counter(call.tool for turn in turns for call in turn.calls)
