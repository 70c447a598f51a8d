"""Owns every change that a person makes to a draft; each gives a new one and none is written anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import JsonValue

from evaltui.domain.errors import BadInput, Refused, Unknown
from evaltui.domain.problem import Problem
from evaltui.domain.text import dotted, found, visible
from evaltui.files.document import scan_text
from evaltui.files.layout import mapping_text
from evaltui.files.raw import readable
from evaltui.loop.draft import Draft, Path_, likeness, ordered

_HEAD = """\
# The case as it will be written. What you leave here is added; you have the last word.
# Say what is right in `expected` (or `rubric`). What the agent did, and what is not gold:
"""
_MOST_SHOWN = 200  # lines of the failed output above the case


def expect(draft: Draft, value: JsonValue) -> Draft:
    """`value` is the gold, as a person wrote or confirmed it."""
    return _with(draft, expected=value)


def with_rubric(draft: Draft, text: str) -> Draft:
    """What a judge should look for; an empty text takes it away."""
    return _with(draft, rubric=text.strip() or None)


def with_id(draft: Draft, case_id: str) -> Draft:
    return _with(draft, id=case_id)


def with_tags(draft: Draft, tags: Iterable[str]) -> Draft:
    return _with(draft, tags=list(dict.fromkeys(tags)) or None)


def with_vars(draft: Draft, variables: Mapping[str, JsonValue]) -> Draft:
    """What the placeholders of the agent stand for, beside what is known already."""
    return _with(draft, vars={**draft.case.get("vars", {}), **variables} or None)


def with_critical(draft: Draft, critical: bool = True) -> Draft:
    return _with(draft, critical=critical or None)


def with_anyway(draft: Draft, anyway: bool = True) -> Draft:
    """To be added although the set holds a case like it."""
    return replace(draft, anyway=anyway)


def with_text(draft: Draft, path: Path_, text: str) -> Draft:
    """Another text at a path of `Draft.texts`; raises Unknown where no text stands there."""
    if path not in {each for each, _ in draft.texts}:
        raise Unknown(f"no text stands at {dotted(path)} of the case")
    return _looked_at(replace(draft, case=_put(dict(draft.case), path, text)))


def as_yaml(draft: Draft) -> str:
    """The draft as an editor shows it: the failed output as comments, then the case."""
    return f"{_HEAD}{''.join(_comments(draft.failed))}\n{case_yaml(draft)}"


def case_yaml(draft: Draft) -> str:
    """The fields of the case alone."""
    return mapping_text(dict(draft.case))


def with_yaml(draft: Draft, text: str) -> Draft:
    """The draft as an edited text has it; raises BadInput, with lines of that text, where it is no mapping."""
    checked = readable(text, "the edited case")
    if isinstance(checked, Problem):
        raise BadInput((checked,))
    document, problems = scan_text(checked, "the edited case")
    if document is None or problems:
        raise BadInput(problems)
    if not isinstance(document.value, dict):
        wrong = Problem(document.file, document.line(), "", "must be the fields of one case", found(document.value))
        raise BadInput((wrong,))
    return _looked_at(replace(draft, case=ordered(document.value)))


def distinct(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """The drafts; raises Refused when there is none or one item comes twice."""
    keys = [draft.key for draft in drafts]
    if not keys or len(set(keys)) != len(keys):
        raise Refused("name the items that become cases, each once")
    return tuple(drafts)


def _with(draft: Draft, **fields: Any) -> Draft:
    """Fields that are None go."""
    case = {name: value for name, value in {**draft.case, **fields}.items() if name not in fields or value is not None}
    return replace(draft, case=ordered(case))


def _looked_at(draft: Draft) -> Draft:
    return replace(draft, similar=likeness(draft))


def _put(value: Any, path: Path_, text: str) -> Any:
    if not path:
        return text
    step, *rest = path
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[step] = _put(value[step], tuple(rest), text)
    return copy


def _comments(text: str) -> list[str]:
    lines = text.split("\n")
    shown = [f"#   {visible(line)}\n" for line in lines[:_MOST_SHOWN]]
    more = len(lines) - _MOST_SHOWN
    return [*shown, f"#   … and {more:,} more lines\n"] if more > 0 else shown
