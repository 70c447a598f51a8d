"""The inbox as plain text and as JSON."""

from collections.abc import Callable, Sequence
from typing import Any

from evaltui.cli.render import as_json, note, out, plain, table
from evaltui.cli.trace import MOST_LETTERS, MOST_LINES, say_block
from evaltui.domain.inbox import InboxAct, InboxGroup, InboxLine
from evaltui.domain.item import Failure, Item
from evaltui.domain.query import Query
from evaltui.domain.text import shown
from evaltui.domain.trajectory import Step
from evaltui.gate.words import count
from evaltui.logs.redact.redactor import Redactor
from evaltui.loop.inbox import InboxIndex
from evaltui.loop.writing import written

ID = 12  # characters of an id; enough to name an item by
WORDS = 160
Safe = Callable[[Any], Any]
"""Takes what is not for everybody out of a JSON value."""


def say_items(index: InboxIndex, lines: Sequence[InboxLine], query: Query, redactor: Redactor, *, json_: bool) -> None:
    """The items that a filter takes, redacted."""
    if json_:
        safe = redactor.value(plain(lines)).value
        as_json({"filter": query.text, "counts": index.counts, "matching": len(index), "items": safe})
        return
    out(f"{count(len(index), 'item')} of {index.total:,}: {shown(query.text, 100)}")
    table(("item", "time", "kind", "state", "reason", "turn", "words"), map(_cells(redactor), lines))
    if more := len(index) - len(lines):
        note(f"and {more:,} more; --limit lists them")
    if not len(index) and query.hint:
        note(query.hint)


def _cells(redactor: Redactor) -> Callable[[InboxLine], tuple[str, ...]]:
    def cells(line: InboxLine) -> tuple[str, ...]:
        said = " — ".join(shown(redactor.text(text).text, WORDS) for text in (line.words, line.note) if text)
        turn = f"{line.turn}/{line.turns}" if line.turn else str(line.turns)
        return line.id[:ID], shown(line.at[:16]), shown(line.kind, 20), line.state, line.reason or "–", turn, said

    return cells


def say_groups(groups: Sequence[InboxGroup], limit: int, redactor: Redactor, *, json_: bool) -> None:
    """Failures that are alike, redacted."""
    if json_:
        as_json({"groups": redactor.value(plain(groups[:limit])).value})
        return
    out(f"{count(len(groups), 'group')} of {count(sum(group.items for group in groups), 'item')}")
    alike = ((group, redactor.text(group.signature).text) for group in groups[:limit])
    rows = ((group.items, group.open, shown(group.newest[:16]), shown(words, WORDS)) for group, words in alike)
    table(("items", "open", "newest", "signature"), rows)
    if more := len(groups) - limit:
        note(f"and {more:,} more; --limit lists them") if more > 0 else None


def say_inbox_act(act: InboxAct, *, undone: bool) -> None:
    """What was done, or taken back."""
    out(f"{'Undone: ' if undone else ''}{act.words} ({act.who})")


def say_item(
    item: Item,
    line: InboxLine,
    failures: Sequence[tuple[Failure, bool]],
    redactor: Redactor | None,
    turn: int | None,
    *,
    json_: bool,
) -> None:
    """One item; without a redactor as it is."""
    safe: Safe = (lambda value: redactor.value(value).value) if redactor else (lambda value: value)
    if json_:
        told = safe(plain([{"failure": failure, "repeated": repeated} for failure, repeated in failures]))
        steps = [_plain(step) for step in item.trajectory.steps if turn in (None, step.turn)]
        about = {"redacted": redactor is not None, "item": safe(plain(line)), "failures": told}
        as_json({**about, "opening": safe(list(item.opening)), "steps": safe(steps)})
        return
    out(f"{line.id}  {line.state}  {shown(line.kind)}  {shown(line.at)}  {shown(line.model)}".rstrip())
    for title, value in (("source", line.source), ("part", line.part), ("case", line.case), ("note", line.note)):
        if value:
            out(f"{title}: {shown(str(safe(value)), 200)}")
    if turn is None:
        for message in item.opening:
            _say(f"{message.get('role', '?')} says", message.get("content"), 0, safe)
    _say_turns(item, failures, safe, turn)
    if item.error is not None:
        out(f"! {shown(item.error.kind)}: {shown(str(safe(item.error.message)), 300)}")
    if redactor is not None:
        note("Redacted for reading; --raw shows all.")


def _say_turns(item: Item, failures: Sequence[tuple[Failure, bool]], safe: Safe, turn: int | None) -> None:
    seen = item.trajectory
    if turn is not None and turn not in seen.turn_numbers:
        out(f"there is no turn {turn}; the last one is {max(seen.turn_numbers, default=0)}")
        return
    for number in seen.turn_numbers if turn is None else (turn,):
        out(f"── turn {number} of {seen.turns}")
        for failure, repeated in failures:
            if failure.turn == number:
                again = " (told by an earlier item)" if repeated else ""
                out(f"  ✗ {failure.reason}{again}: {shown(str(safe(failure.words)), WORDS)}")
        for step in seen.steps:
            if step.turn == number:
                _say(_title(step), _value(step), 0 if turn else number, safe)


def _say(title: str, value: Any, turn: int, safe: Safe) -> None:
    """A block; where a whole item is shown, the beginning of it."""
    text = written(safe(value))
    head = text if not turn else "\n".join(text[:MOST_LETTERS].split("\n")[:MOST_LINES])
    say_block(shown(str(safe(title))), head)
    if len(head) < len(text):
        out(f"  … {len(text) - len(head):,} more characters: --turn {turn} shows all")


def _title(step: Step) -> str:
    name = step.tool or "the tool"
    if step.role == "tool":
        return f"{name} {'failed' if step.is_error else 'answered'}"
    return f"calls {name}" if step.tool is not None else "the user says" if step.role == "user" else "says"


def _value(step: Step) -> Any:
    return step.result if step.role == "tool" else step.arguments if step.tool is not None else step.text


def _plain(step: Step) -> dict[str, Any]:
    return {"turn": step.turn, "role": step.role, "says": _title(step), "value": _value(step)}
