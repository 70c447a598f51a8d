"""`evaltui check`: every problem of every file at once, and what a run would send."""

from pathlib import Path

import click

from evaltui.cli.exits import Exit
from evaltui.cli.options import json_option
from evaltui.cli.render import as_json, note, out
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.loop.check import Report, check_evalset
from evaltui.loop.project import database_path, evalset_path
from evaltui.loop.settings import use_prices


@click.command()
@click.argument("evalsets", nargs=-1, metavar="[EVALSET]...")
@json_option
def check(evalsets: tuple[str, ...], *, json_: bool) -> int:
    """Validate evalsets: every file, every problem, each with its line. Without a name: all under evalsets/."""
    use_prices(database_path(Path.cwd(), None))
    reports = [_report(named) for named in evalsets or _all()]
    if json_:
        as_json({"evalsets": reports, "ok": all(report.ok for report in reports)})
    else:
        for report in reports:
            _say(report)
    return Exit.PASS if reports and all(report.ok for report in reports) else Exit.USAGE


def _all() -> list[str]:
    found = sorted(str(path.parent) for path in Path("evalsets").glob("*/evalset.yaml"))
    if not found and Path("evalset.yaml").is_file():
        return ["."]
    if not found:
        raise BadInput(
            (Problem("evalsets/", 0, "", "no evalset here", hint="name a folder that holds an evalset.yaml"),)
        )
    return found


def _report(named: str) -> Report:
    return check_evalset(evalset_path(named, Path.cwd()))


def _say(report: Report) -> None:
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
