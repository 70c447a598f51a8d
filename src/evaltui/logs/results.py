"""Owns a file of results made elsewhere, one JSON object a line: read twice, first to find all that is wrong."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from evaltui.domain.conversation import Turn
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean, found, shown
from evaltui.files.jsontext import decode_json
from evaltui.files.lines import numbered_lines, too_long
from evaltui.files.problems import Problems
from evaltui.files.raw import JSONL_LIMIT, LINE_LIMIT, open_bytes
from evaltui.logs.line import ResultLine, read_line
from evaltui.logs.report import Report

MOST = 100  # problems listed
_HINTS = 5  # unknown ids for which the nearest known one is looked up, which takes long in a large evalset


@dataclass(frozen=True, slots=True)
class ImportedResult:
    """One sample as it was made elsewhere; `trial` counts from 1. `error`: why there is no result, or no more of it."""

    line: int
    case_id: str
    trial: int
    turns: tuple[Turn, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class ResultsFile:
    """A file that was read once: how many results and trials, the most turns of one, the models that replied.

    `first_trial` is 0 where the file counts its trials from 0. `problems` holds warnings too; `unread` are the keys
    that mean nothing to us. `model` is that of replies which do not name theirs.
    """

    path: Path
    model: str
    results: int
    trials: int
    turns: int
    first_trial: int
    models: tuple[str, ...]
    problems: tuple[Problem, ...]
    unread: tuple[str, ...]

    def refuse_problems(self) -> None:
        """Raises BadInput with every error found."""
        errors = tuple(problem for problem in self.problems if problem.severity == "error")
        if errors:
            raise BadInput(errors)

    def __iter__(self) -> Iterator[ImportedResult]:
        """Every result in the order of the file. Raises BadInput when the file has errors, or has changed since."""
        self.refuse_problems()
        for line, read in _parsed(self.path, self.model, _refuse):
            trial = 1 if read.trial is None else read.trial + 1 - self.first_trial
            yield ImportedResult(line, read.case_id, trial, read.turns, read.error)


def check_results(path: Path, case_ids: Collection[str], model: str = "") -> ResultsFile:
    """Reads all lines; `case_ids` are those of the evalset (a set, so that looking one up is quick)."""
    check = _Check(path, case_ids, model)
    for line, read in _parsed(path, model, check.report):
        check.see(line, read)
    return check.closed()


def _parsed(path: Path, model: str, report: Report) -> Iterator[tuple[int, ResultLine]]:
    opened = open_bytes(path, JSONL_LIMIT)
    if isinstance(opened, Problem):
        report(opened)
        return
    with opened as file:
        for number, raw in numbered_lines(file):
            if read := _line(raw, model, _placed(report, path, number)):
                yield number, read


def _placed(report: Report, path: Path, line: int) -> Report:
    """Adds to each problem where the line stands."""
    return lambda problem: report(replace(problem, file=str(path), line=line))


def _line(raw: bytes, model: str, report: Report) -> ResultLine | None:
    if len(raw) > LINE_LIMIT:
        report(too_long("", 0))
        return None
    value, complaint, _ = decode_json(raw)
    if complaint:
        hint = "write one JSON object a line" if raw.strip() in (b"[", b"]", b"{", b"}") else ""
        report(Problem("", 0, "", complaint, shown(raw.decode("utf-8", "replace").strip()), hint=hint))
        return None
    return read_line(value, report, model)


def _refuse(problem: Problem) -> None:
    if problem.severity == "error":
        raise BadInput((problem,))


class _Check:
    """What must be known of all lines together."""

    def __init__(self, path: Path, case_ids: Collection[str], model: str) -> None:
        self._path, self._known, self._model = path, case_ids, model
        self._listed: list[Problem] = []
        self._warned: list[Problem] = []
        self._errors, self._warnings = Problems(self._listed, MOST), Problems(self._warned, MOST)
        self._places: dict[tuple[str, int | None], int] = {}
        self._trials: dict[int | None, int] = {}
        self._unknown, self._turns = 0, 1
        self._models: dict[str, None] = {}
        self._unread: dict[str, None] = {}

    def report(self, problem: Problem) -> None:
        """List or count one problem."""
        (self._errors if problem.severity == "error" else self._warnings).add(problem)

    def see(self, line: int, read: ResultLine) -> None:
        """Note one result."""
        self._trials.setdefault(read.trial, line)
        self._unread.update(dict.fromkeys(read.unread))
        self._turns = max(self._turns, len(read.turns))
        self._models.update(dict.fromkeys(turn.reply.model for turn in read.turns if turn.reply.model))
        if read.case_id not in self._known:
            self._unknown_case(line, read.case_id)
        first = self._places.setdefault((read.case_id, read.trial), line)
        if first != line:
            self._duplicate(line, first, read)

    def closed(self) -> ResultsFile:
        """All that was found."""
        self._check_trials()
        if not self._places and not self._errors.any:
            self._problem(0, "", "holds no result", hint="write one JSON object a line")
        self._errors.close(self._path, "in the results")
        self._warnings.close(self._path, "in the results")
        warned = (replace(each, severity="warning") for each in self._warned)  # the count of the unlisted ones too
        return ResultsFile(
            self._path, self._model, len(self._places), len(self._trials), self._turns, self._first_trial,
            tuple(self._models), (*self._listed, *warned), tuple(self._unread),
        )  # fmt: skip

    @property
    def _first_trial(self) -> int:
        return 0 if 0 in self._trials else 1

    def _unknown_case(self, line: int, case_id: str) -> None:
        self._unknown += 1
        hint = did_you_mean(case_id, self._known) if self._unknown <= _HINTS else ""
        self._problem(line, "case", "names no case of the evalset", found(case_id), hint)

    def _duplicate(self, line: int, first: int, read: ResultLine) -> None:
        trial = "" if read.trial is None else f", trial {read.trial},"
        message = f"the result of {found(read.case_id)}{trial} stands in line {first} already"
        hint = 'number them: "trial": 1, "trial": 2' if read.trial is None else ""
        self._problem(line, "trial", message, hint=hint)

    def _check_trials(self) -> None:
        numbered = sorted(trial for trial in self._trials if trial is not None)
        if numbered and None in self._trials:
            self._problem(self._trials[None], "trial", "is missing here, and other lines have one")
        first = self._first_trial
        ahead = next((trial for place, trial in enumerate(numbered, first) if trial != place), None)
        if ahead is not None:
            absent = next(trial for trial in range(first, ahead) if trial not in self._trials)
            message = f"no line has trial {absent}, and this one has trial {ahead}"
            self._problem(self._trials[ahead], "trial", message)

    def _problem(self, line: int, field: str, message: str, value: str = "", hint: str = "") -> None:
        self.report(Problem(str(self._path), line, field, message, value, hint=hint))
