"""Owns adding cases to a file of an evalset: one block at the end of its list, and no other byte changes."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaltui.domain.base import canonical
from evaltui.domain.errors import BadInput, Refused
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.evalsets.change import Change, added, added_line, spliced
from evaltui.evalsets.join import joined
from evaltui.evalsets.read import CASE_SUFFIXES
from evaltui.evalsets.source import EvalsetSource
from evaltui.evalsets.write import read_whole
from evaltui.files.document import scan_document
from evaltui.files.edit import Step, with_splice
from evaltui.files.grow import grow
from evaltui.files.jsonl import Tail, json_lines, tail_of, values_from
from evaltui.files.raw import decode, read_bytes
from evaltui.files.splice import apply_edit, check_new, make_file, splice_file

PROMOTED = "promoted.yaml"
"""Where new cases go when no file is named."""
_MARK = b"\xef\xbb\xbf"
_SCHEMA = "# yaml-language-server: $schema="
_HEAD = "# Gold cases promoted from production: each has its source. Edit them like any other.\n\n"


def append(
    source: EvalsetSource, cases: Sequence[Mapping[str, Any]], name: str = PROMOTED, head: str = _HEAD
) -> tuple[Change, ...]:
    """What adds the cases to a file of the evalset, by its name as `cases:` writes it; nothing is changed yet.

    A file that does not exist is made, in YAML with `head` as its first words, and named in evalset.yaml. Raises
    Refused, with what to do, where it cannot be done without touching anything else, and BadInput when a file cannot
    be read.
    """
    file = source.folder / name
    if not name.endswith(CASE_SUFFIXES):
        raise Refused(f"{shown(name)} is not a kind of file cases are read from; allowed: {', '.join(CASE_SUFFIXES)}")
    _refuse_halves(cases)
    if file.resolve() in {known.resolve() for known in source.case_files}:
        return (_to_jsonl(file, cases) if file.suffix == ".jsonl" else _to_yaml(file, cases),)
    if file.exists():
        raise Refused(f"{file} exists and is not among the `cases` of {source.path}; name it there, or another file")
    return _new(source, file, cases, head), joined(source, name)


def apply(changes: Sequence[Change]) -> None:
    """Make all changes, or none: a file that was just made goes again when the next change cannot be made."""
    made: list[Path] = []
    try:
        for change in changes:
            if change.edit is None:
                make_file(change.file, change.content)
                made.append(change.file)
            else:
                apply_edit(change.edit)
    except BaseException:
        for file in made:
            file.unlink(missing_ok=True)
        raise


def _refuse_halves(cases: Sequence[Mapping[str, Any]]) -> None:
    try:
        canonical(cases).decode()
    except UnicodeDecodeError as error:
        raise Refused("a case holds half of a surrogate pair, which no file can hold") from error


def _refuse_twice(file: Path, before: Sequence[Any], cases: Sequence[Mapping[str, Any]]) -> None:
    """Somebody else may have added to the file since the cases were made."""
    there = {each["id"] for each in before if isinstance(each, dict) and isinstance(each.get("id"), str)}
    if again := [str(case["id"]) for case in cases if case.get("id") in there]:
        raise Refused(f"{file} holds {shown(', '.join(again))} by now; begin again with what is still missing")


def _to_yaml(file: Path, cases: Sequence[Mapping[str, Any]]) -> Change:
    raw = read_bytes(file)
    text = raw if isinstance(raw, Problem) else decode(raw.removeprefix(_MARK), str(file))
    if isinstance(raw, Problem) or isinstance(text, Problem):
        raise BadInput(tuple(each for each in (raw, text) if isinstance(each, Problem)))
    steps, before = _listed(file, text)
    _refuse_twice(file, before, cases)
    splice = grow(text, steps, list(cases))
    mark = len(raw) - len(raw.removeprefix(_MARK))
    edit = spliced(file, text, splice, mark, lambda path: _check(path, file, steps, [*before, *cases]))
    return Change(file, added_line(text, splice), tuple(added(text, splice)), edit)


def _listed(file: Path, text: str) -> tuple[tuple[Step, ...], list[Any]]:
    """Where the list of cases stands, and what it holds; raises BadInput when the file has another problem."""
    document, problems = scan_document(file)
    if document is None and not _says_anything(text):
        return (), []
    if document is None or problems:
        raise BadInput(problems)
    value = document.value
    steps: tuple[Step, ...] = ("cases",) if isinstance(value, dict) else ()
    held = value.get("cases", value) if isinstance(value, dict) else value
    return steps, held if isinstance(held, list) else []


def _says_anything(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())


def _check(path: Path, file: Path, steps: tuple[Step, ...], wanted: list[Any]) -> None:
    """The new file holds the old cases and the new ones, and nothing else changed."""
    after = scan_document(path)[0]
    whole: Any = wanted
    if steps:
        whole = {**read_whole(file).value, "cases": wanted}
    if after is None or canonical(after.value) != canonical(whole):
        hint = f"add them by hand, or name another file than {file.name}"
        raise Refused(f"{file}: the cases cannot be added at the end of its list without touching more; {hint}")


def _to_jsonl(file: Path, cases: Sequence[Mapping[str, Any]]) -> Change:
    tail = tail_of(file)
    if isinstance(tail, Problem):
        raise BadInput((tail,))
    lines = json_lines(cases, tail)
    start = tail.size + len(tail.missing)
    content = (tail.missing + "".join(line + tail.newline for line in lines)).encode()
    edit = splice_file(file, tail.size, b"", content, lambda path: _check_lines(path, start, cases))
    return Change(file, tail.lines + 1, (*_last(tail), *(("+", line) for line in lines)), edit)


def _last(tail: Tail) -> Iterator[tuple[str, str]]:
    return ((" ", line) for line in tail.last)


def _check_lines(path: Path, start: int, cases: Sequence[Mapping[str, Any]]) -> None:
    if canonical(values_from(path, start)) != canonical(list(cases)):
        raise Refused(f"{path.name}: the new lines do not read back as they should; add them by hand")


def _new(source: EvalsetSource, file: Path, cases: Sequence[Mapping[str, Any]], head: str) -> Change:
    tail = Tail(0, 0, "\n", "", ascii_only=False, tight=False, last=())
    begins = f"{_schema(source)}{head}"
    yaml = with_splice(begins, grow(begins, (), list(cases)))
    text = "".join(f"{line}\n" for line in json_lines(cases, tail)) if file.suffix == ".jsonl" else yaml
    content = text.encode()
    check_new(file, content, lambda path: _check_new(path, file, cases))
    return Change(file, 1, tuple(("+", line) for line in text.removesuffix("\n").split("\n")), content=content)


def _check_new(path: Path, file: Path, cases: Sequence[Mapping[str, Any]]) -> None:
    if file.suffix == ".jsonl":
        _check_lines(path, 0, cases)
    else:
        _check(path, file, (), list(cases))


def _schema(source: EvalsetSource) -> str:
    """The line that tells an editor what the file holds, where another file of cases has one."""
    for known in source.case_files:
        raw = read_bytes(known) if known.suffix != ".jsonl" else b""
        first = b"" if isinstance(raw, Problem) else raw.removeprefix(_MARK).split(b"\n", 1)[0]
        if first.startswith(_SCHEMA.encode()):
            return first.decode("utf-8", "replace").rstrip("\r") + "\n"
    return ""
