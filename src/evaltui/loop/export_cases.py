"""The cases of an evalset as JSON Lines, which evaltui and other programs read."""

import json
from collections.abc import Iterator
from pathlib import Path

from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource


def export_cases(evalset: Path) -> Iterator[str]:
    """One case a line, of all files in their order; ASCII only, so that it is safe to print.

    Raises BadInput, before the first line, where the set has a problem: half a set is none.
    """
    source = read_evalset(evalset)
    if not isinstance(source, EvalsetSource):
        raise BadInput(source)
    problems: list[Problem] = []
    for _ in read_cases(source, problems):
        pass
    if problems:
        raise BadInput(tuple(problems))
    return (json.dumps(entry.case.model_dump(exclude_unset=True)) for entry in read_cases(source, problems))
