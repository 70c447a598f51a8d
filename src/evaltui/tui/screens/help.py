"""Owns the help: the keys of a view in groups, found by typing; asked again, the keys of all views."""

from collections.abc import Iterable, Iterator

from textual import events
from textual.app import ComposeResult

from evaltui.tui.actions import ACTIONS, VIEWS, Action, actions_of, bindings, key_words
from evaltui.tui.view import View
from evaltui.tui.widgets.finder import Choice, Finder, FinderInput
from evaltui.tui.widgets.frame import Span

MOVES = frozenset({"down", "up", "top", "bottom", "page_down", "page_up"})


class HelpView(View):
    """Help for the view called `about`."""

    NAME = "help"
    BINDINGS = bindings("help")
    DEFAULT_CSS = "HelpView Finder { padding: 1 1 0 1; }"

    def __init__(self, about: str) -> None:
        super().__init__()
        self.about = about
        self.all = about == self.NAME

    def body(self) -> ComposeResult:
        """A line to type in and the keys."""
        yield HelpFinder(list(self._choices()), keys_first=True, empty="No key does that.\nesc goes back")

    def crumbs(self) -> list[Span]:
        """Whose keys these are."""
        return [("keys of every view" if self.all else f"keys of {title(self.about)}", "strong")]

    def show_all(self) -> None:
        """The keys of every view, or of the one again."""
        self.all = not self.all or self.about == self.NAME
        self.query_one(Finder).show(list(self._choices()))
        self.show_frame()

    def on_finder_left(self, event: Finder.Left) -> None:
        """Back to the view."""
        event.stop()
        if self.is_current:
            self.app.pop_screen()

    def on_finder_taken(self, event: Finder.Taken) -> None:
        """Help explains; it does nothing."""
        event.stop()

    def _choices(self) -> Iterator[Choice]:
        groups = every_group() if self.all else groups_of(self.about)
        for group, actions in groups:
            for action in actions:
                keys = "  ".join(map(key_words, self.evaltui.keys.of(action)))
                yield Choice((group, action.name), action.words, action.help, keys, group)


class HelpFinder(Finder):
    """A finder in which ? and f1 show the keys of every view."""

    DEFAULT_CSS = "HelpFinder { height: 1fr; }"

    def line(self) -> FinderInput:
        """Its line knows one key more."""
        return HelpInput()


class HelpInput(FinderInput):
    """The line of the help."""

    BINDINGS = [("f1", "screen_all")]
    HINTS = (("?", "all keys"), ("esc", "back"), ("↑↓", "move"), ("a-z", "find"))

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "question_mark":
            event.stop()
            event.prevent_default()
            self.action_screen_all()
        else:
            await super()._on_key(event)

    def action_screen_all(self) -> None:
        """The keys of every view, or of the one again."""
        if isinstance(self.screen, HelpView):
            self.screen.show_all()


def title(view: str) -> str:
    """The name of a view as people read it."""
    return VIEWS[view][1] if view in VIEWS else view.capitalize()


def groups_of(view: str) -> Iterator[tuple[str, Iterable[Action]]]:
    """The keys of one view: what only it does first, what every view does last."""
    actions = list(actions_of(view))
    own = [action for action in actions if action.views and action.name not in MOVES]
    if own:
        yield title(view), own
    yield "Moving", [action for action in actions if action.name in MOVES]
    yield from _common()


def every_group() -> Iterator[tuple[str, Iterable[Action]]]:
    """The keys of every view."""
    names = dict.fromkeys([*VIEWS, *(view for action in ACTIONS for view in action.views)])
    for view in names:
        yield title(view), [action for action in actions_of(view) if action.views and action.name not in MOVES]
    yield "Moving", [action for action in ACTIONS if action.name in MOVES]
    yield from _common()


def _common() -> Iterator[tuple[str, Iterable[Action]]]:
    everywhere = [action for action in ACTIONS if not action.views]
    yield "Everywhere", [action for action in everywhere if not action.name.startswith("go_")]
    yield "Views", [action for action in everywhere if action.name.startswith("go_")]
