"""What tests of the app share: an app under a pilot, and what is on its screen."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from evaltui.tui.app import EvalApp

Story = Callable[[EvalApp, "Pilot[Any]"], Awaitable[None]]


def lines(app: EvalApp) -> list[str]:
    """What is on the screen, line by line."""
    return ["".join(part.text for part in strip) for strip in app.screen._compositor.render_strips()]


def told(folder: Path, story: Story, size: tuple[int, int] = (120, 36), **options: Any) -> EvalApp:
    """Run a story in an app on the project in `folder`."""
    app = EvalApp(folder / ".evaltui" / "evaltui.db", folder, **options)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await story(app, pilot)

    asyncio.run(run())
    return app
