"""A project to start from: an evalset, an agent, a CI step and a git hook, none of them over what is there already."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from evaltui.domain.errors import Refused
from evaltui.domain.text import found
from evaltui.loop.schemas import KINDS, json_schema

STARTER = ("evalset.yaml", "cases.yaml", "promoted.yaml", "agent.yaml", "prompts/system.md")
HOOK, WORKFLOW = "pre-commit.sample", "workflow.yml"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Made:
    """A file of the scaffold, relative to the project; `left` says why it was not written, empty where it was."""

    path: str
    left: str = ""


@dataclass(frozen=True, slots=True)
class Scaffold:
    """`evalset` is the folder to check and run, relative to the project."""

    evalset: str
    files: tuple[Made, ...]


def scaffold(folder: Path, name: str) -> Scaffold:
    """Write what is missing; raises Refused where that cannot be."""
    if not NAME.fullmatch(name):
        raise Refused(
            f"{found(name)} cannot name an evalset: letters, digits, dots and dashes, a letter or digit first"
        )
    home = f"evalsets/{name}"
    there = (folder / home / "evalset.yaml").exists()
    return Scaffold(home, tuple(_make(folder, path, text, home, there) for path, text in _wanted(home, name)))


def _wanted(home: str, name: str) -> Iterator[tuple[str, str]]:
    """Every file, relative to the project, with its text."""
    for path in STARTER:
        yield f"{home}/{path}", _starter(path, name)
    for kind in KINDS:
        yield f"evalsets/schemas/{kind}.json", json.dumps(json_schema(kind), indent=2) + "\n"
    yield f"evalsets/{HOOK}", _starter(HOOK, name)
    yield f".github/workflows/evals-{name}.yml", _starter(WORKFLOW, name)


def _starter(path: str, name: str) -> str:
    return files("evaltui").joinpath("starter", *path.split("/")).read_text("utf-8").replace("@NAME@", name)


def _make(folder: Path, path: str, text: str, home: str, there: bool) -> Made:
    if there and path.startswith(f"{home}/"):
        return Made(path, "the evalset is there already")
    target = folder / path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        if not target.exists():
            raise Refused(f"{error.filename or target} is in the way: it is no folder") from error
        return Made(path, "it is there already")
    except NotADirectoryError as error:
        raise Refused(f"{target.parent} cannot be made: something on the way to it is no folder") from error
    if path.endswith(HOOK):
        target.chmod(0o755)
    return Made(path)
