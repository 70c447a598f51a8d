"""Two runs side by side."""

from evaltui.domain.case import Case
from evaltui.domain.verdict import Graded
from evaltui.store import pairs, runs, scores


def case(name, **fields):
    return Case(id=name, **{"input": f"question {name}", "expected": "yes", **fields})


def graded(passed, reason):
    return Graded(int(passed), 1, 0, float(passed), reason)


def test_every_case_of_either_run_appears_once_with_its_change(world):
    _, before = world.done([case("same"), case("gone"), case("gold"), case("input")], [True])
    after_cases = [case("new"), case("input", input="other"), case("gold", expected="no"), case("same")]
    _, after = world.done(after_cases, [False])
    found = {pair.case_id: pair for pair in pairs.pairs(world.store, before, after)}
    assert {name: pair.change for name, pair in found.items()} == {
        "gold": "gold changed",
        "gone": "removed",
        "input": "input changed",
        "new": "added",
        "same": "same",
    }
    assert found["same"].baseline == graded(True, "sample 1 True")
    assert found["same"].candidate == graded(False, "sample 8 False")
    assert (found["gone"].candidate, found["new"].baseline) == (None, None)


def test_a_case_whose_marks_alone_changed_is_the_same(world):
    _, before = world.done([case("a")], [True])
    _, after = world.done([case("a", critical=True, tags=["t"])], [True])
    assert [pair.change for pair in pairs.pairs(world.store, before, after)] == ["same"]


def test_pairs_come_in_the_order_of_case_ids(world):
    _, before = world.done([case(name) for name in ("b", "d", "a")], [True])
    _, after = world.done([case(name) for name in ("c", "b", "e")], [True])
    assert [pair.case_id for pair in pairs.pairs(world.store, before, after)] == ["a", "b", "c", "d", "e"]


def test_without_a_baseline_every_case_is_added(world):
    _, scoring = world.done(world.cases(3), [True])
    assert [pair.change for pair in pairs.pairs(world.store, None, scoring)] == ["added"] * 3


def test_trials_are_folded_into_one_graded_case(world):
    _, scoring = world.done(world.cases(2), [True, False, None, True, True, True], trials=3)
    first, second = (pair.candidate for pair in pairs.pairs(world.store, None, scoring))
    assert first == Graded(1, 2, 1, 0.5, "sample 2 False")
    assert second == Graded(3, 3, 0, 1.0, "sample 4 True")
    assert [first.all_passed, second.all_passed] == [False, True]


def test_the_reason_of_an_unresolved_trial_goes_before_that_of_a_passed_one(world):
    _, scoring = world.done(world.cases(1), [True, None], trials=2)
    (pair,) = pairs.pairs(world.store, None, scoring)
    assert pair.candidate == Graded(1, 1, 1, 1.0, "sample 2 None")


def test_samples_without_a_grade_are_unresolved(world):
    run = world.run(world.cases(1), trials=2)
    scoring = scores.open_scoring(world.store, run.id, "s1", "[]", world.at)
    (pair,) = pairs.pairs(world.store, None, scoring)
    assert pair.candidate == Graded(0, 0, 2, None, "")


def test_the_value_may_be_that_of_one_scorer(world, said):
    run = world.run(world.cases(1), trials=2)
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, said("a"))
    scoring = world.grade(run, [True, False], value=0.25)
    (by_pass,) = pairs.pairs(world.store, None, scoring, None)
    (by_scorer,) = pairs.pairs(world.store, None, scoring, "route")
    (by_nobody,) = pairs.pairs(world.store, None, scoring, "no such scorer")
    assert (by_pass.candidate.value, by_scorer.candidate.value, by_nobody.candidate.value) == (0.5, 0.25, None)
    assert by_scorer.candidate.passed == by_pass.candidate.passed == 1


def test_tags_are_the_candidates_while_marks_and_groups_of_the_baseline_still_count(world):
    _, before = world.done([case("a", critical=True, tags=["old"]), case("gone", critical=True, group="g")], [True])
    _, after = world.done([case("a", tags=["x", "y"], group="h")], [True])
    kept, gone = pairs.pairs(world.store, before, after)
    assert (kept.critical, kept.unmarked, set(kept.tags), kept.group) == (True, True, {"x", "y"}, "h")
    assert (gone.critical, gone.tags, gone.group) == (True, (), "g")


def test_a_run_of_some_cases_has_only_those(world, said):
    _, before = world.done(world.cases(3), [True])
    part = runs.create_run(world.store, world.new_run(world.evalset(world.cases(3)).id), [1])
    scoring = scores.open_scoring(world.store, part.id, "s1", "[]", world.at)
    assert [pair.change for pair in pairs.pairs(world.store, before, scoring)] == ["removed", "same", "removed"]


def test_a_pair_of_runs_is_streamed(world):
    _, scoring = world.done(world.cases(3), [True])
    stream = pairs.pairs(world.store, scoring, scoring)
    assert next(stream).case_id == "case-0"
    assert [pair.case_id for pair in stream] == ["case-1", "case-2"]
