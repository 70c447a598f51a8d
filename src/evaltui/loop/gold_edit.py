"""Editing the gold of a case: as a person types it, held against the case and its scorers, shown before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput, Refused
from evaltui.domain.finding import Act, NewAct
from evaltui.domain.problem import Problem
from evaltui.domain.run import Run
from evaltui.domain.text import shown
from evaltui.evalsets.read import scan_evalset
from evaltui.evalsets.source import CaseEntry, EvalsetSource
from evaltui.evalsets.write import GOLDS, Place, Rewrite, place_of, rewrite
from evaltui.files.document import scan_text
from evaltui.files.scribe import Spot, written
from evaltui.files.splice import apply_edit
from evaltui.loop.load import gold_problems
from evaltui.loop.redaction import secrets_in
from evaltui.loop.triage import who_of
from evaltui.plugins import Built, build_scorers
from evaltui.store.acts import add_act, add_undoing
from evaltui.store.database import Store
from evaltui.store.regolds import newest_that_asked
from evaltui.store.runs import run as run_by_id

TYPED = "the gold"
"""What problems call the text that a person typed."""
EMPTY = "# Nothing is expected yet. Allowed: expected, rubric, tags, critical\nexpected:\n"


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold of a case where it is written; `text` is the part of its YAML that may be edited."""

    case_id: str
    place: Place
    text: str
    source: EvalsetSource
    scorers: tuple[Built, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit would do, tried and not made yet: `rewrite` is None where nothing changes.

    `read_by` are the scorers that have something to compare with then; `warnings` keep nothing from being written.
    """

    gold: Gold
    rewrite: Rewrite | None
    read_by: tuple[str, ...]
    warnings: tuple[Problem, ...]


def gold_of(evalset: Path, case_id: str) -> Gold:
    """The gold of a case as its file has it now; raises BadInput where the evalset cannot be read, Unknown."""
    source, problems = scan_evalset(evalset)
    if source is None:
        raise BadInput(problems)
    place = place_of(source, case_id)
    built, _ = build_scorers(source.scorers)
    return Gold(case_id, place, gold_text(place.written), source, tuple(built))


def gold_text(case: Mapping[str, Any]) -> str:
    """The gold, rubric and marks of a case as YAML to be edited."""
    parts = {name: case[name] for name in GOLDS if name in case}
    text = f"{written(parts, Spot(flow=False, indent=2, open_line=True), column=0)}\n" if parts else ""
    return text if "expected" in parts else EMPTY + text


def typed(gold: Gold, text: str) -> dict[str, Any]:
    """What a person typed, key by key. Raises BadInput with every problem and its line in the text.

    A key that was there and is left out is a problem, not a deletion: nothing is dropped in silence.
    """
    document, problems = scan_text(text, TYPED)
    if document is None or problems:
        raise BadInput(problems)
    found = document.value
    if not isinstance(found, dict):
        raise BadInput((Problem(TYPED, 1, "", "must be keys with their values", allowed=", ".join(GOLDS)),))
    foreign = [Problem(TYPED, document.line((name,)), shown(name), "is not gold", allowed=", ".join(GOLDS))
               for name in found if name not in GOLDS]  # fmt: skip
    lacking = [Problem(TYPED, 0, name, "is left out", hint=f"write `{name}: {_EMPTIED[name]}` to empty it")
               for name in GOLDS if name in gold.place.written and name not in found]  # fmt: skip
    if foreign or lacking:
        raise BadInput((*foreign, *lacking))
    return found


_EMPTIED = {"expected": "null", "rubric": "null", "tags": "[]", "critical": "false"}


def value_of(text: str) -> Any:
    """A value given on the command line, read as YAML. Raises BadInput."""
    document, problems = scan_text(text if text.strip() else '""', "--expected")
    if document is None or problems:
        raise BadInput(problems)
    return document.value


def change(gold: Gold, wanted: Mapping[str, Any]) -> Change:
    """What makes these keys so. Raises BadInput where the case or a scorer could not use them, Refused as `rewrite`."""
    new = {name: value for name, value in wanted.items() if name in gold.place.written or value is not None}
    made = rewrite(gold.place, new)
    case = Case.model_validate({**gold.place.written, **new})
    entry = CaseEntry(case, gold.place.file, gold.place.line)
    problems = gold_problems(entry, list(gold.scorers))
    if errors := tuple(problem for problem in problems if problem.severity == "error"):
        raise BadInput(errors)
    if secret := secrets_in([new.get("expected"), new.get("rubric")], gold.source.folder):
        message = f"holds what looks like a secret ({secret})"
        hint = "put a placeholder such as [KEY_1] in its place, here and in the input"
        problems = [*problems, Problem(TYPED, 0, "", message, hint=hint, severity="warning")]
    read_by = tuple(spec.name for spec, scorer in gold.scorers if scorer.applies(case))
    return Change(gold, made, read_by, tuple(problems))


def tried(gold: Gold, text: str) -> Change | tuple[Problem, ...]:
    """What the text that a person typed would do, or everything that is wrong with it."""
    try:
        return change(gold, typed(gold, text))
    except BadInput as error:
        return error.problems
    except Refused as error:
        return (Problem(TYPED, 0, "", str(error)),)


def asked_by(store: Store, source: EvalsetSource, case_id: str) -> Run | None:
    """The newest run of the evalset that asked the case."""
    newest = newest_that_asked(store, source.file.name, case_id)
    return None if newest is None else run_by_id(store, newest)


def write_gold(store: Store | None, run: Run | None, found: Change) -> Act | None:
    """Make the change; with a run, as an act that its triage can take back, kept before the file changes.

    Raises Refused, with nothing kept, where nothing would change or the file is not as it was seen.
    """
    if found.rewrite is None:
        raise Refused(f"the gold of {found.gold.case_id} is so already")
    if store is None or run is None:
        apply_edit(found.rewrite.edit)
        return None
    words = NewAct(f"gold of {found.gold.case_id} edited", edits=(found.rewrite.edit,))
    with store.transaction():
        act = add_act(store, run.id, words, who_of(run.folder))
    try:
        apply_edit(found.rewrite.edit)
    except (Refused, OSError):
        with store.transaction():
            add_undoing(store, act, act.who, undone=True)
        raise
    return act
