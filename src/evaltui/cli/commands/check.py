"""`evaltui check`: every problem of every file at once, what a run would send, and how healthy the set is."""

from pathlib import Path

import click

from evaltui.cli.exits import Exit
from evaltui.cli.health import say_health
from evaltui.cli.options import db_option, json_option
from evaltui.cli.progress import Progress
from evaltui.cli.render import as_json, note, out
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.loop.check import Report, check_evalset
from evaltui.loop.project import database_path, evalset_path
from evaltui.loop.session import Notify
from evaltui.loop.settings import use_prices


@click.command()
@click.argument("evalsets", nargs=-1, metavar="[EVALSET]...")
@click.option("--no-health", is_flag=True, help="Only what is invalid; not what makes the set say less than it seems.")
@click.option("--strict", is_flag=True, help="Exit 1 where cases leak into the agent's files or contradict each other.")
@click.option("--all", "whole", is_flag=True, help="Every case of every list.")
@db_option
@json_option
def check(evalsets: tuple[str, ...], *, no_health: bool, strict: bool, whole: bool, db: str | None, json_: bool) -> int:
    """Validate evalsets: every file, every problem, each with its line, and how healthy each set is.

    Without a name: all under evalsets/.
    """
    database = database_path(Path.cwd(), db)
    use_prices(database)
    progress = Progress()
    reports = [_report(named, database, None if no_health else progress) for named in evalsets or _all()]
    progress.close()
    if json_:
        as_json({"evalsets": reports, "ok": all(report.ok for report in reports)})
    else:
        for report in reports:
            _say(report, whole=whole)
    if not reports or not all(report.ok for report in reports):
        return Exit.USAGE
    return Exit.FAIL if strict and any(map(_is_grave, reports)) else Exit.PASS


def _is_grave(report: Report) -> bool:
    return report.health is not None and bool(report.health.leaking or report.health.conflicts)


def _all() -> list[str]:
    found = sorted(str(path.parent) for path in Path("evalsets").glob("*/evalset.yaml"))
    if not found and Path("evalset.yaml").is_file():
        return ["."]
    if not found:
        raise BadInput(
            (Problem("evalsets/", 0, "", "no evalset here", hint="name a folder that holds an evalset.yaml"),)
        )
    return found


def _report(named: str, database: Path, notify: Notify | None) -> Report:
    return check_evalset(evalset_path(named, Path.cwd()), database, notify)


def _say(report: Report, *, whole: bool) -> None:
    for problem in report.problems:
        note(f"{'warning: ' if problem.severity == 'warning' else ''}{problem}")
    errors = sum(problem.severity == "error" for problem in report.problems)
    if errors:
        note(f"{report.path}: {errors} problem{'s' if errors != 1 else ''}")
        return
    out(
        f"{report.name}: {report.cases:,} cases, {report.critical:,} critical, "
        f"{len(report.tags)} tags, scorers {', '.join(report.scorers)}"
    )
    if report.forecast:
        out(f"  a run would send {report.forecast.words()}")
    if report.advice:
        out(f"  {report.advice}")
    if report.health:
        say_health(report.health, whole=whole)
