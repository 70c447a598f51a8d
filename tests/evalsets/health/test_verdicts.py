"""What past runs say of the cases."""

import random

import pytest

from evaltui.evalsets.health.verdicts import records, saturation, suspects


def test_cases_always_pass_always_fail_flip_or_are_unknown() -> None:
    found = records({"p": [True, None, True], "f": [False], "x": [True, False], "u": [None, None], "e": []})
    assert [(each.case, each.kind, each.runs) for each in found] == [
        ("p", "always_pass", 2), ("f", "always_fail", 1), ("x", "flips", 2), ("u", "unknown", 0), ("e", "unknown", 0),
    ]  # fmt: skip


def test_a_case_that_fails_in_five_versions_is_suspect_and_in_four_not() -> None:
    (found,) = suspects(
        {"five": [False] * 5, "four": [None] + [False] * 4, "fine": [True] * 5, "once": [True] + [False] * 5}
    )
    assert (found.case, found.reason, found.message) == ("five", "fails_always", "fails in all 5 runs")


def test_a_case_that_fails_alone_among_its_like_is_suspect_at_once() -> None:
    results = {"odd": [False, False], "a": [True, True], "b": [True, True], "c": [True, None], "d": [False, False]}
    alike = dict.fromkeys("abc", "g") | {"odd": "g", "d": "h"}
    (found,) = suspects(results, alike)
    assert (found.case, found.reason) == ("odd", "fails_alone")
    assert found.message == "fails in all 2 runs while all 3 comparable cases pass"


@pytest.mark.parametrize("peer", [[True, False], [False, False]])
def test_a_peer_that_fails_as_well_takes_the_suspicion_away(peer: list[bool]) -> None:
    results = {"odd": [False, False], "a": [True, True], "b": [True, True], "c": [True, True], "d": peer}
    assert suspects(results, dict.fromkeys(results, "g")) == ()


def test_two_comparable_cases_are_too_few_and_unjudged_ones_do_not_count() -> None:
    results = {"odd": [False], "a": [True], "b": [True], "c": [None]}
    assert suspects(results, dict.fromkeys(results, "g")) == ()


def test_a_case_that_passes_where_the_others_fail_is_suspect_from_ten_runs_on() -> None:
    good = [True, False] * 5
    results = {"a": good, "b": good, "c": good, "odd": [not each for each in good]}
    (found,) = suspects(results)
    assert (found.case, found.reason) == ("odd", "against_the_rest")
    assert "correlation -1.00, 10 runs" in found.message
    assert suspects({case: runs[:9] for case, runs in results.items()}) == ()


def test_in_a_set_where_all_is_noise_hardly_a_case_is_suspect() -> None:
    chance = random.Random(7)
    flagged = [
        bool(suspects({f"c{n}": [chance.random() < 0.7 for _ in range(runs)] for n in range(60)}))
        for runs in (10, 15, 30)
        for _ in range(10)
    ]
    assert sum(flagged) <= 3


def test_one_reversed_case_among_many_noisy_ones_is_found() -> None:
    chance = random.Random(7)
    rates = [0.2, 0.9] * 10
    results = {f"c{n}": [chance.random() < rate for rate in rates] for n in range(60)}
    found = suspects({**results, "odd": [rate < 0.5 for rate in rates]})
    assert "odd" in [each.case for each in found]
    assert len(found) <= 2


def test_sequences_are_laid_over_each_other_at_the_newest_run() -> None:
    good = [True, True, False] * 4
    results = {"a": [False, True, True, *good], "b": [True, *good], "young": good}
    assert suspects(results) == ()
    assert [each.case for each in suspects({**results, "odd": [not each for each in good]})] == ["odd"]


def test_a_case_that_never_changes_or_has_no_rest_is_not_correlated() -> None:
    assert suspects({"a": [True] * 12, "b": [True, False] * 6}) == ()
    assert suspects({"alone": [True, False] * 6}) == ()


def test_a_set_that_hardly_fails_is_saturated() -> None:
    results = {f"c{n}": [True, True, n >= 3] for n in range(100)} | {f"x{n}": [False, True, True] for n in range(30)}
    found = saturation(results, mde=0.05)
    assert found is not None
    assert found.rate == pytest.approx(127 / 130)
    assert found.headroom == pytest.approx(3 / 130)
    assert found.informative == pytest.approx(33 / 130)
    assert found.saturated
    assert not saturation(results, mde=0.02).saturated
    assert not saturation(results).saturated


def test_a_set_of_which_few_cases_tell_is_saturated_whatever_its_rate() -> None:
    def results(telling: int) -> dict[str, list[bool]]:
        return {f"c{n}": [n < telling, n < 50] for n in range(telling)} | {
            f"f{n}": [False, False] for n in range(100 - telling)
        }

    telling = {case: [False, True] if case.startswith("c") else runs for case, runs in results(20).items()}
    assert not saturation(telling).saturated
    few = {case: [False, True] if case.startswith("c") else runs for case, runs in results(19).items()}
    assert saturation(few).saturated


def test_one_run_says_nothing_of_which_cases_tell_and_none_says_nothing_at_all() -> None:
    single = saturation({"a": [True], "b": [False]}, mde=0.1)
    assert (single.rate, single.informative, single.saturated) == (0.5, 1.0, False)
    assert saturation({"a": [None], "b": []}) is None
