"""`show --filter` and `compare --filter`: the cases that a filter takes."""

from tests.cli.program import Program


def test_the_cases_of_a_run_that_a_filter_takes_are_listed_with_their_reasons(history: Program) -> None:
    done = history("show", "2", "--filter", "fail critical")
    lines = done.out.splitlines()
    assert lines[0].startswith("1 case of 8: fail critical")
    assert lines[1].split() == ["✗", "fail", "hello", "(critical)"]
    assert lines[2].strip().startswith("exact: ")
    assert len(lines) == 3


def test_the_cases_of_a_comparison_that_a_filter_takes_are_listed_worst_first(history: Program) -> None:
    done = history("compare", "1", "2", "--filter", "broke")
    found = history("compare", "1", "2", "--filter", "broke", "--json").json
    assert (found["run"], found["against"], found["filter"]) == (2, 1, "broke")
    assert sum(found["counts"].values()) == 8
    names = [case["case_id"] for case in found["cases"]]
    assert names and {case["kind"] for case in found["cases"]} == {"broke"} and "key" not in found["cases"][0]
    assert [line.split()[2] for line in done.out.splitlines()[1:] if line.startswith("  ✗")] == names
    assert history("compare", "1", "2", "--filter", "", "--all").out.startswith("8 cases of 8")


def test_a_filter_that_is_none_is_explained_with_what_is_allowed(history: Program) -> None:
    done = history("show", "2", "--filter", "tga:x")
    assert (done.code, done.out) == (2, "")
    assert 'did you mean "tag"?' in done.err and "tag:TAG" in done.err


def test_a_filter_that_takes_nothing_says_what_it_may_have_meant(history: Program) -> None:
    done = history("show", "2", "--filter", "regresed")
    assert done.out.splitlines()[0].startswith("0 cases of 8")
    assert 'did you mean "regressed"?' in done.out


def test_a_filter_is_of_many_cases_not_of_one(history: Program) -> None:
    assert history("show", "2", "hello", "--filter", "fail").code == 2
    assert history("compare", "1", "2", "hello", "--filter", "fail").code == 2
