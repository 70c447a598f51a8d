"""The first verb: everything a person wrote for one evalset, read, checked together, with every problem at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from evaltui.agents.read import read_agent
from evaltui.agents.turn import Requests
from evaltui.domain.agent import Agent
from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.score import Evidence, Scorer, Unscored
from evaltui.domain.trajectory import Step, Trajectory, Usage
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.filters import Filter, parse_filter
from evaltui.evalsets.read import scan_evalset
from evaltui.evalsets.source import CaseEntry, EvalsetSource
from evaltui.loop.equip import too_few_turns, with_tools
from evaltui.loop.gold import GoldUse
from evaltui.loop.scale import Scale
from evaltui.plugins import Built, build_scorers
from evaltui.scores.judge.lint import lint
from evaltui.scores.metrics import metric_names, offers
from evaltui.scores.run import is_judge, score_sample

MOST = 1_000  # problems of cases printed at once
TRIED = 1_000  # cases whose gold every run tries on its scorers; `check` tries all


class _AnyScore(dict[str, float]):
    """Recorded scores under every name: which of them a result brings is not known before it is there."""

    def __missing__(self, name: str) -> float:
        return 1.0


ANSWER = Trajectory((Step(1, "assistant", text="{}"),), "end_turn", Usage(1, 1), recorded=_AnyScore())


@dataclass(slots=True)
class Loaded:
    """An evalset with its agent, as far as they could be read; `problems` is complete once `checked()` was read."""

    source: EvalsetSource
    agent: Agent | None
    scorers: list[Built]
    problems: list[Problem] = field(default_factory=list)
    agent_path: Path = Path()

    def cases(self) -> Iterator[Case]:
        """Every case, streamed. Raises BadInput when a file has become wrong since it was checked."""
        return (entry.case for entry in self.entries())

    def entries(self) -> Iterator[CaseEntry]:
        """The same, each with the place it is written at."""
        problems: list[Problem] = []
        yield from read_cases(self.source, problems)
        if problems:
            raise BadInput(tuple(problems))

    def checked(self, tried: int = TRIED) -> Iterator[Case]:
        """As `checked_entries`, without the places."""
        return (entry.case for entry in self.checked_entries(tried))

    def checked_entries(self, tried: int = TRIED) -> Iterator[CaseEntry]:
        """Every case, streamed, held against the agent's placeholders and the scorers' gold.

        The gold of the first `tried` cases is also read by its scorers: so that nothing unusable is paid for.
        """
        requests = Requests(self.agent) if self.agent else None
        scorers = [scorer for spec, scorer in self.scorers if not spec.advisory]
        comparing = [built for built in self.scorers if not is_judge(built[1])]
        unfit, gold = Unfit(), GoldUse(self.scorers)
        for number, entry in enumerate(read_cases(self.source, self.problems)):
            if number < tried:
                for problem in _unusable_gold(entry, comparing):
                    unfit.add(problem, entry.case.id)
            for problem in requests.check(entry.case) if requests else ():
                unfit.add(replace(problem, file=str(entry.file), line=entry.line), entry.case.id)
            unsaid = too_few_turns(entry, self.agent) if self.agent else ()
            for problem in (*unsaid, *_without_gold(entry, scorers), *judged_alone(entry, scorers), *gold.see(entry)):
                unfit.add(problem, entry.case.id)
            yield entry
        self.problems += [*unfit.problems(), *gold.problems(str(self.source.path))]

    def scale(self) -> Scale | None:
        """To weigh cases on, by what asking them takes."""
        return None if self.agent is None else Scale(self.agent, self.scorers)

    def refuse_problems(self) -> None:
        """Raises BadInput with every error found so far."""
        errors = tuple(problem for problem in self.problems if problem.severity == "error")
        if errors:
            raise BadInput(errors)


def gold_problems(entry: CaseEntry, built: list[Built]) -> list[Problem]:
    """All that the scorers say against the gold of one case; a part that none of them reads is a warning."""
    counting = [scorer for spec, scorer in built if not spec.advisory]
    unusable = _unusable_gold(entry, [each for each in built if not is_judge(each[1])])
    return [*unusable, *_without_gold(entry, counting), *judged_alone(entry, counting), *GoldUse(built).see(entry)]


@dataclass(slots=True)
class Unfit:
    """Problems of cases that each read well: the same one in many cases is told once, with its first place."""

    found: dict[tuple[str, str], tuple[Problem, list[str]]] = field(default_factory=dict)

    def add(self, problem: Problem, case_id: str) -> None:
        key = (problem.field, problem.message.removeprefix(f"case {case_id}: "))
        if key in self.found or len(self.found) < MOST:
            self.found.setdefault(key, (problem, []))[1].append(case_id)

    def problems(self) -> list[Problem]:
        return [self._told(problem, len(cases) - 1) for problem, cases in self.found.values()]

    @staticmethod
    def _told(problem: Problem, more: int) -> Problem:
        return replace(problem, message=f"{problem.message}, and in {more:,} more cases") if more else problem


def load(evalset: Path, agent: Path | None = None, *, equip: bool = True) -> Loaded:
    """Read an evalset's folder and its agent (or another agent file). Raises BadInput only if nothing can be read.

    `equip`: whoever answers the agent's tool calls is started once, to see that it can be and which tools it offers.
    """
    source, wrong_file = scan_evalset(evalset)
    if source is None:
        raise BadInput(wrong_file)
    path = agent or source.agent_path
    read = read_agent(path)
    built, wrong = build_scorers(source.scorers)
    problems = [
        Problem(str(source.path), _line(source, spec.name), f"scorers.{spec.name}", sentence)
        for spec, sentence in wrong
    ]
    problems += [*_check_metric(source), *_vague(source)]
    if isinstance(read, Agent):
        ready = with_tools(read, path) if equip else read
        if isinstance(ready, Agent):
            return Loaded(source, ready, built, [*wrong_file, *problems], path)
        problems.append(ready)
        return Loaded(source, None, built, [*wrong_file, *problems], path)
    return Loaded(source, None, built, [*wrong_file, *problems, *_unsaid(read, wrong_file)], path)


def _unsaid(agent: tuple[Problem, ...], said: tuple[Problem, ...]) -> list[Problem]:
    """The agent's problems, unless the evalset's file already says that there is no such agent."""
    return [] if any(problem.field == "agent" for problem in said) else list(agent)


def selection(text: str) -> Filter:
    """The parsed `--only`; raises BadInput with the allowed words."""
    parsed = parse_filter(text)
    if isinstance(parsed, Problem):
        raise BadInput((parsed,))
    return parsed


def _without_gold(entry: CaseEntry, scorers: list[Scorer]) -> list[Problem]:
    if not scorers or any(scorer.applies(entry.case) for scorer in scorers):
        return []
    message = f"case {entry.case.id}: no scorer has gold for this case, so it can never be scored"
    return [Problem(str(entry.file), entry.line, "expected", message, allowed="a value that at least one scorer reads")]


def judged_alone(entry: CaseEntry, scorers: list[Scorer]) -> list[Problem]:
    """A judge may be wrong, and a critical case must not stand or fall with that alone."""
    case = entry.case
    applying = [scorer for scorer in scorers if scorer.applies(case)] if case.critical else []
    if not applying or not all(map(is_judge, applying)):
        return []
    message = f"case {case.id}: is critical and scored by a judge alone, whose word must not decide it"
    hint = "add gold that another scorer compares with, or a check of what the agent did"
    return [Problem(str(entry.file), entry.line, "critical", message, hint=hint)]


def _vague(source: EvalsetSource) -> list[Problem]:
    """What keeps a judge from being held to its rubric, at the rubric's own lines."""
    return [
        rubric.problem(complaint.at, complaint.message, complaint.advice)
        for rubric in source.rubrics
        for complaint in lint(rubric.rubric)
    ]


def _unusable_gold(entry: CaseEntry, scorers: list[Built]) -> list[Problem]:
    """What the scorers say of the gold when they are shown any answer at all: nothing, or why they cannot score."""
    said = score_sample(scorers, Evidence(entry.case, ANSWER))
    unable = [(sample.name, sample.result.reason) for sample in said if isinstance(sample.result, Unscored)]
    return [_gold_problem(entry, scorer, reason) for scorer, reason in unable]


def _gold_problem(entry: CaseEntry, scorer: str, reason: str) -> Problem:
    return Problem(str(entry.file), entry.line, "expected", f"case {entry.case.id}: {scorer} cannot score it: {reason}")


def _check_metric(source: EvalsetSource) -> list[Problem]:
    """The scorer a metric names must offer it."""
    name, dot, metric = source.file.gate.metric.partition(".")
    spec = next((spec for spec in source.scorers if dot and spec.name == name), None)
    line = _line(source, "metric")
    if spec is not None and spec.advisory:
        message = f"{name} is advisory, so it cannot decide the gate"
        return [Problem(str(source.path), line, "gate.metric", message, hint="remove advisory, or name another scorer")]
    if spec is None or offers(spec.kind, metric, spec.arguments):
        return []
    allowed = ", ".join(f"{name}.{known}" for known in metric_names(spec.kind, spec.arguments))
    message = f"{spec.kind} scorers have no metric {metric!r}"
    return [Problem(str(source.path), line, "gate.metric", message, allowed=allowed)]


def _line(source: EvalsetSource, word: str) -> int:
    """The first line of evalset.yaml behind `scorers:` that holds the word."""
    lines = source.path.read_text("utf-8", "replace").splitlines()
    first = next((number for number, line in enumerate(lines, 1) if line.startswith("scorers:")), 1)
    return next((number for number, line in enumerate(lines, 1) if number > first and word in line), first)
