"""The trace of a case, as a person reads it: from the turn that decided outwards, by the keys in the footer."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.tui.long import write_long
from tests.tui.scenes import settled
from tests.tui.stage import lines, told
from textual.pilot import Pilot

from evaltui.domain.run import Run
from evaltui.loop.project import STATE
from evaltui.store.database import open_store
from evaltui.store.runs import run as run_by_id
from evaltui.tui.app import EvalApp
from evaltui.tui.screens.trace import TraceView
from evaltui.tui.widgets.frame import StatusLine

BEGS = "over-limit-begs-to-split"


class Three:
    """Three cases in a row."""

    def __init__(self) -> None:
        self.cases, self.at = [BEGS, "over-limit-sofa", "damaged-vase-in-pieces"], 0

    def move(self, by: int) -> str | None:
        if not 0 <= self.at + by < len(self.cases):
            return None
        self.at += by
        return self.cases[self.at]


def _run(folder: Path, number: int) -> Run:
    with open_store(folder / STATE) as store:
        found = run_by_id(store, number)
    assert found is not None
    return found


async def opened(app: EvalApp, pilot: Pilot[Any], run: Run, case_id: str, **more: Any) -> TraceView:
    view = TraceView(run, case_id, **more)
    await app.push_screen(view)
    await there(view, pilot, case_id)
    return view


async def there(view: TraceView, pilot: Pilot[Any], case_id: str, trial: int = 1) -> None:
    """Once that case is shown."""
    for _ in range(200):
        await pilot.pause(0.02)
        if view.trace and (view.trace.detail.case.id, view.trace.detail.trial) == (case_id, trial):
            break
    await pilot.pause()


def text(app: EvalApp) -> str:
    return "\n".join(line.rstrip() for line in lines(app))


def under_cursor(app: EvalApp, view: TraceView) -> str:
    """The line the cursor is on."""
    outline = view.panes.outline
    return lines(app)[outline.region.y + outline.window.line_of(outline.cursor)]


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_a_failed_case_opens_at_the_turn_that_decided_with_the_failed_check_right_there(
    story: Path, size: tuple[int, int]
) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot, _run(story, 6), BEGS)
        assert "turn 3" in under_cursor(app, view) and "decided here" in under_cursor(app, view)
        shown = text(app)
        assert "✗ fail  over-limit-begs-to-split  ◆ critical" in shown
        assert "✗ no_repeats  ✗ turn_budget  ✗ call_budget  ✓ 10 others pass" in shown
        assert "◂ turn 3  no_repeats: lookup_order again with the arguments of turn 1" in shown
        assert "✗ no_repeats: turn 3: lookup_order again with the arguments of turn 1 (and 4" in shown
        assert '"order_id": "FW-52873"' in shown

    told(story, tale, size)


def test_a_person_moves_through_the_turns_folds_them_and_finds_the_problems(story: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot, _run(story, 6), BEGS)
        await pilot.press("j")
        assert "calls    lookup_order" in under_cursor(app, view)
        await pilot.press("z")
        assert 'calls    lookup_order {"order_id": "FW-52873"}' in under_cursor(app, view)
        await pilot.press("G", "enter")
        await pilot.press("g", "enter")
        assert "system" in under_cursor(app, view) and "│ # " in text(app)
        await pilot.press("n")
        assert "turn 3" in under_cursor(app, view)
        await pilot.press("Z")
        assert text(app).count("▸ turn") == 11
        assert "turn 3" in under_cursor(app, view)
        await pilot.press("N", "N", "N", "N")
        assert "no problem further up" in text(app)

    told(story, tale)


def test_what_the_case_expects_and_all_that_the_checks_said_stands_beside_the_trace(story: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot, _run(story, 6), BEGS)
        await pilot.press("tab")
        assert "▾ expected" in text(app) and "decided here" in text(app)
        await pilot.press("tab", "G")
        assert "▸ ✓ token_budget" in text(app)
        await pilot.press("escape")
        assert "▾ expected" not in text(app) and view.focused is view.panes.turns
        await pilot.press("tab")
        await pilot.resize_terminal(80, 24)
        await pilot.press("g")
        await pilot.pause()
        assert "▾ expected" in text(app) and "decided here" not in text(app)
        await pilot.press("tab")
        assert "decided here" in text(app)

    told(story, tale)


def test_the_raw_json_of_the_turn_under_the_cursor_is_one_key_away_and_back(story: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot, _run(story, 6), BEGS)
        await pilot.press("o")
        await view.workers.wait_for_complete()
        await pilot.pause()
        assert "request of turn 3" in text(app) and '"cache_control"' in text(app) and "reply" in text(app)
        await pilot.press("o")
        assert "decided here" in text(app)

    told(story, tale)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_the_trajectory_stands_beside_the_baselines_step_by_step(story: Path, size: tuple[int, int]) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot, _run(story, 6), BEGS)
        await pilot.press("equals_sign")
        await view.workers.wait_for_complete()
        await pilot.pause()
        rows = [line.split()[:2] for line in lines(app)[5:16] if line.split()[:1] and line.split()[0] in "=~-+"]
        assert [sign for sign, _ in rows][:5] == ["=", "=", "=", "=", "+"]
        assert view.panes.aligned.rows.cursor == 4 and "only in run 6" in text(app)
        await pilot.press("n", "n")
        assert view.panes.aligned.rows.cursor == 8
        await pilot.press("enter")
        await pilot.pause()
        assert "turn 5" in under_cursor(app, view)

    told(story, tale, size)


def test_the_next_case_comes_without_leaving_the_trace(story: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot, _run(story, 6), BEGS, walk=Three())
        await pilot.press("J")
        await there(view, pilot, "over-limit-sofa")
        assert "over-limit-sofa" in text(app) and "decided here" in under_cursor(app, view)
        await pilot.press("K")
        await there(view, pilot, BEGS)
        await pilot.press("K")
        await pilot.pause()
        assert "the first case" in text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, TraceView)

    told(story, tale)


def test_the_text_under_the_cursor_and_the_command_can_be_copied(story: Path) -> None:
    copied = []

    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        app.copy = lambda text, what="": copied.append(text)  # type: ignore[method-assign]
        await opened(app, pilot, _run(story, 6), BEGS)
        await pilot.press("j", "y", "Y")
        assert copied == ['{"order_id": "FW-52873"}', f"evaltui show 6 {BEGS} --turn 3"]

    told(story, tale)


def test_the_case_opens_in_the_editor_at_its_line(project: Path) -> None:
    edited: list[tuple[Path, int]] = []

    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        app.edit = lambda path, line=1: edited.append((path, line)) or True  # type: ignore[assignment,func-returns-value]
        view = await opened(app, pilot, _run(project, 6), BEGS)
        await pilot.press("e")
        await view.workers.wait_for_complete()
        ((path, line),) = edited
        assert BEGS in path.read_text("utf-8").splitlines()[line - 1]

    told(project, tale)


def test_each_trial_is_one_key_away(airline: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        run = _run(airline, 1)
        view = await opened(app, pilot, run, "airline-3")
        if run.trials > 1:
            await pilot.press("right_square_bracket")
            await there(view, pilot, "airline-3", 2)
            assert "trial 2 of 2" in text(app)
            await pilot.press("right_square_bracket")
            await there(view, pilot, "airline-3", 1)

    told(airline, tale)


def test_a_case_that_is_not_there_is_said_to_be_absent(story: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = TraceView(_run(story, 6), "nobody")
        await app.push_screen(view)
        await view.workers.wait_for_complete()
        await pilot.press("j", "z", "o", "n", "G", "tab")
        await pilot.pause()
        assert "run 6 has no trial 1 of nobody" in text(app)
        assert view.query_one(StatusLine)

    told(story, tale)


def test_no_foreign_text_of_a_trace_moves_the_terminal(hostile: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        with open_store(hostile / STATE) as store:
            found = store.connection.execute(
                "SELECT case_id FROM samples JOIN cases ON cases.id = case_row WHERE run_id = 2"
            ).fetchall()
        for (case_id,) in found:
            await opened(app, pilot, _run(hostile, 2), case_id)
            await pilot.press("Z")
            for key in ("tab", "o", "equals_sign"):
                await pilot.press(key)
                await settled(app, pilot)
                assert all(line.replace("\u200d", "").isprintable() for line in lines(app)), (case_id, key)
            await pilot.press("escape", "escape", "escape", "escape")

    told(hostile, tale)


def test_two_thousand_turns_are_read_like_twenty(tmp_path: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot, _run(tmp_path, 1), "long")
        assert "turn 1500" in under_cursor(app, view) and "decided here" in text(app)
        assert len(view.panes.turns.lines.nodes) < 2100
        await pilot.press("Z", "Z", "G")
        await pilot.pause()
        assert "turn 2000" in text(app)
        assert json.dumps(view.trace.usage.output_tokens if view.trace else 0) == "4000"

    write_long(tmp_path, 2000)
    told(tmp_path, tale)


def test_beside_a_single_reply_stands_what_was_expected_and_one_escape_leaves(story: Path) -> None:
    case_id = "refund-double-charge-lamp-typo"

    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        view = await opened(app, pilot, _run(story, 1), case_id)
        assert "✗ route: expected refund, got payment" in text(app) and "▾ expected" in text(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "▾ expected" not in text(app)
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert "▾ expected" in text(app) and view.focused is view.panes.turns
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is not view

    told(story, tale)


def test_a_reply_that_never_came_is_said_at_its_turn(hostile: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        await opened(app, pilot, _run(hostile, 2), "case-link")
        assert "! unresolved  case-link" in text(app)
        assert "! end" in text(app) and "no reply: " in text(app)

    told(hostile, tale)
