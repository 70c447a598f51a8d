"""A wrong evalset is told everything in one go: evalset, cases, agent and prompts are judged independently."""

from pathlib import Path

from evaltui.agents.read import read_agent
from evaltui.agents.turn import Requests
from evaltui.domain.agent import Agent
from evaltui.domain.evalset import EvalsetFile
from evaltui.domain.problem import Problem
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource

EVALSET = """name: demo
agent: agent.yaml
cases: [cases.yaml, more.jsonl]
scorers:
  - label: {name: route, of: route}
  - label: {name: route, of: reply}
gate:
  policy: no_regression
  metric: rout.macro_f1
"""
CASES = """- id: near-miss
  input: x
  expectd: {route: refund}
- id: bare-no
  input: x
  expected: no
- id: both
  input: x
  messages: [{role: user, content: hello}]
- id: bad-tag
  input: x
  tags: [two words]
- id: twice
  input: x
- id: key-twice
  input: x
  input: z
"""
MORE = '{"id": "fine", "input": {"order": "1"}}\n{"id": "twice", "input": "x"}\n'
AGENT = """model: claude-haiku-5-5
max_tokens: "400"
system: {file: prompts/sytem.md}
"""
TEMPLATE = "model: claude-haiku-5-5\nmax_tokens: 400\nmessages: [{role: user, content: 'Order {{input.ordr}}'}]\n"


def seen(problems: tuple[Problem, ...] | list[Problem]) -> list[tuple[str, int, str]]:
    return [(Path(problem.file).name, problem.line, problem.field) for problem in problems]


def test_a_wrong_evalset_with_ten_different_mistakes_prints_all_ten_each_with_its_line_in_one_go(
    tmp_path: Path,
) -> None:
    files = {"evalset.yaml": EVALSET, "cases.yaml": CASES, "more.jsonl": MORE, "agent.yaml": AGENT}
    files |= {"filled.yaml": TEMPLATE, "prompts/system.md": "Be kind."}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)

    evalset = read_evalset(tmp_path)
    assert isinstance(evalset, tuple)
    assert seen(evalset) == [
        ("evalset.yaml", 6, "scorers[1].label.name"), ("evalset.yaml", 8, "gate.policy"),
        ("evalset.yaml", 9, "gate.metric"),
    ]  # fmt: skip

    source = EvalsetSource(
        tmp_path, tmp_path / "evalset.yaml", EvalsetFile(name="demo", scorers=["exact"]),
        (tmp_path / "cases.yaml", tmp_path / "more.jsonl"), (),
    )  # fmt: skip
    problems: list[Problem] = []
    entries = {entry.case.id: entry.case for entry in read_cases(source, problems)}
    assert sorted(seen(problems)) == [
        ("cases.yaml", 3, "[0].expectd"), ("cases.yaml", 6, "[1].expected"), ("cases.yaml", 7, "[2]"),
        ("cases.yaml", 12, "[3].tags[0]"), ("cases.yaml", 17, "[5].input"), ("more.jsonl", 2, "id"),
    ]  # fmt: skip

    agent = read_agent(tmp_path / "agent.yaml")
    assert isinstance(agent, tuple)
    assert seen(agent) == [("agent.yaml", 2, "max_tokens"), ("agent.yaml", 3, "system")]

    filled = read_agent(tmp_path / "filled.yaml")
    assert isinstance(filled, Agent)
    unfilled = Requests(filled, "filled.yaml").check(entries["fine"])
    assert [problem.hint for problem in unfilled] == ['did you mean "{{input.order}}"?']

    everything = [*evalset, *problems, *agent, *unfilled]
    assert len({problem.message for problem in everything}) >= 10
    assert all(problem.line for problem in everything if problem not in unfilled)
    hints = {problem.hint for problem in everything}
    assert {'did you mean "expected"?', 'did you mean "prompts/system.md"?', 'did you mean "route"?'} <= hints
