"""`evaltui import`: production logs come into the inbox."""

from contextlib import closing
from pathlib import Path

import click

from evaltui.cli.exits import Exit
from evaltui.cli.options import db_option, json_option, opened
from evaltui.cli.progress import Progress
from evaltui.cli.render import as_json, note, out
from evaltui.domain.text import shown
from evaltui.loop.intake import LogReport, take_in

PATH = 300  # characters of a path that are shown


@click.command("import")
@click.argument("logs", nargs=-1, required=True, type=click.Path(path_type=Path))
@db_option
@json_option
def import_logs(logs: tuple[Path, ...], db: str | None, *, json_: bool) -> int:
    """Read LOGS, files or folders, into the inbox; each is known by what it holds, and nothing is added twice."""
    with opened(db, create=True) as store, closing(Progress()) as progress:
        reports = take_in(store, logs, progress)
    if json_:
        as_json({"logs": reports})
    else:
        for report in reports:
            _say(report)
    return Exit.USAGE if failed(reports) else Exit.PASS


def failed(reports: list[LogReport]) -> bool:
    """Whether a file that was named could not be read, or none could: folders hold other things than logs too."""
    return any(report.problem and report.named for report in reports) or all(report.problem for report in reports)


def _say(report: LogReport) -> None:
    line = f"{shown(report.path, PATH)}: {report.words()}"
    if report.problem:
        note(line)
    else:
        out(line)
