"""Every way a conversation goes on or ends, over the wire: the case's input is the list of what the model replies."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.durability.scene import HASTE
from tests.workbench import bench, write_evalset

from evaltui.domain.run import Run
from evaltui.loop.advance import drive
from evaltui.loop.evidence import so_far
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.start import Wanted, start
from evaltui.sandbox.model import Answer
from evaltui.sandbox.scripted import Scripted
from evaltui.store.cases import SampleDetail, sample
from evaltui.store.database import Store
from evaltui.store.requests import ask_retry

TOOL = "tools: [{name: look, description: looks, input_schema: {type: object}}]\n"
AGENT = "model: claude-opus-5-5\nmax_tokens: 900\n"
REPLAY = f"{AGENT}{TOOL}answers: {{replay: {{}}}}\n"
SCORERS = "  - exact: {take: text}"
SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "é"}}
STOPS = {"cut": "max_tokens", "full": "model_context_window_exceeded", "refuse": "refusal", "pause": "pause_turn"}


def told(params: dict[str, Any]) -> Answer:
    """The next of the replies in the first message: `text words`, `call N…`, `cut`, `pause`, `empty` and the like."""
    messages = params["messages"]
    replies = json.loads(messages[0]["content"])
    by = [message["role"] for message in messages]
    return spoken(replies[max(by.count("assistant"), by.count("user") - 1)])


def spoken(reply: str) -> Answer:
    kind, _, rest = reply.partition(" ")
    calls = [
        {"type": "tool_use", "id": f"toolu_{n}", "name": "look", "input": {"n": int(n)}}
        for n in (rest.split() if kind != "text" else ())
    ]
    content: dict[str, list[dict[str, Any]]] = {
        "text": [{"type": "text", "text": rest}], "call": calls if kind == "call" else [], "empty": [], "stuck": [],
        "cut": [{"type": "text", "text": "so I"}, *(calls if kind == "cut" else [])], "pause": [SEARCH],
        "full": [{"type": "text", "text": "so I"}], "refuse": [],
    }  # fmt: skip
    stop = STOPS.get(kind, "tool_use" if kind in ("call", "stuck") else "end_turn")
    return Answer(content[kind], stop, 9, 3)


class Told:
    """One run of one case, and what came of it."""

    def __init__(self, folder: Path, *replies: str, agent: str = REPLAY, **case: Any) -> None:
        self.calls: list[dict[str, Any]] = []
        about = {"id": "c", "input": json.dumps(replies), "expected": "done", **case}
        self.evalset = write_evalset(folder / "told", [about], SCORERS, agent)
        with bench(folder, Scripted(self._heard)) as (store, engine, _):
            loaded = load(self.evalset)
            self.run = start(store, loaded, None, Wanted(1, "", engine.name, engine.endpoint))
            loaded.refuse_problems()
            drive(open_session(store, self.run, engine, lambda _: None, HASTE))
            self.detail = found(store, self.run)
            self.retried = ask_retry(store, self.run.id)

    def _heard(self, params: dict[str, Any]) -> Answer:
        self.calls.append(params)
        return told(params)

    @property
    def passed(self) -> bool | None:
        assert self.detail.grade is not None
        return self.detail.grade.passed

    @property
    def reason(self) -> str:
        assert self.detail.grade is not None
        return self.detail.grade.reason

    @property
    def results(self) -> list[Any]:
        """What the tools answered, as the model was told it last."""
        last = self.calls[-1]["messages"]
        blocks = [block for message in last if isinstance(message["content"], list) for block in message["content"]]
        return [block["content"] for block in blocks if block["type"] == "tool_result"]


def found(store: Store, run: Run) -> SampleDetail:
    detail = sample(store, run.id, "c")
    assert detail is not None
    return detail


def recorded(**results: Any) -> list[dict[str, Any]]:
    return [{"name": "look", "arguments": {"n": int(n[1:])}, "result": result} for n, result in results.items()]


@pytest.mark.parametrize("agent", [AGENT, REPLAY], ids=["no tools", "tools"])
def test_a_reply_that_pauses_twice_is_sent_back_as_it_is_until_it_is_whole(tmp_path: Path, agent: str) -> None:
    done = Told(tmp_path, "pause", "pause", "text done", agent=agent)
    assert done.passed
    assert [message["role"] for message in done.calls[-1]["messages"]] == ["user", "assistant", "assistant"]
    assert done.calls[-1]["messages"][1:] == [{"role": "assistant", "content": [SEARCH]}] * 2
    assert len(done.detail.held) == 3


@pytest.mark.parametrize(("kind", "why"), [("cut", "max_tokens"), ("full", "context"), ("refuse", "refused")])
def test_a_reply_that_is_cut_off_in_the_middle_ends_the_conversation_as_an_outcome(
    tmp_path: Path, kind: str, why: str
) -> None:
    ended = Told(tmp_path, "call 1", kind, "text done", tools=recorded(n1="r"), turns=["go on"])
    assert (ended.passed, ended.retried, len(ended.calls)) == (False, 0, 2)
    assert why in ended.reason


def test_a_truncated_call_is_never_executed(tmp_path: Path) -> None:
    ended = Told(tmp_path, "call 1", "cut 2", tools=recorded(n1="r", n2="never"))
    seen = so_far(ended.detail.held)
    assert [step.result for step in seen.results()] == ["r"]
    assert [call.arguments for call in seen.calls()] == [{"n": 1}, {"n": 2}]


def test_several_calls_are_answered_in_one_message_in_their_order(tmp_path: Path) -> None:
    done = Told(tmp_path, "call 3 1 2", "text done", tools=recorded(n1="one", n2="two", n3="three"))
    assert done.passed
    answer = done.calls[-1]["messages"][-1]
    assert [block["tool_use_id"] for block in answer["content"]] == ["toolu_3", "toolu_1", "toolu_2"]
    assert done.results == ["three", "one", "two"]


def test_the_user_says_the_next_turn_each_time_the_agent_yields(tmp_path: Path) -> None:
    turns = ["and?", [{"type": "text", "text": "more"}]]
    done = Told(tmp_path, "text a", "call 1", "text b", "text done", tools=recorded(n1="r"), turns=turns)
    assert done.passed
    says = [message["content"] for message in done.calls[-1]["messages"] if message["role"] == "user"][1:]
    assert says[0] == "and?" and says[2] == [{"type": "text", "text": "more"}]
    assert says[1][0]["type"] == "tool_result"


def test_users_talk_to_an_agent_without_tools_too(tmp_path: Path) -> None:
    done = Told(tmp_path, "text a", "text done", agent=f"{AGENT}max_turns: 2\n", turns=["and?"])
    assert (done.passed, len(done.calls)) == (True, 2)


@pytest.mark.parametrize(
    ("agent", "case"), [(f"{REPLAY}max_turns: 2\n", {}), (REPLAY, {"max_turns": 2})], ids=["agent", "case"]
)
def test_a_conversation_is_cut_at_its_most_turns_and_its_last_call_is_not_made(
    tmp_path: Path, agent: str, case: dict[str, Any]
) -> None:
    ended = Told(tmp_path, "call 1", "call 2", "text done", agent=agent, tools=recorded(n1="r", n2="s"), **case)
    assert (ended.passed, ended.retried, len(ended.calls)) == (False, 0, 2)
    assert "stopped at max_turns (2) while it still called tools" in ended.reason
    assert len(so_far(ended.detail.held).results()) == 1


def test_an_agent_whose_calls_are_answered_and_that_may_reply_once_is_cut_at_its_call(tmp_path: Path) -> None:
    ended = Told(tmp_path, "call 1", agent=f"{REPLAY}max_turns: 1\n", tools=recorded(n1="r"))
    assert (ended.passed, len(ended.calls)) == (False, 1)
    assert "stopped at max_turns (1)" in ended.reason
    done = Told(tmp_path / "done", "text done", agent=f"{REPLAY}max_turns: 1\n")
    assert done.passed


def test_a_case_may_have_more_turns_than_the_agent(tmp_path: Path) -> None:
    done = Told(
        tmp_path, "call 1", "call 1", "text done", agent=f"{REPLAY}max_turns: 2\n", tools=recorded(n1="r"), max_turns=3
    )
    assert done.passed


def test_a_call_that_was_never_recorded_is_an_error_the_agent_may_live_with(tmp_path: Path) -> None:
    done = Told(tmp_path, "call 7", "text done", tools=recorded(n1="r"))
    assert done.passed
    assert "no result is recorded for look" in done.results[0]


def test_or_it_fails_its_case_with_that_reason(tmp_path: Path) -> None:
    agent = REPLAY.replace("{}", "{miss: fail}")
    ended = Told(tmp_path, "call 1 7", "text done", agent=agent, tools=recorded(n1="r"))
    assert (ended.passed, ended.retried, len(ended.calls)) == (False, 0, 1)
    assert "no result is recorded for look" in ended.reason
    assert [step.is_error for step in so_far(ended.detail.held).results()] == [False, True]


BLOCKS = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]


@pytest.mark.parametrize(
    ("result", "seen"),
    [
        (BLOCKS, BLOCKS),
        ("", ""),
        ([], "[]"),
        (None, "null"),
        ({"a": [1, 1.0, "é"]}, '{"a": [1, 1.0, "é"]}'),
        ("x" * 1_000_000, "x" * 1_000_000),
        ("neither { JSON ] nor\x00\x1b[31m clean", "neither { JSON ] nor\x00\x1b[31m clean"),
        ([{"type": "unknown"}], '[{"type": "unknown"}]'),
    ],
    ids=["blocks", "empty", "empty list", "null", "object", "a megabyte", "no JSON", "foreign blocks"],
)
def test_results_of_any_shape_reach_the_model_and_the_provider_takes_them(
    tmp_path: Path, result: Any, seen: Any
) -> None:
    done = Told(tmp_path, "call 1", "text done", tools=recorded(n1=result))
    assert done.passed, done.reason
    assert done.results == [seen]


def test_an_empty_reply_is_an_answer_that_says_nothing_and_the_conversation_goes_on_behind_it(tmp_path: Path) -> None:
    done = Told(tmp_path, "empty", "text done", turns=["hello?"])
    assert done.passed, done.reason
    assert [message["role"] for message in done.calls[-1]["messages"]] == ["user", "user"]
    ended = Told(tmp_path / "last", "call 1", "empty", tools=recorded(n1="r"))
    assert ended.passed is False


def test_a_stop_for_a_call_without_one_is_nobodys_fault_and_can_be_retried(tmp_path: Path) -> None:
    ended = Told(tmp_path, "call 1", "stuck", "text done", tools=recorded(n1="r"))
    assert (ended.passed, ended.retried) == (None, 1)
    assert "holds none" in ended.reason


def test_without_anybody_who_answers_the_first_call_is_scored_as_the_choice(tmp_path: Path) -> None:
    ended = Told(tmp_path, "call 1", agent=f"{AGENT}{TOOL}max_turns: 3\n")
    assert len(ended.calls) == 1
    assert [held.followup.ending for held in ended.detail.held if held.followup] == ["choice"]


# ---- functions of the user's, over the wire ------------------------------------------------------

ODD = """
def look(n):
    if n == 1:
        return "half a pair \\ud800"
    if n == 2:
        return {"deep": "\\udfff", "nan": 1.0}
    raise ValueError("\\ud83d no")
"""


def test_text_that_has_no_form_in_utf_8_is_told_as_an_escape_and_holds_up_nothing(tmp_path: Path) -> None:
    (tmp_path / "told").mkdir()
    (tmp_path / "told" / "odd.py").write_text(ODD)
    agent = f"{AGENT}{TOOL}answers: {{python: {{module: odd.py}}}}\n"
    done = Told(tmp_path, "call 1 2 3", "text done", agent=agent)
    assert done.passed, done.reason
    assert len(done.results) == 3
