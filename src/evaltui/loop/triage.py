"""Triage: the failing cases of a run in the order people look at them, and the acts that judge them.

Every act is kept at once and whole, and the next key can take it back: nothing asks.
"""

import getpass
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from evaltui.compare.failures import signature
from evaltui.domain.errors import Refused, Unknown
from evaltui.domain.finding import LABELS, Act, Edit, Finding, Found, HumanLabel, Label, NewAct
from evaltui.domain.run import Run
from evaltui.domain.text import did_you_mean
from evaltui.domain.text import found as quoted
from evaltui.files.splice import apply_edit
from evaltui.loop.git import user
from evaltui.loop.open import scoring_of
from evaltui.store.acts import add_act, add_undoing, to_redo, to_undo
from evaltui.store.cases import sample
from evaltui.store.database import Store
from evaltui.store.failing import FailingRow, failing_rows, grading_stamp
from evaltui.store.findings import position_of

Kind = Literal["broke", "fail", "other"]


@dataclass(frozen=True, slots=True)
class Item:
    """A case to judge; broke: it passed every trial in the baseline; other: it fails nothing, somebody named it.

    `passed` of `resolved` trials pass now.
    """

    position: int
    case_id: str
    kind: Kind
    critical: bool
    reason: str
    signature: str
    passed: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that fail for the same reason, critical ones first; `reason` is that of the first."""

    kind: Kind
    signature: str
    items: tuple[Item, ...]

    @property
    def reason(self) -> str:
        return self.items[0].reason


@dataclass(frozen=True, slots=True)
class Queue:
    """What is to be judged of a run: what broke before what failed already, critical before the rest."""

    run: Run
    against: Run | None
    groups: tuple[Group, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for group in self.groups for item in group.items)

    def group_of(self, item: Item) -> Group:
        """The group an item is in."""
        return next(one for one in self.groups if (one.kind, one.signature) == (item.kind, item.signature))


@dataclass(frozen=True, slots=True)
class Progress:
    """`labels` counts the judged cases by label, and those put off."""

    total: int
    judged: int
    labels: Mapping[Label, int]

    @property
    def open(self) -> int:
        return self.total - self.judged

    def words(self) -> str:
        """`12 of 50 judged · 3 real · 8 accepted`."""
        counts = (f"{self.labels[label]} {_SHORT[label]}" for label in _SHORT if self.labels.get(label))
        return " · ".join([f"{self.judged} of {self.total} judged", *counts])


_SHORT: dict[Label, str] = {
    "real": "real", "bad": "bad", "dispute": "disputed", "flaky": "flaky", "accept": "accepted", "later": "later",
}  # fmt: skip


def stamp(store: Store, run: Run, against: Run | None) -> object:
    """Changes whenever the queue may have changed; judging changes nothing of it."""
    base = scoring_of(store, against).id if against else None
    return run.id, grading_stamp(store, scoring_of(store, run).id, base)


def queue(store: Store, run: Run, against: Run | None) -> Queue:
    """Every case with a trial that failed."""
    base = scoring_of(store, against).id if against else None
    groups: dict[tuple[Kind, str], list[Item]] = {}
    for row in failing_rows(store, scoring_of(store, run).id, base):
        item = _item(row)
        groups.setdefault((item.kind, item.signature), []).append(item)
    made = [Group(kind, sign, tuple(sorted(items, key=_urgency))) for (kind, sign), items in groups.items()]
    return Queue(run, against, tuple(sorted(made, key=_weight)))


def item_of(store: Store, waiting: Queue, case_id: str) -> Item:
    """The case of that id, whether it fails or not; raises Unknown when the run did not ask it."""
    found = next((item for item in waiting.items if item.case_id == case_id), None)
    if found is not None:
        return found
    position = position_of(store, waiting.run.id, case_id)
    if position is None:
        hint = did_you_mean(case_id, (item.case_id for item in waiting.items))
        more = hint or f"`evaltui triage {waiting.run.id}` lists the failing ones"
        raise Unknown(f"run {waiting.run.id} has no case {quoted(case_id)}; {more}")
    return Item(position, case_id, "other", critical=False, reason="", signature="", passed=0, resolved=0)


def only(waiting: Queue, positions: Collection[int]) -> Queue:
    """The queue without the cases that are not among these."""
    kept = ((group, tuple(item for item in group.items if item.position in positions)) for group in waiting.groups)
    return replace(waiting, groups=tuple(replace(group, items=items) for group, items in kept if items))


def _item(row: FailingRow) -> Item:
    kind: Kind = "broke" if row.passed_before else "fail"
    sign = signature(row.reason)
    return Item(row.position, row.case_id, kind, row.critical, row.reason, sign, row.passed, row.resolved)


def _urgency(item: Item) -> tuple[bool, int]:
    return not item.critical, item.position


def _weight(group: Group) -> tuple[bool, bool, int, str]:
    return group.kind != "broke", not group.items[0].critical, -len(group.items), group.signature


def progress(items: Iterable[Item], found: Mapping[int, Found]) -> Progress:
    """How far the judging has come."""
    known = [found.get(item.position) for item in items]
    labels = Counter(one.label for one in known if one is not None and one.label is not None)
    return Progress(len(known), sum(one is not None and one.judged for one in known), labels)


def next_open(items: Sequence[Item], found: Mapping[int, Found], after: int | None) -> Item | None:
    """The next case to judge after the one at a position, from the top again at the end; those put off come last."""
    start = next((place + 1 for place, item in enumerate(items) if item.position == after), 0)
    round_ = [*items[start:], *items[:start]]
    waiting = (item for item in round_ if (one := found.get(item.position)) is None or one.label is None)
    return next(waiting, None) or next((item for item in round_ if not found[item.position].judged), None)


def alike(waiting: Queue, item: Item, found: Mapping[int, Found]) -> tuple[Item, ...]:
    """The case and those that fail like it and are not judged: what was said of one by itself stays said."""
    if item.kind == "other":
        return (item,)
    group = waiting.group_of(item).items
    return tuple(one for one in group if one == item or not (known := found.get(one.position)) or not known.judged)


def judge(store: Store, run: Run, items: Sequence[Item], label: Label, note: str | None = None) -> Act:
    """Keep a label for these cases, as one act; a dispute says of every scorer that failed them that it is wrong."""
    disputed = tuple(one for item in items for one in _labels(store, run, item)) if label == "dispute" else ()
    found = tuple(Finding(item.position, label, note) for item in items)
    return _kept(store, run, NewAct(_words(items, label), found, disputed))


def write_note(store: Store, run: Run, item: Item, note: str) -> Act:
    """Keep a note about a case; an empty one takes the earlier one away."""
    words = f"note on {item.case_id}" if note else f"note on {item.case_id} removed"
    return _kept(store, run, NewAct(words, (Finding(item.position, note=note),)))


def new_gold(store: Store, run: Run, item: Item, edit: Edit) -> Act:
    """Put the output into the case's file as what is expected, and accept the case.

    The act is kept before the file changes, so that whatever dies in between can be undone. Raises Refused, with
    nothing kept, when the file is not as it was seen.
    """
    words = f"output of {item.case_id} is the expected answer now"
    act = _kept(store, run, NewAct(words, (Finding(item.position, "accept"),), edits=(edit,)))
    try:
        apply_edit(edit)
    except (Refused, OSError):
        with store.transaction():
            add_undoing(store, act, act.who, undone=True)
        raise
    return act


def undo(store: Store, run: Run) -> Act | None:
    """Take back the newest act of a run that stands; None where there is none."""
    with store.transaction():
        act = to_undo(store, run.id)
        if act is not None:
            for edit in reversed(act.edits):
                apply_edit(edit.reverse)
            add_undoing(store, act, who_of(run.folder), undone=True)
    return act


def redo(store: Store, run: Run) -> Act | None:
    """Do again what was taken back last; None where there is nothing, or something new was done since."""
    with store.transaction():
        act = to_redo(store, run.id)
        if act is not None:
            for edit in act.edits:
                apply_edit(edit)
            add_undoing(store, act, who_of(run.folder), undone=False)
    return act


@lru_cache(maxsize=8)
def who_of(folder: str) -> str:
    """The person, as git or the system knows them; asked once, because every key writes it down."""
    return user(Path(folder or ".")) or getpass.getuser()


def _kept(store: Store, run: Run, new: NewAct) -> Act:
    with store.transaction():
        return add_act(store, run.id, new, who_of(run.folder))


def _words(items: Sequence[Item], label: Label) -> str:
    if len(items) == 1:
        return f"{items[0].case_id}: {LABELS[label]}"
    return f"{len(items)} cases like {items[0].case_id}: {LABELS[label]}"


def _labels(store: Store, run: Run, item: Item) -> list[HumanLabel]:
    """That each scorer which failed a trial of the case is wrong about it."""
    found = []
    for trial in range(1, run.trials + 1):
        detail = sample(store, run.id, item.case_id, trial)
        if detail is None:
            raise Unknown(f"run {run.id} has no case {item.case_id!r}")
        if detail.grade is not None:
            wrong = (one.scorer for one in detail.scores if one.passed is False and not one.advisory)
            found += [HumanLabel(detail.sample_id, detail.grade.request_id, scorer, passed=True) for scorer in wrong]
    if not found:
        raise Refused(f"{item.case_id} fails by no scorer: there is no grade to dispute")
    return found
