"""Owns agents as they were resolved when a run was planned."""

import json

from pydantic_core import PydanticSerializationError, ValidationError

from evaltui.domain.agent import Agent
from evaltui.store.database import Store
from evaltui.store.text import now, text


def save_agent(store: Store, agent: Agent, source: str) -> str:
    """Keep the agent, once, and return its digest; `source` says where it was read from. May be in a transaction."""
    values = (agent.digest, text(agent.name), text(agent.model), text(source), _write(agent), now())
    store.connection.execute(INSERT_AGENT, values)
    return agent.digest


INSERT_AGENT = """
    INSERT INTO agents (digest, name, model, source, body, created_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING
"""


def agent(store: Store, digest: str) -> Agent | None:
    """The agent of that digest, under the name it was first kept with."""
    row = store.connection.execute(AGENT, (text(digest),)).fetchone()
    return None if row is None else _read(row[0])


AGENT = "SELECT body FROM agents WHERE digest = ?"


def _write(agent: Agent) -> str:
    try:
        return agent.model_dump_json(exclude_defaults=True)
    except PydanticSerializationError:
        return json.dumps(agent.model_dump(exclude_defaults=True))


def _read(body: str) -> Agent:
    try:
        return Agent.model_validate_json(body)
    except ValidationError:
        return Agent.model_validate(json.loads(body))
