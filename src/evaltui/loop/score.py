"""Step 4: every sample that has an outcome gets its scores; a sample without a reply says why it has none."""

import json
from typing import Any

from pydantic_core import from_json

from evaltui.domain.request import Canceled, Errored, Expired, Outcome, Succeeded
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.text import shown
from evaltui.domain.trajectory import Trajectory, reply_steps
from evaltui.loop.session import Session
from evaltui.scores.build import scorer_digest
from evaltui.scores.run import SampleScore, grade, score_sample
from evaltui.store.scores import Answered, GradeRow, ScoreRow, add_grades, current_scoring, unscored

PAGE = 500
UNFINISHED = frozenset({"pause_turn"})
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


def score(session: Session) -> bool:
    """Score page by page; True when anything was scored."""
    scoring = current_scoring(session.store, session.run.id)
    if scoring is None:
        return False
    rows: list[GradeRow] = []
    total = 0
    digests = {spec.name: (spec.kind, scorer_digest(spec)) for spec, _ in session.scorers}
    for answered in unscored(session.store, scoring.id):
        rows.append(_graded(session, answered, digests))
        if len(rows) == PAGE:
            total += _keep(session, scoring.id, rows)
            rows = []
    return total + (_keep(session, scoring.id, rows) if rows else 0) > 0


def _keep(session: Session, scoring_id: int, rows: list[GradeRow]) -> int:
    with session.store.transaction():
        add_grades(session.store, scoring_id, rows)
    session.verdict = None
    session.phase("scored", len(rows), 0)
    return len(rows)


def _graded(session: Session, answered: Answered, digests: dict[str, tuple[str, str]]) -> GradeRow:
    if not isinstance(answered.outcome, Succeeded):
        return GradeRow(answered.sample_id, answered.request_id, None, None, _no_reply(answered.outcome), ())
    seen = trajectory(answered.outcome)
    if isinstance(seen, Unscored):
        return GradeRow(answered.sample_id, answered.request_id, None, None, seen.reason, ())
    samples = score_sample(session.scorers, Evidence(answered.case, seen))
    whole = grade(samples)
    rows = tuple(_row(sample, *digests[sample.name]) for sample in samples)
    return GradeRow(answered.sample_id, answered.request_id, whole.passed, whole.value, whole.reason, rows)


def _row(sample: SampleScore, kind: str, digest: str) -> ScoreRow:
    result = sample.result
    if isinstance(result, Unscored):
        return ScoreRow(
            sample.name,
            kind,
            digest,
            None,
            None,
            result.reason,
            json.dumps({"traceback": result.detail}),
            sample.advisory,
        )
    return ScoreRow(
        sample.name, kind, digest, result.value, result.passed, result.reason, _detail(result), sample.advisory
    )


def _detail(result: Score) -> str:
    return _encode(dict(result.detail)) if result.detail else "{}"


def _no_reply(outcome: Outcome) -> str:
    match outcome:
        case Errored(kind=kind, message=message):
            return f"no reply: {kind}: {message}"
        case Expired():
            return "no reply: expired before it was processed"
        case Canceled():
            return "no reply: canceled before it was processed"
        case _:
            return "no reply"


def _message(body: bytes) -> Any:
    """Only the lenient reader of the standard library takes escaped lone surrogates."""
    try:
        return from_json(body)
    except ValueError:
        return json.loads(body)


def trajectory(outcome: Succeeded) -> Trajectory | Unscored:
    """The steps of a stored reply; `Unscored` where it is no finished message, whatever shape it came in."""
    try:
        message = _message(outcome.body)
        content, details = message["content"], message.get("stop_details")
        blocks = [block for block in content if isinstance(block, dict)]
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        return Unscored(f"the reply cannot be read: {type(error).__name__}: {shown(str(error))}")
    if outcome.stop_reason in UNFINISHED:
        return Unscored(f"the reply is not finished: it stopped with {outcome.stop_reason}")
    category = details.get("category") if isinstance(details, dict) else None
    return Trajectory(
        reply_steps(blocks), outcome.stop_reason, outcome.usage, category if isinstance(category, str) else None
    )
