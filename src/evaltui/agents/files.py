"""Owns which files an agent is made of: agent.yaml, what it includes, and the module that answers its tool calls."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evaltui.agents.include import reference
from evaltui.files.document import scan_document


def agent_files(path: Path) -> tuple[Path, ...]:
    """Each once, the agent's own first; what cannot be read names no others, and files that are absent count too."""
    file = path / "agent.yaml" if path.is_dir() else path
    document, _ = scan_document(file)
    named = dict.fromkeys(_named(document.value) if document else ())
    return file, *(file.parent / name for name in named)


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
