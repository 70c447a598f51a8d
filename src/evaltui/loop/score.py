"""Step 4: every sample that has an outcome gets its scores; a sample without a reply says why it has none."""

import json

from evaltui.domain.request import Canceled, Errored, Expired, Outcome, Succeeded
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.trajectory import Trajectory, reply_steps
from evaltui.loop.session import Session
from evaltui.scores.build import scorer_digest
from evaltui.scores.run import SampleScore, grade, score_sample
from evaltui.store.scores import Answered, GradeRow, ScoreRow, add_grades, current_scoring, unscored

PAGE = 500


def score(session: Session) -> bool:
    """Score page by page; True when anything was scored."""
    scoring = current_scoring(session.store, session.run.id)
    if scoring is None:
        return False
    rows: list[GradeRow] = []
    total = 0
    for answered in unscored(session.store, scoring.id):
        rows.append(_graded(session, answered))
        if len(rows) == PAGE:
            total += _keep(session, scoring.id, rows)
            rows = []
    return total + (_keep(session, scoring.id, rows) if rows else 0) > 0


def _keep(session: Session, scoring_id: int, rows: list[GradeRow]) -> int:
    with session.store.transaction():
        add_grades(session.store, scoring_id, rows)
    session.decided = False
    session.phase("scored", len(rows), 0)
    return len(rows)


def _graded(session: Session, answered: Answered) -> GradeRow:
    if not isinstance(answered.outcome, Succeeded):
        return GradeRow(answered.sample_id, answered.request_id, None, None, _no_reply(answered.outcome), ())
    samples = score_sample(session.scorers, Evidence(answered.case, trajectory(answered.outcome)))
    whole = grade(samples)
    digests = {spec.name: (spec.kind, scorer_digest(spec)) for spec, _ in session.scorers}
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
    return json.dumps(dict(result.detail), ensure_ascii=False, default=str)


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


def trajectory(outcome: Succeeded) -> Trajectory:
    """The steps of a stored reply; unreadable content gives no steps, so every scorer sees an empty answer."""
    message = json.loads(outcome.body)
    content = [block for block in message.get("content") or [] if isinstance(block, dict)]
    details = message.get("stop_details") or {}
    return Trajectory(reply_steps(content), outcome.stop_reason, outcome.usage, details.get("category"))
