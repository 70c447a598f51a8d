"""A run survives whatever dies or breaks in between: nothing lost, nothing paid twice, the same verdict."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.durability.processes import DONE, KILLED, Processes, processes, said, until
from tests.durability.scene import CASES, WRONG, Scene, scene

from evaltui.domain.errors import Stopped
from evaltui.domain.run import Run
from evaltui.loop.again import cancel, give_up, lost
from evaltui.store.requests import retryable

SOUND = {f"case-{n}": int(f"case-{n}" != WRONG) for n in range(CASES)}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with processes() as started:
        with scene(tmp_path_factory.mktemp("warm")) as here:
            started.warm(here)
        yield started


# ---- a crash at every effect ---------------------------------------------------------------------


def fresh(of: Scene, folder: Path, name: str) -> Scene:
    """A new database and a workspace of its own at the same sandbox."""
    return Scene(of.sandbox, of.evalset, folder / name / "evaltui.db", f"key-{name}")


def last_run(here: Scene) -> int:
    """A process that dies between creating a run and its scoring leaves a run that is never driven."""
    (newest,) = here.rows("SELECT max(id) FROM runs")[0]
    return int(newest)


def check_as_if_nothing_happened(here: Scene, plain: dict[str, Any]) -> None:
    run = last_run(here)
    here.check_whole(run)
    here.check_paid_once()
    numbered = {"run_id": 1, "next_step": plain["next_step"]}  # both name the run by its number
    assert {**here.verdict(run), **numbered} == plain


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_killed_at_any_effect_loses_nothing_and_pays_nothing_twice(
    tmp_path: Path, system: Processes, when: str
) -> None:
    # After one effect is before the next: before and after every odd one are all the moments that there are.
    with scene(tmp_path) as plain:
        plain.run()
        deaths = 0
        while (here := fresh(plain, tmp_path, f"{deaths}")) and system.wait(
            system.drive(here, None, 2 * deaths + 1, when)
        ):
            deaths += 1
            assert system.wait(system.drive(here)) == DONE
            check_as_if_nothing_happened(here, plain.verdict())
        check_as_if_nothing_happened(here, plain.verdict())
        assert deaths > 12


@pytest.mark.parametrize("seed", range(4))
def test_a_run_whose_processes_keep_dying_still_ends_as_one_that_lived(
    tmp_path: Path, system: Processes, seed: int
) -> None:
    chance = random.Random(seed)
    with scene(tmp_path) as plain:
        plain.run()
        here = fresh(plain, tmp_path, "mortal")
        ended = KILLED
        while ended == KILLED:
            ended = system.wait(system.drive(here, None, chance.randint(1, 24), chance.choice(("before", "after"))))
        assert ended == DONE
        check_as_if_nothing_happened(here, plain.verdict())


# ---- faults that heal by themselves --------------------------------------------------------------

HEALING = [
    "commit-then-drop",
    "commit-then-500",
    "drop-before-commit:1",
    "drop-before-commit:2,commit-then-500,rate-limit:2=list",
    "overloaded:1=create",
    "bad-gateway:1=create",
    "server-error:1=create",
    "rate-limit:2=create",
    "rate-limit:2=create,retry-after=0.05",
    "rate-limit:6",
    "rate-limit:3=poll,retry-after=0.05",
    "overloaded:6",
    "server-error:6",
    "bad-gateway:6",
    "server-error:3=results",
    "results-truncated:4=content-length",
    "results-truncated:4=chunked",
    "results-truncated:4=close",
    "missing-ids:2",
    "malformed-line:2",
    "duplicate-ids",
    "unknown-ids",
    "crlf",
    "foreign-results-url",
    "duplicate-ids,unknown-ids,crlf,results-truncated:0.3=close,commit-then-drop:0.5,server-error:0.3,seed=7",
]


@pytest.mark.parametrize("faults", HEALING)
def test_a_fault_that_passes_changes_nothing(tmp_path: Path, faults: str) -> None:
    with scene(tmp_path, faults) as here:
        here.run()
        here.check_whole()
        struck = here.sandbox.counters()["faults_struck"]
        assert all(struck.get(name) for name in here.sandbox.core.faults.rules)
        here.play("")
        here.check_paid_once()


def test_a_batch_that_shows_up_late_in_the_list_is_found(tmp_path: Path) -> None:
    with scene(tmp_path, "commit-then-drop:1,create-list-window:1=30") as here:
        here.when("looking for a create", lambda: here.sandbox.advance(30))
        here.run()
        assert here.waiting == []
        here.check_whole()
        here.check_paid_once()


def test_a_second_create_without_an_answer_is_looked_for_as_long_as_the_first(tmp_path: Path) -> None:
    with scene(tmp_path, "drop-before-commit:1,commit-then-drop:1,create-list-window:1=30") as here:
        here.when("sending it again", lambda: here.when("looking for a create", lambda: here.sandbox.advance(30)))
        here.run()
        assert here.waiting == []
        here.check_whole()
        here.check_paid_once()


@pytest.mark.parametrize("window", ["create-404-window", "results-404-window"])
def test_a_batch_that_is_unknown_for_half_a_minute_is_asked_for_again(tmp_path: Path, window: str) -> None:
    with scene(tmp_path, f"{window}:1=30") as here:
        here.when("Nothing is lost; asking again", lambda: here.sandbox.advance(30))
        here.run()
        assert here.waiting == []
        here.check_whole()
        here.check_paid_once()


def test_ten_minutes_without_a_network_while_sending_and_while_waiting(tmp_path: Path) -> None:
    with scene(tmp_path, "offline=0-600+1000-1600", batch_seconds=60) as here:
        here.start()
        here.when("no clear answer", lambda: here.sandbox.advance(600))
        here.drive(detach=True)
        here.sandbox.advance(500)
        here.when("Nothing is lost; asking again", lambda: here.sandbox.advance(600))
        here.drive()
        assert here.waiting == []
        here.check_whole()
        here.check_paid_once()


def test_what_is_odd_in_results_is_said(tmp_path: Path) -> None:
    with scene(tmp_path, "duplicate-ids:1,unknown-ids:1") as here:
        here.run()
        assert "came twice, the first counts" in here.said
        assert "are unknown: never-sent" in here.said


# ---- results that stay incomplete, and what a retry mends ----------------------------------------


@pytest.mark.parametrize("fault", ["missing-ids", "malformed-line"])
def test_a_result_that_never_comes_is_recorded_as_missing_and_a_retry_merges_it(tmp_path: Path, fault: str) -> None:
    with scene(tmp_path, fault, cases=3) as here:
        run = here.run()
        assert sorted(reason for reason in here.reasons().values() if "missing_result" in reason) != []
        assert here.spool() == []
        here.play("")
        assert here.retry(run) == 1
        here.drive()
        here.check_whole(cases=3)
        assert here.accepted() == 4


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("partial-expiry:2", "no reply: expired"),
        ("errored:2", "no reply: api_error"),
        ("errored:2=overloaded_error", "no reply: overloaded_error"),
    ],
)
def test_failed_requests_are_not_paid_again_until_asked_and_then_merged(
    tmp_path: Path, fault: str, reason: str
) -> None:
    with scene(tmp_path, fault) as here:
        run = here.run()
        failed = {case for case, said_of_it in here.reasons().items() if reason in said_of_it}
        assert len(failed) == 2
        assert here.grades() == {case: None if case in failed else value for case, value in SOUND.items()}
        here.drive()
        assert here.accepted() == CASES
        assert here.retry(run) == 2
        here.drive()
        here.check_whole()
        assert here.accepted() == CASES + 2
        assert here.accepted_twice() == 0


def test_a_retry_of_as_many_samples_is_not_split(tmp_path: Path) -> None:
    with scene(tmp_path, "errored:3", cases=3) as here:
        run = here.run()
        here.retry(run)
        here.drive()
        here.check_whole(cases=3)
        assert here.sizes() == [3, 3]


@pytest.mark.parametrize(
    ("fault", "reason"), [("refusal:1", "refus"), ("max-tokens:1", "max_tokens"), ("context-exceeded:1", "context")]
)
def test_a_reply_that_is_no_answer_fails_with_its_reason_and_is_not_retried(
    tmp_path: Path, fault: str, reason: str
) -> None:
    with scene(tmp_path, fault) as here:
        run = here.run()
        (case,) = [case for case, said_of_it in here.reasons().items() if reason in said_of_it]
        assert here.grades() == {**SOUND, case: 0}
        with here.open() as (store, _):
            assert retryable(store, run.id)[0] == 0
        here.check_paid_once()


# ---- a provider that says stop -------------------------------------------------------------------


def test_a_spending_limit_stops_with_words_keeps_what_came_and_goes_on_later(tmp_path: Path) -> None:
    with scene(tmp_path, batch_seconds=60) as here:
        here.when("sent", lambda: here.play("spend-limit"))
        with pytest.raises(Stopped, match=r"spend limit.*raise the spending limit or add credit, then resume"):
            here.run()
        assert here.sizes() == [3]
        here.sandbox.advance(60)
        with pytest.raises(Stopped):
            here.drive()
        assert here.grades() == {f"case-{n}": 1 if n < 3 else None for n in range(CASES)}
        here.play("")
        here.hurry(60)
        here.drive()
        here.check_whole()
        here.check_paid_once()


def test_a_deleted_batch_is_told_does_not_hold_up_the_others_and_can_be_given_up(tmp_path: Path) -> None:
    with scene(tmp_path) as here:
        run = here.start()
        here.drive(detach=True)
        (gone,) = [batch["id"] for batch in here.batches() if sum(batch["request_counts"].values()) == 3]
        here.ask("DELETE", f"/{gone}")
        with pytest.raises(Stopped, match=rf"does not know batch {gone}.*evaltui retry 1 --lost"):
            here.drive()
        assert here.grades() == {case: None if case < "case-3" else value for case, value in SOUND.items()}
        with here.open() as (store, engine):
            assert lost(store, run, engine, missing=600) == [], "it may only not be visible yet"
            give_up(store, lost(store, run, engine, missing=0))
        assert here.retry(run) == 3
        here.drive()
        here.check_whole()


def test_results_that_were_thrown_away_are_told_and_can_be_given_up(tmp_path: Path) -> None:
    with scene(tmp_path) as here:
        run = here.start()
        here.drive(detach=True)
        here.sandbox.advance(30 * 86_400)
        with here.open() as (store, engine):
            gone = lost(store, run, engine, missing=0)
            assert len(gone) == 3
            give_up(store, gone)
        assert here.retry(run) == CASES
        here.drive()
        here.check_whole()


# ---- cancelling ----------------------------------------------------------------------------------


def test_cancelling_keeps_what_succeeded_and_a_retry_sends_the_rest(tmp_path: Path) -> None:
    with scene(tmp_path, batch_seconds=60) as here:
        run = here.start()
        here.drive(detach=True)
        here.sandbox.advance(30)
        with here.open() as (store, engine):
            assert len(cancel(store, run, engine)) == 3
        here.drive()
        reasons = here.reasons().values()
        assert sum("canceled" in reason for reason in reasons) == 4
        assert here.retry(run) == 4
        here.drive(detach=True)
        here.sandbox.advance(60)
        here.drive()
        here.check_whole()
        assert here.accepted() == CASES + 4


def test_cancelling_a_run_that_is_half_sent_sends_no_more_of_it(tmp_path: Path) -> None:
    with scene(tmp_path) as here:
        here.when("sent", lambda: here.play("spend-limit"))
        with pytest.raises(Stopped):
            run = here.start()
            here.drive(run)
        here.play("")
        with here.open() as (store, engine):
            words = cancel(store, run, engine)
        assert words == ["2 requests were not sent yet and will not be", "1 requests were not sent yet and will not be"]
        here.drive()
        assert here.accepted() == 3
        assert here.retry(run) == 3
        here.drive()
        here.check_whole()
        here.check_paid_once()


# ---- strangers in the workspace ------------------------------------------------------------------


def check_without_strangers(here: Scene, strangers: int = 3) -> None:
    here.check_whole()
    assert here.accepted() == CASES + strangers
    assert here.accepted_twice() == 0


def test_a_strangers_batch_is_adopted_for_a_while_released_and_ours_is_sent(tmp_path: Path) -> None:
    with scene(tmp_path, "drop-before-commit:1", batch_seconds=60) as here:
        here.when("no clear answer", here.stranger)
        here.hurry(60)
        here.run()
        assert "was not ours after all" in here.said
        check_without_strangers(here)


def test_a_strangers_batch_that_ends_late_is_released_by_a_later_process(tmp_path: Path) -> None:
    with scene(tmp_path, "drop-before-commit:1", batch_seconds=60) as here:
        here.when("no clear answer", here.stranger)
        here.start()
        here.drive(detach=True)
        assert len(here.spool()) == 1, "the body that may have to be sent again"
        here.sandbox.advance(60)
        here.hurry(60)
        here.drive()
        check_without_strangers(here)


def test_ours_is_found_beside_a_strangers(tmp_path: Path) -> None:
    with scene(tmp_path, "commit-then-drop:1") as here:
        here.when("no clear answer", here.stranger)
        here.run()
        check_without_strangers(here)


def test_ours_is_not_among_several_strangers(tmp_path: Path) -> None:
    with scene(tmp_path, "drop-before-commit:1") as here:
        here.when("no clear answer", lambda: (here.stranger(), here.stranger()))
        here.run()
        check_without_strangers(here, strangers=6)


def test_ours_that_shows_up_after_a_strangers_was_adopted_is_found(tmp_path: Path) -> None:
    with scene(tmp_path, "commit-then-drop:1,create-list-window:1=30") as here:
        here.when("no clear answer", lambda: (here.batches(), here.stranger()))  # the look hides ours, not theirs
        here.when("was not ours after all", lambda: here.sandbox.advance(30))
        here.run()
        assert "was not ours after all" in here.said
        check_without_strangers(here)


def test_results_that_cannot_be_read_do_not_prove_an_adopted_batch_a_strangers(tmp_path: Path) -> None:
    with scene(tmp_path, "commit-then-drop,malformed-line", cases=1) as here:
        here.run()
        assert "was not ours" not in here.said
        assert "missing_result" in here.reasons()["case-0"]
        here.check_paid_once(cases=1)


def test_results_with_nothing_readable_of_ours_stop_the_run_and_are_read_once_they_are_sound(tmp_path: Path) -> None:
    with scene(tmp_path, "commit-then-drop,malformed-line,unknown-ids", cases=1) as here:
        with pytest.raises(Stopped, match="without a readable line for any of its 1 requests"):
            here.run()
        here.play("")
        here.drive()
        here.check_whole(cases=1)
        here.check_paid_once(cases=1)


# ---- several processes ---------------------------------------------------------------------------

BEFORE_CREATE, AFTER_CREATE = (2, "before"), (2, "after")  # effects of a planned run: marked as sent, created


def planned_alike(here: Scene, system: Processes) -> tuple[Run, Run]:
    """Two runs whose chunks have the same sizes, promised before anything of them is sent."""
    runs = here.start(), here.start()
    for run in runs:
        assert system.wait(system.drive(here, run, 3, "after")) == KILLED  # three chunks
    return runs


def test_a_run_is_driven_by_one_process_and_the_other_says_who(tmp_path: Path, system: Processes) -> None:
    with scene(tmp_path, batch_seconds=60) as here:
        assert system.wait(system.evaltui(here, "run", str(here.evalset), "--detach", "--yes")) == 0
        first = system.evaltui(here, "resume")
        until(lambda: here.sandbox.counters()["polls"])
        assert system.wait(system.evaltui(here, "resume")) == 3
        assert f"run 1 is being driven by process {first}" in said(here)
        here.sandbox.advance(60)
        system.wait(first)
        here.check_whole()
        here.check_paid_once()


def test_runs_that_send_at_once_never_have_two_creates_unanswered(tmp_path: Path, system: Processes) -> None:
    with scene(tmp_path, "commit-then-drop") as here:
        runs = [here.start() for _ in range(2)]
        commands = [system.evaltui(here, "resume", str(run.id)) for run in runs]
        for command in commands:
            system.wait(command)
        for run in runs:
            here.check_whole(run.id)
        here.check_paid_once(2 * CASES)
        creates = here.rows("SELECT sent_at, recorded_at FROM sendings JOIN creations USING (intent_id) ORDER BY 1")
        assert all(answered <= sent for (_, answered), (sent, _) in pairwise(creates))


def test_a_create_that_a_dead_process_left_open_is_found_after_another_run_sent_as_many(
    tmp_path: Path, system: Processes
) -> None:
    with scene(tmp_path) as here:
        first, second = planned_alike(here, system)
        assert system.wait(system.drive(here, first, *AFTER_CREATE)) == KILLED
        assert here.sizes() == [3]
        here.drive(second)
        here.check_whole(second.id)
        here.drive(first)
        here.check_whole(first.id)
        here.check_paid_once(2 * CASES)


def test_a_batch_that_another_run_adopted_wrongly_comes_back_to_the_run_it_is_of(
    tmp_path: Path, system: Processes
) -> None:
    with scene(tmp_path, batch_seconds=60) as here:
        first, second = planned_alike(here, system)
        assert system.wait(system.drive(here, first, *BEFORE_CREATE)) == KILLED
        assert system.wait(system.drive(here, second, *AFTER_CREATE)) == KILLED
        assert here.sizes() == [3]
        here.drive(first, detach=True)  # takes the second run's batch for its own
        assert here.sizes() == [3, 2, 1]
        looks = here.sandbox.counters()["lists"]
        waits = system.drive(here, second)
        until(lambda: here.sandbox.counters()["lists"] > looks + 12)  # longer than one looks before sending again
        assert here.sizes() == [3, 2, 1]
        here.sandbox.advance(60)
        here.when("in progress", lambda: here.sandbox.advance(60))
        here.drive(first)
        assert "was not ours after all" in here.said
        until(lambda: len(here.sizes()) == 6)
        here.sandbox.advance(60)
        assert system.wait(waits) == DONE
        here.check_whole(first.id)
        here.check_whole(second.id)
        here.check_paid_once(2 * CASES)


# ---- the real command ----------------------------------------------------------------------------


def test_kill_9_while_a_create_is_being_answered_and_resume(tmp_path: Path, system: Processes) -> None:
    with scene(tmp_path, "slow-commit:1=60") as here:
        env = {"ANTHROPIC_API_KEY": here.key, "EVALTUI_BASE_URL": here.url, "EVALTUI_DB": str(here.database)}
        command = [sys.executable, "-m", "evaltui", "run", str(here.evalset), "--detach", "--yes"]
        with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process:
            until(lambda: here.sandbox.counters()["creates_committed"])
            process.send_signal(signal.SIGKILL)
        assert process.returncode == KILLED
        system.wait(system.evaltui(here, "resume"))
        assert "Found it" in said(here)
        here.check_whole()
        here.check_paid_once()


def test_an_hour_that_the_provider_asks_for_does_not_hold_up_ctrl_c(tmp_path: Path, system: Processes) -> None:
    with scene(tmp_path, "rate-limit=create,retry-after=3600") as here:
        waiting = system.evaltui(here, "run", str(here.evalset), "--yes")
        until(lambda: "Not taken" in said(here))
        assert system.interrupt(waiting) == 3
        assert "`evaltui resume 1` takes it up again" in said(here)
        assert here.accepted() == 0
        here.play("")
        system.wait(system.evaltui(here, "resume"))
        here.check_whole()
        here.check_paid_once()


def test_the_command_stops_at_a_spending_limit_with_3_and_words(tmp_path: Path, system: Processes) -> None:
    with scene(tmp_path, "spend-limit") as here:
        assert system.wait(system.evaltui(here, "run", str(here.evalset), "--yes")) == 3
        assert "raise the spending limit or add credit, then resume the run" in said(here)
        here.play("")
        system.wait(system.evaltui(here, "resume"))
        here.check_whole()
        here.check_paid_once()
