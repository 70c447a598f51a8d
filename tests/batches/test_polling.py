"""How long to wait before the next look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.batches.polling import Backoff, next_delay

ages = st.floats(0, 10**6)


def test_a_young_batch_is_looked_at_every_two_seconds_and_an_old_one_every_minute() -> None:
    assert [next_delay(age) for age in (0, 40, 600, 1200, 86_400)] == [2, 2, 30, 60, 60]


def test_the_floor_may_be_lower_for_a_server_nearby() -> None:
    assert next_delay(0, floor=0.1) == 0.1
    assert next_delay(10, floor=0.1) == 0.5


@given(ages, st.integers(0, 10**6), st.floats(0.05, 5), st.integers(0, 10**9))
def test_a_delay_is_never_shorter_than_the_floor_by_more_than_jitter_nor_longer_than_two_minutes(
    age: float, failures: int, floor: float, seed: int
) -> None:
    assert floor <= next_delay(age, failures, floor=floor, seed=seed) <= 120


@given(ages, st.integers(0, 8), st.integers(0, 10**9))
def test_a_failure_more_never_shortens_the_wait(age: float, failures: int, seed: int) -> None:
    assert next_delay(age, failures + 1, seed=seed) >= next_delay(age, failures, seed=seed)


def test_failures_double_the_wait() -> None:
    waits = [next_delay(0, failures) for failures in range(1, 9)]
    assert waits[0] <= 4
    assert waits[3] > 20
    assert 90 <= waits[-1] <= 120


@given(ages, st.integers(0, 50))
def test_the_servers_wait_is_the_least_even_when_an_hour(age: float, failures: int) -> None:
    assert next_delay(age, failures, retry_after=3600) == 3600


def test_a_short_wait_from_the_server_shortens_nothing() -> None:
    assert next_delay(86_400, retry_after=0.5) == 60


def test_the_jitter_is_fixed_by_the_seed_and_differs_between_batches() -> None:
    waits = {seed: next_delay(0, 7, seed=seed) for seed in range(20)}
    assert waits == {seed: next_delay(0, 7, seed=seed) for seed in range(20)}
    assert len(set(waits.values())) == 20


def test_a_backoff_grows_with_failures_and_is_forgotten_on_an_answer() -> None:
    calm = Backoff(seed=3)
    worried = calm.failed().failed().failed()
    assert worried.delay(0) > calm.delay(0)
    assert calm.failed(retry_after=90).delay(0) == 90
    assert worried.failed(retry_after=90).failed().delay(0) < 90
    assert worried.answered() == calm


@pytest.mark.parametrize("age", [-5, 0])
def test_a_batch_from_a_clock_ahead_of_ours_is_young(age: float) -> None:
    assert next_delay(age) == 2
