"""A person at the app: presses keys, waits for what they look for, reads the screen."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from tests.tui.scenes import PATIENCE, drawn, no_colour_asked, settled
from textual.pilot import Pilot

from evaltui.loop.project import STATE
from evaltui.tui.app import EvalApp


@dataclass
class Person:
    """`keys` counts what was pressed."""

    app: EvalApp
    pilot: Pilot[Any]
    keys: int = 0

    @property
    def screen(self) -> str:
        return "\n".join(strip.text.rstrip() for strip in drawn(self.app))

    async def press(self, *keys: str) -> str:
        """One key after the other, each once the one before has done all it does; the screen then."""
        for key in keys:
            await self.pilot.press(key)
            self.keys += 1
            assert self.app.return_code is None or key in ("q", "ctrl+q", "y"), f"{key} ended the app"
            await settled(self.app, self.pilot)
        return self.screen

    async def tap(self, key: str, *texts: str) -> str:
        """A key, and then only what is looked for; the screen."""
        await self.pilot.press(key)
        self.keys += 1
        return await self.sees(*texts)

    async def type(self, text: str) -> str:
        """Letter by letter."""
        return await self.press(*(_KEYS.get(char, char) for char in text))

    async def sees(self, *texts: str) -> str:
        """Wait until all of them are on the screen; the screen."""
        until = monotonic() + PATIENCE
        while not all(text in self.screen for text in texts):
            assert monotonic() < until, f"{texts} not seen; the screen:\n{self.screen}"
            await self.pilot.pause(0.01)
        return self.screen


_KEYS = {" ": "space", ":": "colon", ">": "greater_than_sign", "!": "exclamation_mark", "-": "minus", "/": "slash",
         ".": "full_stop", "*": "asterisk"}  # fmt: skip
Story = Callable[[Person], Awaitable[None]]


def told(project: Path, story: Story, size: tuple[int, int] = (120, 36)) -> Person:
    """The story of a person who opens the app on this project."""

    async def run() -> Person:
        app = EvalApp(project / STATE, project)
        with no_colour_asked():
            async with app.run_test(size=size) as pilot:
                person = Person(app, pilot)
                await settled(app, pilot)
                await story(person)
                return person

    return asyncio.run(run())
