"""The Datasets view."""

from evaltui.tui.actions import bindings
from evaltui.tui.view import View


class DatasetsView(View):
    """The Datasets view."""

    NAME = "datasets"
    TAB = "datasets"
    BINDINGS = bindings("datasets")


def make() -> DatasetsView:
    return DatasetsView()
