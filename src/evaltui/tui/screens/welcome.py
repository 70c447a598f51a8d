"""What an empty project shows: how to begin."""

from evaltui.tui.actions import bindings
from evaltui.tui.view import View


class WelcomeView(View):
    """Offers a first evalset or the demo."""

    NAME = "welcome"
    BINDINGS = bindings("welcome")


def make() -> WelcomeView:
    return WelcomeView()
