"""Two runs side by side before a judge: which reply to each case is better, asked in both orders, each pair once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from evaltui.domain.request import Succeeded
from evaltui.domain.rubric import Rubric
from evaltui.domain.run import Run
from evaltui.domain.score import Question
from evaltui.domain.trajectory import Trajectory
from evaltui.gate.tango import mcnemar
from evaltui.loop.advance import drive
from evaltui.loop.collect import collect
from evaltui.loop.evidence import so_far
from evaltui.loop.plan import Wish, write
from evaltui.loop.session import Session
from evaltui.loop.submit import submit
from evaltui.scores.judge.pairwise import Choice, Preference, Preferred, ask_pair, preference, read_pair, settle
from evaltui.store.cases import SampleDetail, case_rows, sample
from evaltui.store.database import Store
from evaltui.store.questions import Asked, answer_to, is_asked
from evaltui.store.scores import current_scoring

TRIES = 2
PAGE = 500
SCORER = "prefer"


@dataclass(frozen=True, slots=True)
class Contest:
    """One sample of both runs: `forward` shows the reply of `a` first. None where their replies are the same."""

    case_id: str
    trial: int
    sample_id: int
    request_id: int
    forward: Question | None = None
    backward: Question | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sample that cannot be compared, and why."""

    case_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Preferring:
    """What the judge prefers for one sample; None where it gave no readable answer in both orders."""

    case_id: str
    trial: int
    preferred: Preferred | None


@dataclass(frozen=True, slots=True)
class Preferences:
    """The counts over all contests, `same` replies among the ties unasked; `left_out` names samples and why."""

    a: int
    b: int
    rubric: str
    judge: str
    total: Preference
    same: int
    cases: tuple[Preferring, ...]
    left_out: tuple[LeftOut, ...]


def contests(store: Store, a: Run, b: Run, rubric: Rubric) -> Iterator[Contest | LeftOut]:
    """Every sample that both runs were asked alike, or why it is left out."""
    for case_id in _case_ids(store, b):
        for trial in range(1, min(a.trials, b.trials) + 1):
            yield _contest(sample(store, a.id, case_id, trial), sample(store, b.id, case_id, trial), case_id, rubric)


def unasked(store: Store, run: Run, found: Iterator[Contest | LeftOut]) -> Iterator[Wish]:
    """The requests that are still to be made for them; those on their way are not among them."""
    for contest in found:
        if isinstance(contest, LeftOut):
            continue
        for number, question in enumerate(_questions(contest)):
            answer, attempts = answer_to(store, question.key)
            said = isinstance(answer, Succeeded) and read_pair(answer) is not None
            if not said and attempts < TRIES and not is_asked(store, run.id, question.key):
                yield _wish(contest, question, number, attempts + 1)


def ask(session: Session, a: Run, rubric: Rubric) -> None:
    """Ask the judge about every pair that differs, as batches of run `session.run`; what it once said stands."""

    def wanted() -> Iterator[Wish]:
        return unasked(session.store, session.run, contests(session.store, a, session.run, rubric))

    session.also_judged_by = ((rubric.model, rubric.max_tokens),)
    drive(session, steps=(partial(write, wishes=wanted), submit, collect))


def preferences(store: Store, a: Run, b: Run, rubric: Rubric) -> Preferences:
    """What the judge said so far."""
    found = list(contests(store, a, b, rubric))
    rows = [contest for contest in found if isinstance(contest, Contest)]
    asked = [(contest, tuple(_choice(store, question) for question in _questions(contest))) for contest in rows]
    pairs = [(said[0], said[1]) for _, said in asked if len(said) == 2]
    same = sum(not said for _, said in asked)
    cases = tuple(_preferring(contest, said) for contest, said in asked)
    left_out = tuple(contest for contest in found if not isinstance(contest, Contest))
    return Preferences(
        a.id,
        b.id,
        rubric.name,
        rubric.model,
        preference(pairs, lambda one, other: mcnemar(one, other).p_mid),
        same,
        cases,
        left_out,
    )


def _preferring(contest: Contest, said: tuple[Choice | None, ...]) -> Preferring:
    preferred: Preferred | None = "tie" if not said else settle(said[0], said[1])
    return Preferring(contest.case_id, contest.trial, preferred)


def _choice(store: Store, question: Question) -> Choice | None:
    answer, _ = answer_to(store, question.key)
    return read_pair(answer) if isinstance(answer, Succeeded) else None


def _questions(contest: Contest) -> tuple[Question, ...]:
    if contest.forward is None or contest.backward is None:
        return ()
    return contest.forward, contest.backward


def _wish(contest: Contest, question: Question, number: int, attempt: int) -> Wish:
    asked = Asked(contest.sample_id, contest.request_id, SCORER, number, question.key, attempt)
    return Wish(contest.sample_id, 0, attempt, question.params, f"case {contest.case_id}, {SCORER}", asked)


def _contest(
    before: SampleDetail | None, after: SampleDetail | None, case_id: str, rubric: Rubric
) -> Contest | LeftOut:
    if before is None or after is None:
        return LeftOut(case_id, "not in both runs")
    if before.case.input_digest != after.case.input_digest:
        return LeftOut(case_id, "its input changed")
    one, other = so_far(before.held), so_far(after.held)
    if not isinstance(one, Trajectory) or not isinstance(other, Trajectory):
        return LeftOut(case_id, "without a reply in one of the runs")
    about = (case_id, after.trial, after.sample_id, after.held[-1].request_id)
    if one.answer == other.answer:
        return Contest(*about)
    pair = partial(ask_pair, rubric, after.case)
    return Contest(*about, pair(one.answer, other.answer), pair(other.answer, one.answer))


def _case_ids(store: Store, run: Run) -> Iterator[str]:
    scoring, after = current_scoring(store, run.id), -1
    while scoring is not None and (page := case_rows(store, scoring.id, after=after, limit=PAGE)):
        yield from (row.case_id for row in page)
        after = page[-1].position
