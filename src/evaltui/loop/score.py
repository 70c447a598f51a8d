"""Step 5: every sample that is over gets its scores; one that needs a judge says what it must be asked first."""

import json

from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.loop.evidence import seen
from evaltui.loop.judging import judged
from evaltui.loop.session import Session
from evaltui.scores.build import scorer_digest
from evaltui.scores.run import SampleScore, grade, score_sample
from evaltui.store.conversations import conversation
from evaltui.store.database import Store
from evaltui.store.questions import Asked, add_questions
from evaltui.store.scores import Answered, GradeRow, ScoreRow, add_grades, current_scoring, unscored

PAGE = 500
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


def score(session: Session) -> bool:
    """Score page by page; True when anything was scored, or a judge must be asked."""
    scoring = current_scoring(session.store, session.run.id)
    if scoring is None:
        return False
    page = _Page(session, scoring.id)
    for answered in unscored(session.store, scoring.id):
        page.add(answered)
    page.keep()
    return page.moved


class _Page:
    """Grades and questions on their way to the store, a transaction for each PAGE of them."""

    def __init__(self, session: Session, scoring_id: int) -> None:
        self._session, self._scoring_id = session, scoring_id
        self._digests = {spec.name: (spec.kind, scorer_digest(spec)) for spec, _ in session.scorers}
        self._rows: list[GradeRow] = []
        self._questions: list[Asked] = []
        self.moved = False

    def add(self, answered: Answered) -> None:
        found = self._graded(answered)
        if isinstance(found, GradeRow):
            self._rows.append(found)
        else:
            self._questions += found
        if len(self._rows) + len(self._questions) >= PAGE:
            self.keep()

    def keep(self) -> None:
        if not self._rows and not self._questions:
            return
        with self._session.store.transaction():
            add_grades(self._session.store, self._scoring_id, self._rows)
            add_questions(self._session.store, self._scoring_id, self._questions)
        self._session.verdict = None
        self._session.phase("scored", len(self._rows), 0)
        self._rows, self._questions, self.moved = [], [], True

    def _graded(self, answered: Answered) -> GradeRow | tuple[Asked, ...]:
        found = evidence(self._session.store, answered)
        if isinstance(found, Unscored):
            return GradeRow(answered.sample_id, answered.request_id, None, None, found.reason, ())
        return self._scored(answered, found)

    def _scored(self, answered: Answered, found: Evidence) -> GradeRow | tuple[Asked, ...]:
        said = judged(self._session.store, self._scoring_id, answered, self._session.scorers, found)
        if said.open:
            return said.open
        samples = score_sample(self._session.scorers, found, said.results)
        whole = grade(samples)
        rows = tuple(_row(sample, *self._digests[sample.name]) for sample in samples)
        return GradeRow(answered.sample_id, answered.request_id, whole.passed, whole.value, whole.reason, rows)


def evidence(store: Store, answered: Answered) -> Evidence | Unscored:
    """What scorers see of a sample that is over."""
    held = conversation(store, answered.sample_id) if answered.long else ()
    trajectory = seen(answered.outcome, held)
    return trajectory if isinstance(trajectory, Unscored) else Evidence(answered.case, trajectory)


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
