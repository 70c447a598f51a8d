"""Every action, case, run and theme by name."""

from textual.app import App


def open_palette(app: App[int]) -> None:
    """Show it over whatever is shown."""
