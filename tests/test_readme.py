"""The README documents what there is: commands, options, scorers, normalisers, file fields, dependencies."""

import dataclasses
import re
from pathlib import Path

import click
import pytest
from tests.workbench import bench, run_evalset

from evaltui.agents.file import AgentFile
from evaltui.cli.app import COMMANDS, evaltui
from evaltui.domain.case import Case, Source
from evaltui.domain.evalset import EvalsetFile, GatePolicy
from evaltui.domain.rubric import Criterion, Rubric
from evaltui.logs.importers import IMPORTERS
from evaltui.logs.plain.mapping import Mapping
from evaltui.logs.redact.rules import ExtraPattern, Rules
from evaltui.loop.settings import SettingsFile
from evaltui.plugins import scorer_class, scorer_kinds
from evaltui.sandbox.lexical import Lexical
from evaltui.scores.normalize.registry import NORMALISERS
from evaltui.store.runs import grade_counts
from evaltui.tui.keytable import key_table

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
QUOTED = set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", README, flags=re.DOTALL)))
EVERYWHERE = {"--json", "--db", "--help"}


def command(name: str) -> click.Command:
    found = evaltui.get_command(click.Context(evaltui), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert any(quoted.split()[:2] == ["evaltui", name] for quoted in QUOTED)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented_in_the_row_of_its_command(name: str) -> None:
    row = next(line for line in README.splitlines() if re.match(rf"\| `evaltui {name}[ `]", line))
    options = {option for parameter in command(name).params for option in parameter.opts if option.startswith("--")}
    assert {option for option in options - EVERYWHERE if option not in row} == set()


@pytest.mark.parametrize("kind", scorer_kinds())
def test_every_scorer_and_its_arguments_are_documented(kind: str) -> None:
    row = next(line for line in README.splitlines() if line.startswith(f"| `{kind}` |"))
    own = {field.name for field in dataclasses.fields(scorer_class(kind))} - {"take", "of", "expected"}
    assert {name for name in own if f"`{name}`" not in row} == set()


def test_the_table_of_keys_is_the_registry_of_actions() -> None:
    assert key_table() in README, "print evaltui.tui.keytable.key_table() and put it into the README"


def test_every_kind_of_log_is_documented() -> None:
    assert {importer.kind for importer in IMPORTERS} <= QUOTED


def test_every_normaliser_is_documented() -> None:
    assert set(NORMALISERS) <= QUOTED


FILES = [
    Case,
    Source,
    EvalsetFile,
    GatePolicy,
    AgentFile,
    Rubric,
    Criterion,
    SettingsFile,
    Rules,
    ExtraPattern,
    Mapping,
]


@pytest.mark.parametrize("model", FILES)
def test_every_field_of_every_file_is_documented(model: type) -> None:
    assert {name for name in model.model_fields if name not in QUOTED} == set()


def test_every_dependency_has_its_reason() -> None:
    declared = re.findall(r'^  "([A-Za-z0-9-]+)', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    table = README[README.index("| dependency |") :]
    locked = re.findall(r"^([A-Za-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    names = {name for name in declared if name in locked and not name.startswith("types-")}
    assert {name for name in names if name not in table} == set()


def test_the_test_command_of_ci_is_that_of_the_readme() -> None:
    assert "python3 start.py test" in README
    assert "python3 start.py test" in (ROOT / ".ci" / "run").read_text()


def test_the_smallest_evalset_of_the_readme_runs_and_passes(tmp_path: Path) -> None:
    for name, text in re.findall(r"```yaml\n# (evalsets/greet/\S+)\n(.*?)```", README, re.DOTALL):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    with bench(tmp_path, Lexical()) as (store, engine, _):
        run = run_evalset(store, engine, tmp_path / "evalsets" / "greet")
        assert grade_counts(store, run.id) == (2, 0, 0)
