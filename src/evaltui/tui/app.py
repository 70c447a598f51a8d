"""The app: which views there are, what they look at, and how it ends."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, InvalidThemeError
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen

from evaltui.store.care import cared_for
from evaltui.tui import editor, look
from evaltui.tui.actions import VIEWS, out_of_anything
from evaltui.tui.desk import Desk
from evaltui.tui.hangup import hung_up
from evaltui.tui.keys import Keys
from evaltui.tui.look import Look
from evaltui.tui.safe import StripControls, plain
from evaltui.tui.subject import Subject, subject_of
from evaltui.tui.view import View

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.tui.foreman import Foreman

LOOK_SECONDS = 0.5
"""Between looks at whether another process wrote to the database."""
FAULT = 3
"""The exit code after a fault of ours: nothing was decided."""


def _lazy(name: str) -> Callable[[], Screen[Any]]:
    def make() -> Screen[Any]:
        made: Screen[Any] = import_module(f"evaltui.tui.screens.{name}").make()
        return made

    return make


class EvalApp(App[int], inherit_bindings=False):
    """Opened on a project: `path` is its state file, `folder` where its evalsets are."""

    TITLE = "evaltui"
    ENABLE_COMMAND_PALETTE = False  # ours has the project's own things in it
    MODES = {name: _lazy(name) for name in (*VIEWS, "welcome")}
    DEFAULT_MODE = "gate"
    BINDINGS = [("ctrl+c", "interrupt", ""), out_of_anything()]  # every other key belongs to a view
    CSS = "ToastRack { align-horizontal: right; } Toast { padding: 0 1; }"
    _inert = StripControls()

    def __init__(self, path: Path, folder: Path, *, keys: Keys | None = None, theme: str = "", view: str = "") -> None:
        super().__init__(ansi_color=look.ansi_color())
        self.animation_level = "none"  # a page of a diff must be there at once, not slide there
        self.desk = Desk(path, folder)
        self.keys = keys or Keys({})
        self.subject: Subject | None = None
        self._wanted: tuple[int | None, int | None] = (None, None)  # the run, and the pinned one
        self._first = asyncio.Event()
        self._start = view
        self._foreman: Foreman | None = None
        self.proofs: dict[int, tuple[str, ...]] = {}  # runs that prove new cases, and which
        look.register(self)
        if theme:
            with contextlib.suppress(InvalidThemeError):
                self.theme = theme
        self.set_keymap(self.keys.chosen)

    # What views use

    @property
    def look(self) -> Look:
        """What each role is drawn as, in the theme of now."""
        return look.look_of(self)

    @property
    def foreman(self) -> "Foreman":
        """Whoever drives runs in this process."""
        if self._foreman is None:
            from evaltui.tui.foreman import Foreman
            from evaltui.tui.news import News

            self._foreman = Foreman(self)
            self._news = News(self, self._foreman)
        return self._foreman

    @property
    def working(self) -> str:
        """What is driven here, in words; nobody is hired to say that it is nothing."""
        return self._foreman.words() if self._foreman else ""

    async def ready(self) -> None:
        """Returns once it is known what the app is looking at."""
        await self._first.wait()

    def choose(self, run: "Run") -> None:
        """Look at this run."""
        self._wanted = (run.id, self._wanted[1])
        self._find_subject()

    def pin(self, run: "Run | None") -> None:
        """Hold what is looked at against this run; None: against the baseline."""
        self._wanted = (self._wanted[0], run.id if run else None)
        self._find_subject()

    def edit(self, path: Path, line: int = 1) -> bool:
        """The person's editor at that line, in the terminal of the app; False where there is none."""
        words = editor.command(path, line)
        if (wrong := editor.problem(words)) is None:
            with self.suspend():
                wrong = editor.run(words)  # an exception that left here would leave the app suspended
            self.views_stale()
        if wrong is not None:
            self.problem(wrong)
        return wrong is None

    def copy(self, text: str, what: str = "") -> None:
        """Into the clipboard, by the terminal and by the machine's own tool."""
        from evaltui.tui.clipboard import copy_natively

        self.copy_to_clipboard(plain(text, 1_000_000, newlines=True))
        tool = copy_natively(text)
        how = f"with {tool}" if tool else "sent to the terminal"
        self.notify(plain(f"Copied {what or 'it'} ({how}).", 200), markup=False, timeout=3)

    def problem(self, words: str) -> None:
        """On the status line of the view that is looked at."""
        if isinstance(self.screen, View):
            self.screen.problem(words)
        else:
            self.notify(plain(words, 300), markup=False, severity="error")

    def say(self, words: str) -> None:
        """Quiet words on the status line of the view that is looked at."""
        if isinstance(self.screen, View):
            self.screen.say(words)

    def fault(self, error: Exception) -> None:
        """A fault of ours that need not end the program: it is kept, and said."""
        from evaltui.tui.crash import keep

        path = keep(error, self.desk.path.parent)
        self.problem(f"a fault of evaltui itself ({type(error).__name__}); report: {path or 'could not be written'}")

    def views_stale(self) -> None:
        """Everything that is shown is loaded again, at the latest when it is looked at."""
        for screen in {screen for stack in self._screen_stacks.values() for screen in stack}:
            if isinstance(screen, View):
                screen.stale()

    # How it lives

    async def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self.exit, 128 + number)
        self.run_worker(self._look_first(), exit_on_error=False)
        self.set_interval(LOOK_SECONDS, self._look)
        if self._start and self._start != self.DEFAULT_MODE:
            await self.switch_mode(self._start)

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), self._inert]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return True

    async def _look_first(self) -> None:
        await self._refresh_subject()
        self._first.set()
        if self.subject is None:
            await self.switch_mode("welcome")
        elif cared_for(self.desk.path):
            await self._take_up()
        for words in self.keys.problems:
            self.problem(words)

    async def _take_up(self) -> None:
        """Runs that were left when the app was closed go on."""
        if found := await self.foreman.take_up():
            names = ", ".join(str(run.id) for run in found)
            self.say(f"Taken up again: run {names}. Nothing is sent that was not accepted before.")

    def _look(self) -> None:
        if not self.is_headless and hung_up():
            self.exit(128 + signal.SIGHUP)
        if self.desk.changed():
            self._find_subject()

    def _find_subject(self) -> None:
        # A function, not a coroutine: one that is put off before it began leaves nothing unawaited.
        self.run_worker(self._found, group="subject", exclusive=True, exit_on_error=False)  # type: ignore[arg-type]

    async def _found(self) -> None:
        await self._refresh_subject()
        self.views_stale()

    async def _refresh_subject(self) -> None:
        if self.desk.exists:
            try:
                self.subject = await self.desk.read(subject_of, *self._wanted)
            except Exception as error:  # noqa: BLE001 - said on the screen instead of ending the program
                self.problem(str(error))

    # Actions of every view

    async def show_view(self, view: str) -> None:
        """The view itself, whatever was opened from it when it was left; not from under a question."""
        if isinstance(self.screen, ModalScreen):
            return
        await self.switch_mode("welcome" if view == "gate" and self.subject is None else view)
        while len(self.screen_stack) > 1:
            self.pop_screen()

    async def action_go_gate(self) -> None:
        await self.show_view("gate")

    async def action_go_runs(self) -> None:
        await self.show_view("runs")

    async def action_go_compare(self) -> None:
        await self.show_view("compare")

    async def action_go_triage(self) -> None:
        await self.show_view("triage")

    async def action_go_datasets(self) -> None:
        await self.show_view("datasets")

    async def action_go_inbox(self) -> None:
        await self.show_view("inbox")

    async def action_go_history(self) -> None:
        await self.show_view("history")

    def action_help(self) -> None:
        from evaltui.tui.screens.help import HelpView

        if isinstance(self.screen, View):
            self.push_screen(HelpView(self.screen.NAME))

    def action_palette(self) -> None:
        from evaltui.tui.palette import open_palette

        open_palette(self)

    async def action_quit(self) -> None:
        """Back; at the first view out, once what is driven here is left in order."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            await self.action_leave()

    def action_interrupt(self) -> None:
        """What ends other programs is too near to what copies; it says what does."""
        self.say("ctrl+q quits.")

    async def action_leave(self) -> None:
        """Out, once what is driven here is left in order."""
        if self._foreman is not None and self._foreman.busy:
            self._foreman.ask_to_leave()
        else:
            await self.leave()

    async def leave(self) -> None:
        """Stop what is driven here; what was sent goes on at the provider."""
        if self._foreman is not None:
            await self._foreman.stop()
        self.desk.close()
        self.exit(0)

    def _fatal_error(self) -> None:
        """Textual would print the values of all variables, and with them perhaps a key: only words leave."""
        import sys

        from evaltui.tui.crash import keep, report

        error = sys.exc_info()[1] or self._exception or RuntimeError("unknown")
        path = keep(error, self.desk.path.parent)
        self.bell()
        self._exit_renderables.append(
            f"evaltui stopped by a fault of its own. Nothing that was stored is lost.\n"
            f"Report: {path}" if path else report(error)
        )  # fmt: skip
        self._close_messages_no_wait()
        self._return_code = FAULT
