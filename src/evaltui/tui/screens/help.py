"""The keys of a view, and of all."""

from evaltui.tui.actions import bindings
from evaltui.tui.view import View


class HelpView(View):
    """Help for the view called `about`."""

    NAME = "help"
    BINDINGS = bindings("help")

    def __init__(self, about: str) -> None:
        super().__init__()
        self.about = about
