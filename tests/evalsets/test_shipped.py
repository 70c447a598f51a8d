"""The evalsets that ship are read without a problem, hold what they promise, and can be sent by their agents."""

from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

import pytest

from evaltui.agents.read import read_agent
from evaltui.agents.turn import Requests
from evaltui.domain.agent import Agent
from evaltui.domain.case import Case
from evaltui.domain.problem import Problem
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource

NAMES = ("support-desk", "refund-agent")
Cases = Callable[[str], list[Case]]


def source(root: Path, name: str) -> EvalsetSource:
    read = read_evalset(root / "evalsets" / name)
    assert isinstance(read, EvalsetSource), read
    return read


@pytest.fixture(scope="module")
def cases(root: Path) -> list[Case]:
    """The cases of refund-agent."""
    problems: list[Problem] = []
    found = [entry.case for entry in read_cases(source(root, "refund-agent"), problems)]
    assert problems == []
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("agent_file", ["agent.yaml", "agent-v2.yaml"])
def test_every_shipped_case_can_be_sent(root: Path, name: str, agent_file: str) -> None:
    shipped = source(root, name)
    agent = read_agent(shipped.folder / agent_file)
    assert isinstance(agent, Agent), agent
    problems: list[Problem] = []
    requests = Requests(agent, agent_file)
    unsendable = [problem for entry in read_cases(shipped, problems) for problem in requests.check(entry.case)]
    assert problems == [] and unsendable == []


def test_refund_agent_has_enough_cases_and_enough_that_must_never_fail(cases: list[Case]) -> None:
    assert len(cases) >= 60
    assert 0.25 <= sum(case.critical for case in cases) / len(cases) <= 0.5
    assert len({case.group for case in cases}) >= 10
    assert sum(bool(case.turns) for case in cases) >= 8
    assert sum(call.error for case in cases for call in case.tools) >= 8
    assert all(case.critical for case in cases if {"injection", "wrong-owner", "fraud"} & set(case.tags))


def test_every_case_of_refund_agent_says_which_calls_and_which_words_are_right(cases: list[Case]) -> None:
    for case in cases:
        assert isinstance(case.expected, dict)
        assert {"calls", "reply_must"} <= case.expected.keys(), case.id
        assert case.tags and case.group, case.id


def test_every_expected_call_of_refund_agent_has_a_recorded_result(cases: list[Case]) -> None:
    for case in cases:
        recorded = [(call.name, call.arguments) for call in case.tools]
        wanted = [(call["name"], call["arguments"]) for call in case.expected["calls"]]  # type: ignore[index,call-overload]
        assert all(call in recorded for call in wanted), case.id


def test_no_two_messages_of_refund_agent_are_nearly_the_same(cases: list[Case]) -> None:
    texts = [(case.id, str(case.input).lower()) for case in cases]
    alike = [
        (one, two)
        for (one, left), (two, right) in combinations(texts, 2)
        if (match := SequenceMatcher(None, left, right)).quick_ratio() > 0.7 and match.ratio() > 0.7
    ]
    assert alike == []
