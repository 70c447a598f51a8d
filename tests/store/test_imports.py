"""A run made elsewhere is kept whole or not at all, and nothing takes it for work still to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evaltui.domain.agent import Agent
from evaltui.domain.case import Case
from evaltui.domain.conversation import Turn
from evaltui.domain.request import Errored, Succeeded
from evaltui.domain.run import IMPORTED
from evaltui.domain.tool import ToolResult
from evaltui.domain.trajectory import Usage
from evaltui.store.agents import save_agent
from evaltui.store.cases import sample
from evaltui.store.conversations import unfollowed
from evaltui.store.database import Store, open_store
from evaltui.store.evalsets import save_evalset
from evaltui.store.imports import Brought, import_run, imported_before
from evaltui.store.intents import unsubmitted
from evaltui.store.outcomes import usage
from evaltui.store.requests import retryable, unplanned
from evaltui.store.runs import NewRun, latest_run, progress

ABSENT = Errored("no_result", "none")
SCORING = ("digest", '{"scorers": []}')
CALL = b'{"content": [{"type": "tool_use", "id": "c", "name": "look", "input": {}}], "model": "m"}'
TEXT = b'{"content": [{"type": "text", "text": "Done."}], "model": "m"}'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "evaltui.db") as opened:
        yield opened


def new_run(store: Store, trials: int = 1) -> NewRun:
    agent = Agent(name="other", model="m", max_tokens=1, messages=[], max_turns=1, answers=None)
    save_agent(store, agent, "")
    cases = [Case(id=name, input=name) for name in ("a", "b", "c")]
    kept = save_evalset(store, name="e", folder="", header="{}", scorers_digest="s", gate_digest="g", cases=cases)
    return NewRun(kept.id, agent.digest, agent.name, agent.model, trials, IMPORTED, "http://nowhere", turns=2)


def reply(body: bytes, stop: str) -> Succeeded:
    return Succeeded(body, stop, "m", Usage(5, 2))


TALK = (Turn(reply(CALL, "tool_use"), (ToolResult("seen"),), "and?"), Turn(reply(TEXT, "end_turn"), said="Thanks."))


def test_every_sample_is_over_or_failed_and_nothing_is_left_to_send(store: Store) -> None:
    results = [Brought("b", 1, TALK), Brought("a", 1, TALK[:1], failure=Errored("error", "gone"))]
    run = import_run(store, new_run(store), SCORING, "nonce", results, absent=ABSENT)
    where = progress(store, run.id)
    assert (where.samples, where.answered, where.failed, where.unplanned, where.waiting) == (3, 1, 2, 0, 0)
    assert (list(unplanned(store, run.id)), list(unfollowed(store, run.id)), unsubmitted(store, run.id)) == ([], [], [])
    assert run.made_elsewhere


def test_a_conversation_is_read_back_as_it_was_brought(store: Store) -> None:
    run = import_run(store, new_run(store), SCORING, "nonce", [Brought("b", 1, TALK)], absent=ABSENT)
    detail = sample(store, run.id, "b")
    assert detail is not None
    first, last = detail.held
    assert (first.outcome, first.results) == (TALK[0].reply, (ToolResult("seen"),))
    assert first.followup is not None and last.followup is not None
    assert (first.followup.ending, first.followup.said) == (None, "and?")
    assert (last.outcome, last.followup.ending, last.followup.said) == (TALK[1].reply, "answered", "Thanks.")


def test_a_conversation_that_failed_keeps_what_there_was_of_it(store: Store) -> None:
    failed = Brought("a", 1, TALK[:1], failure=Errored("error", "gone"))
    run = import_run(store, new_run(store), SCORING, "nonce", [failed], absent=ABSENT)
    detail = sample(store, run.id, "a")
    assert detail is not None
    assert [held.outcome for held in detail.held] == [TALK[0].reply, Errored("error", "gone")]
    missing = sample(store, run.id, "c")
    assert missing is not None
    assert [held.outcome for held in missing.held] == [ABSENT]


def test_tokens_are_summed_as_those_of_any_run(store: Store) -> None:
    run = import_run(store, new_run(store, 2), SCORING, "nonce", [Brought("a", 2, TALK)], absent=ABSENT)
    (model,) = usage(store, run.id).models
    assert (model.model, model.requests, model.usage) == ("m", 2, Usage(10, 4))


def test_results_that_break_off_leave_nothing_behind(store: Store) -> None:
    def broken() -> Iterator[Brought]:
        yield Brought("a", 1, TALK)
        raise ValueError("the file changed")

    new = new_run(store)
    with pytest.raises(ValueError, match="changed"):
        import_run(store, new, SCORING, "nonce", broken(), absent=ABSENT)
    assert latest_run(store) is None
    assert import_run(store, new, SCORING, "nonce", [], absent=ABSENT).id == 1


def test_what_was_imported_before_is_found_again(store: Store) -> None:
    new = new_run(store)
    assert imported_before(store, new.evalset_id, new.agent_digest, new.agent) is None
    run = import_run(store, new, SCORING, "nonce", [], absent=ABSENT)
    assert imported_before(store, new.evalset_id, new.agent_digest, new.agent) == run
    assert imported_before(store, new.evalset_id, new.agent_digest, "another") is None
    assert imported_before(store, new.evalset_id + 1, new.agent_digest, new.agent) is None


def test_many_results_are_kept_with_bodies_as_they_were(store: Store) -> None:
    bodies = {trial: TEXT.replace(b"Done.", b"Done %d." % trial) for trial in range(1, 301)}
    results = [Brought("a", trial, (Turn(reply(body, "end_turn")),)) for trial, body in bodies.items()]
    run = import_run(store, new_run(store, 300), SCORING, "nonce", results, absent=ABSENT)
    for trial in (1, 150, 300):
        detail = sample(store, run.id, "a", trial)
        assert detail is not None
        assert isinstance(detail.last, Succeeded)
        assert detail.last.body == bodies[trial]
    assert retryable(store, run.id)[0] == 600
