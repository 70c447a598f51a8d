"""Findings: acts that are kept whole, undone and done again by later facts."""

import sqlite3
import threading

import pytest

from evaltui.domain.finding import Edit, Finding, HumanLabel, NewAct
from evaltui.store import acts, findings
from evaltui.store.database import open_store
from evaltui.store.runs import latest_run


@pytest.fixture
def run(world):
    return world.done(world.cases(6), [True, False])[0]


def do(store, run, label, *positions, note=None, **more):
    found = tuple(Finding(position, label, note) for position in positions)
    with store.transaction():
        return acts.add_act(store, run.id, NewAct(f"{label} {positions}", found, **more), "ada")


def undo(store, run, who="ada"):
    with store.transaction():
        act = acts.to_undo(store, run.id)
        if act:
            acts.add_undoing(store, act, who, undone=True)
    return act


def redo(store, run, who="ada"):
    with store.transaction():
        act = acts.to_redo(store, run.id)
        if act:
            acts.add_undoing(store, act, who, undone=False)
    return act


def labels(store, run):
    return {position: found.label for position, found in findings.findings(store, run.id).items()}


def test_the_newest_label_and_the_newest_note_of_a_case_stand_each_for_itself(world, run):
    do(world.store, run, "real", 1, note="the date")
    do(world.store, run, "accept", 1)
    do(world.store, run, None, 2, note="look again")
    found = findings.findings(world.store, run.id)
    assert (found[1].label, found[1].note, found[1].who, found[1].judged) == ("accept", "the date", "ada", True)
    assert (found[2].label, found[2].note, found[2].judged) == (None, "look again", False)
    do(world.store, run, None, 2, note="")
    assert 2 not in findings.findings(world.store, run.id)


def test_the_view_that_lists_join_has_one_row_a_case(world, run):
    do(world.store, run, "real", 1, 3, note="x")
    do(world.store, run, "bad", 3)
    rows = world.store.connection.execute("SELECT run_id, position, label, note FROM current_findings").fetchall()
    assert rows == [(run.id, 1, "real", "x"), (run.id, 3, "bad", "x")]


def test_an_act_is_undone_and_done_again_whole(world, run):
    do(world.store, run, "later", 0)
    group = do(world.store, run, "real", 1, 2, 3)
    assert undo(world.store, run) == group
    assert labels(world.store, run) == {0: "later"}
    assert redo(world.store, run) == group
    assert labels(world.store, run) == {0: "later", 1: "real", 2: "real", 3: "real"}


def test_undo_gives_back_what_stood_before(world, run):
    do(world.store, run, "real", 1)
    do(world.store, run, "accept", 1)
    undo(world.store, run)
    assert labels(world.store, run) == {1: "real"}


def test_undo_and_redo_go_through_all_acts_and_then_say_that_there_is_none(world, run):
    made = [do(world.store, run, "real", n).words for n in range(4)]
    assert [act.words for act in iter(lambda: undo(world.store, run), None)] == made[::-1]
    assert labels(world.store, run) == {}
    assert [act.words for act in iter(lambda: redo(world.store, run), None)] == made
    assert labels(world.store, run) == dict.fromkeys(range(4), "real")


def test_a_new_act_leaves_nothing_to_be_done_again(world, run):
    do(world.store, run, "real", 1)
    do(world.store, run, "real", 2)
    undo(world.store, run)
    do(world.store, run, "accept", 2)
    assert redo(world.store, run) is None
    undo(world.store, run)
    assert redo(world.store, run).words == "accept (2,)"
    assert redo(world.store, run) is None


def test_undo_and_redo_survive_a_restart(world, run, path):
    do(world.store, run, "real", 1, 2)
    do(world.store, run, "flaky", 3)
    undo(world.store, run)
    world.store.close()
    with open_store(path) as again:
        assert redo(again, run).words == "flaky (3,)"
        assert undo(again, run).words == "flaky (3,)"
        assert undo(again, run).positions == (1, 2)
        assert labels(again, run) == {}


def test_acts_of_one_run_leave_the_others_alone(world, run):
    other = world.done(world.cases(6), [False])[0]
    do(world.store, run, "real", 1)
    assert undo(world.store, other) is None
    assert labels(world.store, other) == {}


def test_an_act_that_cannot_be_kept_whole_leaves_nothing(world, run):
    with pytest.raises(sqlite3.IntegrityError):
        do(world.store, run, "real", 1, labels=(HumanLabel(10_000, 1, "route", True),))
    with pytest.raises(sqlite3.IntegrityError):
        do(world.store, run, "splendid", 1)
    assert findings.findings(world.store, run.id) == {} and undo(world.store, run) is None


def test_two_writers_at_once_lose_no_act_and_undo_each_act_once(world, run, path):
    undone = []

    def work(label):
        with open_store(path) as store:
            for position in range(6):
                do(store, run, label, position)

    def take_back():
        with open_store(path) as store:
            undone.extend(undo(store, run).id for _ in range(6))

    for jobs in ([(work, "real"), (work, "accept")], [(take_back,), (take_back,)]):
        threads = [threading.Thread(target=job, args=given) for job, *given in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(undone)) == 12 and labels(world.store, run) == {}


def test_what_a_person_says_of_a_grade_stands_until_it_is_undone(world, run):
    do(world.store, run, "dispute", 1, labels=(HumanLabel(2, 2, "route", True),))
    do(world.store, run, "dispute", 1, labels=(HumanLabel(2, 2, "route", False),))
    assert [(row.sample_id, row.scorer, row.passed) for row in findings.human_labels(world.store, run.id)] == [
        (2, "route", False)
    ]
    undo(world.store, run)
    assert [row.passed for row in findings.human_labels(world.store, run.id)] == [True]
    undo(world.store, run)
    assert findings.human_labels(world.store, run.id) == []


def test_a_flaky_case_waits_until_a_run_puts_it_to_the_test(world, run):
    do(world.store, run, "flaky", 1, 4)
    do(world.store, run, "real", 4)
    waiting = findings.to_rerun(world.store, run.id)
    assert list(waiting) == [1]
    again = world.run(world.cases(6))
    findings.add_reruns(world.store, again.id, waiting.values())
    assert findings.to_rerun(world.store, run.id) == {}
    assert findings.is_rerun(world.store, again.id) and not findings.is_rerun(world.store, run.id)
    assert latest_run(world.store) == again and latest_run(world.store, reruns=False) == run
    do(world.store, run, "flaky", 1)
    assert list(findings.to_rerun(world.store, run.id)) == [1]


def test_an_act_remembers_the_bytes_it_changed(world, run):
    edit = Edit("cases.yaml", 7, b"yes\xff", b"no", "d1", "d2")
    do(world.store, run, "accept", 1, edits=(edit,))
    assert acts.to_undo(world.store, run.id).edits == (edit,)
    assert edit.reverse.reverse == edit


def test_hostile_words_are_kept_as_they_can_be(world, run):
    do(world.store, run, "real", 1, note="\x1b[31m \ud800 \0 [bold]")
    assert findings.findings(world.store, run.id)[1].note == "\x1b[31m \\ud800 \0 [bold]"
