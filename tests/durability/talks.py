"""Conversations of one to five turns for the tests of durability: who speaks, which tools answer, what was sent."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from tests.durability.scene import HASTE, Scene
from tests.workbench import write_evalset

from evaltui.loop.session import Pace
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.model import Answer
from evaltui.sandbox.scripted import Scripted
from evaltui.sandbox.server import running

TALKS = 6
CALLS = ["one 1", "two 1", "two 2", "three 1", "three 2", "three 3", "both 1", "both 2"]
"""Every tool call that the conversations make, as the tool `note` writes it down."""
LENGTHS = {"none": 1, "one": 2, "two": 3, "three": 5, "both": 2, "asked": 3}
"""How many requests each conversation takes; `three` pauses once, `asked` is asked twice more."""
TOOL = "{name: note, description: notes, input_schema: {type: object}}"
REPLAY, PYTHON = "replay: {}", "python: {module: notes.py}"
NOTES = """
from pathlib import Path

def note(who, n, size):
    with Path(__file__).with_name("calls.log").open("a") as log:
        log.write(f"{who} {int(n)}\\n")
    return {"noted": n}
"""
SIGNED = r'{"signature":"Zm\u00e9\/+==","thinking":"\u006eow \u0041 1.0 \ud83d\ude80","type":"thinking"}'
"""A block that any reader who writes it anew would write in another way."""

SEARCH = '{ "name" : "web_search", "type" : "server_tool_use", "input" : {"query": "\\u00e9"}, "id" : "srvtoolu_1" }'


def write_talks(folder: Path, answers: str) -> Path:
    """An evalset whose cases are the conversations; the last of them expects what nobody says."""
    cases = [{"id": name, "input": name, "expected": f"done {name}"} for name in LENGTHS]
    cases[-1] |= {"turns": ["more", [{"type": "text", "text": "and more"}]], "expected": "something else"}
    for case in cases:
        case["tools"] = [_recorded(call) for call in CALLS if call.startswith(f"{case['id']} ")]
    agent = f"name: noter\nmodel: claude-opus-5-5\nmax_tokens: 900\ntools: [{TOOL}]\nanswers: {{{answers}}}\n"
    write_evalset(folder, cases, "- exact: {take: text}", agent)
    (folder / "notes.py").write_text(NOTES)
    return folder


def _recorded(call: str) -> dict[str, Any]:
    who, n = call.split()
    return {"name": "note", "arguments": {"who": who, "n": int(n), "size": 1.0}, "result": {"noted": int(n)}}


def talking(params: dict[str, Any]) -> Answer:
    """A reply whose bytes no encoder would write: odd order of keys, spaces, escapes, 1.0 beside 1."""
    messages = params["messages"]
    who, said = messages[0]["content"], sum(message["role"] == "assistant" for message in messages)
    calls = _calls(who, said)
    if calls:
        blocks, stop = [SIGNED, *(_call(who, n) for n in calls)], "tool_use"
    elif who == "three" and said == 3:
        blocks, stop = [SIGNED, SEARCH], "pause_turn"
    else:
        blocks, stop = [SIGNED, '{"type":"text","text":"d\\u006fne %s"}' % who], "end_turn"  # noqa: UP031
    raw: Any = msgspec.Raw(f"[ {' , '.join(blocks)} ]".encode())
    return Answer(raw, stop, 10 * len(messages), 7)


def _calls(who: str, said: int) -> list[int]:
    if who == "both":
        return [1, 2] if said == 0 else []
    most = {"one": 1, "two": 2, "three": 3}.get(who, 0)
    return [said + 1] if said < most else []


def _call(who: str, n: int) -> str:
    arguments = f'{{"size": 1.0, "who":"{who}","n":{n}}}'
    return f'{{"name":"note","input":{arguments}, "id":"toolu_{who}_{n}","type":"tool_use"}}'


@contextmanager
def talks(
    folder: Path, answers: str = REPLAY, faults: str = "", *, pace: Pace = HASTE, **clock: float
) -> Iterator[Scene]:
    """A scene of these conversations; every round is one batch unless its `chunk` is lowered."""
    clock.setdefault("batch_seconds", 0.0)
    with running(Scripted(talking), clock=Clock(**clock), faults=Faults.parse(faults)) as sandbox:
        evalset = write_talks(folder / "talks", answers)
        yield Scene(sandbox, evalset, folder / "state" / "evaltui.db", chunk=100, pace=pace)


def fresh_talks(of: Scene, folder: Path, name: str, answers: str) -> Scene:
    """A new database, evalset folder and workspace at the same sandbox."""
    home = folder / name
    return replace(
        of, evalset=write_talks(home / "talks", answers), database=home / "evaltui.db", key=f"key-{name}", events=[]
    )


def log(here: Scene) -> Counter[str]:
    """The calls that the function of the `python` backend saw."""
    file = here.evalset / "calls.log"
    return Counter(file.read_text().splitlines() if file.exists() else [])


def histories(here: Scene) -> dict[str, list[bytes]]:
    """Each sample's requests in the order they were sent: the bytes of their `messages`, and which request it was."""
    found: dict[str, list[bytes]] = {}
    for item in requests(here):
        _, sample, *_ = item.custom_id.split("-")
        found.setdefault(sample, []).append(bytes(item.params.messages))
    return found


class _Params(msgspec.Struct):
    messages: msgspec.Raw


class _Item(msgspec.Struct):
    custom_id: str
    params: _Params


class _Body(msgspec.Struct):
    requests: list[_Item]


def requests(here: Scene) -> Iterator[_Item]:
    """Every request that the provider took under the scene's key, oldest first."""
    shelf = here.sandbox.core.shelf
    for about in reversed(here.batches()):
        batch = shelf.get(about["id"])
        assert batch is not None
        yield from msgspec.json.decode(shelf.requests(batch).read_bytes(), type=_Body).requests


def check_only_grown(history: list[bytes]) -> None:
    """Each request begins with all bytes of the one before it, and goes on."""
    for before, after in pairwise(history):
        assert after.startswith(before.removesuffix(b"]") + b",")


def check_verbatim(history: list[bytes]) -> None:
    """What the assistant said stands in the last request byte by byte as it came."""
    for before, after in pairwise(history):
        said = bytes(talking({"messages": json.loads(before)}).content)  # type: ignore[call-overload]
        assert after.startswith(before[:-1] + b',{"role":"assistant","content":' + said + b"}")
