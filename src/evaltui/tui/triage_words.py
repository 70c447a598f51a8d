"""Owns how triage says things: the rows of its queue, what stands above a case, and what is left when all is judged."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

from evaltui.domain.finding import LABELS, Found, Label
from evaltui.domain.query import VALUES, WORDS, Query, parse
from evaltui.gate.words import count
from evaltui.loop.case_pair import CasePair
from evaltui.loop.triage import Group, Item, Progress, Queue
from evaltui.loop.triage_report import said_again
from evaltui.store.findings import Again
from evaltui.store.scores import ScoreRow
from evaltui.tui.widgets.columns import Cell, Column, Span
from evaltui.tui.widgets.rows import ListOf
from evaltui.tui.widgets.wrapping import wrapped

COLUMNS: Final = (Column("", 20, flex=1),)
FOUND: Final[Mapping[Label, tuple[str, str, str]]] = {
    "real": ("✗", "real", "fail"),
    "bad": ("!", "bad", "unsure"),
    "dispute": ("?", "disputed", "unsure"),
    "flaky": ("~", "flaky", "change"),
    "accept": ("✓", "accepted", "pass"),
    "later": ("…", "later", "muted"),
}
"""What a finding is shown as: a glyph, a word and a role."""
STATES: Final = {"broke": ("✗", "broke", "fail"), "fail": ("✗", "fail", "fail"), "other": ("✓", "pass", "pass")}
NOTED: Final = "¶"
FILTER_WORDS: Final = [*WORDS, *(f"{name}:" for name in VALUES)]
REASON_LINES: Final = 3
SHORTEST_BAR: Final = 6
Row: TypeAlias = Group | Item
Finder = Callable[[int], Found | None]
"""What stands of the case at a position."""


def row_key(row: Row) -> Hashable:
    """An item by its position, a heading by what it heads."""
    return row.position if isinstance(row, Item) else (row.kind, row.signature)


def wrong(text: str) -> str | None:
    """What is wrong with a filter."""
    found = parse(text)
    return None if isinstance(found, Query) else f"{found.message}{f': {found.hint}' if found.hint else ''}"


def nothing(run_id: int, text: str, total: int, missing: int) -> list[Cell]:
    """Why the queue is empty, and the way on."""
    if text and total:
        return [(f"None of {total:,} failing cases is “{text}”.", "text"), ("/ changes the filter", "muted")]
    if missing and not total:
        lacking = (f"{count(missing, 'sample')} without a score", "text")
        return [(f"… Nothing fails so far in run {run_id}.", "unsure"), lacking, ("1 back to the gate", "muted")]
    return [(f"✓ Nothing fails in run {run_id}.", "pass"), ("1 back to the gate", "muted")]


def queue_rows(queue: Queue, found: Finder) -> ListOf[Row]:
    """Each group under its reason; what is found is asked when a row is drawn."""
    rows: list[Row] = []
    for group in queue.groups:
        rows += [group, *group.items]
    return ListOf(
        COLUMNS,
        rows,
        key=row_key,
        cells=lambda row: _heading(row, found) if isinstance(row, Group) else _cells(row, found(row.position)),
        heading=lambda row: isinstance(row, Group),
    )


def _heading(group: Group, found: Finder) -> Sequence[Cell]:
    left = sum(not _judged(found(item.position)) for item in group.items)
    glyph, word, role = STATES[group.kind]
    many = len(group.items)
    count = f"{left} open" if left == many else f"{left} of {many} open" if left else f"{many} judged"
    return (((f"{glyph} {word}", role), (f"  {count}", "strong" if left else "muted")), (group.reason, "muted"))


def _judged(known: Found | None) -> bool:
    return known is not None and known.judged


def _cells(item: Item, known: Found | None) -> Sequence[Cell]:
    """One cell, so that a long name has the room that nothing else needs."""
    mark = ("◆ ", "critical") if item.critical else ("  ", "")
    name = (item.case_id, "muted" if _judged(known) else "text")
    noted: tuple[Span, ...] = ((f"  {NOTED}", "accent"),) if known and known.note else ()
    if known is None or known.label is None:
        return ((("· ", "muted"), mark, name, *noted),)
    glyph, word, role = FOUND[known.label]
    return (((f"{glyph} ", role), mark, name, (f"  {word}", role), *noted),)


@dataclass(frozen=True, slots=True)
class Look:
    """A case as it is looked at: what is known of it, and where in its group it stands."""

    item: Item
    known: Found | None
    pair: CasePair | None
    group: tuple[Item, ...]
    left: int
    """How many of the group are not judged."""
    again: Again | None = None


def head(look: Look, width: int) -> list[Cell]:
    """The case, what failed it and why, and what was found of it."""
    lines: list[Cell] = [tuple(_title(look))]
    scores = look.pair.after.scores if look.pair and look.pair.after else ()
    lines += list(_reasons(scores, look.item, width))
    if look.again is not None:
        lines.append((("~ ", "change"), (said_again(look.again), "text")))
    if look.known and look.known.note:
        lines += _behind((f"{NOTED} note  ", "accent"), look.known.note, "text", width, 2)
    return lines


def _title(look: Look) -> Iterator[Span]:
    item = look.item
    glyph, word, role = STATES[item.kind]
    yield (item.case_id, "title")
    if item.critical:
        yield ("  ◆ critical", "critical")
    yield (f"  {glyph} {word}", role)
    if item.resolved > 1:
        yield (f"  {item.passed} of {item.resolved} trials pass", "muted")
    if look.known and look.known.label:
        mark, said, colour = FOUND[look.known.label]
        yield ("  →  ", "muted")
        yield (f"{mark} {said}", colour)
    if len(look.group) > 1:
        place = look.group.index(item) + 1
        yield (f"   {place} of {len(look.group)} like this", "muted")
        if look.left > 1:
            yield (", ", "muted")
            yield ("A X", "key")
            yield (f" judge {look.left}", "muted")


def _reasons(scores: Sequence[ScoreRow], item: Item, width: int) -> Iterator[Cell]:
    failed = [score for score in scores if score.passed is False and not score.advisory]
    unsure = [score for score in scores if score.passed is None]
    for score in islice(failed, 4):
        yield from _behind((f"✗ {score.scorer}  ", "fail"), score.reason, "text", width, REASON_LINES)
    for score in islice(unsure, 2):
        yield from _behind((f"! {score.scorer}  ", "unsure"), score.reason, "muted", width, 1)
    if not failed and item.reason:
        yield from _behind(("✗ ", "fail"), item.reason, "text", width, REASON_LINES)
    passed = [score.scorer for score in scores if score.passed]
    if passed:
        yield ((f"✓ {', '.join(passed)}", "muted"),)


def _behind(mark: Span, text: str, role: str, width: int, most: int) -> list[Cell]:
    """A text behind its mark, broken over at most so many lines."""
    margin = len(mark[0])
    lines = list(islice(wrapped(" ".join(text.split()), max(20, width - margin)), most + 1))
    shown = [*lines[: most - 1], f"{lines[most - 1]} …"] if len(lines) > most else lines
    return [((mark if not at else (" " * margin, "")), (line, role)) for at, line in enumerate(shown)]


def progress_line(progress: Progress, width: int) -> list[Cell]:
    """How far the judging has come, in words, and as a bar where there is room for one."""
    if not progress.total:
        return []
    words: list[Span] = [(f"{progress.judged} of {progress.total} judged", "strong")]
    for label, (_, word, role) in FOUND.items():
        if count := progress.labels.get(label):
            words += [(" · ", "muted"), (f"{count} {word}", role)]
    size = min(20, width - sum(len(text) for text, _ in words) - 2)
    done = size * progress.judged // progress.total
    bar: tuple[Span, ...] = (("━" * done, "pass"), ("━" * (size - done), "rule"), ("  ", ""))
    return [(*(bar if size >= SHORTEST_BAR else ()), *words)]


def summary(queue: Queue, found: Mapping[int, Found], again: Mapping[int, Again], flaky: int, width: int) -> list[Cell]:
    """What was found of all cases, and what may be done now; `flaky` are those that wait to be asked again."""
    items = queue.items
    lines: list[Cell] = [(("✓ ", "pass"), (_all_judged(len(items)), "title")), ("", "")]
    for label in LABELS:
        those = [item for item in items if (one := found.get(item.position)) and one.label == label]
        if those:
            lines.append(_sum(label, [_named(item, again.get(item.position)) for item in those], width))
    return [*lines, ("", ""), *_next(queue.run.id, flaky)]


def _all_judged(total: int) -> str:
    return "The one case is judged." if total == 1 else f"All {total} are judged."


def _sum(label: Label, names: Sequence[str], width: int) -> Cell:
    glyph, _, role = FOUND[label]
    head = f"{len(names):>4} {LABELS[label]}"
    return ((f"  {glyph}", role), (f"{head:<24}", "text"), (", ".join(names)[: max(10, width)], "muted"))


def _named(item: Item, again: Again | None) -> str:
    return f"{item.case_id} (passes {again.passed} of {again.resolved})" if again else item.case_id


def _next(run_id: int, flaky: int) -> Iterator[Cell]:
    yield (("  y ", "key"), ("copy the report for a pull request", "text"))
    yield (("    ", "key"), (f"evaltui triage {run_id} --markdown", "muted"))
    if flaky:
        yield (("  r ", "key"), (f"ask the {flaky} flaky again; the cost is shown first", "text"))
    yield (("  u ", "key"), ("take the last judgement back", "text"))
    yield (("  1 ", "key"), ("back to the gate", "text"))
