"""An evalset read whole, for `evaltui check`: its problems, its counts, what a run would send."""

import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem, in_order
from evaltui.loop.estimate import Forecast
from evaltui.loop.load import Loaded, load
from evaltui.loop.priming import advice


@dataclass(frozen=True, slots=True)
class Report:
    """`tags` maps each tag to its number of cases; `forecast` is None while there are errors."""

    path: str
    name: str
    problems: tuple[Problem, ...]
    cases: int = 0
    critical: int = 0
    tags: dict[str, int] = field(default_factory=dict)
    scorers: tuple[str, ...] = ()
    forecast: Forecast | None = None
    advice: str = ""

    @property
    def ok(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)


def check_evalset(path: Path) -> Report:
    """Never raises for what stands in the files: every problem is in the report."""
    try:
        loaded = load(path)
    except BadInput as error:
        return Report(str(path), path.name, error.problems)
    return _report(path, loaded)


def _report(path: Path, loaded: Loaded) -> Report:
    tags: Counter[str] = Counter()
    scale, cases, critical = loaded.scale(), 0, 0
    for case in loaded.checked(tried=sys.maxsize):
        tags.update(case.tags)
        cases, critical = cases + 1, critical + case.critical
        if scale:
            scale.add(case)
    broken = any(problem.severity == "error" for problem in loaded.problems)
    cost = None if broken or scale is None else scale.forecast()
    hint = "" if broken or loaded.agent is None else advice(loaded.agent, cases)
    names = tuple(spec.name for spec, _ in loaded.scorers)
    name = path.name if broken else loaded.source.file.name
    return Report(str(path), name, in_order(loaded.problems), cases, critical, dict(tags), names, cost, hint)
