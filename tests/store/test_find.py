"""Finding cases by a part of their id."""

from evaltui.domain.case import Case
from evaltui.store.find import cases_named
from evaltui.store.runs import create_run


def cases(*names: str) -> list[Case]:
    return [Case(id=name, input=name, expected="yes") for name in names]


def test_every_word_must_be_in_the_id_in_any_case_of_letters(world):
    run = world.run(cases("Refund-angry", "refund-calm", "ship-angry"))
    assert cases_named(world.store, run.id, ["ANGRY"]) == ["Refund-angry", "ship-angry"]
    assert cases_named(world.store, run.id, ["angry", "ref"]) == ["Refund-angry"]
    assert cases_named(world.store, run.id, ["%"]) == []
    assert cases_named(world.store, run.id, []) == ["Refund-angry", "refund-calm", "ship-angry"]


def test_only_cases_that_were_run_are_found_and_no_more_than_asked_for(world):
    evalset = world.evalset(cases("a1", "a2", "a3"))
    run = create_run(world.store, world.new_run(evalset.id), [0, 2])
    assert cases_named(world.store, run.id, ["a"]) == ["a1", "a3"]
    assert cases_named(world.store, run.id, ["a"], limit=1) == ["a1"]


def test_a_lone_surrogate_in_what_is_typed_finds_nothing(world):
    run = world.run(cases("a1"))
    assert cases_named(world.store, run.id, ["\ud800"]) == []
