"""After a create nobody confirmed: never twice, never forgotten."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evaltui.batches.names import custom_id
from evaltui.batches.reconcile import SKEW, Adopt, Resend, Several, Wait, judge, proves
from evaltui.domain.batch import Counts, Intent, RemoteBatch

SENT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=5)
INTENT = Intent(1, 1, "abcdefghij", 7, 100, "d" * 64, SENT, SENT)


def remote(remote_id: str = "b1", size: int = 7, after: timedelta = timedelta(seconds=1)) -> RemoteBatch:
    return RemoteBatch(remote_id, "in_progress", Counts(processing=size), SENT + after)


def asked(*listed: RemoteBatch, known: frozenset[str] = frozenset(), late: timedelta = timedelta()) -> object:
    return judge(INTENT, listed, known, SENT + late, WINDOW)


def test_the_one_batch_that_fits_is_adopted() -> None:
    assert asked(remote("other", size=8), remote(), remote("old", after=-timedelta(hours=1))) == Adopt(remote())


def test_a_batch_that_has_ended_in_the_meantime_fits_by_the_sum_of_its_counts() -> None:
    ended = RemoteBatch("b1", "ended", Counts(succeeded=4, errored=2, expired=1), SENT)
    assert asked(ended) == Adopt(ended)


def test_several_that_fit_stay_suspects() -> None:
    assert asked(remote("b2"), remote("b1")) == Several((remote("b2"), remote("b1")))


@pytest.mark.parametrize(("before", "fits"), [(SKEW, True), (SKEW + timedelta(seconds=1), False)])
def test_the_clocks_may_differ_by_two_minutes(before: timedelta, fits: bool) -> None:
    assert isinstance(asked(remote(after=-before)), Adopt) is fits


def test_a_batch_without_a_date_may_be_ours() -> None:
    undated = RemoteBatch("b1", "in_progress", Counts(processing=7))
    assert asked(undated) == Adopt(undated)


def test_a_batch_in_the_ledger_is_somebody_elses() -> None:
    assert asked(remote(), known=frozenset({"b1"}), late=WINDOW) == Resend()


def test_while_a_batch_may_still_appear_nothing_is_sent() -> None:
    assert asked() == Wait(30.0)
    assert asked(late=WINDOW - timedelta(seconds=4)) == Wait(4.0)
    assert asked(late=WINDOW) == Resend()


def test_a_batch_that_appears_late_is_still_adopted() -> None:
    assert asked(remote(), late=timedelta(days=1)) == Adopt(remote())


def test_a_clock_set_back_waits_no_longer_than_the_window() -> None:
    assert asked(late=-timedelta(days=3)) == Wait(30.0)


def test_an_intent_that_never_left_is_sent() -> None:
    unsent = Intent(1, 1, "abcdefghij", 7, 100, "d" * 64, SENT)
    assert judge(unsent, [remote()], frozenset(), SENT, WINDOW) == Resend()


def result(name: str) -> bytes:
    return b'{"custom_id":"%b","result":{"type":"canceled"}}\n' % name.encode()


def test_results_prove_whose_they_are_by_their_names(tmp_path: Path) -> None:
    lines = [b"garbage\n", b"\n", result("chat-1"), result(custom_id("abcdefghij", 3, 1, 1))]
    path = tmp_path / "results.jsonl"
    path.write_bytes(b"".join(lines))
    for source in (lines, path):
        assert proves(source, "abcdefghij")
        assert not proves(source, "jihgfedcba")


def test_no_results_prove_nothing() -> None:
    assert not proves([], "abcdefghij")
