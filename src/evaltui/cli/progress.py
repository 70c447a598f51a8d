"""What a person sees of long work: one living line on a terminal's stderr, plain notices otherwise."""

import sys
import time

import click

from evaltui.domain.text import visible
from evaltui.loop.session import Notice, Phase

WIDTH = 78


class Progress:
    """Call it with every event; `close()` leaves the cursor at the start of a fresh line."""

    def __init__(self) -> None:
        self._living = sys.stderr.isatty()
        self._started = time.monotonic()
        self._open = False

    def __call__(self, event: Phase | Notice) -> None:
        if isinstance(event, Notice):
            self.close()
            click.echo(visible(event.words), err=True)
        elif self._living:
            self._show(event)

    def _show(self, phase: Phase) -> None:
        of = f" of {phase.total:,}" if phase.total and phase.total != phase.done else ""
        size = f"{phase.done or phase.total:,}" if phase.done == 0 else f"{phase.done:,}{of}"
        text = f"{phase.name}: {size} {phase.unit} · {self._elapsed()}"
        click.echo("\r" + visible(text)[:WIDTH].ljust(WIDTH), nl=False, err=True)
        self._open = True

    def _elapsed(self) -> str:
        seconds = int(time.monotonic() - self._started)
        return f"{seconds // 60}:{seconds % 60:02d}"

    def close(self) -> None:
        if self._open:
            click.echo("\r" + " " * WIDTH + "\r", nl=False, err=True)
            self._open = False
