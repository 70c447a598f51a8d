"""Owns the published JSON Schema of agent.yaml."""

from typing import Any

from evaltui.agents.file import AgentFile
from evaltui.files.models import schema_of


def json_schema() -> dict[str, Any]:
    """The schema of agent.yaml, ready for an editor."""
    return schema_of(AgentFile, "agent")
