"""A window of any size: every view fills it exactly, keeps its frame, and says so when there is no room."""

import asyncio
import random
from pathlib import Path

import pytest
from tests.tui.scenes import SCENES, Scene, drawn, played, settled
from tests.tui.still import copied

from evaltui.loop.project import STATE
from evaltui.tui.app import EvalApp
from evaltui.tui.view import SMALLEST

CORNERS = (
    (20, 5),
    (59, 16),
    (60, 15),
    (60, 16),
    (79, 24),
    (80, 24),
    (99, 30),
    (100, 30),
    (300, 100),
    (300, 5),
    (20, 100),
)
DRAWN = 3  # sizes tried beside the corners


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_view_fits_a_window_of_any_size(scene: Scene, story: Path, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    project.mkdir() if scene.empty else copied(story, project)
    asyncio.run(dragged(EvalApp(project / STATE, project), scene))


async def dragged(app: EvalApp, scene: Scene) -> None:
    """As when a person drags the corner of the window about."""
    chance = random.Random(scene.name)
    sizes = [*CORNERS, *((chance.randint(20, 300), chance.randint(5, 100)) for _ in range(DRAWN))]
    async with app.run_test(size=(120, 36)) as pilot:
        await played(app, pilot, *scene.keys)
        for width, height in sizes:
            await pilot.resize_terminal(width, height)
            await settled(app, pilot)
            fits(app, width, height)
            await pilot.press("down")


def fits(app: EvalApp, width: int, height: int) -> None:
    """Every line is as wide as the window; the frame is there, or the words that there is no room."""
    strips = drawn(app)
    assert [strip.cell_length for strip in strips] == [width] * height
    lines = [strip.text for strip in strips]
    if width < SMALLEST[0] or height < SMALLEST[1]:
        assert any("60×16" in line or f"{width}×{height}" in line for line in lines), (width, height, lines)
    else:
        assert "evaltui" in lines[0] and "quit" in lines[-1], (width, height, lines)


@pytest.mark.parametrize(("key", "state"), [("1", "✗ blocked"), ("4", "63 to judge")])
def test_in_a_narrow_window_the_state_stands_whole_beside_the_way(story: Path, key: str, state: str) -> None:
    async def tell(app: EvalApp) -> None:
        async with app.run_test(size=(60, 16)) as pilot:
            await played(app, pilot, key)
            assert state in drawn(app)[0].text and "run 6" in drawn(app)[0].text

    asyncio.run(tell(EvalApp(story / STATE, story)))
