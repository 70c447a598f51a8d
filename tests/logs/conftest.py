"""Fixtures of foreign records: a conversation read, a results file written and read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evaltui.domain.conversation import Turn, message_of
from evaltui.domain.problem import Problem
from evaltui.logs.messages import Conversation, Told, read_conversation
from evaltui.logs.results import ResultsFile, check_results

Read = Callable[..., tuple[Conversation, list[str]]]
Check = Callable[..., ResultsFile]


@pytest.fixture
def read() -> Read:
    """`read(messages…, told=…)`: the conversation, and every problem in words with its severity before it."""

    def make(*messages: Any, told: Told | None = None) -> tuple[Conversation, list[str]]:
        problems: list[Problem] = []
        conversation = read_conversation(list(messages), problems.append, told)
        return conversation, [f"{problem.severity}{problem}" for problem in problems]

    return make


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """`check(line…, cases="a b")`: a file of these lines, objects or raw text, held against an evalset's cases."""

    def make(*lines: Any, cases: str = "a b c") -> ResultsFile:
        path = tmp_path / "results.jsonl"
        written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        path.write_bytes(b"\n".join(written) + b"\n")
        return check_results(path, set(cases.split()))

    return make


def message(turn: Turn) -> dict[str, Any]:
    """The message of a turn's reply."""
    held = message_of(turn.reply)
    assert isinstance(held, dict)
    return held
