"""Owns how the inbox says things: its rows, what stands above an item, and what stands where there is none."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from evaltui.domain.inbox import InboxGroup, InboxLine, InboxState
from evaltui.gate.words import count
from evaltui.tui.when import clock, now
from evaltui.tui.widgets.columns import Cell, Column, Span
from evaltui.tui.widgets.rows import ListOf
from evaltui.tui.widgets.wrapping import wrapped

REASONS: Final[Mapping[str, tuple[str, str, str]]] = {
    "tool_error": ("✗", "tool error", "fail"),
    "error": ("✗", "error", "fail"),
    "score": ("✗", "low score", "fail"),
    "rated_down": ("✗", "rated down", "fail"),
    "correction": ("?", "corrected", "change"),
    "loop": ("~", "loop", "change"),
    "declined": ("!", "declined", "unsure"),
    "interrupted": ("!", "interrupted", "unsure"),
    "refusal": ("!", "refusal", "unsure"),
    "truncated": ("…", "truncated", "unsure"),
    "comment": ("¶", "comment", "accent"),
    "": ("·", "no failure", "muted"),
}
"""What a reason is shown as: a glyph, a word and a role."""
STATES: Final[Mapping[InboxState, tuple[str, str, str]]] = {
    "open": ("·", "open", "text"),
    "dismissed": ("-", "dismissed", "muted"),
    "merged": ("=", "merged", "muted"),
    "promoted": ("✓", "gold case", "pass"),
}
ITEMS: Final = (
    Column("why", 13),
    Column("what went wrong", 18, flex=4),
    Column("source", 20, flex=1, drop=2),
    Column("when", 10, align="right", drop=1),
)
GROUPS: Final = (
    Column("why", 13),
    Column("open", 6, align="right"),
    Column("all", 6, align="right", drop=2),
    Column("what went wrong", 18, flex=4),
    Column("newest", 10, align="right", drop=1),
)
WITH_TOOL: Final = ("tool_error", "declined", "loop")
NOTED: Final = "¶"
WORDS_LINES: Final = 3


def reason_of(reason: str) -> tuple[str, str, str]:
    """A reason nobody foresaw is shown by its name."""
    return REASONS.get(reason) or ("✗", reason.replace("_", " "), "fail")


def reason_span(reason: str) -> Span:
    """Glyph and word in their colour."""
    glyph, word, role = reason_of(reason)
    return f"{glyph} {word}", role


def moment(at: str) -> str:
    """A time of a log in the person's own zone, to the minute; as it stands where it is none."""
    found = _read(at)
    return clock(found, now()) if found else at


def day(at: str) -> str:
    """The same in ten cells: today's by their minute, this year's by their day."""
    found = _read(at)
    if found is None:
        return at
    here, today = found.astimezone(), now().astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%b %d}" if here.year == today.year else f"{here:%Y-%m-%d}"


def _read(at: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def tool_of(reason: str, signature: str) -> str:
    """The tool that a failure is of, where it is of one."""
    parts = signature.split(" · ")
    return parts[1] if reason in WITH_TOOL and len(parts) > 1 else ""


def item_cells(line: InboxLine) -> Sequence[Cell]:
    """One item as a row: what is done with steps back."""
    done = line.state != "open"
    glyph, word, role = STATES[line.state] if done else reason_of(line.reason)
    noted: tuple[Span, ...] = ((f"{NOTED} ", "accent"),) if line.note else ()
    more: tuple[Span, ...] = ((f"  +{line.failures - 1}", "muted"),) if line.failures > 1 else ()
    words = (line.words or f"{count(line.turns, 'turn')}, nothing looks like a failure", "muted" if done else "text")
    return (
        (f"{glyph} {word}", role),
        (*noted, *_tool(line.reason, line.signature, done=done), words, *more),
        (line.source, "muted"),
        (day(line.at), "muted"),
    )


def _tool(reason: str, signature: str, *, done: bool) -> tuple[Span, ...]:
    tool = tool_of(reason, signature)
    return ((f"{tool}  ", "muted" if done else "strong"),) if tool else ()


def group_cells(group: InboxGroup) -> Sequence[Cell]:
    """Items that fail alike, as a row."""
    return (
        reason_span(group.reason),
        (f"{group.open:,}" if group.open else "✓ 0", "strong" if group.open else "muted"),
        (f"{group.items:,}", "muted"),
        (
            *_tool(group.reason, group.title or group.signature, done=not group.open),
            (group.words, "text" if group.open else "muted"),
        ),
        (day(group.newest), "muted"),
    )


def group_rows(groups: Sequence[InboxGroup]) -> ListOf[InboxGroup]:
    """The groups as rows, known by their signatures."""
    return ListOf(GROUPS, groups, key=lambda group: group.signature, cells=group_cells)


def counted(counts: Mapping[str, int]) -> list[Span]:
    """How many failures are open, and how many items of each other state; nothing of none."""
    failed = counts.get("failed", 0)
    spans: list[Span] = [(f"✗ {failed:,} open  ", "fail")] if failed else []
    for state in ("promoted", "dismissed", "merged"):
        if number := counts.get(state, 0):
            glyph, word, role = STATES[state]
            spans.append((f"{glyph} {number:,} {word}{'s' if state == 'promoted' and number > 1 else ''}  ", role))
    return spans if failed else [("✓ nothing open  ", "pass"), *spans]


def nothing(text: str, total: int, hint: str = "") -> list[Cell]:
    """Why the list is empty, and the key that goes on."""
    if text and total:
        return [(f"None of {count(total, 'item')} is “{text}”.", "text"), (hint or "esc clears the filter", "muted")]
    if total:
        return [
            ("✓ Nothing that failed is open.", "pass"),
            ("", ""),
            (
                ("/ ", "key"),
                ("failed or dismissed shows the rest   ", "text"),
                ("i ", "key"),
                ("imports a log", "text"),
            ),
        ]
    return [
        ("No log was imported yet.", "text"),
        ("", ""),
        (("i ", "key"), ("imports one: a file, or a folder of them", "text")),
        ("the transcripts of Claude Code, requests and replies, batch results, traces, …", "muted"),
    ]


def head(line: InboxLine, width: int, *, low: bool = False) -> list[Cell]:
    """What went wrong with an item, where it comes from, and what was done with it; `low`: in few lines."""
    lines: list[Cell] = [(*_title(line), *((("   ", ""), *_origin(line)) if low else ()))]
    if not low:
        lines += behind(("", ""), line.words, "text", width, WORDS_LINES)
        lines.append(tuple(_origin(line)))
    if line.note:
        lines += behind((f"{NOTED} note  ", "accent"), line.note, "text", width, 2)
    return lines


def _title(line: InboxLine) -> Iterator[Span]:
    yield reason_span(line.reason)
    if tool := tool_of(line.reason, line.signature):
        yield (f"  {tool}", "strong")
    if line.turn:
        yield (f"  at turn {line.turn} of {line.turns}", "muted")
    if line.failures > 1:
        yield (f"  +{line.failures - 1} more", "muted")
    if line.state != "open":
        glyph, word, role = STATES[line.state]
        yield ("  →  ", "muted")
        yield (f"{glyph} {word}", role)
    if line.case:
        yield (f" {line.case}", "text")
    elif line.into is not None:
        yield (f" into item {line.into}", "muted")


def _origin(line: InboxLine) -> Iterator[Span]:
    parts = (line.kind, line.model, moment(line.at), line.source, line.part)
    for place, part in enumerate(filter(None, parts)):
        yield (f"{' · ' if place else ''}{part}", "muted")


def behind(mark: Span, text: str, role: str, width: int, most: int) -> list[Cell]:
    """A text behind its mark, broken over at most so many lines."""
    margin = len(mark[0])
    lines = list(islice(wrapped(" ".join(text.split()), max(20, width - margin)), most + 1))
    shown = [*lines[: most - 1], f"{lines[most - 1]} …"] if len(lines) > most else lines
    return [((mark if not at else (" " * margin, "")), (line, role)) for at, line in enumerate(shown)]
