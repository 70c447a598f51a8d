"""An evalset read whole, for `evaltui check`: its problems, its counts, what a run would send."""

import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem, in_order
from evaltui.loop.estimate import Forecast
from evaltui.loop.load import Loaded, load
from evaltui.loop.past_health import Passed, Past, past
from evaltui.loop.priming import advice
from evaltui.loop.session import Notify
from evaltui.loop.set_health import Examination, SetHealth
from evaltui.store.database import open_store


@dataclass(frozen=True, slots=True)
class Report:
    """`tags` maps each tag to its number of cases; `forecast` and `health` are None while there are errors."""

    path: str
    name: str
    problems: tuple[Problem, ...]
    cases: int = 0
    critical: int = 0
    tags: dict[str, int] = field(default_factory=dict)
    scorers: tuple[str, ...] = ()
    forecast: Forecast | None = None
    advice: str = ""
    health: SetHealth | None = None

    @property
    def ok(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)


def check_evalset(path: Path, database: Path | None = None, notify: Notify | None = None) -> Report:
    """Never raises for what stands in the files: every problem is in the report.

    With `notify` also how healthy the set is, as its files and the runs in the database tell.
    """
    try:
        loaded = load(path)
    except BadInput as error:
        return Report(str(path), path.name, error.problems)
    report, seen = _report(path, loaded, examined=notify is not None)
    if notify is None or not report.ok:
        return report
    return replace(report, health=seen.result(partial(past_of, database, report.name), notify))


def past_of(database: Path | None, name: str, cases: list[Case]) -> tuple[Past, Passed] | None:
    """What the runs in a database say of these cases; None where there is none."""
    if database is None or not database.is_file():
        return None
    with open_store(database) as store:
        return past(store, name, cases)


def _report(path: Path, loaded: Loaded, *, examined: bool) -> tuple[Report, Examination]:
    tags: Counter[str] = Counter()
    scale, cases, critical = loaded.scale(), 0, 0
    entries, seen = loaded.checked_entries(tried=sys.maxsize), Examination(loaded)
    for case in seen.watch(entries) if examined else (entry.case for entry in entries):
        tags.update(case.tags)
        cases, critical = cases + 1, critical + case.critical
        if scale:
            scale.add(case)
    broken = any(problem.severity == "error" for problem in loaded.problems)
    cost = None if broken or scale is None else scale.forecast()
    hint = "" if broken or loaded.agent is None else advice(loaded.agent, cases)
    names = tuple(spec.name for spec, _ in loaded.scorers)
    name = path.name if broken else loaded.source.file.name
    return Report(str(path), name, in_order(loaded.problems), cases, critical, dict(tags), names, cost, hint), seen
