"""What follows replies: kept once, in order, and where each conversation stands because of it."""

import sqlite3

import pytest

from evaltui.domain.request import Canceled, Errored, Succeeded
from evaltui.domain.tool import ToolCall, ToolResult
from evaltui.store import conversations, requests, runs, scores
from evaltui.store.conversations import Followup, add_followup, add_tool_result, conversation, start_tool, tool_results

CALL = ToolCall("toolu_1", "look", {"n": 1})


def played(world, run, *results):
    """One round: everything that is wanted is sent and comes back so."""
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, *results)


def follow(world, run, *followups):
    """Follow what is unfollowed, the last followup repeated."""
    for n, sample in enumerate(list(conversations.unfollowed(world.store, run.id))):
        add_followup(world.store, sample.request_id, followups[min(n, len(followups) - 1)])


def todo(world, run):
    return [(item.case.id, item.turn, item.attempt) for item in requests.unplanned(world.store, run.id)]


@pytest.fixture
def talk(world, said):
    """A run of two conversations whose first replies came."""
    run = world.run(world.cases(2), turns=5)
    played(world, run, said("one"))
    return run


def test_a_reply_is_to_be_followed_until_it_is(world, talk):
    assert [sample.case.id for sample in conversations.unfollowed(world.store, talk.id, page=1)] == ["case-0", "case-1"]
    assert runs.progress(world.store, talk.id).waiting == 2
    assert (todo(world, talk), list(scores.unscored(world.store, 1))) == ([], [])
    follow(world, talk, Followup(), Followup("answered"))
    assert list(conversations.unfollowed(world.store, talk.id)) == []
    assert todo(world, talk) == [("case-0", 2, 1)]
    standing = runs.progress(world.store, talk.id)
    assert (standing.unplanned, standing.answered) == (1, 1)


def test_what_is_kept_first_of_a_followup_stands(world, talk):
    add_followup(world.store, 1, Followup("cut", "first"))
    add_followup(world.store, 1, Followup(None, "second"))
    assert conversation(world.store, 1)[0].followup == Followup("cut", "first")


def test_a_run_of_single_turns_needs_no_followup_but_for_a_reply_that_paused(world, said):
    run = world.run(world.cases(2))
    paused = Succeeded(said("x").body, "pause_turn", "m", said("x").usage)
    played(world, run, said("yes"), paused)
    assert [sample.case.id for sample in conversations.unfollowed(world.store, run.id)] == ["case-1"]
    follow(world, run, Followup())
    assert todo(world, run) == [("case-1", 2, 1)]
    played(world, run, said("done"))
    assert list(conversations.unfollowed(world.store, run.id)) == []
    assert runs.progress(world.store, run.id).answered == 2


@pytest.mark.parametrize("said_next", [None, "é \ud800", [{"type": "text", "text": "x"}]])
def test_a_conversation_is_read_back_as_it_was_held(world, talk, said_next):
    with world.store.transaction():
        add_tool_result(world.store, 1, 0, CALL, ToolResult("r", detail="why"))
        add_tool_result(world.store, 1, 2, CALL, ToolResult([{"type": "text", "text": "\ud800"}], is_error=True))
    add_followup(world.store, 1, Followup(said=said_next))
    played(world, talk, Canceled())
    first, second = conversation(world.store, 1)
    error = ToolResult([{"type": "text", "text": "\ud800"}], is_error=True)
    assert first.results == (ToolResult("r", detail="why"), None, error)
    assert first.followup == Followup(said=said_next)
    assert (first.turn, second.turn, second.outcome, second.followup) == (1, 2, Canceled(), None)
    (turn,) = conversations.turns((first, second))
    assert (turn.results, turn.said) == (first.results, said_next)


def test_a_call_begins_once(world, talk):
    assert [start_tool(world.store, 1, 0), start_tool(world.store, 1, 1), start_tool(world.store, 1, 0)] == [
        True, True, False,
    ]  # fmt: skip
    add_tool_result(world.store, 1, 1, CALL, ToolResult("r"))
    assert tool_results(world.store, 1) == {1: ToolResult("r")}


def test_a_failure_in_the_middle_is_asked_again_at_its_turn_and_the_conversation_goes_on_behind_it(world, talk, said):
    follow(world, talk, Followup())
    played(world, talk, said("two"), Errored("api_error", "x"))
    follow(world, talk, Followup())
    assert todo(world, talk) == [("case-0", 3, 1)]
    assert requests.ask_retry(world.store, talk.id) == 1
    assert todo(world, talk) == [("case-0", 3, 1), ("case-1", 2, 2)]
    played(world, talk, said("three"), said("two again"))
    follow(world, talk, Followup())
    assert todo(world, talk) == [("case-0", 4, 1), ("case-1", 3, 2)]
    held = conversation(world.store, 2)
    assert [(each.turn, each.attempt) for each in held] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    ("ending", "again"),
    [("interrupted", 1), ("unreadable", 1), ("answered", 0), ("choice", 0), ("cut", 0)],
)
def test_only_what_says_nothing_about_the_agent_can_be_asked_again(world, talk, ending, again):
    follow(world, talk, Followup(ending, "why"), Followup("answered"))
    assert requests.retryable(world.store, talk.id)[0] == again
    assert requests.ask_retry(world.store, talk.id) == again
    assert todo(world, talk) == [("case-0", 1, 2)] * again


def test_a_conversation_that_is_over_is_scored_with_all_its_turns(world, talk, said):
    follow(world, talk, Followup())
    played(world, talk, said("two"))
    follow(world, talk, Followup("answered"))
    scoring = scores.open_scoring(world.store, talk.id, "s", "[]", world.at)
    answered = list(scores.unscored(world.store, scoring))
    assert [(sample.request_id, sample.long) for sample in answered] == [(3, True), (4, True)]


def test_what_is_kept_cannot_be_changed(world, talk):
    add_followup(world.store, 1, Followup())
    start_tool(world.store, 1, 0)
    add_tool_result(world.store, 1, 0, CALL, ToolResult("r"))
    for table in ("followups", "tool_starts", "tool_results"):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET request_id = 9"):
            with pytest.raises(sqlite3.IntegrityError):
                world.store.connection.execute(change)
