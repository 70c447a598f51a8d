"""The queue of a run against its baseline, and the acts that judge it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.workbench import QUICK, bench, run_evalset, write_evalset

from evaltui.domain.errors import Refused, Unknown
from evaltui.domain.finding import Found
from evaltui.domain.run import Run
from evaltui.loop.advance import drive
from evaltui.loop.gold_output import offer
from evaltui.loop.open import open_session
from evaltui.loop.promote import promote
from evaltui.loop.propose import propose
from evaltui.loop.reruns import start_again, waiting, wish_again
from evaltui.loop.triage import (
    Queue,
    alike,
    item_of,
    judge,
    new_gold,
    next_open,
    progress,
    queue,
    redo,
    stamp,
    undo,
    write_note,
)
from evaltui.loop.triage_report import markdown, report
from evaltui.sandbox.scripted import Scripted, last_text
from evaltui.store.database import Store
from evaltui.store.findings import Again, asked_again, findings, human_labels

AGENT = "name: a\nmodel: claude-haiku-4-5\nmax_tokens: 9\n"
NAMES = [f"c{number}" for number in range(8)]


class Turns(dict[str, str]):
    """One case is answered differently each time, all others alike."""

    def __init__(self, answers: list[str], *, of: str = "c1", else_: str = "no") -> None:
        super().__init__()
        self._answers, self._of, self._else = iter(answers), of, else_

    def get(self, name: str, default: Any = None) -> Any:
        return next(self._answers) if name == self._of else self._else


class Desk:
    """Cases that ask for `yes`: c0 fails in both runs; in the second one c1 to c6 break, in three ways."""

    def __init__(self, store: Store, engine: Any, folder: Path) -> None:
        self.store, self.engine, self.folder = store, engine, folder
        self.said: dict[str, str] = {"c0": "no"}
        cases = [{"id": name, "input": name, "expected": "yes", "critical": name == "c5"} for name in NAMES]
        write_evalset(folder, cases, "  - exact", AGENT)

    def run(self, trials: int = 1) -> Run:
        return run_evalset(self.store, self.engine, self.folder, trials=trials)

    def gold(self, name: str) -> Any:
        lines = (self.folder / "cases.jsonl").read_text("utf-8").splitlines()
        return next(case["expected"] for case in map(json.loads, lines) if case["id"] == name)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made: list[Desk] = []
    script = Scripted(lambda params: made[0].said.get(last_text(params), "yes"))
    with bench(tmp_path, script) as (store, engine, _):
        made.append(Desk(store, engine, tmp_path / "desk"))
        yield made[0]


@pytest.fixture
def runs(desk: Desk) -> tuple[Run, Run]:
    base = desk.run()
    promote(desk.store, base)
    desk.said |= {"c1": "no", "c2": "no", "c3": "no", "c4": " ", "c5": " ", "c6": "no"}
    return base, desk.run()


@pytest.fixture
def waits(desk: Desk, runs: tuple[Run, Run]) -> Queue:
    return queue(desk.store, runs[1], runs[0])


def by_id(waits: Queue, *names: str) -> list[Any]:
    return [item for item in waits.items if item.case_id in names]


def label_of(desk: Desk, run: Run) -> dict[str, str | None]:
    return {one.case_id: one.label for one in findings(desk.store, run.id).values()}


def test_what_broke_comes_first_in_groups_with_critical_cases_and_large_groups_before_others(waits: Queue) -> None:
    found = [(group.kind, [item.case_id for item in group.items]) for group in waits.groups]
    assert found == [("broke", ["c5", "c4"]), ("broke", ["c1", "c2", "c3", "c6"]), ("fail", ["c0"])]
    assert waits.groups[0].reason == "exact: expected yes, got nothing"


def test_without_a_baseline_everything_that_fails_is_to_be_judged(desk: Desk, runs: tuple[Run, Run]) -> None:
    waits = queue(desk.store, runs[1], None)
    assert {group.kind for group in waits.groups} == {"fail"} and len(waits.items) == 7


def test_a_case_whose_gold_changed_since_the_baseline_did_not_break(desk: Desk, runs: tuple[Run, Run]) -> None:
    file = desk.folder / "cases.jsonl"
    file.write_text(file.read_text("utf-8").replace('"c1", "expected": "yes"', '"c1", "expected": "oui"'), "utf-8")
    waits = queue(desk.store, desk.run(), runs[0])
    assert [item.kind for item in by_id(waits, "c1")] == ["fail"]


def test_a_case_that_loses_one_of_several_trials_is_in_the_queue(desk: Desk) -> None:
    desk.said = Turns(["yes", "no", "yes"], of="c7", else_="yes")
    run = desk.run(trials=3)
    (item,) = queue(desk.store, run, None).items
    assert (item.case_id, item.passed, item.resolved) == ("c7", 2, 3)


def test_judging_changes_nothing_of_the_queue(desk: Desk, runs: tuple[Run, Run], waits: Queue) -> None:
    before = stamp(desk.store, runs[1], runs[0])
    judge(desk.store, runs[1], waits.items, "real")
    assert stamp(desk.store, runs[1], runs[0]) == before
    promote(desk.store, runs[1], forced="so be it")
    assert stamp(desk.store, desk.run(), runs[0]) != before


def test_the_next_case_is_the_next_open_one_and_those_put_off_come_last(waits: Queue) -> None:
    def found(**labels: Any) -> dict[int, Found]:
        places = {item.case_id: item.position for item in waits.items}
        return {places[name]: Found(places[name], name, label, None, 1, "me", "now") for name, label in labels.items()}

    def following(after: str | None, **labels: Any) -> str | None:
        places = {item.case_id: item.position for item in waits.items}
        item = next_open(waits.items, found(**labels), places[after] if after else None)
        return item.case_id if item else None

    every = dict.fromkeys(("c0", "c1", "c2", "c3", "c4", "c5", "c6"), "real")
    assert following(None) == "c5" and following("c5", c5="real") == "c4"
    assert following("c5", c5="real", c4="accept", c1="later") == "c2"
    assert following("c0", **{**every, "c5": None}) == "c5"
    assert following("c0", **{**every, "c1": "later", "c2": "later"}) == "c1"
    assert following("c1", **{**every, "c1": "later", "c2": "later"}) == "c2"
    assert following("c0", **every) is None


def test_progress_counts_and_says_it(desk: Desk, runs: tuple[Run, Run], waits: Queue) -> None:
    judge(desk.store, runs[1], by_id(waits, "c1", "c2", "c3"), "accept")
    judge(desk.store, runs[1], by_id(waits, "c5"), "real")
    judge(desk.store, runs[1], by_id(waits, "c4"), "later")
    done = progress(waits.items, findings(desk.store, runs[1].id))
    assert done.words() == "4 of 7 judged · 1 real · 3 accepted · 1 later" and done.open == 3


def test_a_group_leaves_alone_what_was_judged_by_itself(desk: Desk, runs: tuple[Run, Run], waits: Queue) -> None:
    judge(desk.store, runs[1], by_id(waits, "c2"), "real")
    (item,) = by_id(waits, "c1")
    group = alike(waits, item, findings(desk.store, runs[1].id))
    act = judge(desk.store, runs[1], group, "accept")
    assert act.words == "3 cases like c1: accepted"
    assert label_of(desk, runs[1]) == {"c1": "accept", "c2": "real", "c3": "accept", "c6": "accept"}
    assert undo(desk.store, runs[1]) == act and label_of(desk, runs[1]) == {"c2": "real"}
    assert redo(desk.store, runs[1]) == act and redo(desk.store, runs[1]) is None


def test_a_dispute_names_every_scorer_that_failed_and_is_refused_where_none_did(
    desk: Desk, runs: tuple[Run, Run], waits: Queue
) -> None:
    judge(desk.store, runs[1], by_id(waits, "c1"), "dispute")
    assert [(row.scorer, row.passed) for row in human_labels(desk.store, runs[1].id)] == [("exact", True)]
    with pytest.raises(Refused, match="no grade to dispute"):
        judge(desk.store, runs[1], [item_of(desk.store, waits, "c7")], "dispute")
    with pytest.raises(Unknown, match='no case "c9"'):
        item_of(desk.store, waits, "c9")
    assert label_of(desk, runs[1]) == {"c1": "dispute"}


def test_the_output_becomes_the_gold_of_its_case_and_undo_and_redo_go_back_and_forth(
    desk: Desk, runs: tuple[Run, Run], waits: Queue
) -> None:
    before = (desk.folder / "cases.jsonl").read_bytes()
    found = offer(desk.store, runs[1], *by_id(waits, "c1"))
    assert desk.gold("c1") == "yes" and found.left == () and found.place.line == 2
    new_gold(desk.store, runs[1], found.item, found.rewrite.edit)
    assert desk.gold("c1") == "no" and label_of(desk, runs[1]) == {"c1": "accept"}
    undo(desk.store, runs[1])
    assert (desk.folder / "cases.jsonl").read_bytes() == before and label_of(desk, runs[1]) == {}
    redo(desk.store, runs[1])
    assert desk.gold("c1") == "no" and label_of(desk, runs[1]) == {"c1": "accept"}


def test_an_act_whose_file_could_not_be_changed_is_not_there(desk: Desk, runs: tuple[Run, Run], waits: Queue) -> None:
    found = offer(desk.store, runs[1], *by_id(waits, "c1"))
    file = desk.folder / "cases.jsonl"
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(Refused, match="changed by somebody else"):
        new_gold(desk.store, runs[1], found.item, found.rewrite.edit)
    assert label_of(desk, runs[1]) == {} and desk.gold("c1") == "yes"


@pytest.mark.parametrize("died", ["before the file changed", "after the file changed back"])
def test_undo_works_where_a_process_died_between_file_and_database(
    desk: Desk, runs: tuple[Run, Run], waits: Queue, died: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (desk.folder / "cases.jsonl").read_bytes()
    found = offer(desk.store, runs[1], *by_id(waits, "c1"))
    if died == "before the file changed":
        monkeypatch.setattr("evaltui.loop.triage.apply_edit", lambda _: True)
    new_gold(desk.store, runs[1], found.item, found.rewrite.edit)
    monkeypatch.undo()
    if died == "after the file changed back":
        (desk.folder / "cases.jsonl").write_bytes(before)
    assert undo(desk.store, runs[1]) is not None
    assert (desk.folder / "cases.jsonl").read_bytes() == before and label_of(desk, runs[1]) == {}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace('"input": "c1"', '"input": "other"'), "changed since run 2"),
        (lambda text: text.replace('"c1", "expected": "yes"', '"c1", "expected": "oui"'), "changed since run 2"),
        (lambda text: text.replace('"id": "c1"', '"id": "gone"'), "in none of the files"),
        (lambda text: text.replace('"input": "c1", ', ""), "cannot be read"),
    ],
)
def test_a_case_that_was_changed_since_is_not_given_an_answer_to_another_question(
    desk: Desk, runs: tuple[Run, Run], waits: Queue, change: Callable[[str], str], why: str
) -> None:
    file = desk.folder / "cases.jsonl"
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    with pytest.raises((Refused, Unknown), match=why):
        offer(desk.store, runs[1], *by_id(waits, "c1"))


def test_an_output_that_holds_a_secret_is_not_written_into_a_file(
    desk: Desk, runs: tuple[Run, Run], waits: Queue
) -> None:
    rules = desk.folder / ".evaltui" / "redaction.yaml"
    rules.parent.mkdir()
    rules.write_text('names: ["no"]\n', "utf-8")
    with pytest.raises(Refused, match=r"looks like a secret \(name\); write the gold by hand"):
        offer(desk.store, runs[1], *by_id(waits, "c1"))


def test_an_output_that_no_gold_passes_is_refused(desk: Desk, runs: tuple[Run, Run], waits: Queue) -> None:
    with pytest.raises(Refused, match="no gold makes exact pass"):
        offer(desk.store, runs[1], *by_id(waits, "c4"))
    with pytest.raises(Refused, match="fails by no scorer"):
        offer(desk.store, runs[1], item_of(desk.store, waits, "c7"))


def test_flaky_cases_are_asked_again_several_times_once_that_was_seen_and_wished(
    desk: Desk, runs: tuple[Run, Run], waits: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-sandbox")
    store, run = desk.store, runs[1]
    with pytest.raises(Refused, match="mark one as flaky first"):
        wish_again(store, run)
    judge(store, run, by_id(waits, "c1", "c5"), "flaky")
    assert waiting(store, run) == ("c1", "c5")
    with propose(wish_again(store, run, times=3), store.path) as proposal:
        assert proposal.forecast.requests == 6 and proposal.only == "cases:c1,c5"
        made = start_again(store, run, proposal)
        (item,) = by_id(waits, "c1")
        assert asked_again(store, run.id)[item.position] == Again(item.position, made.id, 0, 0, 3)
        desk.said = Turns(["yes", "no", "yes"])
        drive(open_session(store, made, proposal.engine, lambda _: None, QUICK))
    assert made.trials == 3 and waiting(store, run) == ()
    assert sorted(one.passed for one in asked_again(store, run.id).values()) == [0, 2]
    assert f"asked again in run {made.id}: passes 2 of 3 times" in markdown(report(store, run, runs[0]))
    undo(store, run)
    assert asked_again(store, run.id) == {}
    assert waiting(store, run) == ()


def test_the_report_has_what_asks_for_work_first_and_is_inert(desk: Desk, runs: tuple[Run, Run], waits: Queue) -> None:
    store, run = desk.store, runs[1]
    judge(store, run, by_id(waits, "c1"), "accept")
    judge(store, run, by_id(waits, "c5"), "real", "see @team #12\n| <b>x</b>\x1b[31m")
    write_note(store, run, *by_id(waits, "c2"), "hm")
    text = markdown(report(store, run, runs[0]))
    assert text.startswith("**Triage of run 2 (desk, a) against run 1: 2 of 7 judged · 1 real · 1 accepted**")
    assert text.index("### Real regression (1)") < text.index("### Accepted (1)") < text.index("### Noted, not judged")
    assert "c5 (broke ◆ critical)" in text and "Not judged yet (5)" in text
    assert "@team" not in text and "<b>" not in text and "\x1b" not in text and "\n|" not in text
