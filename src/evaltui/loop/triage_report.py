"""What was found of a run, to be read in a pull request or by a program."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evaltui.domain.finding import LABELS, Found, Label
from evaltui.domain.run import Run
from evaltui.domain.text import shown
from evaltui.loop.markdown import cell
from evaltui.loop.triage import Group, Item, Progress, Queue, progress, queue
from evaltui.store.database import Store
from evaltui.store.findings import Again, LabelRow, asked_again, findings, human_labels, to_rerun

_REASON = 160  # characters of a reason in a report


@dataclass(frozen=True, slots=True)
class Entry:
    """A case with what is found of it; `item` is None where the case fails nothing now.

    `again`: what came of asking a flaky one again.
    """

    case_id: str
    label: Label | None
    note: str | None
    who: str
    at: str
    item: Item | None
    again: Again | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """`groups`: all failing cases; `entries`: every case that has a label or a note; `open`: failing, not judged.

    `flaky`: those that wait to be asked again.
    """

    run: Run
    against: Run | None
    progress: Progress
    groups: tuple[Group, ...]
    entries: tuple[Entry, ...]
    open: tuple[Item, ...]
    human_labels: tuple[LabelRow, ...]
    flaky: tuple[str, ...]


def report(store: Store, run: Run, against: Run | None) -> Report:
    """All that was found of a run, what asks for work first."""
    waiting, found = queue(store, run, against), findings(store, run.id)
    entries = sorted(_entries(waiting, found, asked_again(store, run.id)), key=_urgency)
    return Report(
        run,
        against,
        progress(waiting.items, found),
        waiting.groups,
        tuple(entries),
        tuple(item for item in waiting.items if item.position not in found or not found[item.position].judged),
        tuple(human_labels(store, run.id)),
        tuple(found[position].case_id for position in to_rerun(store, run.id)),
    )


def _entries(waiting: Queue, found: Mapping[int, Found], again: Mapping[int, Again]) -> Iterator[Entry]:
    items = {item.position: item for item in waiting.items}
    for position, one in found.items():
        yield Entry(one.case_id, one.label, one.note, one.who, one.at, items.get(position), again.get(position))


def _urgency(entry: Entry) -> tuple[int, bool, str]:
    order: list[Label | None] = [*LABELS, None]
    return order.index(entry.label), not (entry.item and entry.item.critical), entry.case_id


def markdown(found: Report) -> str:
    """For a pull request: how far it has come, then the cases by what was found of them."""
    base = f" against run {found.against.id}" if found.against else ""
    title = f"Triage of run {found.run.id} ({found.run.evalset}, {found.run.agent}){base}"
    parts = [f"**{cell(title)}: {found.progress.words()}**"]
    for label in LABELS:
        entries = [entry for entry in found.entries if entry.label == label]
        parts += [_section(LABELS[label], entries)] if entries and label != "later" else []
    noted = [entry for entry in found.entries if entry.label is None]
    parts += [_section("noted, not judged", noted)] if noted else []
    parts += [_open(found.open)] if found.open else []
    return "\n\n".join(parts)


def _section(title: str, entries: list[Entry]) -> str:
    lines = "\n".join(
        f"- {_case(entry.case_id, entry.item)}{_again(entry.again)}{_note(entry.note)}" for entry in entries
    )
    return f"### {title[0].upper()}{title[1:]} ({len(entries)})\n\n{lines}"


def _open(items: tuple[Item, ...]) -> str:
    lines = "\n".join(f"- {_case(item.case_id, item)}" for item in items)
    return f"<details><summary>Not judged yet ({len(items)})</summary>\n\n{lines}\n\n</details>"


def _case(case_id: str, item: Item | None) -> str:
    mark = " ◆ critical" if item and item.critical else ""
    state = f" ({'broke' if item.kind == 'broke' else 'fails'}{mark})" if item else ""
    reason = f": {cell(shown(item.reason, _REASON))}" if item and item.reason else ""
    return f"{cell(case_id)}{state}{reason}"


def _again(again: Again | None) -> str:
    return f" — {said_again(again)}" if again else ""


def said_again(again: Again) -> str:
    """`asked again in run 9: passes 3 of 5 times`."""
    waiting = f", {again.trials - again.resolved} still without a score" if again.resolved < again.trials else ""
    return f"asked again in run {again.run_id}: passes {again.passed} of {again.resolved} times{waiting}"


def _note(note: str | None) -> str:
    return f" — {cell(shown(note, 1000))}" if note else ""
