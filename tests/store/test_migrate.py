"""The laws of the schema, and how a file comes to it."""

import sqlite3

import pytest

from evaltui.store import migrate
from evaltui.store.database import open_store


def names(store, kind):
    return {row[0] for row in store.connection.execute("SELECT name FROM sqlite_master WHERE type = ?", (kind,))}


def test_every_step_is_recorded_with_its_version(store):
    rows = store.connection.execute("SELECT version, name FROM migrations ORDER BY version").fetchall()
    assert rows == [(number, step.__name__) for number, step in enumerate(migrate.STEPS, 1)]
    assert store.connection.execute("PRAGMA user_version").fetchone()[0] == migrate.VERSION
    assert store.connection.execute("PRAGMA application_id").fetchone()[0] == migrate.APPLICATION_ID


def test_every_table_is_strict(store):
    rows = store.connection.execute(
        "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
    )
    lax = {name for name, strict in rows if not strict and not name.startswith("sqlite_")}
    assert lax == set()


def test_every_reference_points_at_a_table_and_nothing_dangles(store):
    assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in names(store, "table"):
        for reference in store.connection.execute(f"PRAGMA foreign_key_list('{table}')"):
            assert reference[2] in names(store, "table")


def filled(world, said):
    """A store in which every table holds a row."""
    from evaltui.domain.batch import Fault
    from evaltui.domain.finding import Edit, Finding, HumanLabel, NewAct
    from evaltui.domain.request import Expired
    from evaltui.domain.tool import ToolCall, ToolResult
    from evaltui.store import acts, conversations, findings, intents, limits, promotions, questions, requests, verdicts

    run = world.run(world.cases(400, tags=["t"]))
    first = world.plan(run)
    world.send(first, "lost")
    intents.record_refused(world.store, first, "429")
    intents.record_released(world.store, first, "lost", "not ours")
    world.send(first, "found")
    world.collect(first, Expired(), *(said(f"answer {n} " * 80) for n in range(400)))
    requests.ask_retry(world.store, run.id)
    intents.record_rejected(world.store, world.plan(run), Fault("invalid", "too large"))
    scoring = world.grade(run, [True])
    verdicts.add_summary(world.store, scoring, 1, 0, 0, "{}")
    verdicts.add_verdict(world.store, run.id, None, "{}", "pass", world.at)
    promotions.add_promotion(world.store, evalset="desk", run_id=run.id, who="me", at="now")
    conversations.start_tool(world.store, 1, 0)
    conversations.add_tool_result(world.store, 1, 0, ToolCall("toolu_1", "look", {}), ToolResult("seen"))
    conversations.add_followup(world.store, 1, conversations.Followup("answered"))
    asked = questions.Asked(1, 1, "tone", 0, "key", 1)
    questions.add_questions(world.store, scoring, [asked])
    questions.add_judge_requests(world.store, first, [(world.custom_ids(first)[0], asked)])
    limits.record_cancellation(world.store, run.id)
    limits.record_closing(world.store, first)
    limits.set_budget(world.store, run.id, 5.0)
    with world.store.transaction():
        edit = Edit("cases.yaml", 0, b"yes", b"no", "d1", "d2")
        said_of_it = NewAct("judged", (Finding(0, "flaky", "hm"),), (HumanLabel(1, 1, "tone", True),), (edit,))
        acts.add_undoing(world.store, acts.add_act(world.store, run.id, said_of_it, "me"), "me", undone=True)
        findings.add_reruns(world.store, run.id, [1])
    take_in_an_item(world.store)


def take_in_an_item(store):
    """Every table of the inbox holds a row."""
    from evaltui.domain.conversation import Turn
    from evaltui.domain.inbox import InboxFinding
    from evaltui.domain.item import Failure, Item, Place
    from evaltui.domain.request import Succeeded
    from evaltui.domain.trajectory import Usage
    from evaltui.store import inbox_acts, items, logs

    body = b'{"content": [{"type": "tool_use", "id": "t1", "name": "look", "input": {}}]}'
    turn = Turn(Succeeded(body, "tool_use", "m", Usage()))
    item = Item("claude-code", "d" * 32, "session", Place(1, 9), turns=(turn,))
    with store.transaction():
        log = logs.add_log(store, "a.jsonl", "claude-code", "head")
        logs.add_log_read(store, logs.LogRow(log, 9, "digest"), "a.jsonl", logs.LogCounts(1, 1, 1, 0, 0))
        items.keep_items(store, log, [items.prepare(item, [Failure("error", 1, "w", "s", "k")])])
        act = inbox_acts.add_inbox_act(store, "dismissed", [InboxFinding(1, "dismissed")], "me")
        inbox_acts.add_inbox_undoing(store, act, "me", undone=True)


def test_no_fact_can_be_changed_or_deleted(world, said):
    filled(world, said)
    facts = {name for name in names(world.store, "table") if not name.startswith("sqlite_")} - {"batches"}
    for table in sorted(facts):
        column = world.store.connection.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchone()[0]
        assert world.store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0], f"{table} is empty"
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError, match=f"{table} is insert-only"):
                world.store.connection.execute(statement)


def test_a_step_that_fails_leaves_the_file_as_it_was(path, monkeypatch):
    def half(db):
        db.execute("CREATE TABLE half (id INTEGER) STRICT")
        raise sqlite3.OperationalError("disk is full")

    open_store(path).close()
    monkeypatch.setattr(migrate, "STEPS", (*migrate.STEPS, half))
    monkeypatch.setattr("evaltui.store.database.VERSION", migrate.VERSION + 1)
    with pytest.raises(Exception, match="disk is full"):
        open_store(path)
    monkeypatch.undo()
    with open_store(path) as store:
        assert "half" not in names(store, "table")
        assert store.connection.execute("SELECT count(*) FROM migrations").fetchone() == (migrate.VERSION,)


def test_an_older_file_is_brought_up_to_date_and_keeps_its_facts(path, monkeypatch):
    def next_step(db):
        db.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT")
        migrate.protect(db)

    with open_store(path) as store:
        store.connection.execute("INSERT INTO agents VALUES ('d', 'n', 'm', 's', '{}', 'now')")
    monkeypatch.setattr(migrate, "STEPS", (*migrate.STEPS, next_step))
    monkeypatch.setattr("evaltui.store.database.VERSION", migrate.VERSION + 1)
    with open_store(path) as store:
        assert store.connection.execute("SELECT digest FROM agents").fetchall() == [("d",)]
        assert store.connection.execute("SELECT version, name FROM migrations").fetchall()[-1] == (
            migrate.VERSION + 1,
            "next_step",
        )
        store.connection.execute("INSERT INTO notes (words) VALUES ('x')")
        with pytest.raises(sqlite3.IntegrityError, match="insert-only"):
            store.connection.execute("DELETE FROM notes")
