"""The evalset that ships is read without a problem and every case can be sent by every agent beside it."""

from pathlib import Path

import pytest

from evaltui.agents.read import read_agent
from evaltui.agents.turn import Requests
from evaltui.domain.agent import Agent
from evaltui.domain.problem import Problem
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource


@pytest.mark.parametrize("agent_file", ["agent.yaml", "agent-v2.yaml"])
def test_every_shipped_case_can_be_sent(root: Path, agent_file: str) -> None:
    source = read_evalset(root / "evalsets" / "support-desk")
    assert isinstance(source, EvalsetSource), source
    agent = read_agent(source.folder / agent_file)
    assert isinstance(agent, Agent), agent
    problems: list[Problem] = []
    requests = Requests(agent, agent_file)
    unsendable = [problem for entry in read_cases(source, problems) for problem in requests.check(entry.case)]
    assert problems == [] and unsendable == []
