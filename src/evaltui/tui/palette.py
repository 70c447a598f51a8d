"""Every action, case, run and theme by name."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.app import App

from evaltui.domain.run import Run
from evaltui.store.database import Store
from evaltui.tui.actions import actions_of, key_words
from evaltui.tui.look import STATE, THEMES
from evaltui.tui.screens.ask import Choice, Pick
from evaltui.tui.view import View
from evaltui.tui.widgets.finder import Finder

if TYPE_CHECKING:
    from evaltui.store.runs import RunRow

_KNOWN_BY_HAND: Final = frozenset({"down", "up", "top", "bottom", "page_down", "page_up", "back", "palette"})
RUNS: Final = 50
CASES: Final = 50


def open_palette(app: App[int]) -> None:
    """Show it over whatever is shown."""
    view = app.screen
    if isinstance(view, View):
        app.push_screen(Palette(view), partial(_take, view))


class Palette(Pick):
    """What can be done here, and what can be gone to; cases once something is typed."""

    def __init__(self, view: View) -> None:
        super().__init__("Go to or do", list(_here(view)), empty="Nothing is called that.\nesc goes back")
        self._view = view

    def on_mount(self) -> None:
        """Runs and evalsets come as soon as they are read."""
        if self._view.desk.exists:
            self.run_worker(self._list_runs(), exit_on_error=False)

    def on_finder_typed(self, event: Finder.Typed) -> None:
        """Cases whose id holds what was typed."""
        event.stop()
        subject = self._view.subject
        if event.text and subject is not None:
            self.run_worker(self._list_cases(subject.run, event.text), exclusive=True, exit_on_error=False)

    async def _list_runs(self) -> None:
        rows = await self._view.desk.read(_runs)
        self.finder.show([*self._choices, *_evalsets(rows), *map(_run, rows)])

    async def _list_cases(self, run: Run, text: str) -> None:
        ids = await self._view.desk.read(_cases, run.id, text)
        self.finder.add(text, [Choice(("case", name), name, f"case of run {run.id}") for name in ids])


def _here(view: View) -> Iterator[Choice]:
    app = view.evaltui
    acts = [action for action in actions_of(view.NAME) if action.name not in _KNOWN_BY_HAND]
    for action in sorted(acts, key=lambda action: bool(not action.views) + action.name.startswith("go_")):
        if view.check_action(action.name, ()):
            name = f"go to {action.words}" if action.name.startswith("go_") else action.words
            group = "Here" if action.views else "Views" if action.name.startswith("go_") else "Everywhere"
            detail = "" if action.name.startswith("go_") else action.help
            yield Choice(("act", action.call), name, detail, key_words(app.keys.first(action)), group)
    for theme in dict.fromkeys([*(theme.name for theme in THEMES), app.theme]):
        yield Choice(("theme", theme), f"theme {theme}", "in use" if theme == app.theme else "", group="Themes")


def _runs(store: Store) -> "list[RunRow]":
    from evaltui.store.runs import runs

    return runs(store, RUNS)


def _cases(store: Store, run_id: int, text: str) -> list[str]:
    from evaltui.store.find import cases_named

    return cases_named(store, run_id, text.split(), CASES)


def _evalsets(rows: "list[RunRow]") -> Iterator[Choice]:
    newest = {row.run.evalset: row.run for row in reversed(rows)}
    if len(newest) > 1:
        for name, run in sorted(newest.items()):
            yield Choice(("run", run, "newest"), f"evalset {name}", f"its newest run, {run.id}", group="Evalsets")


def _run(row: "RunRow") -> Choice:
    run = row.run
    glyph, word, _ = STATE.get(row.verdict or "", ("", row.verdict or "no verdict", ""))
    detail = f"{glyph} {word} · {run.agent} · {run.model} · {run.created_at.astimezone():%d %b %H:%M}"
    return Choice(("run", run), f"run {run.id} {run.evalset}", detail.strip(), group="Runs")


def _take(view: View, key: object) -> None:
    app = view.evaltui
    match key:
        case ("act", str(call)):
            app.call_later(app.run_action, call, view)
        case ("theme", str(name)):
            app.theme = name
        case ("run", Run() as run, *_):
            app.choose(run)
        case ("case", str(case_id)):
            app.call_later(_show_case, view, case_id)


async def _show_case(view: View, case_id: str) -> None:
    """In the view's own list if it has it there, else its trace."""
    own = getattr(view, "show_case", None)
    subject = view.subject
    if (own is None or not await own(case_id)) and subject is not None:
        from evaltui.tui.screens.trace import TraceView

        view.app.push_screen(TraceView(subject.run, case_id, against=subject.against))
