"""What an empty project shows: how to begin."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from evaltui.tui.actions import bindings
from evaltui.tui.view import View
from evaltui.tui.widgets.columns import Cell, Span
from evaltui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.loop.scaffold import Scaffold

FIRST = "help-desk"
"""What the evalset that `init` makes is called."""
MOST = 8
"""Files and evalsets that are named."""


class WelcomeView(View):
    """Offers a first evalset or the demo; a project that has evalsets already is asked to run one."""

    NAME = "welcome"
    BINDINGS = bindings("welcome")
    DEFAULT_CSS: ClassVar[str] = """
    WelcomeView #body > Container { height: 1fr; align: center middle; }
    WelcomeView #words { width: 92; max-width: 100%; padding: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._evalsets: list[str] = []
        self._made: Scaffold | None = None

    def body(self) -> ComposeResult:
        with Container():
            yield Lines(id="words")

    async def load(self) -> None:
        """What is here already; once there is a run, this view has nothing to say."""
        if self.subject is not None:
            await self.app.switch_mode("gate")
            return
        from evaltui.loop.candidates import candidates

        folder = self.desk.folder
        found = await self.desk.work(lambda: candidates(folder, None))
        self._evalsets = [one.name for one in found]
        self._show()

    def _show(self) -> None:
        self.query_one("#words", Lines).show([*self._words()])

    def _words(self) -> Iterator[Cell]:
        yield ("evaltui", "title")
        yield ("A set of cases, one batch job, scores, a gate against the baseline.", "muted")
        yield ()
        yield ((f"No run in {self.desk.folder} yet.", "text"),)
        yield ()
        if self._made is not None:
            yield from _made(self._made)
        if self._evalsets:
            yield _key("r", "run", ", ".join(self._evalsets[:MOST]) + "; what it costs is shown first")
        else:
            yield _key("i", "init", "an evalset, an agent, a CI step; nothing is overwritten")
        yield _key("d", "demo", "a project to look around in, on a local sandbox: no key, no cost")
        yield _key("?", "help", "every key")

    def can_init(self) -> bool:
        return not self._evalsets

    def can_run(self) -> bool:
        return bool(self._evalsets)

    def action_init(self) -> None:
        """Make something to start from."""
        self.later(self._init)

    async def _init(self) -> None:
        from evaltui.loop.scaffold import scaffold

        folder = self.desk.folder
        self._made = await self.desk.work(lambda: scaffold(folder, FIRST))
        await self.load()
        self.show_frame()

    def action_demo(self) -> None:
        """Close here; the demo opens instead."""
        from evaltui.tui.start import DEMO

        self.desk.close()
        self.app.exit(DEMO)

    def run_started(self, run: "Run") -> None:
        """The first run is what there is to look at."""
        self.later(self._to_runs)

    async def _to_runs(self) -> None:
        await self.app.switch_mode("runs")


def _key(key: str, name: str, words: str) -> tuple[Span, ...]:
    return (f"  {key}  ", "key"), (f"{name:<6}", "strong"), (words, "muted")


def _made(scaffold: "Scaffold") -> Iterator[Cell]:
    """The files that are there now."""
    for made in scaffold.files[:MOST]:
        yield (("  ✓ ", "pass"), (made.path, "text")) if not made.left else (("  · ", "muted"), (made.path, "muted"))
    if len(scaffold.files) > MOST:
        yield (f"    and {len(scaffold.files) - MOST} more", "muted")
    yield ()
    yield ("Make cases.yaml and prompts/system.md your own; then:", "text")
    yield ()


def make() -> WelcomeView:
    return WelcomeView()
