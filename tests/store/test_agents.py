"""Agents as they were resolved."""

from evaltui.domain.agent import Agent
from evaltui.domain.case import Message
from evaltui.store import agents


def agent(**over):
    about = {
        "name": "a",
        "model": "m",
        "max_tokens": 5,
        "messages": [Message(role="user", content="{{input}}")],
        **over,
    }
    return Agent(**about)


def test_an_agent_comes_back_as_it_was(store):
    kept = agent(system=[{"type": "text", "text": "be kind"}], params={"output_config": {"effort": "low"}}, max_turns=3)
    assert agents.agent(store, agents.save_agent(store, kept, "agent.yaml")) == kept


def test_saving_twice_keeps_one(store):
    assert agents.save_agent(store, agent(), "x") == agents.save_agent(store, agent(), "y") == agent().digest
    assert store.connection.execute("SELECT count(*) FROM agents").fetchone() == (1,)


def test_an_unknown_digest_is_none(store):
    assert agents.agent(store, "no such") is None


def test_a_lone_surrogate_in_a_prompt_survives(store):
    kept = agent(system="broken \ud83d text \0")
    assert agents.agent(store, agents.save_agent(store, kept, "x")) == kept
