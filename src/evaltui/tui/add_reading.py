"""Owns what the way to a gold case reads and writes: evalsets, what is wrong with drafts, the change of the files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.tui.add_words import block

if TYPE_CHECKING:
    from evaltui.loop.add import Added
    from evaltui.loop.candidates import Candidate
    from evaltui.loop.draft import Draft
    from evaltui.store.database import Store

Lines = list[tuple[str, str]]
NOTHING = "nothing is added: the set says it already; y notes that on the item"


def evalsets(store: "Store", folder: Path) -> "list[Candidate]":
    """The evalsets of the project, most recently run first."""
    from evaltui.loop.candidates import candidates

    return candidates(folder, store)


def tried(adding: "Sequence[Draft]", here: "Draft | None") -> tuple[tuple[Problem, ...], Lines]:
    """What is wrong with any of them, and the change of the files; while something is wrong, the case as it is."""
    from evaltui.loop.add import preview

    if not adding:
        return (), [(" ", NOTHING)]
    try:
        made = preview(adding)
    except BadInput as error:
        return error.problems, block(here) if here else []
    return made.warnings, list(made.diff)


def written(store: "Store", adding: "Sequence[Draft]", covered: "Sequence[tuple[Draft, str]]") -> "Added | None":
    """Those that are added in one go; of those that a case of the set covers, that is noted."""
    from evaltui.loop.add import add, cover

    made = add(store, adding) if adding else None
    for draft, case_id in covered:
        cover(store, draft, case_id)
    return made
