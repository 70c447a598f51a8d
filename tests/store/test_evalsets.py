"""Evalsets as they were when a run was planned."""

import sqlite3

import pytest

from evaltui.domain.case import Case
from evaltui.store import evalsets, runs
from evaltui.store.cases import sample


def test_an_evalset_comes_back_as_it_was_saved(world):
    saved = world.evalset(world.cases(3), header='{"name": "desk"}')
    assert evalsets.evalset(world.store, saved.id) == saved
    assert (saved.name, saved.cases, saved.header, saved.folder) == ("desk", 3, '{"name": "desk"}', "evalsets/desk")
    assert evalsets.evalset(world.store, 99) is None


def test_the_same_evalset_is_kept_once(world):
    first, second = world.evalset(world.cases(3)), world.evalset(world.cases(3))
    assert first == second
    assert world.store.connection.execute("SELECT count(*) FROM evalset_cases").fetchone() == (3,)


def test_the_digest_does_not_depend_on_order_marks_or_gate_but_each_is_kept(world):
    cases = world.cases(3)
    marked = [Case.model_validate(cases[0].model_dump() | {"critical": True, "tags": ["vip"]}), *cases[1:]]
    records = [
        world.evalset(cases),
        world.evalset(cases[::-1]),
        world.evalset(marked),
        world.evalset(cases, gate_digest="g2"),
    ]
    assert len({record.digest for record in records}) == 1
    assert len({record.id for record in records}) == 4


@pytest.mark.parametrize("change", [{"expected": "no"}, {"rubric": "be kind"}, {"vars": {"tone": "dry"}}])
def test_the_digest_changes_with_anything_that_is_scored(world, change):
    cases = world.cases(2)
    changed = Case.model_validate(cases[0].model_dump() | change)
    assert world.evalset(cases).digest != world.evalset([changed, cases[1]]).digest


def test_the_digest_changes_with_the_scorers_and_the_name(world):
    digests = {world.evalset(world.cases(2)).digest, world.evalset(world.cases(2), scorers_digest="s2").digest}
    assert len(digests | {world.evalset(world.cases(2), name="other").digest}) == 3


def test_a_case_shared_by_two_evalsets_is_stored_once(world):
    world.evalset(world.cases(3))
    world.evalset(world.cases(4))
    assert world.store.connection.execute("SELECT count(*) FROM cases").fetchone() == (4,)


def test_a_case_is_read_as_it_was_in_that_run(world):
    old, new = world.cases(1, expected="yes"), world.cases(1, expected="no")
    first, second = world.run(old), world.run(new)
    assert sample(world.store, first.id, "case-0").case == old[0]
    assert sample(world.store, second.id, "case-0").case == new[0]
    assert sample(world.store, first.id, "case-1") is None
    assert world.evalset(new).digest == second.evalset_digest


@pytest.mark.parametrize(
    "hostile", ["nul \0 inside", "lone \ud800 surrogate", "\x1b[31m\u202e", "x" * 3_000_000, "🧨 é"]
)
def test_hostile_texts_survive(world, hostile):
    case = Case(id="c", input={"a": hostile}, expected=[hostile, {hostile: 1}], rubric="r", group="g", tags=["t"])
    run = world.run([case])
    assert sample(world.store, run.id, "c").case == case


def test_a_case_with_a_conversation_survives(world):
    case = Case.model_validate(
        {
            "id": "c",
            "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}],
            "source": {"kind": "log", "id": "7"},
            "expected": {"n": 1.5, "flag": False, "none": None},
        }
    )
    assert sample(world.store, world.run([case]).id, "c").case == case


def test_two_cases_with_one_id_keep_nothing(world):
    with pytest.raises(sqlite3.IntegrityError):
        world.evalset([*world.cases(2), Case(id="case-0", input="other")])
    assert world.store.connection.execute("SELECT count(*) FROM cases").fetchone() == (0,)


def test_a_stream_that_breaks_keeps_nothing(world):
    def broken():
        yield from world.cases(2)
        raise OSError("the file went away")

    with pytest.raises(OSError, match="went away"):
        world.evalset(broken())
    assert world.store.connection.execute("SELECT count(*) FROM cases").fetchone() == (0,)
    assert runs.latest_run(world.store) is None
