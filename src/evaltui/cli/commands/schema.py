"""`evaltui schema`: the JSON Schema an editor checks a file with."""

import json

import click

from evaltui.cli.render import page
from evaltui.loop.schemas import KINDS, json_schema


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
def schema(kind: str) -> int:
    """Print the JSON Schema of a file you write, for `# yaml-language-server:` and for CI."""
    page(json.dumps(json_schema(kind), indent=2))
    return 0
