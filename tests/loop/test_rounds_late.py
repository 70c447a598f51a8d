"""Rounds that do not wait for their stragglers: what is late joins the next one, nothing is sent or answered twice."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.durability.scene import HASTE, Scene
from tests.durability.talks import check_only_grown, histories, requests
from tests.loop.test_rounds import AGENT, SCORERS, cases, counting
from tests.workbench import write_evalset

from evaltui.loop.again import cancel
from evaltui.loop.session import Pace
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.scripted import Scripted
from evaltui.sandbox.server import running

AGE = 1000.0  # seconds: how old a batch looks from its beginning, to a clock that stands still
FOR_EVER = 1e6
TURNS = 4
Model = Callable[[dict[str, Any]], Any]


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """However old a batch seems, it is looked at again at once."""
    monkeypatch.setattr("evaltui.batches.polling.SHARE", 0.0)


@contextmanager
def counted(
    folder: Path, talks: int, faults: str = "", *, pace: Pace = HASTE, model: Model = counting
) -> Iterator[Scene]:
    """Conversations of four turns each; batches end at once unless held, and time moves only when told to."""
    began = time.time() - AGE
    clock = Clock(batch_seconds=0.0, wall=lambda: began)
    with running(Scripted(model), clock=clock, faults=Faults.parse(faults)) as sandbox:
        evalset = write_evalset(folder / "counting", cases(*[TURNS - 1] * talks), SCORERS, AGENT)
        yield Scene(sandbox, evalset, folder / "state" / "evaltui.db", chunk=1000, pace=pace)


def hold(here: Scene, seconds: float = FOR_EVER) -> None:
    """The newest batch takes that long."""
    newest = here.sandbox.core.shelf.newest_first()[0]
    here.sandbox.core.shelf.save(msgspec.structs.replace(newest, seconds=seconds))


def release(here: Scene) -> None:
    """Every batch ends now."""
    shelf = here.sandbox.core.shelf
    for batch in shelf.newest_first():
        if batch.ended is None:
            shelf.save(msgspec.structs.replace(batch, seconds=0.0))


def on(here: Scene, sign: str, acts: dict[int, Callable[[], object]], number: int = 1) -> None:
    """Act at the events of these numbers, from 1, whose words hold the sign."""

    def heard() -> None:
        acts.get(number, lambda: None)()
        on(here, sign, acts, number + 1)

    if number <= max(acts):
        here.when(sign, heard)


def check_whole(here: Scene, talks: int, again: int = 0) -> None:
    """Every conversation is scored, was asked each turn once (but for `again` of them), and called each tool once."""
    assert list(here.grades().values()) == [1] * talks
    assert here.accepted() == talks * TURNS + again
    assert here.accepted_twice() == 0
    assert len({item.custom_id.partition("-")[2] for item in requests(here)}) == talks * TURNS + again
    assert here.rows("SELECT count(*) FROM tool_results") == [(talks * (TURNS - 1),)]
    assert here.spool() == []


def check_histories(here: Scene) -> None:
    for history in histories(here).values():
        check_only_grown(history)


def test_a_late_batch_holds_nobody_and_joins_the_next_round(tmp_path: Path) -> None:
    with counted(tmp_path, 40) as here:
        here.chunk = 36
        on(here, "sent", {2: lambda: hold(here), 3: lambda: release(here)})
        here.run()
        assert here.sizes()[:3] == [36, 4, 36]
        assert sorted(here.sizes()) == [4] * TURNS + [36] * TURNS
        check_whole(here, 40)
        check_histories(here)


def test_a_round_waits_for_its_share(tmp_path: Path) -> None:
    with counted(tmp_path, 40) as here:
        here.chunk = 30
        seen: list[list[int]] = []
        on(here, "sent", {2: lambda: hold(here)})
        on(here, "in progress", {5: lambda: (seen.append(here.sizes()), release(here))})
        here.run()
        assert seen == [[30, 10]]
        assert here.sizes() == [30, 10] * TURNS
        check_whole(here, 40)


def test_what_is_late_twice_still_needs_no_more_rounds_than_its_own(tmp_path: Path) -> None:
    with counted(tmp_path, 40, pace=replace(HASTE, enough=0.5)) as here:
        here.chunk = 30
        on(here, "sent", {2: lambda: hold(here), 4: lambda: release(here)})
        here.run()
        assert sum(size for size in here.sizes()) == 40 * TURNS
        assert len(here.sizes()) <= 2 * (TURNS + 2)
        check_whole(here, 40)


# ---- rounds that are closed ----------------------------------------------------------------------

HURRIED = replace(HASTE, patience=AGE - 400)


def test_a_batch_past_its_time_is_canceled_its_replies_kept_and_the_rest_asked_again(tmp_path: Path) -> None:
    with counted(tmp_path, 10, pace=HURRIED) as here:
        on(here, "sent", {2: lambda: hold(here, 50)})
        here.when("in progress", lambda: here.sandbox.advance(25))  # half of the second round is done by then
        here.run()
        assert "took longer than a round may" in here.said
        assert here.sizes() == [10, 10, 10, 10, 5]
        check_whole(here, 10, again=5)


def test_each_closed_round_doubles_the_patience(tmp_path: Path) -> None:
    with counted(tmp_path, 4, pace=HURRIED) as here:
        on(here, "sent", {1: lambda: hold(here), 2: lambda: hold(here)})
        on(here, "in progress", {3: lambda: release(here)})  # one look closed the first batch, two leave the second
        here.run()
        assert here.rows("SELECT count(*) FROM closings") == [(1,)]
        assert here.sizes() == [4] * (TURNS + 1)
        check_whole(here, 4, again=4)


def test_batches_of_one_round_are_closed_together_and_count_as_one(tmp_path: Path) -> None:
    with counted(tmp_path, 6, pace=HURRIED) as here:
        here.chunk = 3
        on(here, "sent", dict.fromkeys((1, 2, 3, 4), lambda: hold(here)))
        waited: list[int] = []
        on(here, "in progress", {6: lambda: (waited.append(1), release(here))})
        here.run()
        assert here.rows("SELECT count(*) FROM closings") == [(3,)]
        assert waited
        check_whole(here, 6, again=6)


def test_a_cancellation_that_did_not_get_through_is_tried_again_at_the_next_look(tmp_path: Path) -> None:
    with counted(tmp_path, 4, "server-error=cancel", pace=HURRIED) as here:
        here.when("sent", lambda: hold(here))
        on(here, "in progress", {3: lambda: here.play("")})
        here.run()
        assert here.rows("SELECT count(*) FROM closings") == [(1,)]
        check_whole(here, 4, again=4)


class DiedError(Exception):
    """The process ended here."""


def test_what_a_closed_round_left_is_asked_again_also_by_the_process_after_the_one_that_closed_it(
    tmp_path: Path,
) -> None:
    def die() -> None:
        raise DiedError

    with counted(tmp_path, 4, pace=HURRIED) as here:
        run = here.start()
        here.when("sent", lambda: hold(here))
        here.when("collected", die)
        with pytest.raises(DiedError):
            here.drive(run)
        assert here.rows("SELECT count(*) FROM retries") == [(0,)]
        here.drive(run)
        check_whole(here, 4, again=4)


# ---- failures in the middle, cancelling, priming --------------------------------------------------


@pytest.mark.parametrize("fault", ["errored:3", "partial-expiry:3", "missing-ids"])
def test_a_request_that_fails_in_the_middle_stays_failed_until_a_retry_goes_on_at_that_turn(
    tmp_path: Path, fault: str
) -> None:
    with counted(tmp_path, 10) as here:
        on(here, "sent", {2: lambda: here.play(fault)})
        here.when("scored", lambda: here.play(""))
        run = here.run()
        failed = [case for case, passed in here.grades().items() if passed is None]
        sent = here.accepted()
        assert failed
        assert here.verdict()["status"] == "incomplete"
        here.drive()
        assert here.accepted() == sent
        assert here.retry(run) == len(failed)
        here.drive()
        check_whole(here, 10, again=len(failed))


def test_a_conversation_that_fails_at_two_turns_is_taken_up_twice(tmp_path: Path) -> None:
    with counted(tmp_path, 4) as here:
        on(here, "sent", {2: lambda: here.play("errored:1")})
        run = here.run()
        assert here.retry(run) == 1
        here.play("")
        here.when("sent", lambda: here.when("sent", lambda: here.play("errored:2")))
        here.drive()
        assert here.retry(run) == 1
        here.play("")
        here.drive()
        check_whole(here, 4, again=2)
        assert max(row[0] for row in here.rows("SELECT attempt FROM requests")) == 3


def test_cancelling_in_the_third_round_sends_nothing_more_settles_the_run_and_a_retry_goes_on(tmp_path: Path) -> None:
    with counted(tmp_path, 6) as here:
        run = here.start()

        def stop() -> None:
            with here.open() as (store, engine):
                assert cancel(store, run, engine)

        on(here, "sent", {3: lambda: hold(here, 100)})
        here.when("in progress", lambda: (here.sandbox.advance(50), stop()))
        here.drive(run)
        assert here.sizes() == [6, 6, 6]
        assert here.verdict()["status"] == "incomplete"
        assert set(here.grades().values()) == {None}
        here.drive(run)
        assert here.sizes() == [6, 6, 6]
        assert here.retry(run) == 6
        here.drive(run)
        assert here.sizes() == [6, 6, 6, 6, 3]
        check_whole(here, 6, again=3)


def test_one_request_goes_ahead_of_all_and_no_more_than_one_batch_is_added(tmp_path: Path) -> None:
    with counted(tmp_path, 10) as here:
        here.primed = True
        here.run()
        assert here.sizes() == [1, 10, 10, 10, 9]
        check_whole(here, 10)


def test_priming_survives_a_first_request_that_fails(tmp_path: Path) -> None:
    with counted(tmp_path, 5, "errored:1") as here:
        here.primed = True
        run = here.run()
        assert here.sizes() == [1, 4, 4, 4, 4]
        here.retry(run)
        here.drive()
        check_whole(here, 5, again=1)
