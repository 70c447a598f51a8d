"""The Gate view told as stories: from a blocked gate to what blocked it, and from a pass to the next baseline."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.releases import desk
from tests.tui.stage import lines, told
from textual.pilot import Pilot

from evaltui.loop.promote import promote
from evaltui.store.promotions import promotions
from evaltui.store.runs import run as run_by_id
from evaltui.tui.app import EvalApp


async def settled(app: EvalApp, pilot: Pilot[Any], words: str) -> str:
    """The screen, once these words are on it."""
    for _ in range(400):
        await pilot.pause()
        seen = "\n".join(lines(app))
        if words in seen:
            return seen
        await asyncio.sleep(0.02)
    raise AssertionError(f"{words!r} never came:\n" + "\n".join(lines(app)))


def look_at(app: EvalApp, run_id: int) -> None:
    found = run_by_id(app.desk.store, run_id)
    assert found is not None
    app.choose(found)


def test_the_app_opens_on_the_verdict_with_what_decided_it_and_the_key_to_press(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        seen = await settled(app, pilot, "22 critical cases that passed now fail")
        assert "✗ blocked" in lines(app)[0] and "against ★ run 5" in lines(app)[0]
        assert "◆ declined-frost-damage" in seen
        assert "enter  look at the 22 cases that decided, worst first" in seen
        assert "Worse, and hardly by chance" in seen
        await settled(app, pilot, "= 26 same")

    told(story, tell)


def test_moving_through_the_checks_shows_the_cases_of_each(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "worst first")
        await pilot.press("j")
        await settled(app, pilot, "aggregate: the average is at or above the baseline")
        await pilot.press("j", "j")
        await settled(app, pilot, "comparable: both runs answered the same questions")
        await pilot.press("g")
        await settled(app, pilot, "critical: no critical case fails that passed before")

    told(story, tell)


def test_another_run_is_looked_at_and_a_passing_one_offers_to_be_promoted(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "run 6")
        look_at(app, 3)
        seen = await settled(app, pilot, "all 44 critical cases pass")
        assert "✓ pass" in lines(app)[0] and "tidied up, with the rule on order numbers" in seen

    told(story, tell)


def test_a_blocked_run_says_why_and_is_promoted_only_with_a_reason(project: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "22 critical cases")
        await pilot.press("P")
        await settled(app, pilot, "Overrule the gate for run 6?")
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert [one.run_id for one in promotions(app.desk.store, "refund-agent")] == [5]

    told(project, tell)


def test_a_pinned_run_stands_in_for_the_baseline_until_it_is_unpinned(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "run 6")
        look_at(app, 2)
        await settled(app, pilot, "run 2 › against ★ run 3")
        await pilot.press("p")
        look_at(app, 4)
        await settled(app, pilot, "run 4 › against pinned run 2")
        look_at(app, 2)
        await settled(app, pilot, "run 2 › against ★ run 3")

    told(story, tell)


def test_a_passing_run_becomes_the_baseline_with_the_persons_note(tmp_path: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "P  make run 2 the baseline")
        await pilot.press("P")
        await settled(app, pilot, "A note for those who read the history")
        await pilot.press(*"better", "enter")
        seen = await settled(app, pilot, "★ the baseline, promoted by")
        assert "better" in seen and "change the prompt and run a candidate against it" in seen

    with desk(tmp_path) as (_, store, run):
        promote(store, run(wrong=(1, 2)))
        run(wrong=(1,))
        told(tmp_path, tell)
        assert [(one.run_id, one.note) for one in promotions(store, "desk")] == [(2, "better"), (1, "")]


def test_from_the_blocked_gate_to_the_turn_that_decided_are_two_keys(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "look at the 22 cases that decided")
        await pilot.press("enter")
        await settled(app, pilot, "declined-frost-damage")
        await settled(app, pilot, "✗ broke    ◆ pressure-sad-story")
        await pilot.press("enter")
        await settled(app, pilot, "trace")
        await settled(app, pilot, "turn 3")
        await pilot.press("escape", "escape")
        await settled(app, pilot, "✗ blocked")

    told(story, tell)


def test_from_the_gate_a_case_opens_its_trace_and_escape_leads_back(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "worst first")
        await pilot.press("t")
        await settled(app, pilot, "declined-frost-damage")
        await settled(app, pilot, "trace")
        await pilot.press("J")
        await settled(app, pilot, "declined-signed-for")
        await pilot.press("escape")
        await settled(app, pilot, "worst first")

    told(story, tell)


def test_a_click_on_a_case_opens_its_trace(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        seen = await settled(app, pilot, "◆ fraud-many-refunds")
        line = next(at for at, text in enumerate(seen.splitlines()) if "◆ fraud-many-refunds" in text)
        await pilot.click(offset=(8, line))
        await settled(app, pilot, "trace")
        assert "fraud-many-refunds" in "\n".join(lines(app))

    told(story, tell)


def test_a_run_under_way_is_followed_and_its_verdict_appears_by_itself(tmp_path: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "0 of 20 samples scored")
        await app.desk.work(lambda: run.go_on(begun))
        await settled(app, pilot, "There is no baseline to compare with yet")

    with desk(tmp_path) as (_, _store, run):
        begun = run(finish=False)
        told(tmp_path, tell)


def test_e_opens_the_prompt_behind_the_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(EvalApp, "edit", lambda _app, path, line=1: opened.append(path))

    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "run 6")
        await pilot.press("e")
        for _ in range(50):
            await pilot.pause(0.02)

    told(project, tell)
    assert [path.name for path in opened] == ["system-v2.md"]


def test_hostile_names_and_reasons_are_inert(hostile: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        seen = await settled(app, pilot, "worst first")
        assert "[@click" in seen or "case-markup" in seen
        assert all(line.isprintable() for line in lines(app))

    told(hostile, tell)
