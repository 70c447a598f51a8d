"""`evaltui gold`: what is expected of a case, shown or changed where it is written."""

import os
from pathlib import Path
from typing import Any

import click

from evaltui.cli.exits import Exit
from evaltui.cli.options import db_option, json_option
from evaltui.cli.render import as_json, note, out, page
from evaltui.cli.triage import say_diff
from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.loop.gold_edit import Change, Gold, asked_by, change, gold_of, typed, value_of, write_gold
from evaltui.loop.project import database_path, evalset_path
from evaltui.store.database import Store, open_store


@click.command()
@click.argument("evalset")
@click.argument("case")
@click.option("--expected", metavar="YAML", help="The expected answer, as the file would have it.")
@click.option("--rubric", metavar="TEXT", help="What a judge should look for.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="The tags, one each; these replace what is there.")
@click.option("--critical/--no-critical", default=None, help="Whether a failure blocks the gate by itself.")
@click.option("--edit", is_flag=True, help="Edit all of it as YAML in $EDITOR.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@db_option
@json_option
def gold(
    evalset: str,
    case: str,
    expected: str | None,
    rubric: str | None,
    tags: tuple[str, ...],
    critical: bool | None,
    db: str | None,
    *,
    edit: bool,
    dry_run: bool,
    json_: bool,
) -> int:
    """Show what is expected of CASE, or change it in its file; nothing else of the file changes."""
    found = gold_of(evalset_path(evalset, Path.cwd()), case)
    wanted = _wanted(expected, rubric, tags, critical=critical)
    if edit and wanted:
        raise click.UsageError("--edit opens all of it; leave out the other options")
    if edit:
        wanted = _edited(found)
    if not (wanted or edit):
        _show(found, json_=json_)
        return Exit.PASS
    made = change(found, wanted)
    run = None if dry_run else _write(made, db)
    _say(made, run, dry_run=dry_run, json_=json_)
    return Exit.PASS


def _wanted(
    expected: str | None, rubric: str | None, tags: tuple[str, ...], *, critical: bool | None
) -> dict[str, Any]:
    """What was given; `--expected null` takes the gold away."""
    marks = {"rubric": rubric, "tags": list(tags) or None, "critical": critical}
    gold = {} if expected is None else {"expected": value_of(expected)}
    return gold | {name: value for name, value in marks.items() if value is not None}


def _edited(found: Gold) -> dict[str, Any]:
    """What the person left in the editor; raises Refused where it was left as it was."""
    text = click.edit(found.text, extension=".yaml", require_save=True)
    if text is None or text == found.text:
        raise Refused(f"the gold of {found.case_id} was left as it is")
    return typed(found, text)


def _write(made: Change, db: str | None) -> Run | None:
    """With an act in the newest run that asked the case, where there is one."""
    path = database_path(Path.cwd(), db or os.environ.get("EVALTUI_DB"))
    if not path.exists():
        write_gold(None, None, made)
        return None
    with open_store(path) as store:
        run = _run(store, made)
        write_gold(store, run, made)
        return run


def _run(store: Store, made: Change) -> Run | None:
    return asked_by(store, made.gold.source, made.gold.case_id)


def _show(found: Gold, *, json_: bool) -> None:
    place = found.place
    if json_:
        as_json({"case": found.case_id, "file": str(place.file), "line": place.line, "gold": found.text})
    else:
        out(f"{place.file}:{place.line}")
        page(found.text)


def _say(made: Change, run: Run | None, *, dry_run: bool, json_: bool) -> None:
    place, rewrite = made.gold.place, made.rewrite
    diff = () if rewrite is None else rewrite.diff
    if json_:
        about = {"case": made.gold.case_id, "file": str(place.file), "line": place.line}
        as_json({**about, "diff": diff, "read_by": made.read_by, "written": not dry_run, "run": run and run.id})
        return
    if rewrite is None:
        out("nothing would change")
        return
    out(f"{place.file}:{rewrite.line}")
    say_diff(diff)
    out(f"read by {', '.join(made.read_by)}")
    for problem in made.warnings:
        note(f"warning: {problem}")
    if dry_run:
        note("Nothing was written; leave out --dry-run to write it.")
    elif run is not None:
        note(f"Score the stored replies by it, at no cost but judges: evaltui score {run.id}")
        note(f"Take it back: evaltui finding {run.id} --undo")
