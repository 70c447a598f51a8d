"""The Gate view."""

from evaltui.tui.actions import bindings
from evaltui.tui.view import View


class GateView(View):
    """The Gate view."""

    NAME = "gate"
    TAB = "gate"
    BINDINGS = bindings("gate")


def make() -> GateView:
    return GateView()
