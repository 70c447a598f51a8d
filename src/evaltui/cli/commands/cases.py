"""`evaltui import-cases` and `export-cases`: an evalset's cases from other tools, and for them."""

from pathlib import Path
from typing import IO

import click

from evaltui.cli.exits import Exit
from evaltui.cli.options import json_option
from evaltui.cli.render import as_json, hush, note, out
from evaltui.gate.words import count
from evaltui.loop.export_cases import export_cases as exported
from evaltui.loop.import_cases import IMPORTED, Imported, read_import_cases, shown_fields, write_import_cases
from evaltui.loop.project import evalset_path


@click.command("import-cases")
@click.argument("evalset")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", metavar="KIND", help="What wrote FILE; else its content tells.")
@click.option("--map", "columns", multiple=True, metavar="FIELD=COLUMN", help="Which column of a table is what.")
@click.option(
    "--file", "target", default=IMPORTED, show_default=True, metavar="NAME", help="The file of cases to add to."
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@json_option
def import_cases(
    evalset: str, file: Path, kind: str | None, columns: tuple[str, ...], target: str, *, dry_run: bool, json_: bool
) -> int:
    """Add the cases of FILE to EVALSET: promptfoo, OpenAI evals, ADK, pydantic-evals, Inspect, CSV.

    Existing cases stay as they are. All that cannot be taken is told with its line; a case that is left out makes
    the exit code 3.
    """
    found = read_import_cases(evalset_path(evalset, Path.cwd()), file, kind, columns, target)
    if not dry_run:
        write_import_cases(found)
    for problem in found.problems:
        note(f"{'warning: ' if problem.severity == 'warning' else ''}{problem}")
    if json_:
        as_json(shown_fields(found) | {"written": not dry_run})
    else:
        _say(found, evalset, dry_run=dry_run)
    return Exit.INCOMPLETE if found.left_out else Exit.PASS


def _say(found: Imported, evalset: str, *, dry_run: bool) -> None:
    known = f", {count(found.known, 'case')} there already" if found.known else ""
    left = f", {count(found.left_out, 'problem')} left a case out" if found.left_out else ""
    out(f"{found.kind}: {count(len(found.cases), 'new case')}{known}{left}")
    for change in found.changes:
        out(f"{'would change' if dry_run else 'changed'} {change.file}:{change.line}")
        for sign, line in change.diff if dry_run else ():
            out(f"{sign} {line}")
    for words in found.advice:
        out(f"  {words}")
    if found.changes and not dry_run:
        out(f"next: evaltui check {evalset}")


@click.command("export-cases")
@click.argument("evalset")
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True, lazy=True),
    default="-",
    help="A file instead of stdout.",
)
def export_cases(evalset: str, output: IO[str]) -> int:
    """Write the cases of EVALSET as JSON lines, one case a line: a file of cases for evaltui and other programs."""
    try:
        output.writelines(f"{line}\n" for line in exported(evalset_path(evalset, Path.cwd())))
        output.flush()
    except BrokenPipeError:
        hush()
    return Exit.PASS
