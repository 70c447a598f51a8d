"""`evaltui import`: production logs come into the inbox."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from evaltui.cli.ask_mapping import mapping_of
from evaltui.cli.exits import Exit
from evaltui.cli.options import db_option, json_option, opened
from evaltui.cli.progress import Progress
from evaltui.cli.render import as_json, note, out
from evaltui.domain.text import shown
from evaltui.logs.importers import Importer
from evaltui.loop.intake import LogReport, take_in
from evaltui.loop.mappings import parse_map_option, plain_importer
from evaltui.loop.project import evalset_path, project_of
from evaltui.loop.scored_items import Look, look_of

MAP_HELP = (
    "Which column of a plain log is what, such as input=question; kept for all logs with these columns. Repeat it."
)
SCORED_HELP = (
    "What this evalset's scorers fail counts as a failure too: those that need neither gold nor a judge. "
    "For what is read now; what was read before stays as it is."
)
PATH = 300  # characters of a path that are shown


@click.command("import")
@click.argument("logs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--map", "words", multiple=True, metavar="FIELD=COLUMN", help=MAP_HELP)
@click.option("--scored-by", "evalset", metavar="EVALSET", help=SCORED_HELP)
@db_option
@json_option
def import_logs(
    logs: tuple[Path, ...], words: tuple[str, ...], evalset: str | None, db: str | None, *, json_: bool
) -> int:
    """Read LOGS, files or folders, into the inbox; each is known by what it holds, and nothing is added twice."""
    if words:
        parse_map_option(words)
    look: Look = look_of(evalset_path(evalset, Path.cwd())) if evalset else lambda _: ()
    with opened(db, create=True) as store, closing(Progress()) as progress:
        asking = _Asking(project_of(store.path), words, progress)
        reports = take_in(store, logs, progress, asking, look)
    if json_:
        as_json({"logs": reports})
    else:
        for report in reports:
            _say(report)
    if words and not asking.asked:
        note("--map was not used: it says how a log is read that is named itself and is of no known kind")
        return Exit.USAGE
    return Exit.USAGE if failed(reports) else Exit.PASS


class _Asking:
    """What reads a plain log that was named, by the words of `--map`, by what is kept, or by what a person confirms."""

    def __init__(self, project: Path, words: Sequence[str], progress: Progress) -> None:
        self._project, self._words, self._progress = project, words, progress
        self.asked = False

    def __call__(self, log: Path) -> Importer:
        self.asked = True
        self._progress.close()
        return plain_importer(mapping_of(self._project, log, self._words))


def failed(reports: list[LogReport]) -> bool:
    """Whether a file that was named could not be read, or none could: folders hold other things than logs too."""
    return any(report.problem and report.named for report in reports) or all(report.problem for report in reports)


def _say(report: LogReport) -> None:
    line = f"{shown(report.path, PATH)}: {report.words()}"
    if report.problem:
        note(line)
    else:
        out(line)
