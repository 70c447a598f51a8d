"""`evaltui history`: the score over all runs."""

from tests.cli.program import Program


def test_the_history_is_drawn_and_listed_with_the_notes_of_promotions(history: Program) -> None:
    said = history("history", "greetings").out
    assert said.startswith("greetings: pass rate over 3 runs\n  3 comparable releases: a trend needs 4\n")
    assert " 50.0 %" in said and "★" in said and "┤" in said
    (first,) = (line for line in said.splitlines() if "first" in line)
    assert first.startswith("1 ") and "★ promoted" in first


def test_the_newest_only_and_as_json(history: Program) -> None:
    found = history("history", "greetings", "--limit", "2", "--json").json
    assert [release["run"]["id"] for release in found["releases"]] == [2, 3]
    assert found["trend"]["direction"] == "too few"


def test_an_evalset_without_runs_is_said_to_have_none(history: Program) -> None:
    done = history("history", "nobody")
    assert (done.code, "no run of evalset 'nobody'" in done.err) == (2, True)
