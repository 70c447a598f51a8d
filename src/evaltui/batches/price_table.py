"""Owns reading a table of prices from TOML: every problem of it at once, in words."""

import tomllib
from datetime import date
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError

from evaltui.domain.base import Frozen
from evaltui.domain.problem import Problem
from evaltui.files.document import Document
from evaltui.files.explain import problems_from

HINT = "write it like the shipped table: [models], and for each model input, output, write_5m, write_1h, read"
Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Price(Frozen):
    """US dollars per million tokens, not batched, for prompts of at most `up_to` tokens (None: of any length)."""

    input: Rate
    output: Rate
    write_5m: Rate
    write_1h: Rate
    read: Rate
    up_to: int | None = Field(None, ge=1)


def _ascending(bands: list[Price]) -> list[Price]:
    """A band out of its place would never be found, or hide a dearer one."""
    ends = [band.up_to or inf for band in bands]
    if any(end >= after for end, after in pairwise(ends)):
        raise ValueError("must be ordered from the shortest prompts to the longest, the one without up_to last")
    return bands


Bands = Annotated[list[Price], Field(min_length=1), AfterValidator(_ascending)]


class Table(Frozen):
    """The file: what it leaves out is taken from the shipped one."""

    as_of: date | None = None
    batch_factor: Rate | None = None
    models: dict[str, Bands] = Field(default_factory=dict)


def read_table(path: Path) -> Table | tuple[Problem, ...]:
    """The table in a file, or everything that is wrong with it."""
    try:
        written = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        return (Problem(str(path), 0, "", f"is no table of prices: {error}", hint=HINT),)
    try:
        return Table.model_validate(written)
    except ValidationError as error:
        return tuple(problems_from(error, Table, Document(str(path), written, 0)))
