"""How plain logs are read in this project: a mapping is asked for once, and kept for every log with these columns."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from evaltui.domain.base import Frozen
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean, found, shown
from evaltui.files.document import Document, read_document
from evaltui.files.explain import problems_from
from evaltui.files.whole import as_yaml, write_whole
from evaltui.logs.plain.guess import Guess, guess
from evaltui.logs.plain.importer import PlainLog
from evaltui.logs.plain.mapping import NEEDED, ROLES, Mapping
from evaltui.logs.plain.shape import Shape, seen_later, shape_of
from evaltui.loop.project import STATE
from evaltui.loop.redaction import redactor_for

NAME = "mappings.yaml"
HEAD = "# Which column of a plain log is what. Written by `evaltui import`; yours to change.\n"
OPTION = "--map"
NAMED = 12  # columns in a sentence


class Kept(Frozen):
    """One entry of `.evaltui/mappings.yaml`: logs of this format with exactly these columns are read so."""

    format: Literal["csv", "jsonl"]
    columns: list[str]
    map: Mapping


def mapping_for(project: Path, log: Path) -> Mapping | Guess:
    """What is kept for logs with these columns, else a guess. Raises BadInput where the log has no columns.

    What a guess shows of the log is redacted.
    """
    shape = _shape(log)
    kept = next((each for each in _kept(project) if _is_of(each, shape)), None)
    return _redacted(project, guess(shape)) if kept is None else kept.map


def _redacted(project: Path, made: Guess) -> Guess:
    """What it shows of the log is for a screen."""
    redactor = redactor_for(project)
    shown_ = (replace(each, sample=redactor.text(each.sample, under=each.column).text) for each in made.readings)
    return replace(made, readings=tuple(shown_))


def remember(project: Path, log: Path, mapping: Mapping) -> None:
    """Keep it for every log with the columns of this one. Raises BadInput where it names a column that is not there."""
    shape = _shape(log)
    check_mapping(mapping, log, shape)
    others = [each for each in _kept(project) if not _is_of(each, shape)]
    entries = [*others, Kept(format=shape.format, columns=list(shape.columns), map=mapping)]
    path = mappings_file(project)
    write_whole(path, HEAD + as_yaml([_plain(each) for each in entries]))


def plain_importer(mapping: Mapping) -> PlainLog:
    """What reads a log by the mapping."""
    return PlainLog(mapping)


def kept_importer(project: Path, log: Path) -> PlainLog:
    """What reads a log that no importer knows. Raises BadInput, with what to say, where nobody has said it yet."""
    known = mapping_for(project, log)
    if isinstance(known, Guess):
        raise Unmapped(log, known)
    return plain_importer(known)


def mappings_file(project: Path) -> Path:
    """Beside the project's state."""
    return project / STATE.parent / NAME


def parse_map_option(words: Sequence[str]) -> Mapping:
    """`input=question` and so on, each as one word. Raises BadInput that tells what is allowed."""
    fields: dict[str, str] = {}
    for word in words:
        name, sign, column = (part.strip() for part in word.partition("="))
        if not sign or not column or name not in ROLES or name in fields:
            raise BadInput((_misread(word, name, fields),))
        fields[name] = column
    try:
        return Mapping(**fields)
    except ValidationError as error:
        raise BadInput((_unsound(error),)) from error


def check_mapping(mapping: Mapping, log: Path, shape: Shape | None = None) -> None:
    """Raises BadInput with every field whose column the log does not have."""
    shape = shape or _shape(log)
    missing = {name: column for name, column in mapping.columns.items() if column not in shape.columns}
    if missing and shape.format == "jsonl":
        later = seen_later(log, set(missing.values()))
        missing = {name: column for name, column in missing.items() if column not in later}
    if missing:
        raise BadInput(tuple(_absent(log, name, column, shape.columns) for name, column in missing.items()))


def guess_lines(made: Guess) -> list[str]:
    """The guess for a person, a line a field: column, how sure, what it means, its first value."""
    lines = [
        f"{each.field} = {shown(each.column)}  {each.sure}, {each.why}: {Mapping.model_fields[each.field].description}"
        + (f"; the first is {each.sample}" if each.sample else "")
        for each in made.readings
    ]
    if made.mapping is not None and made.mapping.score:
        lines.append(f"scale = {made.mapping.scale}  the score's worst and best")
    return lines + ([f"not read: {_named(made.unread)}"] if made.unread else [])


class Unmapped(BadInput):
    """The refusal where nobody can be asked: what was guessed, and the very words that say it."""

    def __init__(self, log: Path, made: Guess) -> None:
        self.guess = made
        right = f"if that is right: {map_command(log, made)}"
        hint = right if made.mapping else f"{NEEDED}, such as {OPTION} input=COLUMN"
        told = "; ".join(guess_lines(made)) or "no column looks like what was asked"
        message = f"nobody has said which column is what; guessed: {told}"
        super().__init__((Problem(str(log), 0, "", message, hint=hint),))


def map_command(log: Path, made: Guess) -> str:
    """The command that says the guess."""
    words = [part for word in made.mapping.words for part in (OPTION, word)] if made.mapping else []
    return shlex.join(["evaltui", "import", str(log), *words])


def _absent(log: Path, name: str, column: str, columns: Sequence[str]) -> Problem:
    near = did_you_mean(column, columns)
    return Problem(str(log), 1, name, "there is no such column", found(column), _named(columns), near)


def _shape(log: Path) -> Shape:
    shape = shape_of(log)
    if isinstance(shape, Problem):
        raise BadInput((shape,))
    return shape


def _is_of(kept: Kept, shape: Shape) -> bool:
    """Objects of JSON Lines have no order of their own."""
    if kept.format != shape.format:
        return False
    ours, theirs = list(shape.columns), kept.columns
    return ours == theirs if shape.format == "csv" else sorted(ours) == sorted(theirs)


def _kept(project: Path) -> list[Kept]:
    path = mappings_file(project)
    if not path.exists():
        return []
    document = read_document(path)
    if not isinstance(document, Document):
        raise BadInput(document)
    if not isinstance(document.value, list):
        raise BadInput((Problem(str(path), 1, "", "must be a list of mappings", found(document.value)),))
    return [_entry(document, index) for index in range(len(document.value))]


def _entry(document: Document, index: int) -> Kept:
    try:
        return Kept.model_validate(document.value[index])
    except ValidationError as error:
        raise BadInput(tuple(problems_from(error, Kept, document, (index,)))) from error


def _plain(kept: Kept) -> dict[str, Any]:
    mapping = kept.map.columns | ({"scale": kept.map.scale} if kept.map.score else {})
    return {"format": kept.format, "columns": kept.columns, "map": mapping}


def _misread(word: str, name: str, fields: dict[str, str]) -> Problem:
    if name in fields:
        return Problem(OPTION, 0, name, "is given twice", found(word))
    message = "must be FIELD=COLUMN"
    return Problem(
        OPTION, 0, "", message, found(word), ", ".join(f"{role}=…" for role in ROLES), did_you_mean(name, ROLES)
    )


def _unsound(error: ValidationError) -> Problem:
    first = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(map(str, first["loc"]))
    message = "must be WORST..BEST" if field == "scale" else str(first["msg"]).removeprefix("Value error, ")
    return Problem(OPTION, 0, field, message, found(first["input"]) if field else "", "1..5, 0..100" if field else "")


def _named(columns: Sequence[str]) -> str:
    more = len(columns) - NAMED
    return ", ".join(map(shown, columns[:NAMED])) + (f" and {more:,} more" if more > 0 else "")
