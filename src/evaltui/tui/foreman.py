"""Owns the runs that this process drives."""

from textual.app import App


class Foreman:
    """Nothing is driven yet."""

    def __init__(self, app: App[int]) -> None:
        self.app = app

    @property
    def busy(self) -> bool:
        """Whether a run is driven now."""
        return False

    def ask_to_leave(self) -> None:
        """Ask the person whether to leave while runs are driven."""

    async def stop(self) -> None:
        """Stop driving; nothing is lost."""
