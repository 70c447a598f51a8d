"""`evaltui check`: everything wrong in one go, each with its place."""

import json
import os
import subprocess
import sys
from pathlib import Path

EVALSET = """name: demo
agent: agent.yaml
cases: [cases.yaml, more.jsonl]
scorers:
  - label: {name: route, of: route}
  - labl: {of: reply}
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
  expected: {route: refund}
- id: key-twice
  input: x
  input: z
"""
MORE = '{"id": "twice", "input": "x", "expected": {"route": "a"}}\n{"id": "goldless", "input": "x"}\n'
AGENT = 'model: claude-haiku-5-5\nmax_tokens: "400"\nsystem: {file: prompts/sytem.md}\n'
GOOD_AGENT = 'model: claude-haiku-5-5\nmax_tokens: 400\nmessages: [{role: user, content: "Order {{input.ordr}}"}]\n'


def evaltui(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "evaltui", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def write(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


def test_a_wrong_evalset_with_ten_different_mistakes_prints_all_ten_each_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, evalset__yaml=EVALSET, cases__yaml=CASES, more__jsonl=MORE, agent__yaml=AGENT)
    write(tmp_path / "prompts", system__md="Be kind.")
    done = evaltui(tmp_path, "check", ".")
    expected = [
        "evalset.yaml:6: ", "evalset.yaml:8: gate.policy", "evalset.yaml:9: gate.metric", "cases.yaml:3: [0].expectd",
        "cases.yaml:6: [1].expected", "cases.yaml:7: [2]", "cases.yaml:12: [3].tags[0]", "cases.yaml:18: [5].input",
        "more.jsonl:1: ", "cases.yaml:4: expected", "agent.yaml:2: max_tokens", "agent.yaml:3: system",
    ]  # fmt: skip
    assert done.returncode == 2
    assert [place for place in expected if place not in done.stderr] == []
    assert f"{len(expected)} problems" in done.stderr
    assert done.stdout == ""


def test_a_placeholder_that_nothing_fills_is_told_once_with_its_first_case(tmp_path: Path) -> None:
    cases = "".join(json.dumps({"id": f"c{n}", "input": {"order": "1"}, "expected": "a"}) + "\n" for n in range(5))
    write(
        tmp_path,
        evalset__yaml="name: demo\ncases: cases.jsonl\nscorers: [exact]\n",
        agent__yaml=GOOD_AGENT,
        cases__jsonl=cases,
    )
    done = evaltui(tmp_path, "check", ".")
    assert done.returncode == 2
    assert "cases.jsonl:1: messages[0].content: case c0: {{input.ordr}} names nothing" in done.stderr
    assert "in 4 more cases" in done.stderr
    assert 'did you mean "{{input.order}}"?' in done.stderr


def test_a_metric_that_its_scorer_does_not_have_is_refused_with_those_it_has(tmp_path: Path) -> None:
    text = "name: demo\ncases: cases.jsonl\nscorers: [exact]\ngate: {metric: exact.macro_f1}\n"
    write(
        tmp_path,
        evalset__yaml=text,
        agent__yaml="model: m\nmax_tokens: 4\n",
        cases__jsonl='{"id":"a","input":"x","expected":"y"}',
    )
    done = evaltui(tmp_path, "check", ".")
    assert done.returncode == 2
    assert "evalset.yaml:4: gate.metric" in done.stderr
    assert "exact.pass_rate, exact.mean" in done.stderr


def test_the_shipped_evalsets_are_in_order(root: Path) -> None:
    done = evaltui(root, "check", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["ok"]
    shipped = {each["name"]: each for each in found["evalsets"]}
    assert {name: each["problems"] for name, each in shipped.items()} == {"support-desk": [], "refund-agent": []}
    assert {name: each["cases"] for name, each in shipped.items()} == {"support-desk": 207, "refund-agent": 83}
    assert all(each["critical"] >= 20 and len(each["tags"]) >= 10 for each in shipped.values())
    assert shipped["support-desk"]["forecast"]["requests"] == 207


def test_a_user_who_says_more_than_the_agent_may_answer_is_told_with_what_to_do(tmp_path: Path) -> None:
    agent = "model: m\nmax_tokens: 4\nmax_turns: 2\n"
    case = '{"id":"a","input":"x","expected":"y","turns":["and then?","and then?"]}'
    write(tmp_path, evalset__yaml="name: demo\ncases: c.jsonl\nscorers: [exact]\n", agent__yaml=agent, c__jsonl=case)
    done = evaltui(tmp_path, "check", ".")
    assert done.returncode == 2
    said = "c.jsonl:1: turns: case a: the user says 2 more turns, and max_turns allows 2 replies"
    assert f"{said}; set max_turns of the case or of agent.yaml to at least 3" in done.stderr


def test_tools_that_nobody_can_answer_are_told_before_anything_is_sent(tmp_path: Path) -> None:
    agent = "model: m\nmax_tokens: 4\nanswers: {mcp: {command: [no-such-server]}}\n"
    case = '{"id":"a","input":"x","expected":"y"}'
    write(tmp_path, evalset__yaml="name: demo\ncases: c.jsonl\nscorers: [exact]\n", agent__yaml=agent, c__jsonl=case)
    done = evaltui(tmp_path, "check", ".")
    assert done.returncode == 2
    assert "agent.yaml: answers: the MCP server `no-such-server` cannot be used" in done.stderr


def test_gold_that_its_scorer_cannot_read_is_told_before_anything_is_paid(tmp_path: Path) -> None:
    case = '{"id":"a","input":"x","expected":[""]}'
    write(
        tmp_path,
        evalset__yaml="name: demo\ncases: c.jsonl\nscorers: [contains]\n",
        agent__yaml="model: m\nmax_tokens: 4\n",
        c__jsonl=case,
    )
    done = evaltui(tmp_path, "check", ".")
    assert done.returncode == 2
    assert "c.jsonl:1: expected: case a: contains cannot score it" in done.stderr


def test_gold_that_nothing_reads_and_scorers_without_gold_are_warned_of(tmp_path: Path) -> None:
    scorers = "[{label: {of: route}}, {contains: {name: says, of: reply}}, {token_budget: {limit: 99}}]"
    case = '{"id":"a","input":"x","expected":{"route":"y"}}\n{"id":"typo","input":"x","expected":{"rotue":"y"}}'
    write(
        tmp_path,
        evalset__yaml=f"name: demo\ncases: c.jsonl\nscorers: {scorers}\n",
        agent__yaml="model: m\nmax_tokens: 4\n",
        c__jsonl=case,
    )
    done = evaltui(tmp_path, "check", ".")
    assert done.returncode == 0
    assert "warning: c.jsonl:2: expected.rotue: case typo: no scorer reads" in done.stderr
    assert 'did you mean "route"?' in done.stderr
    assert "warning: evalset.yaml: scorers.says: none of the 2 cases has gold for it" in done.stderr
