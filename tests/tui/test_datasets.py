"""The Datasets view: what an evalset is made of, what its cases did lately, and the way to one of them."""

from pathlib import Path
from typing import Any

import pytest
from tests.leaky import LINE, write_leaky
from tests.tui.stage import lines, told
from textual.pilot import Pilot

from evaltui.tui.app import EvalApp
from evaltui.tui.screens.datasets import DatasetsView
from evaltui.tui.screens.health import HealthView
from evaltui.tui.screens.trace import TraceView


async def settled(app: EvalApp, pilot: Pilot[Any]) -> list[str]:
    """What is on the screen once everything was read."""
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()
    return lines(app)


async def opened(app: EvalApp, pilot: Pilot[Any]) -> DatasetsView:
    await settled(app, pilot)
    await pilot.press("5")
    await settled(app, pilot)
    assert isinstance(app.screen, DatasetsView)
    return app.screen


def test_a_case_stands_with_its_state_its_mark_its_last_runs_and_its_tags(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        await pilot.press("right_square_bracket")
        shown = await settled(app, pilot)
        assert "support-desk › run 4" in shown[0]
        assert "✗ 37 fail" in shown[0] and "✓ 170 pass" in shown[0]
        row = next(line for line in shown if "refund-now-slang" in line)
        assert row.split()[:2] == ["✗", "fail"]
        assert "◆ refund-now-slang" in row and "✓✗✓✗" in row and "no-order-id refund slang" in row

    told(story, tell, size=(140, 40))


def test_what_is_known_of_the_set_stands_beside_it(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        await pilot.press("right_square_bracket")
        shown = "\n".join(await settled(app, pilot))
        for words in (
            "207 cases · ◆ 44 critical", "The last 4 runs", "136 always pass", "23 always fail", "48 both ways",
            "3.0 points, four times in five", "judged by what differs from run 3", "more tags",
            "Health of the files", "! coverage: 28 tags", "h all of it",
        ):  # fmt: skip
            assert words in shown, words
        money = next(line for line in shown.splitlines() if " money   " in line)
        assert "48" in money and "77 %" in money

    told(story, tell)


def test_in_a_small_terminal_it_stands_above_in_two_lines(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        shown = await settled(app, pilot)
        assert "83 cases · ◆ 32 critical · 21 groups · smallest drop it shows 15.3 points" in shown[2]
        assert "The last 2 runs: ✓ 19 always pass  ✗ 7 always fail  ~ 57 both ways" in shown[3]

    told(story, tell, size=(80, 24))


def test_a_filter_keeps_what_it_says_and_esc_takes_it_away(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot)
        await pilot.press("slash", *"tag:faulty", "space", *"critical", "enter")
        shown = await settled(app, pilot)
        assert len(view.rows.source) == 9
        assert any("tag:faulty" in line and "9 of 83" in line for line in shown)
        await pilot.press("escape")
        await settled(app, pilot)
        assert len(view.rows.source) == 83

    told(story, tell)


def test_a_filter_that_takes_nothing_says_what_it_may_have_meant(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        await pilot.press("slash", *"regresed", "enter")
        shown = "\n".join(await settled(app, pilot))
        assert "None of 83 cases is “regresed”." in shown
        assert 'did you mean "regressed"?' in shown

    told(story, tell)


def test_s_takes_the_next_order_and_S_turns_it_round(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot)
        await pilot.press("s")
        shown = await settled(app, pilot)
        first = view.case
        assert "by id" in shown[1]
        await pilot.press("S")
        shown = await settled(app, pilot)
        assert "by id, turned round" in shown[1]
        await pilot.press("G")
        await pilot.pause()
        assert view.case == first == min(case_ids(view))

    told(story, tell)


def case_ids(view: DatasetsView) -> list[str]:
    assert view._run is not None
    keys = [view.rows.source.key(place) for place in range(len(view.rows.source))]
    return [line.line.case_id for line in view._page(view._run, (), keys)]


def test_enter_opens_the_trace_and_the_next_case_there_is_the_next_one_here(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot)
        ids = case_ids(view)
        await pilot.press("enter")
        await settled(app, pilot)
        assert isinstance(app.screen, TraceView)
        assert app.screen.case_id == ids[0]
        await pilot.press("J")
        await settled(app, pilot)
        assert app.screen.case_id == ids[1]
        await pilot.press("escape")
        await settled(app, pilot)
        assert (app.screen, view.case) == (view, ids[1])

    told(story, tell)


def test_marks_are_counted_and_esc_takes_them_away_first(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot)
        await pilot.press("space", "space")
        assert "2 marked" in (await settled(app, pilot))[-2]
        await pilot.press("escape")
        await settled(app, pilot)
        assert not view.rows.marks

    told(story, tell)


def test_e_opens_the_case_at_its_line(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, int]] = []
    monkeypatch.setattr(EvalApp, "edit", lambda self, path, line=1: asked.append((path, line)))

    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot)
        case = view.case
        await pilot.press("e")
        await settled(app, pilot)
        ((path, line),) = asked
        assert f"id: {case}" in path.read_text("utf-8").splitlines()[line - 1]

    told(project, tell)


def test_the_cursor_stays_on_its_case_when_the_database_changes(project: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot)
        await pilot.press("j", "j", "j")
        before = view.case
        view.stale()
        await settled(app, pilot)
        assert (view.case, view.rows.cursor) == (before, 3)

    told(project, tell)


def test_an_empty_project_names_the_next_key(tmp_path: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("5")
        assert "r runs an evalset" in "\n".join(await settled(app, pilot))

    told(tmp_path, tell)


def test_a_project_that_was_never_run_shows_the_health_of_its_files_and_each_finding_leads_to_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, int]] = []
    monkeypatch.setattr(EvalApp, "edit", lambda self, path, line=1: asked.append((path, line)))
    write_leaky(tmp_path / "evalsets" / "mail")

    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("5")
        shown = "\n".join(await settled(app, pilot))
        assert "mail was not run yet" in shown and "counting" not in shown
        assert "✗ leakage: 1 case stands in what the agen" in shown
        await pilot.press("h")
        shown = " ".join(" ".join(await settled(app, pilot)).split())
        assert isinstance(app.screen, HealthView)
        assert "cases.jsonl:1 input stands in" in shown and f"system.md:{LINE}(" in shown
        assert "✓ conflicts: no two cases contradict each other" in shown
        await pilot.press("j", "e", "enter")
        await settled(app, pilot)
        assert asked == [(tmp_path / "evalsets" / "mail" / "prompts" / "system.md", LINE)]
        assert "The set was never run" in "\n".join(lines(app))
        await pilot.press("escape")
        await settled(app, pilot)
        assert isinstance(app.screen, DatasetsView)

    told(tmp_path, tell)


def test_hostile_names_and_tags_are_inert(hostile: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot)
        shown = "\n".join(await settled(app, pilot))
        assert "\x1b" not in shown and "\u202e" not in shown
        assert app.is_running

    told(hostile, tell)
