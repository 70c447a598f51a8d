"""A plain log is read by a mapping: what was said, what is kept, or what a person at a terminal confirms."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from evaltui.cli.render import note
from evaltui.logs.plain.mapping import Mapping
from evaltui.loop.log_readers import redacted_guess
from evaltui.loop.mappings import Unmapped, check_mapping, mapping_for, parse_map_option, remember


def mapping_of(project: Path, log: Path, words: Sequence[str]) -> Mapping:
    """The mapping for a log, kept from now on. `words` are those of `--map`.

    Raises BadInput where the log has no columns, where the words do not fit it, and where nobody confirms the guess.
    """
    if words:
        said = parse_map_option(words)
        check_mapping(said, log)
        remember(project, log, said)
        return said
    known = mapping_for(project, log)
    if isinstance(known, Mapping):
        return known
    if known.mapping is None or not sys.stdin.isatty():
        raise Unmapped(log, known)
    note(f"{log} is read for the first time. Which column is what?")
    for line in redacted_guess(project, known):
        note(f"  {line}")
    if not click.confirm("Is that right? It is kept for all logs with these columns", err=True):
        raise Unmapped(log, known)
    remember(project, log, known.mapping)
    return known.mapping
