"""The triage of a run as plain text."""

from collections.abc import Iterable

from evaltui.cli.render import note, out
from evaltui.domain.finding import LABELS, Act
from evaltui.domain.text import shown
from evaltui.loop.triage import Group, Item
from evaltui.loop.triage_report import Entry, Report, said_again

MOST = 20  # cases listed of one group
_STATE = {"broke": "✗ broke", "fail": "✗ fail", "other": "✓ pass"}


def say_triage(found: Report) -> None:
    """How far it has come, then the groups with their cases and what was found of each."""
    against = f" against run {found.against.id}" if found.against else ", which has no baseline"
    out(f"Triage of run {found.run.id} ({found.run.evalset}, {found.run.agent}){against}: {found.progress.words()}")
    entries = {entry.case_id: entry for entry in found.entries}
    for group in found.groups:
        _say_group(group, entries)
    for entry in found.entries:
        if entry.item is None:
            out(f"  {entry.case_id}, which fails nothing: {_found(entry)}")
    _say_next(found)


def _say_group(group: Group, entries: dict[str, Entry]) -> None:
    out(f"{_STATE[group.kind]}  {len(group.items)} × {shown(group.reason, 100)}")
    for item in group.items[:MOST]:
        out(f"    {item.case_id}{' ◆ critical' if item.critical else ''}{_trials(item)}{_beside(entries, item)}")
    if len(group.items) > MOST:
        out(f"    and {len(group.items) - MOST} more; --json lists them")


def _trials(item: Item) -> str:
    return f"  {item.passed} of {item.resolved} trials pass" if item.resolved > 1 else ""


def _beside(entries: dict[str, Entry], item: Item) -> str:
    entry = entries.get(item.case_id)
    return f"  → {_found(entry)}" if entry else ""


def _found(entry: Entry) -> str:
    again = said_again(entry.again) if entry.again else ""
    return " — ".join(filter(None, (LABELS[entry.label] if entry.label else "", again, shown(entry.note or "", 200))))


def _say_next(found: Report) -> None:
    run = found.run.id
    if found.open:
        note(f"Say what one is: evaltui finding {run} {found.open[0].case_id} {'|'.join(LABELS)}")
    elif found.entries:
        note(f"All are judged; for a pull request: evaltui triage {run} --markdown")
    else:
        note("Nothing fails; there is nothing to judge.")
    if found.flaky:
        cases = ",".join(found.flaky)
        note(f"Ask the flaky ones again: evaltui run {found.run.folder} --only cases:{cases} --trials 5")


def say_diff(lines: Iterable[tuple[str, str]]) -> None:
    """What changes in a file."""
    for sign, line in lines:
        out(f"  │ {sign} {line}")


def say_act(act: Act, *, undone: bool) -> None:
    """What was done, or taken back."""
    out(f"{'Undone: ' if undone else ''}{act.words} (run {act.run_id}, {act.who})")
