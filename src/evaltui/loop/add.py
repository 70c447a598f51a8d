"""Drafts become cases: shown as a change of files first, then written at once, and said of the items they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput, Refused, Unknown
from evaltui.domain.problem import Problem
from evaltui.evalsets.append import PROMOTED, append, apply
from evaltui.evalsets.change import Change
from evaltui.evalsets.health.duplicates import duplicates
from evaltui.evalsets.read import scan_evalset
from evaltui.evalsets.source import EvalsetSource
from evaltui.loop.draft import Draft
from evaltui.loop.draft_check import ready
from evaltui.loop.draft_edit import distinct
from evaltui.loop.inbox import mark_promoted
from evaltui.store.database import Store


@dataclass(frozen=True, slots=True)
class Append:
    """What adding would change, tried and read back: nothing is written yet. `warnings` are for a person to judge."""

    file: Path
    case_ids: tuple[str, ...]
    changes: tuple[Change, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def diff(self) -> tuple[tuple[str, str], ...]:
        """Of all files, lines with `+`, `-` or a blank; `@` names the file and the line of what follows."""
        return tuple(line for change in self.changes for line in (_head(change), *change.diff))


@dataclass(frozen=True, slots=True)
class Added:
    """What was written."""

    file: Path
    case_ids: tuple[str, ...]
    diff: tuple[tuple[str, str], ...]


def preview(drafts: Sequence[Draft], file: str = PROMOTED) -> Append:
    """One change for all drafts, to `file` of their evalset. Raises BadInput with all that keeps any from being added.

    Raises Refused where the file cannot be added to without touching more.
    """
    known = distinct(drafts)
    found = [problem for draft in known for problem in ready(draft)]
    errors = [*(problem for problem in found if problem.severity == "error"), *_among(known)]
    if errors:
        raise BadInput(tuple(errors))
    changes = append(_source(known[0]), [draft.case for draft in known], file)
    return Append(changes[0].file, tuple(draft.id for draft in known), changes, tuple(found))


def add(store: Store, drafts: Sequence[Draft], file: str = PROMOTED) -> Added:
    """Write all of them in one go and note on each item which case it became; raises what `preview` does."""
    made = preview(drafts, file)
    apply(made.changes)
    for draft in drafts:
        case = Case.model_validate(dict(draft.case))
        mark_promoted(store, draft.key, f"{draft.target.name}/{draft.id}", case.digest)
    return Added(made.file, made.case_ids, made.diff)


def cover(store: Store, draft: Draft, case_id: str) -> str:
    """Add nothing: note on the item that a case of the set covers it. Gives the case as `EVALSET/ID`."""
    holder = draft.target.taken(case_id)
    if holder is None:
        near = ", ".join(each.case.id for each in draft.similar)
        raise Unknown(f"{draft.target.name} has no case {case_id}{f'; like the draft are {near}' if near else ''}")
    name = f"{draft.target.name}/{holder.id}"
    mark_promoted(store, draft.key, name, holder.digest)
    return name


def _source(draft: Draft) -> EvalsetSource:
    """The evalset as its file says now, which may have changed since it was drafted for."""
    source, problems = scan_evalset(draft.target.source.path)
    if source is None or problems:
        raise BadInput(problems)
    return source


def _among(drafts: Sequence[Draft]) -> list[Problem]:
    """What the drafts are to each other: of one evalset, with an id each, and none like another."""
    if len({draft.target.source.path for draft in drafts}) > 1:
        raise Refused("cases are added to one evalset at a time")
    ids = [draft.id for draft in drafts]
    twice = [Problem(f"draft {name}", 0, "id", "two drafts have this id") for name in {*ids} if ids.count(name) > 1]
    return twice or _copies([draft for draft in drafts if not draft.anyway])


def _copies(drafts: Sequence[Draft]) -> list[Problem]:
    cases = [Case.model_validate(dict(draft.case)) for draft in drafts if _is_case(draft)]
    hint = "merge their items, or add them anyway"
    return [
        Problem(
            f"draft {cluster.cases[0]}", 0, "", f"says nearly the same as {', '.join(cluster.cases[1:])}", hint=hint
        )
        for cluster in duplicates(cases).clusters
    ]


def _is_case(draft: Draft) -> bool:
    try:
        return bool(Case.model_validate(dict(draft.case)))
    except ValueError:
        return False


def _head(change: Change) -> tuple[str, str]:
    return "@", f"{change.file}:{change.line}"
