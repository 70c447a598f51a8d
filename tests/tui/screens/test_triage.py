"""Triage as people do it: a key for a verdict, the next case at once, and everything can be taken back."""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from tests.tui.big import write_big
from tests.tui.seed import Seeds
from tests.tui.stage import Story, lines, told
from tests.tui.still import copied
from tests.workbench import bench, run_evalset, write_evalset
from textual.pilot import Pilot

from evaltui.domain.finding import Finding, NewAct
from evaltui.loop.project import STATE
from evaltui.sandbox.scripted import Scripted, last_text
from evaltui.store.acts import add_act
from evaltui.store.database import open_store
from evaltui.store.failing import failing_rows
from evaltui.store.findings import findings, human_labels
from evaltui.store.runs import latest_run, runs
from evaltui.tui.app import EvalApp
from evaltui.tui.screens.ask import Confirm
from evaltui.tui.screens.triage import TriageView

AGENT = "name: a\nmodel: claude-haiku-4-5\nmax_tokens: 9\n"
FIFTY = 740
"""Cases of the project of which exactly fifty pass in the baseline and fail now; twelve more fail in both."""


@pytest.fixture
def fifty(seeds: Seeds, tmp_path: Path) -> Path:
    """A run with fifty regressions."""
    return copied(seeds.once("fifty", lambda folder: write_big(folder, FIFTY)), tmp_path / "fifty")


def view_of(app: EvalApp) -> TriageView:
    assert isinstance(app.screen, TriageView)
    return app.screen


async def opened(app: EvalApp, pilot: "Pilot[Any]") -> TriageView:
    """The view, once it shows a case or says that there is none."""
    await pilot.press("4")
    await settled(app, pilot)
    return view_of(app)


async def settled(app: EvalApp, pilot: "Pilot[Any]") -> None:
    for _ in range(200):
        await pilot.pause()
        if not any(worker.is_running for worker in app.workers) and view_of(app)._saving is None:
            return
    raise AssertionError("it does not come to rest")


def kept(folder: Path) -> dict[str, str | None]:
    """What is on disk: each case with its label."""
    with open_store(folder / STATE) as store:
        run = latest_run(store)
        assert run
        return {one.case_id: one.label for one in findings(store, run.id).values() if one.label}


def triaged(folder: Path, *keys: str, size: tuple[int, int] = (120, 36)) -> tuple[dict[str, str | None], list[str]]:
    """Open, press, and see what is kept and shown."""
    shown: list[str] = []

    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        await opened(app, pilot)
        for key in keys:
            await pilot.press(key)
        await settled(app, pilot)
        shown.extend(lines(app))

    told(folder, story, size)
    return kept(folder), shown


@pytest.mark.parametrize(
    ("key", "label", "words"),
    [
        ("a", "accept", "accepted"), ("x", "real", "real regression"), ("f", "flaky", "flaky"),
        ("d", "dispute", "grade disputed"), ("space", "later", "later"),
    ],
)  # fmt: skip
def test_a_verdict_is_kept_and_the_next_case_is_shown(fifty: Path, key: str, label: str, words: str) -> None:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        first = view.item
        assert first is not None and first.case_id in "\n".join(lines(app))
        await pilot.press(key)
        await settled(app, pilot)
        assert kept(fifty) == {first.case_id: label}
        assert view.item is not None and view.item is not first
        screen = lines(app)
        assert f"{first.case_id}: {words}  ·  u takes it back" in screen[-2]
        assert view.item.case_id in view.pane.query_one("#head").lines[0][0][0]  # type: ignore[attr-defined]

    told(fifty, story)


def test_a_dispute_says_of_the_scorer_that_it_is_wrong(fifty: Path) -> None:
    triaged(fifty, "d")
    with open_store(fifty / STATE) as store:
        (label,) = human_labels(store, 2)
    assert (label.scorer, label.passed) == ("category", True)


def test_a_group_is_judged_with_one_key_and_undone_with_one(fifty: Path) -> None:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        group = view._queue.groups[0].items  # type: ignore[union-attr]
        await pilot.press("x", "A")
        await settled(app, pilot)
        assert kept(fifty) == {item.case_id: "accept" if at else "real" for at, item in enumerate(group)}
        await pilot.press("u")
        await settled(app, pilot)
        assert kept(fifty) == {group[0].case_id: "real"}
        await pilot.press("U")
        await settled(app, pilot)
        assert len(kept(fifty)) == len(group)

    told(fifty, story)


def test_undo_goes_back_to_the_case_and_says_what_it_took_back(fifty: Path) -> None:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        first = view.item
        await pilot.press("x", "x", "u", "u")
        await settled(app, pilot)
        assert first is not None and view.item is first and kept(fifty) == {}
        assert f"taken back: {first.case_id}: real regression  ·  U does it again" in lines(app)[-2]

    told(fifty, story)


def test_when_all_is_judged_it_says_what_was_found_and_what_may_be_done(fifty: Path) -> None:
    copied_text: list[str] = []

    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        app.copy = lambda text, what="": copied_text.append(text)  # type: ignore[method-assign]
        view = await opened(app, pilot)
        await pilot.press("f")
        for _ in view._queue.groups:  # type: ignore[union-attr]
            await pilot.press("X")
        await settled(app, pilot)
        screen = "\n".join(lines(app))
        assert "All 62 are judged." in screen and "61 real regression" in screen and "ask the 1 flaky again" in screen
        assert "✓ all judged" in lines(app)[0]
        await pilot.press("y", "Y")
        await settled(app, pilot)
        await pilot.press("k")
        await settled(app, pilot)
        assert not view.pane.summed_up

    told(fifty, story)
    report, command = copied_text
    assert report.startswith("**Triage of run 2") and "### Real regression (61)" in report
    assert command == "evaltui triage 2 --markdown"


def test_opened_when_all_is_judged_it_says_so_at_once(fifty: Path) -> None:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        assert view.pane.summed_up and "All 62 are judged." in "\n".join(lines(app))
        await pilot.press("u")
        await settled(app, pilot)
        assert not view.pane.summed_up and view.progress.open == 62

    with open_store(fifty / STATE) as store, store.transaction():
        found = tuple(Finding(row.position, "real") for row in failing_rows(store, 2, 1))
        add_act(store, 2, NewAct("all of them", found), "grace")
    told(fifty, story)


def test_a_filter_leaves_some_cases_and_a_judged_one_stays_where_it_is(fifty: Path) -> None:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        await pilot.press("slash", *"broke open", "enter")
        await settled(app, pilot)
        assert "50 of 50" in "\n".join(lines(app)) or len(view._items) == 50
        await pilot.press("x", "x")
        app.views_stale()
        await settled(app, pilot)
        assert len(view._items) == 50 and view.progress.judged == 2
        await pilot.press("slash", *" nothing-like-it", "enter")
        await settled(app, pilot)
        assert "None of 62 failing cases" in "\n".join(lines(app))
        for key in "axfdbcPAX":
            await pilot.press(key)
        await settled(app, pilot)

    told(fifty, story)
    assert len(kept(fifty)) == 2


def test_a_note_is_kept_and_a_note_left_is_there_again(fifty: Path) -> None:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        item = view.item
        assert item is not None
        await pilot.press("c", *"half", "escape")
        await pilot.press("c", *"-done", "enter")
        await settled(app, pilot)
        assert view.item is item and view.known(item).note == "half-done"  # type: ignore[union-attr]
        assert "¶ note  half-done" in "\n".join(lines(app))

    told(fifty, story)


def test_the_output_becomes_the_gold_after_its_change_was_seen_and_undo_gives_it_back(fifty: Path) -> None:
    file = fifty / "evalsets" / "big" / "cases.jsonl"
    before = file.read_bytes()

    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        await opened(app, pilot)
        await pilot.press("P")
        await app.workers.wait_for_complete()
        await pilot.pause()
        asked = "\n".join(lines(app))
        assert "cases.jsonl" in asked and "write it; u takes it back" in asked and file.read_bytes() == before
        await pilot.press("P")
        await pilot.pause()
        await settled(app, pilot)
        changed = file.read_bytes()
        assert changed != before and len(changed.splitlines()) == FIFTY
        assert sum(a != b for a, b in zip(before.splitlines(), changed.splitlines(), strict=True)) == 1
        assert list(kept(fifty).values()) == ["accept"]
        await pilot.press("u")
        await settled(app, pilot)

    told(fifty, story)
    assert file.read_bytes() == before and kept(fifty) == {}


def test_a_file_that_changed_since_is_not_touched_by_undo(fifty: Path) -> None:
    file = fifty / "evalsets" / "big" / "cases.jsonl"

    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        await opened(app, pilot)
        await pilot.press("P")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("P")
        await pilot.pause()
        await settled(app, pilot)
        file.write_bytes(file.read_bytes() + b"\n")
        await pilot.press("u")
        await settled(app, pilot)
        assert "changed by somebody else" in lines(app)[-2]
        assert list(kept(fifty).values()) == ["accept"]

    told(fifty, story)


def test_a_bad_case_is_kept_as_one_and_opens_where_its_gold_is_written(fifty: Path) -> None:
    edited: list[tuple[Path, int]] = []

    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        app.edit = lambda path, line=1: not edited.append((path, line))  # type: ignore[method-assign]
        view = await opened(app, pilot)
        item = view.item
        await pilot.press("b")
        await settled(app, pilot)
        assert item is not None and kept(fifty) == {item.case_id: "bad"}
        assert edited == [(fifty / "evalsets" / "big" / "cases.jsonl", item.position + 1)]

    told(fifty, story)


def test_what_another_process_says_is_seen_and_undo_takes_back_the_newest(fifty: Path) -> None:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        await pilot.press("x")
        with open_store(fifty / STATE) as store, store.transaction():
            add_act(store, 2, NewAct("said elsewhere", (Finding(5, "accept"),)), "grace")
        app.views_stale()
        await settled(app, pilot)
        assert view.progress.judged == len(kept(fifty))
        await pilot.press("u")
        await settled(app, pilot)
        assert "taken back: said elsewhere" in lines(app)[-2] and list(kept(fifty).values()) == ["real"]

    told(fifty, story)


def test_keys_go_into_the_difference_and_out_again(fifty: Path) -> None:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        await pilot.press("enter")
        assert view.inside
        await pilot.press("j", "n", "N", "G", "g", "right_square_bracket", "left_square_bracket", "z", "plus")
        await settled(app, pilot)
        assert view.inside and view.has_class("-zoomed")
        await pilot.press("escape")
        await settled(app, pilot)
        assert not view.inside and not view.has_class("-zoomed") and app.screen is view
        await pilot.press("x")
        await settled(app, pilot)
        assert len(kept(fifty)) == 1

    told(fifty, story)


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (200, 60)])
def test_the_case_and_the_queue_are_seen_in_every_size(fifty: Path, size: tuple[int, int]) -> None:
    _, shown = triaged(fifty, "x", size=size)
    screen = "\n".join(shown)
    assert "1 of 62 judged" in screen and "✗ category" in screen and "✗ broke" in screen


def test_a_run_in_which_nothing_fails_says_so_and_names_the_way_back(fifty: Path) -> None:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        for key in "axfdbcPAXuU":
            await pilot.press(key)
        await settled(app, pilot)
        assert app.screen is view and "Nothing fails" in "\n".join(lines(app))

    with open_store(fifty / STATE) as store:
        store.connection.execute("INSERT INTO scorings SELECT NULL, run_id, 'x', scorers, opened_at FROM scorings "
                                 "WHERE run_id = 2")  # fmt: skip
    told(fifty, story)
    assert kept(fifty) == {}


def walk(keys: str) -> Story:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        for key in keys * len(view._items):
            await pilot.press(key)
            await pilot.pause()
            text = "".join(lines(app))
            assert text.isprintable() or not {c for c in text if ord(c) < 32 or 0x7F <= ord(c) < 0xA0}

    return story


def test_hostile_cases_are_shown_inert(hostile: Path, tmp_path: Path) -> None:
    told(copied(hostile, tmp_path / "hostile"), walk("jk"))


def test_flaky_cases_are_asked_again_once_the_cost_was_seen_and_what_came_of_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = cycle(["no", "yes"])
    script = Scripted(lambda params: next(answers) if last_text(params) == "now and then" else "yes")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-sandbox")

    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        view = await opened(app, pilot)
        await pilot.press("f", "r")
        await until(pilot, lambda: "1 flaky case, 5 times each: c1" in "\n".join(lines(app)))
        assert isinstance(app.screen, Confirm) and len(runs(view.desk.store)) == 1
        assert "5 requests" in "\n".join(lines(app))
        await pilot.press("y")
        await until(pilot, lambda: app.screen is view and bool(view._again) and view._again[1].resolved == 5)
        assert view.run is not None and view.run.id == 1
        passed = view._again[1].passed
        await until(pilot, lambda: f"c1 (passes {passed} of 5)" in "\n".join(lines(app)))
        assert passed in (2, 3) and "ask the" not in "\n".join(lines(app))
        await pilot.press("enter")
        await settled(app, pilot)
        assert f"asked again in run 2: passes {passed} of 5 times" in "\n".join(lines(app))

    cases = [{"id": f"c{at}", "input": text, "expected": "yes"} for at, text in enumerate(("always", "now and then"))]
    home = write_evalset(tmp_path / "evalsets" / "desk", cases, "  - exact", AGENT)
    (tmp_path / ".evaltui").mkdir()
    (tmp_path / ".evaltui" / "config.yaml").write_text("poll_seconds: 0.05\n", "utf-8")
    with bench(tmp_path, script) as (store, engine, _):
        run_evalset(store, engine, home)
        told(tmp_path, story)


async def until(pilot: "Pilot[Any]", there: Callable[[], bool]) -> None:
    for _ in range(400):
        if there():
            return
        await pilot.pause(0.05)
    raise AssertionError("\n".join(lines(pilot.app)))
