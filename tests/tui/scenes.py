"""Every view as a person comes to it by keys, and its picture: the same on every machine and every day."""

import asyncio
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any
from unittest import mock

from rich.segment import Segment
from rich.style import Style
from tests.tui.still import NOW, copied
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.timer import Timer

import evaltui.tui.screens
from evaltui.loop.project import STATE
from evaltui.tui.app import EvalApp

SIZES = ((120, 36), (80, 24))
DARK, LIGHT = "evaltui-dark", "evaltui-light"
PATIENCE = 30.0
CALM = 4
"""A key passes through the queues of app, screen and widget: so often must everything be found at rest."""
MOMENT = 0.4
HERE = "shop"
"""The project's folder in every picture."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Keys from the first view on; `empty`: nothing was run yet."""

    name: str
    keys: tuple[str, ...] = ()
    empty: bool = False


SCENES = (
    Scene("gate"),
    Scene("runs", ("2",)),
    Scene("compare", ("3",)),
    Scene("trace", ("enter", "enter")),
    Scene("triage", ("4", "x", "x", "a", "x")),
    Scene("datasets", ("5",)),
    Scene("inbox", ("6", "j", "j")),
    Scene("history", ("2", "j", "j", "enter", "8")),
    Scene("help", ("question_mark",)),
    Scene("palette", ("ctrl+p", "s", "o", "f", "a")),
    Scene("welcome", (), empty=True),
)


@dataclass(slots=True)
class Shot:
    """One scene at one size; `looks` are its lines drawn in each theme."""

    scene: Scene
    size: tuple[int, int]
    looks: dict[str, list[Strip]] = field(default_factory=dict)
    svg: str = ""

    @property
    def name(self) -> str:
        return f"{self.scene.name}-{self.size[0]}x{self.size[1]}"

    @property
    def lines(self) -> list[str]:
        """The text, which no theme may change."""
        texts = {theme: [strip.text.rstrip() for strip in strips] for theme, strips in self.looks.items()}
        first = next(iter(texts.values()))
        assert all(lines == first for lines in texts.values()), f"{self.name}: the themes tell different things"
        return first

    @property
    def text(self) -> str:
        """The lines, then per theme which style each run of cells has, then the styles."""
        parts = ["\n".join(self.lines)]
        for theme, strips in self.looks.items():
            legend = _Legend()
            runs = "\n".join(" ".join(legend.runs(strip)) for strip in strips)
            parts.append(f"── {theme}\n{runs}\n{legend}")
        return "\n".join(parts) + "\n"


class _Legend:
    """Letters for styles, in the order in which they are met."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def runs(self, strip: Strip) -> Iterator[str]:
        for segment in Segment.simplify(strip):
            yield f"{self._letter(segment.style)}{segment.cell_length}"

    def _letter(self, style: Style | None) -> str:
        words = _words(style)
        return self._known.setdefault(words, chr(ord("a") + len(self._known)))

    def __str__(self) -> str:
        return "\n".join(f"{letter} {words}" for words, letter in self._known.items())


def _words(style: Style | None) -> str:
    """A style without the handlers of clicks that Textual hides in it."""
    return str((style or Style()).clear_meta_and_links())


def shots(scene: Scene, story: Path) -> list[Shot]:
    """The scene at every size in every theme, each on a copy of the story; with a picture of the first size."""
    return [_shot(Shot(scene, size), story) for size in SIZES]


def _shot(shot: Shot, story: Path) -> Shot:
    with TemporaryDirectory(prefix="evaltui-scene-") as name, chdir(name), frozen(), no_colour_asked():
        Path(HERE).mkdir() if shot.scene.empty else copied(story, Path(name, HERE))
        asyncio.run(_play(EvalApp(Path(HERE) / STATE, Path(HERE), theme=DARK), shot))
    return shot


async def _play(app: EvalApp, shot: Shot) -> None:
    async with app.run_test(size=shot.size) as pilot:
        await played(app, pilot, *shot.scene.keys)
        for theme in (DARK, LIGHT):
            app.theme = theme
            await settled(app, pilot)
            shot.looks[theme] = drawn(app)
            if theme == DARK and shot.size == SIZES[0]:
                shot.svg = app.export_screenshot(title="evaltui")


async def played(app: EvalApp, pilot: Pilot[Any], *keys: str) -> None:
    """Each key once the one before has done all it does."""
    await settled(app, pilot)
    for key in keys:
        await pilot.press(key)
        await settled(app, pilot)


async def settled(app: EvalApp, pilot: Pilot[Any]) -> None:
    """Until nothing works in the background and the screen stays as it is.

    Drawing the screen costs most of it, so it is drawn at the beginning and the end of a calm only.
    """
    before: list[str] = []
    calm = 0
    until = monotonic() + PATIENCE
    while calm <= CALM:
        assert monotonic() < until, "\n".join(("the screen never came to rest:", *before))
        await pilot.pause(0.002)
        calm = 0 if _busy(app) else calm + 1
        if calm in (1, CALM + 1):
            now = [strip.text for strip in drawn(app)]
            calm = calm if calm == 1 or now == before else 1
            before = now


def _busy(app: EvalApp) -> bool:
    """Whoever waits behind a question waits for a person."""
    asked = isinstance(app.screen, ModalScreen)
    working = (worker for worker in app.workers if not worker.is_finished)
    return any(not asked or worker.node is app.screen for worker in working) or _about_to_act(app)


def _about_to_act(app: EvalApp) -> bool:
    """Some widget only waits a moment: until a person rests, or until it may paint again."""
    timers = (timer for widget in app.screen.walk_children(with_self=True) for timer in widget._timers)
    return any(timer._repeat == 0 and timer._interval < MOMENT and _ticks(timer) for timer in timers)


def _ticks(timer: Timer) -> bool:
    return timer._task is not None and not timer._task.done()


def drawn(app: EvalApp) -> list[Strip]:
    """What is on the screen."""
    return app.screen._compositor.render_strips()


@contextmanager
def frozen(at: datetime = NOW) -> Iterator[None]:
    """The app lives at one moment: whoever of it asks what time it is hears the same."""
    for package in (evaltui.tui, evaltui.tui.screens):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)

    class Still(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return at.astimezone(tz or UTC)

    ours = [module for name, module in sys.modules.items() if name.startswith("evaltui.tui")]
    with _all(mock.patch.object(module, "datetime", Still) for module in ours if hasattr(module, "datetime")):
        yield


@contextmanager
def _all(patches: Iterator[Any]) -> Iterator[None]:
    started = [patch for patch in patches if patch.start() or True]
    try:
        yield
    finally:
        for patch in started:
            patch.stop()


@contextmanager
def no_colour_asked() -> Iterator[None]:
    """As on a terminal where colours are wanted, whatever the machine says."""
    with mock.patch.dict("os.environ", {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TZ": "UTC"}) as environ:
        environ.pop("NO_COLOR", None)
        yield


def words_of(svg: str) -> str:
    """The text of a picture, without what changes from one drawing to the next."""
    return "\n".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))
