"""Conversations survive whatever dies in between: every request taken once, every tool call made once."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.durability.processes import DONE, KILLED, Processes, processes
from tests.durability.scene import Scene
from tests.durability.talks import (
    CALLS,
    LENGTHS,
    PYTHON,
    REPLAY,
    check_only_grown,
    check_verbatim,
    fresh_talks,
    histories,
    log,
    requests,
    talks,
)

from evaltui.loop.again import cancel

SOUND = {name: int(name != "asked") for name in LENGTHS}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with processes() as started:
        with talks(tmp_path_factory.mktemp("warm")) as here:
            started.warm(here)
        yield started


def verdict(here: Scene) -> dict[str, Any]:
    """The verdict but for the number of the run."""
    found = here.verdict(last_run(here))
    return {key: value for key, value in found.items() if key not in ("run_id", "next_step", "headline", "label")}


def last_run(here: Scene) -> int:
    """A process that dies between creating a run and its scoring leaves a run that is never driven."""
    return int(here.rows("SELECT max(id) FROM runs")[0][0])


def check_sent_once(here: Scene, repeated: int = 0) -> None:
    """The provider took every turn of every conversation once, and histories only grew."""
    turns = Counter(item.custom_id.partition("-")[2].rpartition("-a")[0] for item in requests(here))
    assert here.accepted_twice() == 0
    assert turns.total() == sum(LENGTHS.values()) + repeated
    assert len(turns) == sum(LENGTHS.values())
    if not repeated:
        for history in histories(here).values():
            check_only_grown(history)
            check_verbatim(history)
        assert sorted(map(len, histories(here).values())) == sorted(LENGTHS.values())


def kept_calls(here: Scene) -> Counter[str]:
    rows = here.rows("SELECT call_id FROM tool_results")
    return Counter(row[0].removeprefix("toolu_").replace("_", " ") for row in rows)


# ---- a crash at every effect ---------------------------------------------------------------------


def test_conversations_without_a_crash_are_what_the_crashes_are_held_against(tmp_path: Path) -> None:
    with talks(tmp_path, PYTHON) as here:
        here.run()
        assert here.grades() == SOUND, here.reasons()
        check_sent_once(here)
        assert log(here) == Counter(CALLS) == kept_calls(here)
        assert here.sizes() == [6, 5, 3, 1, 1]


@pytest.mark.parametrize("chunk", [100, 3])
def test_a_process_killed_at_any_effect_repeats_no_request_and_forgets_no_result(
    tmp_path: Path, system: Processes, chunk: int
) -> None:
    step = 4 if chunk == 100 else 9  # chunks of three make three times the effects, and other crash points at each step
    with talks(tmp_path) as plain:
        plain.run()
        number, killed = 1, True
        while killed:
            here = fresh_talks(plain, tmp_path, f"{number}", REPLAY)
            here.chunk = chunk
            killed = system.wait(system.drive(here, None, number, "after")) != DONE
            if killed:
                assert system.wait(system.drive(here)) == DONE
            check_sent_once(here)
            assert kept_calls(here) == Counter(CALLS)
            assert here.grades(last_run(here)) == SOUND
            assert verdict(here) == verdict(plain)
            assert here.spool(last_run(here)) == []
            number += step
        assert number > 60


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_call_with_effects_is_never_made_twice_unasked_and_a_retry_mends_what_was_interrupted(
    tmp_path: Path, system: Processes, when: str
) -> None:
    with talks(tmp_path, PYTHON) as plain:
        plain.run()
        for number in range(1, len(CALLS) + 1):
            here = fresh_talks(plain, tmp_path, f"{number}", PYTHON)
            assert system.wait(system.drive(here, None, number, when, "tools")) == KILLED
            made = log(here).total()
            assert made == number - (when == "before")
            assert system.wait(system.drive(here)) == DONE
            assert max(log(here).values()) == 1
            check_interrupted(here)
            assert here.retry() == 1
            assert system.wait(system.drive(here)) == DONE
            assert here.grades() == SOUND
            check_sent_once(here, repeated=1)
            assert set(log(here)) == set(CALLS)
            assert verdict(here) == verdict(plain)


def check_interrupted(here: Scene) -> None:
    """One sample is without a score, and told to be retried; the gate does not decide without it."""
    (lost,) = [case for case, passed in here.grades().items() if passed is None]
    assert "the call of note was interrupted" in here.reasons()[lost]
    assert "`evaltui retry 1`" in here.reasons()[lost]
    assert here.verdict()["status"] == "incomplete"
    assert {case: passed for case, passed in here.grades().items() if case != lost}.items() <= SOUND.items()


# ---- cancelling ----------------------------------------------------------------------------------


def test_a_canceled_run_makes_no_call_that_may_have_effects_until_it_is_retried(tmp_path: Path) -> None:
    with talks(tmp_path, PYTHON) as here:
        run = here.start()

        def stop() -> None:
            with here.open() as (store, engine):
                cancel(store, run, engine)

        here.when("downloading", stop)
        here.drive(run)
        assert log(here).total() == 0
        assert here.sizes() == [6]
        calling = [case for case, reason in here.reasons().items() if "canceled before its call of note" in reason]
        assert set(calling) == {"one", "two", "three", "both"}
        assert here.verdict()["status"] == "incomplete"
        assert here.retry() == 5
        here.drive(run)
        assert here.grades() == SOUND
        assert log(here) == Counter(CALLS)
