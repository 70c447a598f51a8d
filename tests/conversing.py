"""Holds the conversations of an evalset in one process: real requests, replayed tools, the lexical model, no server."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from evaltui.agents.read import read_agent
from evaltui.agents.tools.make import make_backend
from evaltui.agents.turn import Requests
from evaltui.domain.agent import Agent
from evaltui.domain.case import Case
from evaltui.domain.conversation import Turn, calls_of, message_of, next_message, trajectory_of
from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.request import Succeeded
from evaltui.domain.score import Evidence, Scorer
from evaltui.domain.tool import ToolBackend, ToolCall, ToolResult
from evaltui.domain.trajectory import Trajectory, Usage
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource
from evaltui.plugins import scorer_class
from evaltui.sandbox.lexical import Lexical
from evaltui.sandbox.model import Answer
from evaltui.scores.build import build
from evaltui.scores.run import SampleScore, grade, score_sample


@dataclass(frozen=True)
class Held:
    """One conversation and what the scorers say of it."""

    case: Case
    trajectory: Trajectory
    scores: tuple[SampleScore, ...]

    @property
    def passed(self) -> bool:
        return grade(self.scores).passed is True

    @property
    def reason(self) -> str:
        return grade(self.scores).reason

    def passes(self, *names: str) -> bool:
        """Whether it passes these scorers, where they apply."""
        return all(score.result.passed for score in self.scores if score.name in names)  # type: ignore[union-attr]

    def fails(self) -> set[str]:
        """Names of the scorers it fails."""
        return {score.name for score in self.scores if not score.result.passed}  # type: ignore[union-attr]

    @property
    def calls(self) -> list[str]:
        return [str(call.tool) for call in self.trajectory.calls()]


def held(folder: Path, agent_file: str) -> dict[str, Held]:
    """Every case of an evalset, answered by one agent, by id."""
    source, agent = read_evalset(folder), read_agent(folder / agent_file)
    assert isinstance(source, EvalsetSource), source
    assert isinstance(agent, Agent), agent
    backend = make_backend(agent.answers or {}, folder)
    scorers = [(spec, _scorer(spec)) for spec in source.scorers]
    requests, model = Requests(agent, agent_file), Lexical()
    found: dict[str, Held] = {}
    for entry in read_cases(source, []):
        trajectory = trajectory_of(list(_turns(entry.case, agent, requests, backend, model)))  # type: ignore[arg-type]
        assert isinstance(trajectory, Trajectory), trajectory
        scores = score_sample(scorers, Evidence(entry.case, trajectory))
        found[entry.case.id] = Held(entry.case, trajectory, scores)
    return found


def _scorer(spec: ScorerSpec) -> Scorer:
    scorer = build(scorer_class(spec.kind), spec.arguments)
    assert not isinstance(scorer, list), scorer
    return scorer


def _turns(case: Case, agent: Agent, requests: Requests, backend: ToolBackend, model: Lexical) -> Iterator[Turn]:
    messages: list[Any] = requests.opening(case)
    later, made = list(case.turns), list[ToolCall]()
    for _ in range(agent.max_turns):
        reply = _reply(model, requests.params(case, messages))
        message = message_of(reply)
        assert isinstance(message, dict), message
        calls = calls_of(message)
        results = tuple(_answered(backend, call, case, made) for call in calls)
        turn = Turn(reply, results, None if calls or not later else later.pop(0))
        yield turn
        following = next_message(turn, calls)
        if following is None:
            return
        messages = [*messages, {"role": "assistant", "content": message["content"]}, following]


def _answered(backend: ToolBackend, call: ToolCall, case: Case, made: list[ToolCall]) -> ToolResult:
    result = backend.answer(call, case, tuple(made))
    made.append(call)
    assert isinstance(result, ToolResult), result
    return result


def _reply(model: Lexical, params: bytes) -> Succeeded:
    answer = model.reply(msgspec.json.decode(params))
    assert isinstance(answer, Answer)
    body = msgspec.json.encode({"content": answer.content, "stop_reason": answer.stop_reason})
    usage = Usage(answer.input_tokens, answer.output_tokens)
    return Succeeded(body, answer.stop_reason, "claude-haiku-5-5", usage)
