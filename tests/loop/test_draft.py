"""From a logged failure to a draft: the cut before the failing turn, redaction, expectation, and what is refused."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import pytest
import yaml

from evaltui.agents.tools.replay import Replay
from evaltui.agents.turn import Requests
from evaltui.domain.case import Case
from evaltui.domain.conversation import Turn
from evaltui.domain.errors import BadInput, Refused, Unknown
from evaltui.domain.item import Item, Place
from evaltui.domain.request import Succeeded
from evaltui.domain.tool import ToolCall, ToolResult
from evaltui.domain.trajectory import Usage
from evaltui.logs.failures import failures_of
from evaltui.logs.importers import importer_for
from evaltui.logs.redact.redactor import Redactor
from evaltui.loop.add import preview
from evaltui.loop.draft import draft_of
from evaltui.loop.draft_check import ready
from evaltui.loop.draft_edit import (
    as_yaml,
    expect,
    with_anyway,
    with_critical,
    with_id,
    with_rubric,
    with_tags,
    with_text,
    with_vars,
    with_yaml,
)  # fmt: skip
from evaltui.loop.draft_target import target
from evaltui.loop.expectation import expect_calls, forbid, must_not, shaped, slots

PLAIN = "name: desk\nmodel: m\nmax_tokens: 9\nsystem: Sort it.\n"
TOOLS = "tools:\n  - {name: find, description: f, input_schema: {type: object}}\nanswers: {replay: {}}\n"
FRAMED = PLAIN.replace("Sort it.", "You serve {{shop}}.") + (
    'few_shot:\n  - {role: user, content: hi}\n  - {role: assistant, content: hello}\n'
    'messages:\n  - {role: user, content: "<id>{{who}}</id>\\n{{input}}"}\n'
)  # fmt: skip
LABELS = "  - label: {name: route, of: route}\n  - excludes: {name: never, expected: never}\n"
CALLS = "  - trajectory\n  - forbidden_tools\n"


@pytest.fixture
def make(tmp_path):
    """`make(item)`: its draft for a set with these cases, scorers and agent."""

    def made(item, *, turn=None, cases=(), scorers=LABELS, agent=PLAIN, rules=""):
        folder = tmp_path / "evalsets" / "desk"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "evalset.yaml").write_text(f"name: desk\nscorers:\n{scorers}", "utf-8")
        (folder / "agent.yaml").write_text(agent, "utf-8")
        (folder / "cases.yaml").write_text(yaml.safe_dump(list(cases)), "utf-8")
        if rules:
            (tmp_path / ".evaltui").mkdir(exist_ok=True)
            (tmp_path / ".evaltui" / "redaction.yaml").write_text(rules, "utf-8")
        against = target(folder)
        return draft_of(item, 1, against, Redactor(against.rules), failures_of(item), turn=turn)

    return made


def turn(*content, results: Sequence[ToolResult | None] = (), said=None, stop="end_turn"):
    body = json.dumps({"role": "assistant", "content": content}).encode()
    return Turn(Succeeded(body, stop, "m", Usage(1, 1)), tuple(results), said)


def text(words):
    return {"type": "text", "text": words}


def call(number, name="find", **arguments):
    return {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": arguments}


def item(*turns, opening="Where is my parcel?", **more):
    messages = opening if isinstance(opening, tuple) else ({"role": "user", "content": opening},)
    return Item("log", "ab" * 16, "s1", Place(1), at="2026-01-02T03:04:05Z", opening=messages, turns=turns, **more)


SEARCH = item(
    turn(text("Let me look."), call(1, order=1), results=[ToolResult('{"state": "lost"}')], stop="tool_use"),
    turn(call(2, order=2), results=[ToolResult("no such order", is_error=True)], stop="tool_use"),
    turn(call(3, order=1), results=[ToolResult('{"state": "found"}')], stop="tool_use"),
    turn(text("It is on its way."), said="no, it is not!"),
    turn(text("Sorry.")),
)
WRONG = item(turn(text('{"route": "billing"}'), said="No, that is wrong"), turn(text('{"route": "delivery"}')))


def is_ready(draft):
    return not errors(draft)


def errors(draft):
    return [str(problem) for problem in ready(draft) if problem.severity == "error"]


def warnings(draft):
    return [str(problem) for problem in ready(draft) if problem.severity == "warning"]


def test_one_text_of_a_user_is_the_input_and_where_it_came_from_stays_with_the_case(make):
    draft = make(WRONG)
    assert (draft.turn, draft.failed) == (1, '{"route": "billing"}')
    case = dict(draft.case)
    assert list(case) == ["id", "input", "tags", "source"] and case["input"] == "Where is my parcel?"
    assert case["id"].startswith("where-parcel-correction-") and case["tags"] == ["correction"]
    source = case["source"]
    assert (source["kind"], source["id"], source["at"], source["digest"]) == ("log", "s1", WRONG.at, WRONG.id)
    assert source["note"] == "correction in turn 1: No, that is wrong" and source["by"]


def test_the_failed_output_is_shown_and_is_not_gold_before_a_person_says_so(make):
    draft = make(WRONG)
    assert "expected" not in draft.case and not is_ready(draft)
    assert (
        "nobody said yet what is right; allowed: route: the label; never: phrases that must not occur"
        in errors(draft)[0]
    )
    good = expect(draft, {"route": "delivery"})
    assert is_ready(good) and not warnings(good)
    assert warnings(expect(draft, {"route": "billing"})) == [
        f"draft {draft.id}: expected: the failed output itself passes this expectation; "
        "say what was wrong with it, or the case can never bite"
    ]


def test_a_conversation_is_kept_up_to_the_failing_turn_with_the_calls_made_before_it(make):
    draft = make(SEARCH, scorers=CALLS, agent=PLAIN + TOOLS)
    assert draft.turn == 2 and draft.id.startswith("find-tool-error-")
    first, second, third = draft.case["messages"]
    assert first == {"role": "user", "content": "Where is my parcel?"}
    assert second["content"][1] == {"type": "tool_use", "id": "call_1", "name": "find", "input": {"order": 1}}
    assert third["content"] == [{"type": "tool_result", "tool_use_id": "call_1", "content": '{"state": "lost"}'}]
    assert draft.failed == 'find {"order": 2}\n✗ no such order'
    assert is_ready(expect_calls(draft, ["find"]))


def test_the_same_calls_get_the_same_answers_when_they_are_made_again(make, tmp_path):
    draft = make(SEARCH, scorers=CALLS, agent=PLAIN + TOOLS)
    case = Case.model_validate({**draft.case, "expected": {"calls": []}})
    replay, again = Replay(tmp_path), ToolCall("1", "find", {"order": 1})
    assert replay.answer(again, case, []) == ToolResult('{"state": "found"}'), "as it was from the failing turn on"
    assert replay.answer(ToolCall("2", "find", {"order": 2}), case, []) == ToolResult("no such order", is_error=True)
    early = Case.model_validate({**make(SEARCH, scorers=CALLS, agent=PLAIN + TOOLS, turn=1).case, "expected": 1})
    assert replay.answer(again, early, []) == ToolResult('{"state": "lost"}')
    assert replay.answer(again, early, [again]) == ToolResult('{"state": "found"}')


def test_a_turn_can_be_chosen_and_one_that_is_not_there_is_refused(make):
    draft = make(SEARCH, turn=4, scorers=CALLS, agent=PLAIN + TOOLS)
    assert len(draft.case["messages"]) == 7 and draft.failure.reason == "correction"
    with pytest.raises(Refused, match="it has turns 1 to 5"):
        make(SEARCH, turn=6)


def test_what_the_agent_puts_around_an_input_is_taken_off_again(make):
    shots = ({"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"})
    said = {"role": "user", "content": [{"type": "text", "text": "<id>C-7</id>\nWhere is\nit?"}]}
    draft = make(item(turn(text("x")), opening=(*shots, said), system="You serve Fern & Co."), agent=FRAMED)
    assert draft.case["input"] == "Where is\nit?" and draft.case["vars"] == {"shop": "Fern & Co", "who": "C-7"}
    sent = Requests(draft.target.agent).first(Case.model_validate(dict(expect(draft, {"route": "a"}).case)))
    assert json.loads(sent)["messages"][2]["content"] == "<id>C-7</id>\nWhere is\nit?"


def test_a_placeholder_that_nothing_fills_is_asked_for(make):
    draft = expect(make(WRONG, agent=FRAMED), {"route": "delivery"})
    assert "{{shop}} names nothing in this case" in errors(draft)[0]
    assert is_ready(with_vars(draft, {"shop": "Fern", "who": "C-1"}))


def test_one_thing_has_one_placeholder_in_all_of_a_draft_and_no_secret_is_left(make):
    mail, key = "ann.lee@firm.example", "sk-ant-api03-" + "Ab3dE7gH" * 11 + "AA"
    found = ToolResult(json.dumps({"mail": mail, "password": "hunter2hunter2"}))
    failed = ToolResult(f"no account of {mail}", is_error=True)
    logged = item(
        turn(call(1, mail=mail, note=key), results=[found], stop="tool_use"),
        turn(call(2, mail=mail), results=[failed], stop="tool_use"),
        opening=f"Ann Lee here, {mail}, my key is {key}",
    )
    draft = make(logged, scorers=CALLS, agent=PLAIN + TOOLS, rules="names: [Ann Lee]\n")
    written = as_yaml(expect_calls(draft, ["find"]))
    assert not [secret for secret in (mail, key, "hunter2", "Ann Lee") if secret in written]
    assert draft.case["messages"][0]["content"] == "[NAME_1] here, [EMAIL_1], my key is [KEY_1]"
    assert draft.failed == 'find {"mail": "[EMAIL_1]"}\n✗ no account of [EMAIL_1]'
    places = {each.path for each in draft.redactions if each.placeholder == "[EMAIL_1]"}
    assert ("messages", 0, "content") in places and ("source", "note") in places
    assert {each.kind for each in draft.redactions} == {"email", "key", "name", "secret"}


def test_a_pattern_that_runs_out_of_time_keeps_the_draft_from_being_added(make, monkeypatch):
    monkeypatch.setattr(Redactor.__init__, "__kwdefaults__", {"timeout_s": 1e-9})
    slow = item(turn(text("x")), opening="a" * 40_000)
    draft = make(slow, rules="patterns:\n  - {name: slow, pattern: '(a+)+b'}\n")
    assert draft.unfinished == ("slow",)
    assert "ran out of time" in errors(expect(draft, {"route": "x"}))[0]


def test_what_cannot_be_redacted_is_left_out_and_said(make):
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}
    thought = {"type": "thinking", "thinking": "secret", "signature": "s"}
    logged = item(
        turn(thought, text("What?"), said="See above, no!"), turn(text("A lamp.")),
        opening=({"role": "user", "content": [picture, text("What is it?")]},),
    )  # fmt: skip
    draft = make(logged, turn=2)
    assert draft.case["messages"][:2] == [
        {"role": "user", "content": [text("[image left out]"), text("What is it?")]},
        {"role": "assistant", "content": "What?"},
    ]
    assert len(draft.notes) == 2 and "image" in draft.notes[0]


def test_hostile_text_becomes_text_that_a_file_can_hold(make):
    logged = item(turn(text("\x1b[2J\ud83d")), opening="a\x00b\u202e\ud800\r\n---\n- id: x")
    draft = expect(make(logged), {"route": "x"})
    assert draft.case["input"] == "a\x00b\u202e\ufffd\r\n---\n- id: x"
    assert "\x1b" not in as_yaml(draft) and "\u202e" not in as_yaml(draft)
    assert with_yaml(draft, as_yaml(draft)).case == draft.case


@pytest.mark.parametrize(
    ("logged", "words"),
    [
        (item(turn(text("x")), opening="a b " * 300_000), "at most 1,000,000"),
        (item(turn(text("x")), opening=()), "nothing is logged"),
        (item(Turn(Succeeded(b"not json", "end_turn", "m", Usage())), turn(text("x"))), "turn 1 cannot be read"),
    ],
)
def test_what_makes_no_case_is_refused_in_words(make, logged, words):
    with pytest.raises(Refused, match=words):
        make(logged)


def test_a_set_with_a_mistake_is_mended_first(make):
    with pytest.raises(BadInput, match=r"cases.yaml:2: \[0\].inptu: unknown field"):
        make(WRONG, cases=[{"inptu": "x", "id": "a"}])


def test_calls_for_an_agent_without_tools_are_refused(make):
    assert "desk has no tools" in errors(expect(make(SEARCH), {"route": "x"}))[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda draft: expect(draft, {"rout": "delivery"}),
            "no scorer that counts reads this.*allowed: route: the label",
        ),
        (lambda draft: expect(draft, {"never": [1]}), "never cannot score it"),
        (
            lambda draft: with_rubric(with_yaml(draft, "id: x\ninput: hi\n"), "be kind"),
            "no scorer that counts reads this",
        ),
        (lambda draft: with_id(draft, "no blanks"), "id: has characters"),
        (lambda draft: with_id(draft, "old"), r"the id old is taken by the case at .*cases.yaml:1"),
        (lambda draft: with_tags(draft, ["a b"]), "tags"),
        (lambda draft: with_yaml(draft, "id: x\ninput: hi\nexpceted: 1\n"), 'did you mean "expected"'),
    ],
)
def test_a_case_that_could_not_be_read_or_scored_is_refused_with_what_to_write(make, change, words):
    draft = make(WRONG, cases=[{"id": "old", "input": "quite another thing", "expected": {"route": "a"}}])
    with pytest.raises(AssertionError) as said:
        assert not errors(change(expect(draft, {"route": "delivery"})))
    assert said.match(words)


def test_a_case_like_it_in_the_set_is_shown_and_stands_in_the_way_until_a_person_says_anyway(make):
    like = {"id": "late", "input": "So where is my parcel?", "expected": {"route": "delivery"}}
    made_of_it = {"id": "it", "input": "x", "expected": {"route": "a"}, "source": {"kind": "log", "digest": WRONG.id}}
    draft = expect(make(WRONG, cases=[like, made_of_it]), {"route": "delivery"})
    found = [(each.case.id, each.same_item, each.case.text) for each in draft.similar]
    assert found == [("it", True, "x"), ("late", False, "So where is my parcel?")]
    assert draft.similar[1].share == pytest.approx(2 / 3) and "shares 67% of its words" in errors(draft)[1]
    (copy,) = expect(make(WRONG, cases=[like | {"input": "WHERE is my parcel"}]), {"route": "x"}).similar
    assert copy.exact and copy.words().endswith("says the same")
    assert is_ready(with_anyway(draft))
    assert not with_text(draft, ("input",), "My invoice has the wrong address on it").similar[1:]


def test_a_person_has_the_last_word_and_a_secret_in_it_is_said(make):
    draft = expect(make(WRONG), {"route": "delivery"})
    edited = with_text(draft, ("input",), "I am bob@firm.example")
    assert edited.case["input"] == "I am bob@firm.example" and is_ready(edited)
    assert "input: holds what would be redacted: email" in warnings(edited)[0]
    assert "tags[0]: holds what would be redacted: email" in warnings(with_tags(draft, ["bob@firm.example"]))[0]
    assert "source: was taken out" in warnings(with_yaml(draft, "id: x\ninput: hi\nexpected: {route: a}\n"))[0]
    again = with_yaml(
        with_critical(with_tags(draft, ["late"])), as_yaml(edited).replace("tags:", "critical: true\ntags:")
    )
    assert again.case["critical"] is True and again.case["tags"] == ["correction"] and warnings(again)
    with pytest.raises(Unknown, match="no text stands at nowhere"):
        with_text(draft, ("nowhere",), "x")
    with pytest.raises(BadInput, match="the edited case:3: not valid YAML"):
        with_yaml(draft, "id: x\ninput: [\n")


def test_an_expectation_goes_to_the_parts_that_the_scorers_read(make):
    draft = make(WRONG, scorers=LABELS + CALLS)
    assert shaped("delivery", draft.target.scorers) == {"route": "delivery"}
    assert shaped('{"route": "x"}', draft.target.scorers) == {"route": "x"}
    assert [slot.path for slot in slots(draft.target.scorers)] == ["route", "never", "calls", "forbidden_tools"]
    made = forbid(must_not(must_not(expect_calls(draft, []), ["refund"]), ["sorry"]), ["pay"])
    assert made.case["expected"] == {"calls": [], "never": ["refund", "sorry"], "forbidden_tools": ["pay"]}
    for text in ("{route", '{"route": NaN}', '{"route": 1, "route": 2}'):
        with pytest.raises(Refused, match="starts as JSON and is none"):
            shaped(text, draft.target.scorers)
    with pytest.raises(Refused, match="no scorer of desk is excludes; it has trajectory"):
        must_not(make(WRONG, scorers=CALLS), ["x"])


def test_drafts_are_previewed_as_one_change_and_what_they_are_to_each_other_is_looked_at(make):
    other = item(turn(text("x"), said="no, wrong"), opening="My invoice names another firm")
    first, second = (expect(make(each), {"route": "x"}) for each in (WRONG, other))
    second = replace(second, key=2, target=first.target)
    made = preview([first, second], "cases.yaml")
    assert made.case_ids == (first.id, second.id) and len(made.changes) == 1
    assert next(line for sign, line in made.diff if sign == "+" and "id:" in line) == f"- id: {first.id}"
    with pytest.raises(Refused, match="each once"):
        preview([first, first], "cases.yaml")
    with pytest.raises(BadInput, match="two drafts have this id"):
        preview([first, with_id(second, first.id)], "cases.yaml")
    with pytest.raises(BadInput, match="says nearly the same as"):
        preview([first, with_text(second, ("input",), "where is MY parcel")], "cases.yaml")
    with pytest.raises(BadInput, match="nobody said yet"):
        preview([first, replace(make(other), key=2)], "cases.yaml")


def test_real_logs_give_drafts_that_an_editor_gives_back_as_they_are(make, shared_data):
    logs = [*sorted((shared_data / "claude_code").rglob("*.jsonl"))[:3], shared_data / "messages_http.jsonl"]
    first = make(WRONG, scorers=CALLS, agent=PLAIN + TOOLS)
    made = 0
    for log in logs:
        read = (each for each in importer_for(log).read(log) if isinstance(each, Item) and each.turns)
        for each in islice(read, 2):
            draft = draft_of(each, 1, first.target, Redactor(first.target.rules), failures_of(each))
            assert with_yaml(draft, as_yaml(draft)).case == draft.case
            assert is_ready(expect_calls(draft, ["find"])), errors(expect_calls(draft, ["find"]))
            made += 1
    assert made > 4
