"""Logs that grow, move, are replaced, or whose import dies amid: the inbox holds each item once."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evaltui.domain.inbox_query import parse_inbox
from evaltui.loop import intake
from evaltui.loop.inbox import annotate, browse_inbox, dismiss, inbox_lines, item
from evaltui.loop.intake import LogReport, take_in
from evaltui.store.database import Store, open_store

EVERYTHING = parse_inbox("")


def line(session: str, number: int, role: str, content, **more) -> str:
    message = {"role": role, "content": content} | ({"id": f"m{number}", "model": "m"} if role == "assistant" else {})
    about = {
        "type": role,
        "uuid": f"{session}-{number}",
        "sessionId": session,
        "timestamp": f"2026-11-0{1 + number}T00:00:00Z",
    }
    return json.dumps(about | {"message": message} | more) + "\n"


def session(name: str) -> str:
    call = {"type": "tool_use", "id": f"t-{name}", "name": "look", "input": {}}
    result = {"type": "tool_result", "tool_use_id": f"t-{name}", "content": "no such file", "is_error": True}
    return line(name, 0, "user", "look") + line(name, 1, "assistant", [call]) + line(name, 2, "user", [result])


def exchange(number: int, history: str = "") -> str:
    call = {"type": "tool_use", "id": "t1", "name": "look", "input": {}}
    failed = {"type": "tool_result", "tool_use_id": "t1", "content": "no such file", "is_error": True}
    told = [{"role": "assistant", "content": [call]}, {"role": "user", "content": [failed]}] if history else []
    messages = [{"role": "user", "content": f"question {history or number}"}, *told]
    messages += [{"role": "user", "content": str(number)}] if history else []
    reply = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": f"answer {number}"}]}
    request = {"model": "claude-x", "max_tokens": 9, "messages": messages}
    return json.dumps({"request": request, "response": reply, "id": f"r{number}"}) + "\n"


@pytest.fixture
def store(tmp_path: Path):
    with open_store(tmp_path / "inbox.db") as store:
        yield store


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


def take(store: Store, path: Path) -> LogReport:
    (report,) = take_in(store, [path], lambda _: None)
    return report


def test_a_log_that_grew_adds_only_what_is_new(store, log):
    log.write_text(exchange(1) + exchange(2))
    assert take(store, log).new == 2
    with log.open("a") as file:
        file.write(exchange(3))
    report = take(store, log)
    assert (report.records, report.new, report.start) == (1, 1, len(exchange(1) + exchange(2)))


def test_a_log_that_moved_is_known_and_one_that_took_its_place_is_read(store, log):
    log.write_text(exchange(1) + exchange(2))
    take(store, log)
    moved = log.rename(log.with_name("log.1.jsonl"))
    assert take(store, moved).records == 0
    log.write_text(exchange(1) + exchange(9) + exchange(3))
    report = take(store, log)
    assert (report.start, report.items, report.new) == (0, 3, 2)


def test_a_session_that_goes_on_is_told_anew_and_what_was_said_of_it_stays(store, log):
    log.write_text(session("a"))
    take(store, log)
    (key,) = browse_inbox(store).keys
    dismiss(store, [key])
    with log.open("a") as file:
        file.write(line("a", 3, "assistant", [{"type": "text", "text": "it is gone"}]))
    report = take(store, log)
    assert (report.new, report.changed, report.failures) == (0, 1, 1)
    index = browse_inbox(store, EVERYTHING)
    (row,) = inbox_lines(store, index.keys)
    assert (row.key, row.turns, row.state) == (key, 2, "dismissed")
    assert len(item(store, key).turns) == 2 and index.counts["dismissed"] == 1
    older = log.with_name("older.jsonl")
    older.write_text(session("a"))
    assert take(store, older).changed == 0
    assert len(item(store, key).turns) == 2


def test_a_failure_that_later_requests_send_along_counts_once(store, log):
    log.write_text(exchange(1, "q") + exchange(2, "q") + exchange(3, "q"))
    assert take(store, log).failures == 1
    assert len(browse_inbox(store).keys) == 1 and browse_inbox(store).total == 3


def test_a_plain_word_finds_what_was_asked_and_what_was_noted_in_any_case(store, log):
    log.write_text(exchange(1, "Où est le CÂBLE 100%_") + exchange(2))
    take(store, log)
    asked = {word: browse_inbox(store, parse_inbox(word)).keys for word in ("câble", "100%_", "100__", "où*est", "!où")}
    assert [len(keys) for keys in asked.values()] == [1, 1, 0, 1, 1]
    annotate(store, asked["!où"][0], "Ask the Order Team")
    assert browse_inbox(store, parse_inbox("order")).keys == asked["!où"]
    assert browse_inbox(store, parse_inbox("!order")).keys == asked["câble"]


def test_a_last_line_that_is_still_being_written_is_read_when_it_is_whole(store, log):
    whole = exchange(1) + exchange(2)
    log.write_text(whole[:-20])
    assert take(store, log).damaged == {"the last line is not complete": 1}
    log.write_text(whole)
    assert take(store, log).new == 1


def test_an_import_that_dies_anywhere_goes_on_and_adds_nothing_twice(store, log, monkeypatch):
    monkeypatch.setattr(intake, "PIECE_ITEMS", 2)
    log.write_text("".join(session(name) for name in "abcdef"))
    seen = 0

    def die(_event):
        raise KeyboardInterrupt

    while True:
        try:
            take_in(store, [log], die)
            break
        except KeyboardInterrupt:
            found = browse_inbox(store, EVERYTHING).total
            if found == seen:
                break
            seen = found
    assert (seen, len(browse_inbox(store).keys)) == (6, 6)


KILLED = """
import os, signal, sys
from pathlib import Path
from evaltui.loop import intake
from evaltui.store.database import open_store

intake.PIECE_ITEMS = 5
pieces = []
def notify(event):
    pieces.append(event)
    if len(pieces) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
with open_store(Path(sys.argv[1])) as store:
    intake.take_in(store, [Path(sys.argv[2])], notify)
"""


def test_a_process_that_is_killed_loses_nothing_that_it_kept(store, log):
    log.write_text("".join(exchange(number) for number in range(40)))
    killed = subprocess.run([sys.executable, "-c", KILLED, str(store.path), str(log)], env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert browse_inbox(store, EVERYTHING).total == 15
    report = take(store, log)
    assert (report.new, report.records) == (25, 25)
    assert report.start == len("".join(exchange(number) for number in range(15)))
