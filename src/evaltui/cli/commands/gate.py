"""`evaltui gate` and `promote`: the verdict, and the act it allows."""

import click

from evaltui.cli.exits import OF_STATUS, Exit
from evaltui.cli.options import db_option, json_option, opened, run_named
from evaltui.cli.render import as_json, out, page
from evaltui.cli.verdicts import FORMATS, say_verdict
from evaltui.loop.decide import keep, verdict
from evaltui.loop.promote import promote as promote_run


@click.command()
@click.argument("run", required=False)
@click.option("--baseline", metavar="RUN", help="Compare with this run instead of the promoted baseline.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "junit", "markdown"]), default="text",
    help="junit for CI, markdown for a pull request.",
)  # fmt: skip
@db_option
@json_option
def gate(run: str | None, baseline: str | None, format_: str, db: str | None, *, json_: bool) -> int:
    """May RUN (the latest when not named) ship? Aggregate at or above the baseline AND every critical case passes."""
    with opened(db) as store:
        found = run_named(store, run)
        decided = verdict(store, found, run_named(store, baseline) if baseline else None)
        if baseline is None:  # what stands beside the run is its verdict against the promoted baseline
            keep(store, decided)
    if json_ or format_ == "json":
        as_json(decided)
    elif format_ == "text":
        say_verdict(decided)
    else:
        page(FORMATS[format_](decided))
    return OF_STATUS[decided.status]


@click.command()
@click.argument("run", required=False)
@click.option("--note", default="", help="Why, for those who read the history.")
@click.option(
    "--force", default="", metavar="REASON", help="Promote a run that the gate does not pass; the reason is recorded."
)
@db_option
@json_option
def promote(run: str | None, note: str, force: str, db: str | None, *, json_: bool) -> int:
    """Make RUN the baseline of its evalset: the first needs only to be complete, later ones must pass the gate."""
    with opened(db) as store:
        found = run_named(store, run)
        done = promote_run(store, found, note, force)
    if json_:
        as_json(done)
    else:
        out(f"Run {done.run_id} is now the baseline of {done.evalset}, promoted by {done.who}.")
        if done.forced:
            out(f"  forced: {done.forced}")
    return Exit.PASS
