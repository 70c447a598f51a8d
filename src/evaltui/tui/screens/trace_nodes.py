"""Owns how a trace reads as an outline: what each turn and entry is called, what stands beside it, what is open."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from evaltui.loop.entries import Entry, TraceTurn, body, brief
from evaltui.loop.tracing import Trace
from evaltui.store.scores import ScoreRow
from evaltui.tui.look import STATE
from evaltui.tui.widgets.outline import Body, Node, Span

FEW = 40  # turns up to which all of them are unfolded to their entries
LABEL = 9
LABELS = {
    "system": ("system", "muted"),
    "tools": ("tools", "muted"),
    "example": ("example", "muted"),
    "user": ("user", "accent"),
    "assistant": ("agent", "strong"),
    "thinking": ("thinks", "muted"),
    "call": ("calls", "key"),
    "result": ("result", "muted"),
    "error": ("✗ error", "fail"),
    "block": ("block", "muted"),
    "empty": ("! empty", "unsure"),
    "unreadable": ("! unread", "unsure"),
    "end": ("! end", "unsure"),
}
USUAL = (None, "end_turn", "tool_use", "pause_turn")
UNFOLDED = ("user", "assistant", "call", "result", "error", "block", "empty", "unreadable")


@dataclass(frozen=True, slots=True)
class Told:
    """Nodes, which of them are open, and where one looks first."""

    roots: tuple[Node, ...]
    opened: frozenset[Hashable]
    at: Hashable


def told(trace: Trace) -> Told:
    """The outline of a trace: what was sent, the turns; open is the one that decided, or else the last."""
    opening = tuple(entry_node(("opening", at), each) for at, each in enumerate(trace.opening))
    turns = tuple(_turn(trace, turn) for turn in trace.turns)
    number = trace.deciding.turn if trace.deciding else max((turn.number for turn in trace.turns), default=0)
    opened = frozenset(_opened(trace, number))
    return Told((*opening, *turns), opened, ("turn", number) if turns else ("opening", len(opening) - 1))


def verdict(score: ScoreRow) -> Span:
    """What a check said, in one line with its glyph."""
    advisory = " (advisory)" if score.advisory else ""
    return f"{_glyph(score)} {score.scorer}{advisory}: {score.reason}", _role(score)


def check(score: ScoreRow) -> Span:
    """The glyph and name of a check."""
    return f"{_glyph(score)} {score.scorer}", _role(score)


def _glyph(score: ScoreRow) -> str:
    return STATE[_state(score)][0]


def _role(score: ScoreRow) -> str:
    return "muted" if score.advisory and not score.passed else STATE[_state(score)][2]


def _state(score: ScoreRow) -> str:
    return "unresolved" if score.passed is None else "pass" if score.passed else "fail"


def _opened(trace: Trace, number: int) -> Iterator[Hashable]:
    """Few turns are unfolded to their entries; the one that counts, and a conversation of one turn, to their texts."""
    few = len(trace.turns) <= FEW
    if len(trace.turns) <= 1:
        yield from (("opening", at) for at, each in enumerate(trace.opening) if each.kind in UNFOLDED)
    for turn in trace.turns:
        if few or turn.number == number:
            yield "turn", turn.number
        if turn.number == number:
            yield from (("turn", turn.number, at) for at, each in enumerate(turn.entries) if each.kind in UNFOLDED)


def _turn(trace: Trace, turn: TraceTurn) -> Node:
    decided = trace.deciding is not None and trace.deciding.turn == turn.number
    return Node(
        ("turn", turn.number),
        partial(_turn_head, turn, decided=decided and len(trace.turns) > 1),
        partial(turn_brief, turn),
        partial(_numbers, trace, turn),
        notes=tuple(_notes(trace, turn, decided=decided)),
        within=partial(_entries, turn),
        troubled=any(entry.problem for entry in turn.entries),
        problem=decided or any(not each.passed and not each.advisory for each in trace.checks.get(turn.number, ())),
    )


def _turn_head(turn: TraceTurn, *, decided: bool) -> Iterator[Span]:
    yield f"turn {turn.number}  ".ljust(LABEL), "title"
    if decided:
        yield "◂ decided here  ", "fail"
    if turn.stop_reason not in USUAL:
        yield f"stopped: {turn.stop_reason}  ", "unsure"


def turn_brief(turn: TraceTurn) -> Iterator[Span]:
    """What a folded turn did, in one line."""
    calls = [entry.tool for entry in turn.calls]
    if calls:
        yield " · ".join(calls[:6]) + (f" · {len(calls) - 6} more" if len(calls) > 6 else ""), "text"
    elif turn.entries:
        yield brief(turn.entries[0]), "muted"
    if any(entry.kind == "error" for entry in turn.entries):
        yield "  ✗ error", "fail"


def _numbers(trace: Trace, turn: TraceTurn) -> Sequence[Span]:
    """The tokens of a turn and their price, in columns."""
    if not (turn.usage.prompt_tokens or turn.usage.output_tokens):
        return ()
    cost = trace.price(turn)
    used = f"{turn.usage.prompt_tokens:>7,} in {turn.usage.output_tokens:>6,} out"
    return ((used if cost is None else f"{used} {dollars(cost):>9}", "muted"),)


def dollars(cost: float) -> str:
    """A price to a hundredth of a cent."""
    return f"${cost:.4f}" if cost >= 0.00005 or not cost else "<$0.0001"


def _notes(trace: Trace, turn: TraceTurn, *, decided: bool) -> Iterator[Span]:
    """Checks that name this turn; where another reason chose it, that reason, and the checks that name no turn."""
    yield from map(verdict, trace.checks.get(turn.number, ()))
    if decided and trace.deciding is not None and trace.deciding.why in ("divergence", "tool error"):
        yield f"◂ {trace.deciding.words}", "fail"
    if decided and trace.deciding is not None and trace.deciding.why != "check":
        yield from (verdict(score) for score in trace.elsewhere if not score.passed)


def _entries(turn: TraceTurn) -> Iterator[Node]:
    return (entry_node(("turn", turn.number, at), entry) for at, entry in enumerate(turn.entries))


def entry_node(key: Hashable, entry: Entry) -> Node:
    """What was said, called or answered: one line, and its text where it is unfolded."""
    return Node(key, partial(_head, entry), partial(_brief, entry), body=partial(_body, entry), problem=entry.problem)


def _head(entry: Entry) -> Iterator[Span]:
    label, role = LABELS[entry.kind]
    yield label.ljust(LABEL), role
    if entry.kind in ("call", "block"):
        yield f"{entry.tool} ", "strong"
    elif entry.kind == "example":
        yield f"{entry.note} ", "muted"


def _brief(entry: Entry) -> Sequence[Span]:
    if entry.kind == "tools" and isinstance(entry.value, list):
        named = ", ".join(str(tool.get("name", "?")) for tool in entry.value if isinstance(tool, dict))
        return ((f"{len(entry.value)}: {named}", "muted"),)
    loud = entry.kind in ("user", "assistant", "error", "empty", "unreadable", "end")
    return ((brief(entry), "text" if loud else "muted"),)


def _body(entry: Entry) -> Body:
    text, json = body(entry)
    return (
        Body(f"{text}\n── for people only\n{entry.note}", json)
        if entry.note and entry.kind == "error"
        else Body(text, json)
    )
