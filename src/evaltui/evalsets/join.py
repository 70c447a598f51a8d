"""Owns naming a further file of cases in evalset.yaml, so that nothing else of it changes."""

from pathlib import Path
from typing import Any

from evaltui.domain.base import canonical
from evaltui.domain.errors import BadInput, Refused
from evaltui.domain.problem import Problem
from evaltui.evalsets.change import Change, added, added_line, spliced
from evaltui.evalsets.source import EvalsetSource
from evaltui.evalsets.write import read_whole
from evaltui.files.document import scan_document
from evaltui.files.edit import Splice, edit_yaml
from evaltui.files.grow import grow
from evaltui.files.layout import in_brackets
from evaltui.files.nodes import yaml_nodes
from evaltui.files.raw import decode, read_bytes

_MARK = b"\xef\xbb\xbf"
_KEY = "cases"
_DEFAULT = "cases.yaml"


def joined(source: EvalsetSource, name: str) -> Change:
    """What names `name` behind the other files of cases; raises Refused where that takes more than one change."""
    raw = read_bytes(source.path)
    text = raw if isinstance(raw, Problem) else decode(raw.removeprefix(_MARK), str(source.path))
    if isinstance(raw, Problem) or isinstance(text, Problem):
        raise BadInput(tuple(each for each in (raw, text) if isinstance(each, Problem)))
    before = read_whole(source.path).value
    names = before.get(_KEY, _DEFAULT)
    wanted = {**before, _KEY: [*(names if isinstance(names, list) else [names]), name]}
    splice = _splice(text, before, wanted, name)
    mark = len(raw) - len(raw.removeprefix(_MARK))
    edit = spliced(source.path, text, splice, mark, lambda path: _check(path, source.path, wanted))
    return Change(source.path, added_line(text, splice), tuple(added(text, splice)), edit)


def _splice(text: str, before: dict[str, Any], wanted: dict[str, Any], name: str) -> Splice:
    if _KEY not in before:
        root = yaml_nodes(text)
        newline = "\r\n" if "\r\n" in text else "\n"
        return Splice(root.start, root.start, f"{_KEY}: {in_brackets(wanted[_KEY])}{newline}{' ' * root.column}")
    if isinstance(before[_KEY], list):
        return grow(text, (_KEY,), [name])
    return edit_yaml(text, (_KEY,), before[_KEY], wanted[_KEY]) or Splice(0, 0, "")


def _check(path: Path, file: Path, wanted: dict[str, Any]) -> None:
    after = scan_document(path)[0]
    if after is None or canonical(after.value) != canonical(wanted):
        raise Refused(f"{file}: `{_KEY}` cannot name a further file without touching more; write it there by hand")
