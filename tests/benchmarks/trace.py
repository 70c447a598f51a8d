"""A conversation of two thousand turns in the app: until it is on the screen, and from a key to the next picture.

`python -m tests.benchmarks.trace [TURNS]`
"""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from tests.tui.long import write_long
from textual.pilot import Pilot

from evaltui.domain.run import Run
from evaltui.loop.project import STATE
from evaltui.loop.tracing import trace
from evaltui.store.database import open_store
from evaltui.store.runs import run as run_by_id
from evaltui.tui.app import EvalApp
from evaltui.tui.screens.trace import TraceView

KEYS = 60
Act = Callable[[TraceView], None]
ACTS: dict[str, Act] = {
    "down": lambda view: view.action_down(),
    "up": lambda view: view.action_up(),
    "page down": lambda view: view.action_page_down(),
    "fold": lambda view: view.action_fold(),
    "next problem": lambda view: view.action_next_problem(),
    "fold all": lambda view: view.action_fold_all(),
    "down, unfolded": lambda view: view.action_down(),
    "page down, unfolded": lambda view: view.action_page_down(),
}


def main(turns: int) -> None:
    with TemporaryDirectory() as folder:
        write_long(Path(folder), turns)
        asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> None:
    run = _read(folder)
    app = EvalApp(folder / STATE, folder)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        view = await _open(app, pilot, run)
        for name, act in ACTS.items():
            times = sorted(_timed(view, act) for _ in range(KEYS if name != "fold all" else 3))
            print(f"{name:<22}{1000 * times[len(times) // 2]:7.1f} ms median {1000 * _p95(times):7.1f} ms p95")
        started = time.perf_counter()
        await pilot.resize_terminal(90, 30)
        print(f"{'resize, unfolded':<22}{1000 * (time.perf_counter() - started):7.1f} ms")


def _read(folder: Path) -> Run:
    with open_store(folder / STATE) as store:
        run = run_by_id(store, 1)
        assert run is not None
        started = time.perf_counter()
        trace(store, run, "long")
        print(f"{'read':<22}{1000 * (time.perf_counter() - started):7.1f} ms")
    return run


async def _open(app: EvalApp, pilot: Pilot[Any], run: Run) -> TraceView:
    started, view = time.perf_counter(), TraceView(run, "long")
    worked = time.process_time()
    app.push_screen(view)
    while not (view.is_mounted and view.trace):
        await asyncio.sleep(0.005)
    await pilot.pause()
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    print(f"{'opened':<22}{1000 * wall:7.1f} ms {1000 * cpu:14.1f} ms CPU")
    return view


def _timed(view: TraceView, act: Act) -> float:
    """CPU seconds of an action and the picture that follows it."""
    started = time.process_time()
    act(view)
    view._compositor.render_strips()
    return time.process_time() - started


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 2 else max(times)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
