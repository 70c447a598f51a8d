"""Owns which files an agent is made of: agent.yaml, what it includes, and the module that answers its tool calls."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evaltui.agents.include import reference
from evaltui.files.document import scan_document

WRITTEN_AS = {"output_schema": "params"}
"""Fields of agent.yaml that become another field of the agent."""


def agent_files(path: Path) -> dict[Path, str]:
    """Each file with the field of the agent it fills, the agent's own first with none.

    What cannot be read names no others; files that are absent count too.
    """
    file = path / "agent.yaml" if path.is_dir() else path
    document, _ = scan_document(file)
    written = document.value if document and isinstance(document.value, dict) else {}
    found = {file: ""}
    for field, value in written.items():
        for name in _named(value):
            found.setdefault(file.parent / name, WRITTEN_AS.get(field, str(field)))
    return found


def _named(value: Any) -> Iterator[str]:
    if name := reference(value):
        yield name
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner.partition(":")[0]] if _is_module(key, inner) else _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _is_module(key: Any, value: Any) -> bool:
    return key == "module" and isinstance(value, str) and value.partition(":")[0].endswith(".py")
