"""The Runs view."""

from evaltui.tui.actions import bindings
from evaltui.tui.view import View


class RunsView(View):
    """The Runs view."""

    NAME = "runs"
    TAB = "runs"
    BINDINGS = bindings("runs")


def make() -> RunsView:
    return RunsView()
