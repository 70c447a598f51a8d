"""The proof of new cases: asked of the agent as it is now, they are expected to fail."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evaltui.domain.errors import Unknown
from evaltui.domain.run import Run
from evaltui.loop.propose import Wish
from evaltui.store.cases import SampleDetail, sample
from evaltui.store.database import Store

Bite = Literal["bites", "passes", "flaky", "unresolved"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What the run says of one new case; `scorer` is the first that fails it, `words` a sentence for people."""

    case_id: str
    verdict: Bite
    scorer: str
    words: str


def proof_wish(
    evalset: Path,
    case_ids: Iterable[str],
    *,
    live: bool | None = None,
    base_url: str | None = None,
    limit: float | None = None,
) -> Wish:
    """A run of only these cases on the evalset's agent: live when it is one, unless said otherwise."""
    ids = frozenset(case_ids)
    return Wish(evalset, cases=ids, live=len(ids) == 1 if live is None else live, base_url=base_url, limit=limit)


def proof_of(store: Store, run: Run, case_ids: Iterable[str]) -> tuple[Proof, ...]:
    """What a finished run says of each case; raises Unknown for a case that it did not ask."""
    return tuple(_proof(store, run, case_id) for case_id in case_ids)


def _proof(store: Store, run: Run, case_id: str) -> Proof:
    asked = [sample(store, run.id, case_id, trial) for trial in range(1, run.trials + 1)]
    details = [each for each in asked if each is not None]
    if not details:
        raise Unknown(f"run {run.id} did not ask the case {case_id}")
    passed = [each.grade.passed if each.grade else None for each in details]
    if None in passed:
        return Proof(case_id, "unresolved", "", f"{case_id} is unresolved: {_why(details[passed.index(None)])}")
    if all(passed):
        return Proof(case_id, "passes", "", f"{case_id} passes: it does not bite on the current agent")
    failed = details[passed.index(False)]
    scorer, reason = _failing(failed)
    often = f" in {passed.count(False)} of {len(passed)} trials" if any(passed) else ""
    verdict: Bite = "flaky" if any(passed) else "bites"
    return Proof(case_id, verdict, scorer, f"{case_id} fails as expected{often}, by {scorer}: {reason}")


def _failing(detail: SampleDetail) -> tuple[str, str]:
    found = next((score for score in detail.scores if score.passed is False and not score.advisory), None)
    reason = detail.grade.reason if detail.grade else ""
    return (found.scorer, found.reason) if found else ("no answer", reason)


def _why(detail: SampleDetail) -> str:
    return detail.grade.reason if detail.grade else "no reply was scored"
