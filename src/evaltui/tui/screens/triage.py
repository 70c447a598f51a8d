"""The Triage view."""

from evaltui.tui.actions import bindings
from evaltui.tui.view import View


class TriageView(View):
    """The Triage view."""

    NAME = "triage"
    TAB = "triage"
    BINDINGS = bindings("triage")


def make() -> TriageView:
    return TriageView()
