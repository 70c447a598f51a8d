"""The Gate view of a run whose prompt holds a case."""

from pathlib import Path
from typing import Any

import pytest
from tests.leaky import LINE, write_leaky
from tests.tui.stage import lines, told
from tests.workbench import bench, run_evalset
from textual.pilot import Pilot

from evaltui.sandbox.scripted import Scripted, last_text, text_answer
from evaltui.tui.app import EvalApp


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leaky")
    with bench(folder, Scripted(lambda params: text_answer(params, last_text(params)))) as (store, engine, _):
        run_evalset(store, engine, write_leaky(folder / "evalsets" / "mail"))
    return folder


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_first_screen_shows_both_places_and_e_opens_the_prompt_there(
    leaky: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, int]] = []
    monkeypatch.setattr(EvalApp, "edit", lambda self, path, line=1: asked.append((path, line)))

    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await app.workers.wait_for_complete()
        await pilot.pause()
        seen = " ".join(" ".join(lines(app)).split())
        assert "✗ BLOCKED" in seen or "✗ blocked" in seen
        assert "cases.jsonl:1 input stands in" in seen
        assert f"prompts/system.md:{LINE}(" in seen
        assert "The blue tall vase from my last order" in seen
        await pilot.press("e")
        await app.workers.wait_for_complete()
        ((path, line),) = asked
        assert "The blue tall vase" in path.read_text("utf-8").splitlines()[line - 1]

    told(leaky, tell, size=size)
