"""The recorded airline desk of another project: as results to import, as evidence, and as an agent to run again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from evaltui.agents.turn import Requests
from evaltui.domain.case import Case
from evaltui.domain.conversation import Turn, calls_of, message_of, trajectory_of
from evaltui.domain.score import Evidence
from evaltui.domain.tool import Block
from evaltui.domain.trajectory import Trajectory
from evaltui.logs.messages import Conversation, read_conversation
from evaltui.loop.load import load
from evaltui.sandbox.digest import request_digest

Row = dict[str, Any]
FILE = "tau_airline_trials01.jsonl"
MODEL = "claude-haiku-4-5"
AGENT = f"name: desk\nmodel: {MODEL}\nmax_tokens: 4096\nmax_turns: 60\nanswers: {{replay: {{}}}}\n"


def rows(shared_data: Path, file: str = FILE) -> list[Row]:
    """All lines of a file."""
    return [json.loads(line) for line in (shared_data / file).read_text("utf-8").splitlines()]


def case_id(row: Row) -> str:
    """One id for the trials of a task."""
    return f"airline-{row['task_id']}"


def result_line(row: Row) -> Row:
    """The row as a line of a results file."""
    scores = {"reward": row["reward"]}
    return {"case": case_id(row), "trial": row["trial"], "messages": row["messages"], "scores": scores}


def conversation(row: Row) -> Conversation:
    """The row's conversation; nothing of it may be a problem."""
    problems: list[Any] = []
    read = read_conversation(row["messages"], problems.append)
    assert problems == []
    return read


def evidence(row: Row) -> Evidence:
    """The conversation as a scorer sees it; its gold actions become the expected calls."""
    case = Case(id=row["id"], input=row["instruction"], expected=gold(row))
    trajectory = trajectory_of(conversation(row).turns)
    assert isinstance(trajectory, Trajectory)
    return Evidence(case, trajectory)


def gold(row: Row) -> dict[str, Any]:
    """The gold actions as expected calls."""
    return {"calls": [{"name": action["name"], "arguments": action["kwargs"]} for action in row["gold_actions"]]}


def write_desk(folder: Path, recorded: list[Row]) -> Path:
    """An evalset whose cases are these conversations: the user's words scripted, the tools' results replayed."""
    folder.mkdir(parents=True)
    (system,) = {row["messages"][0]["content"] for row in recorded}
    names = sorted({call["name"] for row in recorded for call in _recorded_calls(conversation(row))})
    tools = [{"name": name, "description": name, "input_schema": {"type": "object"}} for name in names]
    (folder / "agent.yaml").write_text(AGENT + f"system: {json.dumps(system)}\ntools: {json.dumps(tools)}\n", "utf-8")
    (folder / "cases.jsonl").write_text("".join(json.dumps(_case(row)) + "\n" for row in recorded), "utf-8")
    head = f"name: {folder.name}\ncases: cases.jsonl\nscorers:\n"
    (folder / "evalset.yaml").write_text(f"{head}  - trajectory: superset\n  - no_repeats\n", "utf-8")
    return folder


def write_recording(path: Path, desk: Path, recorded: list[Row]) -> Path:
    """What the sandbox needs to answer every request of that evalset with the reply that was recorded."""
    loaded = load(desk)
    assert loaded.agent is not None
    requests = Requests(loaded.agent)
    cases = {case.id: case for case in loaded.cases()}
    with path.open("w", encoding="utf-8") as file:
        for row in recorded:
            for line in _replies(requests, cases[case_id(row)], unique_ids(conversation(row).turns)):
                file.write(json.dumps(line) + "\n")
    return path


def unique_ids(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The API refuses a tool call's id that was used before, as half of these conversations do."""
    return tuple(replace(turn, reply=_named(turn, at)) for at, turn in enumerate(turns, 1))


def _named(turn: Turn, at: int) -> Any:
    message = _message(turn)
    content = [
        block | ({"id": f"toolu_{at}_{place}"} if block["type"] == "tool_use" else {})
        for place, block in enumerate(message["content"])
    ]
    return replace(turn.reply, body=json.dumps(message | {"content": content}).encode())


def _message(turn: Turn) -> Block:
    message = message_of(turn.reply)
    assert isinstance(message, dict)
    return message


def _replies(requests: Requests, case: Case, turns: tuple[Turn, ...]) -> Iterator[Row]:
    """Each request of the conversation, as the sandbox digests it, with the reply that was recorded."""
    for at, turn in enumerate(turns):
        params = json.loads(requests.following(case, turns[:at]))
        reply = {"content": _message(turn)["content"], "stop_reason": turn.reply.stop_reason}
        yield {"digest": request_digest(params), "reply": reply}


def _case(row: Row) -> Row:
    read = conversation(row)
    yielded = [turn.said for turn in read.turns[:-1] if turn.said is not None]
    opening = [message for message in read.opening if message["role"] != "system"]
    return {"id": case_id(row), "messages": opening, "turns": yielded, "tools": list(_recorded_calls(read)),
            "max_turns": len(read.turns), "expected": gold(row)}  # fmt: skip


def _recorded_calls(read: Conversation) -> Iterator[Row]:
    for turn in read.turns:
        for call, result in zip(calls_of(_message(turn)), turn.results, strict=bool(turn.results)):
            assert result is not None
            yield {"name": call.name, "arguments": call.arguments, "result": result.content, "error": result.is_error}
