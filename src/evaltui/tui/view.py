"""A view: the frame around its body, its data, its messages; every screen with keys of its own is one."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input

from evaltui.domain.errors import EvaltuiError
from evaltui.tui.actions import actions_of, key_words
from evaltui.tui.look import STATE
from evaltui.tui.safe import plain
from evaltui.tui.widgets.frame import Breadcrumb, KeysLine, Span, StatusLine

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.tui.app import EvalApp
    from evaltui.tui.desk import Desk
    from evaltui.tui.subject import Subject

Work: TypeAlias = Callable[[], Awaitable[None]]
SMALLEST = (60, 16)
TINY = "At least 60×16 is needed; this is {}×{}."


class View(Screen[None]):
    """Subclasses give NAME and BINDINGS = bindings(NAME), `body`, `crumbs`, `load` and `action_…` methods."""

    NAME: ClassVar[str] = ""
    TAB: ClassVar[str] = ""
    AUTO_FOCUS = ""
    CSS_PATH = None
    DEFAULT_CSS = """
    View { layout: vertical; background: $background; }
    View > #body { height: 1fr; width: 100%; }
    View > #tiny { display: none; height: 1fr; width: 100%; }
    View.-tiny > #body, View.-tiny > StatusLine, View.-tiny > Breadcrumb { display: none; }
    View.-tiny > #tiny { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: object = None
        self._dirty = True

    # What a view gives

    def body(self) -> ComposeResult:
        """The widgets between breadcrumb and status line."""
        return ()

    def crumbs(self) -> list[Span]:
        """The way to what is shown, behind the name of the program."""
        return []

    def state(self) -> list[Span]:
        """The state of what is shown, in the breadcrumb."""
        return []

    async def load(self) -> None:
        """Fetch and show; called again whenever the subject or the database changed."""

    @property
    def focused_run(self) -> "Run | None":
        """The run that the keys are about: the one that is looked at, unless a list says otherwise."""
        return self.subject.run if self.subject else None

    @property
    def marked_cases(self) -> Collection[str]:
        """Ids of the cases that are marked here."""
        return ()

    def run_started(self, run: "Run") -> None:
        """A run was begun from here."""
        self.say(f"Run {run.id} of {run.evalset} is under way; 2 shows how it goes.")

    # What a view gets

    @property
    def evaltui(self) -> "EvalApp":
        return self.app  # type: ignore[return-value]

    @property
    def desk(self) -> "Desk":
        return self.evaltui.desk

    @property
    def subject(self) -> "Subject | None":
        return self.evaltui.subject

    def problem(self, words: str) -> None:
        """An error: it stays on the status line until it is read."""
        for line in self.query(StatusLine):
            line.problem(words)

    def say(self, words: str) -> None:
        """Quiet words on the status line."""
        for line in self.query(StatusLine):
            line.say(words)

    def meanwhile(self, words: str) -> None:
        """Words for as long as something takes, over the quiet ones; none when it is done."""
        for line in self.query(StatusLine):
            line.meanwhile(words)

    def working(self, words: str) -> None:
        """What goes on in the background, at the right end of the status line."""
        for line in self.query(StatusLine):
            line.work(words)

    def done(self, words: str) -> None:
        """A success: a toast that goes by itself."""
        self.notify(plain(words, 300), markup=False, timeout=3)

    def later(self, work: Work, group: str = "work", *, exclusive: bool = False) -> None:
        """Work of this screen that must not hold up a key; what goes wrong is said on the status line.

        It is a function, because work may be cancelled before it begins, and is then never made.
        """
        begin: Any = partial(self._careful, work)
        self.run_worker(begin, group=group, exclusive=exclusive, exit_on_error=False)

    def stale(self) -> None:
        """What is shown is no longer what is: load again, now or when the view is next looked at."""
        self._dirty = True
        if self.is_current and self.is_mounted:
            self._reload()

    def show_frame(self) -> None:
        """Draw breadcrumb and footer anew."""
        for line in self.query(Breadcrumb).exclude("#tiny"):
            line.show(self.crumbs(), self.state())
        for keys in self.query(KeysLine):
            keys.refresh()

    def hints(self) -> Iterable[tuple[str, str]]:
        """Keys and words for the footer: those of a focused input, else the view's own that work now."""
        if isinstance(self.focused, Input):
            return [*getattr(self.focused, "HINTS", (("enter", "take"), ("esc", "back"))), ("", ""), ("", "")]
        here = [action for action in actions_of(self.NAME) if action.footer and self.check_action(action.name, ())]
        return [(key_words(self.evaltui.keys.first(action)), action.words) for action in here]

    async def edit_prompt(self, run: "Run") -> None:
        """What the run's agent was told, in the person's editor."""
        from evaltui.loop.gate_view import prompt_file

        path = await self.desk.work(partial(prompt_file, run))
        if path is None:
            self.problem(f"the files of run {run.id} are not here any more")
        else:
            self.evaltui.edit(path)

    # How it works

    def compose(self) -> ComposeResult:
        yield Breadcrumb()
        with Container(id="body"):
            yield from self.body()
        yield Tiny(id="tiny")
        yield StatusLine()
        yield KeysLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        guard: Callable[[], bool | None] | None = getattr(self, f"can_{action}", None)
        if guard is not None:
            return guard()
        known = hasattr(self, f"action_{action}") or hasattr(self.app, f"action_{action}")
        return known or None

    def on_mount(self) -> None:
        self.show_frame()
        self.watch(self, "focused", self._show_keys, init=False)

    def _show_keys(self) -> None:
        self.query_one(KeysLine).refresh()

    def on_screen_resume(self) -> None:
        self.show_frame()
        self.working(self.evaltui.working)
        if self._dirty:
            self._reload()

    def on_resize(self) -> None:
        width, height = self.app.size
        self.set_class(width < SMALLEST[0] or height < SMALLEST[1], "-tiny")

    def _reload(self) -> None:
        self._dirty = False
        self.later(self._loaded, "load", exclusive=True)

    async def _loaded(self) -> None:
        await self.evaltui.ready()
        await self.load()
        self.show_frame()

    async def _careful(self, work: Work) -> None:
        try:
            await work()
        except asyncio.CancelledError:
            raise
        except EvaltuiError as error:
            self.problem(str(error))
        except Exception as error:  # noqa: BLE001 a fault of ours must not pass as silence
            if self.is_running:  # what fails for a view that was left in the middle of it is no fault
                self.evaltui.fault(error)

    def action_run(self) -> None:
        """Ask what to run; its cost is shown before anything is sent."""
        from evaltui.tui.screens.run_dialog import open_dialog

        open_dialog(self.evaltui, self.focused_run, self.marked_cases, self.run_started)

    def action_back(self) -> None:
        """Read the first message; else leave a screen that was opened from another."""
        if self.is_current and not self.query_one(StatusLine).read() and len(self.app.screen_stack) > 1:
            self.app.pop_screen()


class Tiny(Breadcrumb):
    """The one line that is shown where there is too little room."""

    DEFAULT_CSS = "Tiny { height: 1; }"

    def left(self) -> list[Span]:
        return [(TINY.format(*self.app.size), "text")]

    def right(self) -> list[Span]:
        return []


def state_span(kind: str) -> Span:
    """A state as glyph and word in its colour."""
    glyph, word, role = STATE[kind]
    return f"{glyph} {word}", role
