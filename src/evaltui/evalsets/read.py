"""Owns reading evalset.yaml: the whole file checked at once, with the files it names."""

import re
from pathlib import Path

from pydantic import ValidationError

from evaltui.domain.evalset import EvalsetFile
from evaltui.domain.problem import Problem, in_order
from evaltui.domain.text import did_you_mean, found
from evaltui.evalsets.rubrics import Rubrics
from evaltui.evalsets.scorers import read_scorers
from evaltui.evalsets.source import EvalsetSource
from evaltui.files.document import Document, scan_document
from evaltui.files.explain import problems_from, unrepeated
from evaltui.files.paths import missing, similar

CASE_SUFFIXES = (".yaml", ".yml", ".jsonl")
_METRIC = re.compile(r"pass_rate|([A-Za-z0-9][A-Za-z0-9_-]*)\.[A-Za-z0-9_][A-Za-z0-9_./-]*")


def read_evalset(path: Path) -> EvalsetSource | tuple[Problem, ...]:
    """The evalset in a folder (or of its evalset.yaml), or every problem of it. Cases are read by `read_cases`."""
    source, problems = scan_evalset(path)
    return problems if source is None or problems else source


def scan_evalset(path: Path) -> tuple[EvalsetSource | None, tuple[Problem, ...]]:
    """The evalset as far as it can be read, and all problems of its file.

    With problems, the source still names its cases, its agent and its sound scorers, so that those can be checked in
    the same go; None when nothing of the file can be trusted.
    """
    file = path / "evalset.yaml" if path.is_dir() else path
    document, refused = scan_document(file)
    if document is None:
        return None, refused
    if not isinstance(document.value, dict):
        wrong = Problem(str(file), document.line(), "", "must be a mapping of fields", found(document.value))
        return None, (*refused, wrong)
    return _read(file, document, refused)


def _read(path: Path, document: Document, refused: tuple[Problem, ...]) -> tuple[EvalsetSource, tuple[Problem, ...]]:
    problems: list[Problem] = []
    file = _validated(document, problems)
    written = read_scorers(document, problems)
    rubrics = Rubrics(path.parent, document, problems)
    scorers = tuple(rubrics.resolved(written))
    case_files = _case_files(path.parent, document, problems)
    _check_agent(path.parent, document, problems)
    _check_metric(document, [spec.name for _, spec in written], problems)
    everything = in_order((*refused, *unrepeated(refused, problems)))
    whole = file or _stand_in(document)
    read = (rubrics.files(), rubrics.sources())
    return EvalsetSource(path.parent, path, whole, case_files, scorers, *read), everything


def _stand_in(document: Document) -> EvalsetFile:
    """For a file that is not valid: its agent, so that it can be checked too; the rest is never used."""
    agent = document.value.get("agent")
    name = agent if isinstance(agent, str) else "agent.yaml"
    return EvalsetFile(name="invalid", agent=name, cases="cases.yaml", scorers=["invalid"])


def _validated(document: Document, problems: list[Problem]) -> EvalsetFile | None:
    try:
        return EvalsetFile.model_validate(document.value)
    except ValidationError as error:
        problems += problems_from(error, EvalsetFile, document)
        return None


def _case_files(folder: Path, document: Document, problems: list[Problem]) -> tuple[Path, ...]:
    written = document.value.get("cases", "cases.yaml")
    names = written if isinstance(written, list) else [written]
    line = document.line(("cases",))
    if not names:
        problems.append(Problem(document.file, line, "cases", "names no file", allowed="one or more files of cases"))
    for index, name in enumerate(names):
        if isinstance(name, str):
            line = document.line(("cases", index))
            at = Problem(document.file, line, "cases", "", found(name))
            _check_case_file(folder, name, at, problems)
            if name in names[:index]:
                problems.append(_worded(at, "a file is named twice"))
    return tuple(folder / name for name in names if isinstance(name, str))


def _check_case_file(folder: Path, name: str, at: Problem, problems: list[Problem]) -> None:
    if not name.endswith(CASE_SUFFIXES):
        problems.append(_worded(at, "is not a kind of file cases are read from", allowed=", ".join(CASE_SUFFIXES)))
    elif message := missing(folder, name):
        problems.append(_worded(at, message, hint=similar(folder, name)))


def _check_agent(folder: Path, document: Document, problems: list[Problem]) -> None:
    name = document.value.get("agent", "agent.yaml")
    if isinstance(name, str) and (message := missing(folder, name)):
        line = document.line(("agent",))
        problems.append(Problem(document.file, line, "agent", message, found(name), hint=similar(folder, name)))


def _check_metric(document: Document, names: list[str], problems: list[Problem]) -> None:
    """The scorer a metric names must exist; whether it offers the metric is known to the scorer alone."""
    gate = document.value.get("gate")
    metric = gate.get("metric", "pass_rate") if isinstance(gate, dict) else "pass_rate"
    match = _METRIC.fullmatch(metric) if isinstance(metric, str) else None
    if not isinstance(metric, str) or (match and match[1] in (None, *names)):
        return
    at = Problem(document.file, document.line(("gate", "metric")), "gate.metric", "", found(metric))
    allowed = ", ".join(["pass_rate", *(f"{name}.METRIC" for name in names)])
    hint = did_you_mean(metric.split(".")[0], ["pass_rate", *names])
    problems.append(_worded(at, "is not pass_rate or a metric of a scorer of this evalset", allowed, hint))


def _worded(at: Problem, message: str, allowed: str = "", hint: str = "") -> Problem:
    return Problem(at.file, at.line, at.field, message, at.found, allowed, hint)
