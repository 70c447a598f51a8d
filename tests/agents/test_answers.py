"""`answers:` of agent.yaml: what it may hold, what is written out, and every mistake explained."""

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from evaltui.agents.schema import json_schema
from evaltui.domain.agent import Agent
from evaltui.domain.problem import Problem

Read = Callable[..., Agent]
Fail = Callable[..., tuple[Problem, ...]]
PYTHON = {"module": "shop/tools.py", "timeout": 10.0, "memory_mb": 512}


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("{replay: {}}", {"replay": {"miss": "error", "match": "arguments"}}),
        ("{replay: {miss: fail, match: name}}", {"replay": {"miss": "fail", "match": "name"}}),
        ("{python: {module: shop/tools.py}}", {"python": PYTHON}),
        ("{python: {module: 'shop.tools:ask'}}", {"python": PYTHON | {"module": "shop.tools:ask"}}),
        (
            "{mcp: {command: [python, s.py], timeout: 5, env: {SHOP_TOKEN: $SHOP_TOKEN}}}",
            {"mcp": {"command": ["python", "s.py"], "timeout": 5.0, "env": {"SHOP_TOKEN": "$SHOP_TOKEN"}}},
        ),
    ],
)
def test_options_arrive_with_every_default_written_out(agent: Read, written: str, resolved: Any) -> None:
    assert agent(f"answers: {written}\n", **{"shop/tools.py": ""}).answers == resolved


def test_who_answers_is_part_of_the_digest_and_how_it_is_written_is_not(agent: Read) -> None:
    plain, replayed = agent(), agent("answers: {replay: {}}\n")
    assert plain.answers is None and plain.digest != replayed.digest
    assert agent("answers: {replay: {match: arguments, miss: error}}\n").digest == replayed.digest
    assert agent("answers: {replay: {miss: fail}}\n").digest != replayed.digest


def test_answers_are_never_sent(agent: Read) -> None:
    assert agent("answers: {replay: {}}\n").template() == agent().template()


@pytest.mark.parametrize(
    ("written", "field", "words"),
    [
        ("{}", "answers", "give exactly one of replay, python and mcp"),
        ("{replay: }", "answers", "give exactly one of replay, python and mcp"),
        ("{replay: {}, python: {module: m}}", "answers", "give exactly one of replay, python and mcp"),
        ("{replya: {}}", "answers", 'allowed: mcp, python, replay; did you mean "replay"?'),
        ("replay", "answers", "must be a mapping"),
        ("{replay: {miss: eror}}", "answers.replay.miss", 'did you mean "error"?'),
        ("{replay: {mis: error}}", "answers.replay.mis", "unknown field"),
        ("{python: {}}", "answers.python.module", "is required and missing"),
        ("{python: {module: 'a:b:c'}}", "answers.python.module", "not allowed"),
        ("{python: {module: m, timeout: 0}}", "answers.python.timeout", "more than 0"),
        ("{python: {module: m, memory_mb: 1}}", "answers.python.memory_mb", "at least 64"),
        ("{python: {module: shop/tool.py}}", "answers.python.module", 'did you mean "shop/tools.py"?'),
        ("{python: {module: 'shop/tool.py:ask'}}", "answers.python.module", "names a file that does not exist"),
        ("{mcp: {command: []}}", "answers.mcp.command", "too short"),
        ("{mcp: {command: python s.py}}", "answers.mcp.command", "must be a list"),
        (
            "{mcp: {command: [x], env: {SHOP_TOKEN: abc}}}",
            "answers.mcp.env.SHOP_TOKEN",
            "write SHOP_TOKEN: $SHOP_TOKEN",
        ),
    ],
)
def test_a_mistake_names_its_field_and_what_is_allowed(mistakes: Fail, written: str, field: str, words: str) -> None:
    (problem,) = mistakes(f"answers: {written}\n", **{"shop/tools.py": ""})
    assert (problem.line, problem.field) == (3, field)
    assert words in str(problem)


def test_a_secret_that_was_written_down_is_not_repeated_in_the_problem(mistakes: Fail) -> None:
    (problem,) = mistakes("answers: {mcp: {command: [x], env: {SHOP_TOKEN: very-secret}}}\n")
    assert "very-secret" not in str(problem)


@pytest.mark.parametrize("answers", [{"replay": {}}, {"python": {"module": "m"}}, {"mcp": {"command": ["x"]}}])
def test_the_schema_takes_what_the_reader_takes(answers: Any) -> None:
    assert Draft202012Validator(json_schema()).is_valid({"model": "m", "max_tokens": 9, "answers": answers})


@pytest.mark.parametrize(
    "answers", [{}, {"replay": {"mis": 1}}, {"python": {}}, {"replay": {}, "mcp": {"command": ["x"]}}]
)
def test_the_schema_refuses_what_the_reader_refuses(answers: Any) -> None:
    assert not Draft202012Validator(json_schema()).is_valid({"model": "m", "max_tokens": 9, "answers": answers})
