"""The History view."""

from evaltui.tui.actions import bindings
from evaltui.tui.view import View


class HistoryView(View):
    """The History view."""

    NAME = "history"
    TAB = "history"
    BINDINGS = bindings("history")


def make() -> HistoryView:
    return HistoryView()
