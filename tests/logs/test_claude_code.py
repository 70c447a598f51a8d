"""Transcripts of Claude Code become one item a chain: fragments merged, tokens counted once, nothing lost unsaid."""

import json
from collections import Counter, defaultdict
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.logs.hostile import mangled, read_all

from evaltui.domain.conversation import message_of
from evaltui.domain.item import Item, Mark, Skipped
from evaltui.domain.trajectory import Usage
from evaltui.logs import claude_code
from evaltui.logs.claude_code import ClaudeCode
from evaltui.logs.importers import Report, importer_for

NUMBERS = count(1)


def line(kind: str, message: Any, **more: Any) -> dict[str, Any]:
    base = {"type": kind, "uuid": f"u{next(NUMBERS)}", "sessionId": "s1", "timestamp": "2026-01-02T03:04:05Z"}
    return base | {"isSidechain": False, "message": message} | more


def user(content: Any, **more: Any) -> dict[str, Any]:
    return line("user", {"role": "user", "content": content}, **more)


def said(text: str, message_id: str, tokens: int = 7, **more: Any) -> dict[str, Any]:
    return reply([{"type": "text", "text": text}], message_id, tokens, **more)


def called(call_id: str, message_id: str, tokens: int = 7, **more: Any) -> dict[str, Any]:
    block = {"type": "tool_use", "id": call_id, "name": "Bash", "input": {"command": "ls"}}
    return reply([block], message_id, tokens, **more)


def reply(content: Any, message_id: str, tokens: int, **more: Any) -> dict[str, Any]:
    usage = {"input_tokens": 5, "output_tokens": tokens, "cache_read_input_tokens": 100}
    message = {"role": "assistant", "id": message_id, "model": "claude-x", "content": content, "usage": usage}
    return line("assistant", message, **more)


def answered(call_id: str, text: str, error: bool = False, **more: Any) -> dict[str, Any]:
    return user([{"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": error}], **more)


def read(tmp_path: Path, *lines: Any) -> tuple[list[Item], list[Skipped]]:
    both = read_all(ClaudeCode(), tmp_path / "session.jsonl", *lines)
    return [each for each in both if isinstance(each, Item)], [each for each in both if isinstance(each, Skipped)]


def test_fragments_of_one_message_are_one_turn_and_its_tokens_count_once(tmp_path: Path) -> None:
    (item,), _ = read(
        tmp_path, user("List it"), said("Let me look.", "m1", 1), called("t1", "m1", 30), answered("t1", "a b"),
        said("Two files.", "m2"),
    )  # fmt: skip
    assert (item.trajectory.turns, item.place.records) == (2, 5)
    assert item.trajectory.usage == Usage(10, 37, 0, 200)
    assert [step.text or step.tool for step in item.trajectory.steps][:2] == ["Let me look.", "Bash"]
    assert (item.source, item.at, item.model) == ("s1", "2026-01-02T03:04:05.000Z", "claude-x")


def test_results_may_stand_between_the_fragments_of_their_message(tmp_path: Path) -> None:
    (item,), _ = read(
        tmp_path, user("Both"), called("t1", "m1"), answered("t1", "one"), called("t2", "m1"),
        answered("t2", "two", error=True), said("Done.", "m2"),
    )  # fmt: skip
    assert item.trajectory.turns == 2
    assert [(each.call.call_id, each.failed) for each in item.trajectory.exchanges()] == [("t1", False), ("t2", True)]
    assert item.notes == ()


def test_fragments_that_repeat_what_was_there_add_only_what_is_new(tmp_path: Path) -> None:
    text, call = said("Look.", "m1")["message"]["content"], called("t1", "m1")["message"]["content"]
    (item,), _ = read(tmp_path, user("Go"), reply(text, "m1", 1), reply(text + call, "m1", 9))
    assert [step.text or step.tool for step in item.trajectory.steps] == ["Look.", "Bash"]
    assert item.trajectory.usage.output_tokens == 9


def test_each_sidechain_is_an_item_of_its_own(tmp_path: Path) -> None:
    side = {"isSidechain": True}
    one, two = user("Look at a", parentUuid=None, **side), user("Look at b", parentUuid=None, **side)
    main, first, second = read(
        tmp_path, user("Do it"), called("t1", "m1"), one, two,
        said("a is fine", "m2", parentUuid=one["uuid"], **side), said("b is bad", "m3", parentUuid=two["uuid"], **side),
        answered("t1", "both seen"), said("Done.", "m4"),
    )[0]  # fmt: skip
    assert [each.part for each in (main, first, second)] == ["", one["uuid"], two["uuid"]]
    assert [each.trajectory.answer for each in (main, first, second)] == ["Done.", "a is fine", "b is bad"]
    assert main.trajectory.turns == 2
    assert len({main.id, first.id, second.id}) == 3


def test_a_sidechain_whose_lines_name_their_agent_is_one_item_however_they_branch(tmp_path: Path) -> None:
    agent = {"isSidechain": True, "agentId": "a7"}
    (item,), _ = read(tmp_path, user("Go", **agent), said("One.", "m1", **agent), said("Two.", "m2", **agent))
    assert (item.part, item.trajectory.turns) == ("a7", 2)


def test_broken_lines_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    (item,), skipped = read(
        tmp_path, user("Go"), b'{"type": "assistant", "mess', said("Done.", "m1"),
        line("assistant", "no message"), line("user", {"content": 7}), {"type": "summary", "summary": "s"},
    )  # fmt: skip
    assert item.trajectory.answer == "Done."
    assert [(each.place.line, each.damaged) for each in skipped] == [(2, True), (4, True), (5, True), (6, False)]
    assert "summary" in skipped[-1].reason


def test_a_line_that_was_copied_is_not_told_twice(tmp_path: Path) -> None:
    lines = [user("Go"), said("Done.", "m1")]
    (item,), skipped = read(tmp_path, *lines, *lines)
    assert (item.trajectory.turns, item.place.records, len(skipped)) == (1, 2, 2)


def test_sessions_that_follow_each_other_are_items_and_reading_goes_on_between_them(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    items, _ = read(
        tmp_path, user("One"), said("1", "m1"), user("Two", sessionId="s2"), said("2", "m2", sessionId="s2"),
    )  # fmt: skip
    assert [each.source for each in items] == ["s1", "s2"]
    assert list(ClaudeCode().read(path, items[0].place.after)) == items[1:]
    assert list(ClaudeCode().read(path, items[1].place.after)) == items[1:]


def test_a_session_that_went_on_has_the_id_it_had(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    (before,), _ = read(tmp_path, user("One"), said("1", "m1"))
    with path.open("a") as file:
        file.write(json.dumps(said("2", "m2")) + "\n")
    (after,) = ClaudeCode().read(path, before.place.after)
    assert isinstance(after, Item)
    assert (before.id, after.trajectory.turns) == (after.id, 2)


def test_a_session_too_long_to_hold_is_told_in_parts_that_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claude_code, "HELD", 2000)
    items, _ = read(tmp_path, *(each for n in range(20) for each in (user(f"Ask {n}"), said(f"Say {n}", f"m{n}"))))
    assert len(items) > 3
    assert len({each.id for each in items}) == len(items)
    assert sum(each.trajectory.turns for each in items) == 20
    for place, each in enumerate(items[:-1]):
        assert list(ClaudeCode().read(tmp_path / "session.jsonl", each.place.after)) == items[place + 1 :]


def test_what_a_person_stopped_or_declined_is_marked(tmp_path: Path) -> None:
    declined = "The user doesn't want to proceed with this tool use. To tell you how, the user said: use rg"
    (item,), _ = read(
        tmp_path, user("Go"), said("Hm.", "m0"), called("t1", "m1"), answered("t1", declined, error=True),
        user([{"type": "text", "text": "[Request interrupted by user for tool use]"}]), user("No, use rg"),
    )  # fmt: skip
    assert [(mark.turn, mark.kind) for mark in item.marks] == [(2, "declined"), (2, "interrupted")]
    assert item.marks[0].words == declined


def test_an_error_of_the_api_is_a_mark_and_no_turn(tmp_path: Path) -> None:
    words = [{"type": "text", "text": "API Error: 529 Overloaded"}]
    failed = line("assistant", {"role": "assistant", "model": "<synthetic>", "content": words}, isApiErrorMessage=True)
    idle = line("assistant", {"role": "assistant", "model": "<synthetic>", "content": words})
    (item,), skipped = read(tmp_path, user("Go"), said("Yes.", "m1"), user("On"), failed, idle)
    assert item.marks == (Mark(1, "error", "API Error: 529 Overloaded"),)
    assert (item.trajectory.turns, item.model) == (1, "claude-x")
    assert [(each.place.line, each.damaged) for each in skipped] == [(5, False)]


def test_what_cannot_be_placed_is_noted_with_its_line(tmp_path: Path) -> None:
    (item,), _ = read(tmp_path, {"type": "summary"}, user("Go"), said("Yes.", "m1"), answered("t9", "of no call"))
    assert [(note.line, note.severity) for note in item.notes] == [(4, "error")]


def test_wrong_types_anywhere_never_raise(tmp_path: Path) -> None:
    side = {"isSidechain": True, "agentId": "a", "parentUuid": "p"}
    sound = [user("Go"), called("t1", "m1"), answered("t1", "x", error=True)]
    for whole in (said("Hi", "m1", stop_reason="x"), answered("t1", "x", error=True, **side)):
        records = [own_uuid(each) for each in mangled(whole)]
        both = read_all(ClaudeCode(), tmp_path / "session.jsonl", *sound, *records)
        assert sum(each.place.records for each in both) == len(sound) + len(records)
        assert sum(each.place.records for each in both if isinstance(each, Item)) > len(records) / 2


def own_uuid(record: Any) -> Any:
    """Else all records but the first would be taken for copies."""
    named = isinstance(record, dict) and isinstance(record.get("uuid"), str)
    return record | {"uuid": f"u{next(NUMBERS)}"} if named else record


@given(line=st.binary(max_size=60))
def test_any_bytes_amid_a_session_never_raise(tmp_path_factory: pytest.TempPathFactory, line: bytes) -> None:
    read_all(ClaudeCode(), tmp_path_factory.getbasetemp() / "cc.jsonl", user("Go"), line, said("Yes.", "m1"))


# ---- the real files, counted once more by walking their JSON

TOKENS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")


def walked(rows: list[dict[str, Any]]) -> Counter[str]:
    """One pass over the raw lines of one kind of chain: distinct message ids, blocks, the last usage of each id."""
    seen, usages = Counter[str](), {}
    for row in rows:
        if row["type"] not in ("user", "assistant"):
            continue
        seen["records"] += 1
        message = row["message"]
        if row["type"] == "assistant":
            usages[message["id"]] = message["usage"]
        for block in message["content"] if isinstance(message["content"], list) else []:
            seen["calls"] += block["type"] == "tool_use"
            seen["results"] += block["type"] == "tool_result"
            seen["failures"] += block["type"] == "tool_result" and block.get("is_error") is True
            seen["thoughts"] += block["type"] == "thinking"
    seen["turns"] = len(usages)
    for name in TOKENS:
        seen[name] = sum(usage.get(name) or 0 for usage in usages.values())
    return +seen


def told(items: list[Item]) -> Counter[str]:
    seen = Counter[str]()
    for item in items:
        trajectory = item.trajectory
        seen["records"] += item.place.records
        seen["turns"] += trajectory.turns
        seen["calls"] += len(trajectory.calls())
        seen["results"] += len(trajectory.results())
        seen["failures"] += sum(each.failed for each in trajectory.exchanges())
        messages = [message_of(turn.reply) for turn in item.turns]
        seen["thoughts"] += sum(b["type"] == "thinking" for m in messages if isinstance(m, dict) for b in m["content"])
        for name in TOKENS:
            seen[name] += getattr(trajectory.usage, name)
    return +seen


def test_every_real_transcript_is_counted_as_an_independent_walk_counts_it(shared_data: Path) -> None:
    whole, files = Counter[str](), sorted((shared_data / "claude_code").glob("*.jsonl"))
    for path in files:
        rows = [json.loads(text) for text in path.read_text().splitlines() if text.strip()]
        assert importer_for(path) == ClaudeCode()
        report, items = Report(), []
        for each in ClaudeCode().read(path):
            report.add(each)
            items += [each] if isinstance(each, Item) else []
        assert report.records == len(rows), path.name
        assert not report.damaged
        for side in (False, True):
            of_side = [row for row in rows if row.get("isSidechain", False) is side]
            assert told([item for item in items if bool(item.part) is side]) == walked(of_side), (path.name, side)
        assert [note for item in items for note in item.notes] == [], path.name
        whole += told(items)
    assert len(files) == 10
    assert (whole["turns"], whole["calls"], whole["failures"]) == (190, 201, 19)


def test_sidechains_of_a_real_session_are_apart_by_their_roots(shared_data: Path) -> None:
    (path,) = (shared_data / "claude_code").glob("8369d4ef_*")
    roots: dict[str, list[str]] = defaultdict(list)
    root_of: dict[str, str] = {}
    for row in map(json.loads, path.read_text().splitlines()):
        if row["isSidechain"]:
            root_of[row["uuid"]] = root_of.get(row["parentUuid"], row["uuid"])
            roots[root_of[row["uuid"]]] += [b["id"] for b in row["message"]["content"] if "id" in b]
    items = [each for each in ClaudeCode().read(path) if isinstance(each, Item)]
    assert {item.part: [call.call_id for call in item.trajectory.calls()] for item in items if item.part} == roots


def test_each_real_transcript_gives_the_same_ids_again_and_no_id_twice(shared_data: Path) -> None:
    files = sorted((shared_data / "claude_code").glob("*.jsonl"))
    first, again = (
        [each.id for path in files for each in ClaudeCode().read(path) if isinstance(each, Item)] for _ in "12"
    )
    assert first == again
    assert len(set(first)) == len(first) == 12
