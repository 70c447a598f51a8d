"""The Compare view."""

from evaltui.tui.actions import bindings
from evaltui.tui.view import View


class CompareView(View):
    """The Compare view."""

    NAME = "compare"
    TAB = "compare"
    BINDINGS = bindings("compare")


def make() -> CompareView:
    return CompareView()
