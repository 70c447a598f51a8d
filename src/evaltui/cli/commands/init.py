"""`evaltui init`: something to start from, in a folder that may hold anything already."""

import shlex
from pathlib import Path

import click

from evaltui.cli.exits import Exit
from evaltui.cli.render import out
from evaltui.loop.scaffold import Scaffold, scaffold

DEFAULT = "help-desk"


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", default=DEFAULT, show_default=True, metavar="NAME", help="What the evalset is called.")
def init(folder: Path, name: str) -> int:
    """Make an evalset, an agent, a CI step and a git hook to start from. Nothing that is there is ever overwritten."""
    _say(scaffold(folder, name), folder)
    return Exit.PASS


def _say(made: Scaffold, folder: Path) -> None:
    for file in made.files:
        out(f"left alone  {file.path}: {file.left}" if file.left else f"made        {file.path}")
    there = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
    out()
    out(f"next: {there}evaltui check {made.evalset}")
    out("  then change cases.yaml and prompts/system.md to your own, and: evaltui run " + Path(made.evalset).name)
