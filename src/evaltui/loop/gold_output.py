"""The output of a case as what is expected of it: shown as a change of the case's file before it is made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput, Refused, Unknown
from evaltui.domain.run import Run
from evaltui.domain.trajectory import Trajectory
from evaltui.evalsets.read import scan_evalset
from evaltui.evalsets.write import GOLD, Place, Rewrite, place_of, rewrite
from evaltui.loop.evidence import seen
from evaltui.loop.open import scoring_of, stored_scorers
from evaltui.loop.redaction import secrets_in
from evaltui.loop.triage import Item
from evaltui.scores.paths import ABSENT
from evaltui.scores.regold import regold
from evaltui.store.cases import SampleDetail, sample
from evaltui.store.database import Store


@dataclass(frozen=True, slots=True)
class Offer:
    """What would change, tried and not made yet; `left`: scorers that fail the reply whatever is expected."""

    item: Item
    rewrite: Rewrite
    place: Place
    left: tuple[str, ...]


def offer(store: Store, run: Run, item: Item) -> Offer:
    """The change that makes the first failing reply of a case the expected one.

    Raises Refused, in words, where no gold would pass it or the case was changed since the run asked it.
    """
    detail = _failing(store, run, item)
    place = place_in(run, item.case_id)
    _same_case(place, detail.case, run)
    expected, left = _wanted(store, run, detail)
    if secret := secrets_in(expected, Path(run.folder)):
        raise Refused(f"the output holds what looks like a secret ({secret}); write the gold by hand")
    made = rewrite(place, {GOLD: expected})
    if made is None:
        raise Refused(f"the output of {item.case_id} is what is expected already")
    return Offer(item, made, place, left)


def place_in(run: Run, case_id: str) -> Place:
    """Where a case of a run is written now: what an editor opens."""
    source, problems = scan_evalset(Path(run.folder))
    if source is None:
        raise BadInput(problems)
    return place_of(source, case_id)


def _failing(store: Store, run: Run, item: Item) -> SampleDetail:
    for trial in range(1, run.trials + 1):
        detail = sample(store, run.id, item.case_id, trial)
        if detail is None:
            raise Unknown(f"run {run.id} has no case {item.case_id}")
        if detail.grade is not None and detail.grade.passed is False:
            return detail
    raise Refused(f"{item.case_id} fails by no scorer: its output is as expected")


def _same_case(place: Place, asked: Case, run: Run) -> None:
    try:
        now = Case.model_validate(dict(place.written))
    except ValueError as error:
        raise Refused(
            f"{place.file}:{place.line}: the case cannot be read any more; `evaltui check` says why"
        ) from error
    if now.digest != asked.digest:
        raise Refused(f"{place.file}:{place.line}: the case was changed since run {run.id} asked it; run it again")


def _wanted(store: Store, run: Run, detail: SampleDetail) -> tuple[Any, tuple[str, ...]]:
    """The gold that passes the reply as far as any can, and the scorers that fail it all the same."""
    found = None if detail.last is None else seen(detail.last, detail.held)
    if not isinstance(found, Trajectory):
        raise Refused(f"{detail.case.id} has no output")
    case, left = detail.case, []
    failed = {score.scorer for score in detail.scores if score.passed is False and not score.advisory}
    for spec, scorer in stored_scorers(scoring_of(store, run)):
        if spec.name in failed:
            expected = regold(scorer, case, found)
            left += [spec.name] if expected is ABSENT else []
            case = case if expected is ABSENT else case.model_copy(update={GOLD: expected})
    if len(left) == len(failed):
        raise Refused(f"no gold makes {', '.join(left)} pass this output")
    return case.expected, tuple(left)
