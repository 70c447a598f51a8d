"""Judges asked as batches over all outputs: once under a key, never a zero for want of a judgement."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.durability.scene import HASTE
from tests.loop.test_rounds import AGENT as COUNTER
from tests.loop.test_rounds import cases as counted
from tests.loop.test_rounds import counting
from tests.workbench import bench, write_evalset

from evaltui.batches.claude import ClaudeEngine
from evaltui.domain.base import digest
from evaltui.domain.case import Case
from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.request import Outcome, Succeeded
from evaltui.domain.run import Run
from evaltui.domain.score import Evidence, Question, Score, Unscored
from evaltui.loop.advance import drive
from evaltui.loop.again import again, ask_again, cancel
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.session import Pace
from evaltui.loop.start import Wanted, start
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.model import Answer, Refused
from evaltui.sandbox.scripted import Scripted, last_text
from evaltui.sandbox.server import Sandbox
from evaltui.store.batches import batches
from evaltui.store.database import Store
from evaltui.store.runs import grade_counts
from evaltui.store.scores import current_scoring, open_scoring

PARROT = "model: claude-haiku-5-5\nmax_tokens: 50\n"
SPEC = ScorerSpec(kind="fake_judge", name="judge", arguments={})
Model = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class FakeJudge:
    """Asks for a mark of 0 to 5 for the answer, `repeats` times; 3 passes."""

    repeats: int = 1

    def applies(self, case: Case) -> bool:
        return True

    def score(self, evidence: Evidence) -> Score:
        raise AssertionError("a judge is never asked to score by itself")

    def ask(self, evidence: Evidence) -> tuple[Question, ...]:
        return tuple(self._question(evidence.trajectory.answer, number) for number in range(self.repeats))

    def _question(self, answer: str, number: int) -> Question:
        asked = f"judge {answer!r} {number}"
        params = {"model": "claude-haiku-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": asked}]}
        return Question(digest([asked]), "claude-haiku-5-5", json.dumps(params).encode())

    def readable(self, reply: Succeeded) -> bool:
        return _mark(reply) is not None

    def read(self, evidence: Evidence, answers: Sequence[Outcome]) -> Score | Unscored:
        marks = [_mark(answer) for answer in answers]
        if None in marks:
            return Unscored("the judge gave no mark")
        value = sum(mark or 0 for mark in marks) / len(marks) / 5
        return Score(value, value >= 0.6, f"marks {marks}")


def _mark(answer: Outcome) -> int | None:
    text = json.loads(answer.body)["content"][0]["text"] if isinstance(answer, Succeeded) else ""
    return int(text) if text.isdecimal() else None


class Court:
    """A model that echoes; and judges by a script of what it says each time it is asked about the same."""

    def __init__(self, *says: str | Refused, agent: Model = last_text) -> None:
        self._says, self._agent = says, agent
        self.asked: list[str] = []

    def __call__(self, params: dict[str, Any]) -> str | Answer | Refused:
        text = str(params["messages"][0]["content"])
        if not text.startswith("judge "):
            return self._agent(params)
        before = self.asked.count(text)
        self.asked.append(text)
        return self._says[min(before, len(self._says) - 1)]


@dataclass
class Judged:
    """A database, a court and what is needed to drive runs before it."""

    store: Store
    engine: ClaudeEngine
    sandbox: Sandbox
    evalset: Path
    judge: FakeJudge
    pace: Pace = HASTE

    def start(self, trials: int = 1, *, primed: bool = False) -> Run:
        loaded = load(self.evalset)
        run = start(self.store, loaded, None, Wanted(trials, "", self.engine.name, self.engine.endpoint, primed))
        loaded.refuse_problems()
        return run

    def drive(self, run: Run, heard: Callable[[Any], None] = lambda _: None) -> None:
        session = open_session(self.store, run, self.engine, heard, self.pace)
        session.scorers = [(SPEC, self.judge)]
        drive(session)

    def run(self, trials: int = 1) -> Run:
        run = self.start(trials)
        self.drive(run)
        return run

    def anew(self, run: Run) -> None:
        current = current_scoring(self.store, run.id)
        assert current is not None
        open_scoring(self.store, run.id, current.scorers_digest, current.scorers, current.opened_at, anew=True)
        self.drive(run)

    def grades(self, run: Run) -> tuple[int, int, int]:
        """Passed, failed, unresolved."""
        return grade_counts(self.store, run.id)

    def sizes(self, run: Run) -> list[int]:
        return [batch.intent.size for batch in batches(self.store, run.id)]


@contextmanager
def court(
    folder: Path, model: Court, *, words: int = 4, judge: FakeJudge = FakeJudge(), faults: str = "", **more: Any
) -> Iterator[Judged]:
    told = [{"id": f"c{n}", "input": f"word {n}", "expected": "x"} for n in range(words)]
    evalset = more.pop("evalset", None) or write_evalset(folder / "words", told, "  - exact: {take: text}", PARROT)
    with bench(folder, Scripted(model), clock=Clock(batch_seconds=0.0), faults=Faults.parse(faults)) as parts:
        yield Judged(*parts, evalset, judge, more.get("pace", HASTE))


def test_one_batch_asks_about_all_outputs(tmp_path: Path) -> None:
    with court(tmp_path, Court("4")) as here:
        run = here.run()
        assert here.grades(run) == (4, 0, 0)
        assert here.sizes(run) == [4, 4]


def test_an_answer_is_asked_for_once_across_trials_runs_and_scorings(tmp_path: Path) -> None:
    model = Court("4")
    with court(tmp_path, model) as here:
        run = here.run(trials=3)
        assert (here.grades(run), here.sizes(run), len(model.asked)) == ((12, 0, 0), [12, 4], 4)
        again_ = here.run()
        assert (here.grades(again_), here.sizes(again_)) == ((4, 0, 0), [4])
        here.anew(run)
        assert len(model.asked) == 4


def test_every_repeat_is_a_question_of_its_own(tmp_path: Path) -> None:
    with court(tmp_path, Court("5"), judge=FakeJudge(repeats=3)) as here:
        run = here.run()
        assert here.sizes(run) == [4, 12]
        assert here.grades(run) == (4, 0, 0)


def test_a_reply_that_is_no_judgement_is_asked_for_once_more_and_then_stands_unscored(tmp_path: Path) -> None:
    model = Court("I think it is good", "4")
    with court(tmp_path, model) as here:
        run = here.run()
        assert (here.grades(run), len(model.asked)) == ((4, 0, 0), 8)
    stubborn = Court("I think it is good")
    with court(tmp_path / "b", stubborn) as here:
        run = here.run()
        assert (here.grades(run), len(stubborn.asked)) == ((0, 0, 4), 8)
        rows = here.store.connection.execute("SELECT value, passed, reason FROM scores").fetchall()
        assert rows == [(None, None, "the judge gave no mark")] * 4
        here.drive(run)
        assert len(stubborn.asked) == 8
        here.anew(run)
        assert here.grades(run) == (0, 0, 4)
        assert len(stubborn.asked) == 16


def test_a_judge_that_fails_leaves_its_sample_unresolved_until_a_retry_asks_only_for_what_is_missing(
    tmp_path: Path,
) -> None:
    model = Court(Refused("api_error", "not now"), "4")
    with court(tmp_path, model) as here:
        run = here.run()
        assert (here.grades(run), len(model.asked)) == ((0, 0, 4), 4)
        here.drive(run)
        assert len(model.asked) == 4
        assert again(here.store, run)[0] == 4
        ask_again(here.store, run)
        here.drive(run)
        assert (here.grades(run), len(model.asked)) == ((4, 0, 0), 8)
        assert here.sizes(run) == [4, 4, 4]


def test_a_run_canceled_while_it_is_judged_settles_and_a_retry_judges_the_rest(tmp_path: Path) -> None:
    model = Court("4")
    with court(tmp_path, model) as here:
        run = here.start()

        def heard(event: Any) -> None:
            if getattr(event, "name", "") == "scored" and not model.asked:
                cancel(here.store, run, here.engine)

        here.drive(run, heard)
        assert (here.grades(run), model.asked) == ((0, 0, 4), [])
        here.drive(run)
        assert model.asked == []
        assert again(here.store, run)[0] == 4
        ask_again(here.store, run)
        here.drive(run)
        assert here.grades(run) == (4, 0, 0)


def test_judges_join_the_rounds_of_conversations_and_add_at_most_one(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", counted(*range(6)), "  - exact: {take: text}", COUNTER)
    model = Court("4", agent=counting)
    with court(tmp_path, model, evalset=evalset) as here:
        run = here.run()
        assert here.grades(run) == (6, 0, 0)
        assert here.sizes(run) == [6, 5 + 1, 4 + 1, 3 + 1, 2 + 1, 1 + 1, 1]
        assert len(model.asked) == len(set(model.asked)) == 6


def test_a_conversation_that_was_cut_is_not_shown_to_the_judge(tmp_path: Path) -> None:
    agent = COUNTER.replace("max_turns: 10", "max_turns: 2")
    evalset = write_evalset(tmp_path / "counting", counted(0, 1, 2, 3), "  - exact: {take: text}", agent)
    model = Court("4", agent=counting)
    with court(tmp_path, model, evalset=evalset) as here:
        run = here.run()
        assert (here.grades(run), len(model.asked)) == ((2, 2, 0), 2)


def test_judgements_that_a_closed_round_left_open_are_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaltui.batches.polling.SHARE", 0.0)
    evalset = write_evalset(tmp_path / "counting", counted(0, 0, 3), "  - exact: {take: text}", COUNTER)
    model = Court("4", agent=counting)
    hurried = replace(HASTE, patience=0.0)
    with court(tmp_path, model, evalset=evalset, pace=hurried) as here:
        run, sent = here.start(), []

        def heard(event: Any) -> None:
            if getattr(event, "name", "") == "sent":
                sent.append(event)
                if len(sent) == 2:  # the judgement of the first two, which said the same, and the third's second turn
                    shelf = here.sandbox.core.shelf
                    shelf.save(msgspec.structs.replace(shelf.newest_first()[0], seconds=1e6))

        here.drive(run, heard)
        assert here.grades(run) == (3, 0, 0)
        assert here.sizes(run) == [3, 2, 2, 1, 1, 1]
        assert len(model.asked) == 2


def test_priming_and_judging_go_together(tmp_path: Path) -> None:
    model = Court("4")
    with court(tmp_path, model) as here:
        run = here.start(primed=True)
        here.drive(run)
        assert here.grades(run) == (4, 0, 0)
        assert here.sizes(run) == [1, 3 + 1, 3]


def test_a_judgement_under_way_for_another_run_is_not_waited_for(tmp_path: Path) -> None:
    model = Court("4")
    with court(tmp_path, model) as here:
        first = here.start()

        def stop(event: Any) -> None:
            if getattr(event, "name", "") == "sent" and len(here.sizes(first)) == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            here.drive(first, stop)
        second = here.run()
        assert here.grades(second) == (4, 0, 0)
        here.drive(first)
        assert here.grades(first) == (4, 0, 0)
