"""Sandbox time."""

import pytest

from evaltui.sandbox.clock import Clock, timestamp


class Wall:
    """A wall clock that stands still until it is set."""

    def __init__(self) -> None:
        self.time = 1_000.0

    def __call__(self) -> float:
        return self.time


def test_time_runs_at_its_speed_and_jumps_when_told():
    wall = Wall()
    clock = Clock(speed=3600, wall=wall)
    wall.time += 2
    assert clock.now() == 1_000 + 7_200
    assert clock.advance(86_400) == 1_000 + 7_200 + 86_400
    wall.time += 1
    assert clock.now() == 1_000 + 7_200 + 86_400 + 3_600


def test_a_restarted_clock_goes_on_at_its_own_speed():
    wall = Wall()
    first = Clock(speed=100, wall=wall)
    first.advance(50)
    wall.time += 10
    second = Clock(speed=1, wall=wall)
    second.resume(first.anchor())
    assert second.now() == first.now() == 1_000 + 50 + 1_000
    wall.time += 5
    assert second.now() == 1_000 + 50 + 1_000 + 5


@pytest.mark.parametrize("bad", [{"speed": 0}, {"speed": -1}, {"batch_seconds": -1}, {"cancel_seconds": -1}])
def test_a_senseless_clock_is_refused(bad):
    with pytest.raises(ValueError, match="speed must be above 0"):
        Clock(**bad)


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_time_never_runs_backwards(seconds):
    with pytest.raises(ValueError, match="at least 0"):
        Clock().advance(seconds)


def test_timestamps_have_microseconds_and_an_offset():
    assert timestamp(0) == "1970-01-01T00:00:00.000000+00:00"
    assert timestamp(1_700_000_000.25) == "2023-11-14T22:13:20.250000+00:00"
