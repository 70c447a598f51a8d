"""`evaltui export`: a run for other programs."""

from collections.abc import Callable, Iterator
from typing import IO

import click

from evaltui.cli.exits import Exit
from evaltui.cli.options import db_option, opened, run_named
from evaltui.cli.render import hush
from evaltui.domain.run import Run
from evaltui.loop.export import export_jsonl, export_recording
from evaltui.store.database import Store

FORMATS: dict[str, Callable[[Store, Run], Iterator[str]]] = {"jsonl": export_jsonl, "recording": export_recording}


@click.command()
@click.argument("run", required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    default="jsonl",
    help="jsonl: samples; recording: for `sandbox --replay`.",
)
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True, lazy=True),
    default="-",
    help="A file instead of stdout.",
)
@db_option
def export(run: str | None, format_: str, output: IO[str], db: str | None) -> int:
    """Write RUN as JSON lines: one sample a line, or one recorded reply a line."""
    with opened(db) as store:
        lines = FORMATS[format_](store, run_named(store, run))
        try:
            output.writelines(f"{line}\n" for line in lines)
            output.flush()
        except BrokenPipeError:
            hush()
    return Exit.PASS
