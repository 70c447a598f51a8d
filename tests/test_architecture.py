"""The laws of the house, held by machine: size, imports, one owner per outside thing."""

import ast
import re
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "evaltui"
MODULES = sorted(SOURCE.rglob("*.py"))
OWNERS = {
    "sqlite3": {"store"}, "sqlite_utils": {"store"}, "yaml": {"files"}, "anthropic": {"batches"},
    "mcp": {"agents"}, "textual": {"tui"}, "rich": {"tui"}, "rapidfuzz": {"compare"},
    "starlette": {"sandbox"}, "uvicorn": {"sandbox"}, "click": {"cli"}, "zstandard": {"store", "files"},
    "filelock": {"store", "batches"},
}  # fmt: skip


def name(module: Path) -> str:
    return str(module.relative_to(SOURCE))


@cache
def parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text())


def functions() -> list[int]:
    """Lines of the body of every function, docstring not counted."""
    found = []
    for module in MODULES:
        for node in ast.walk(parsed(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                found.append(body[-1].end_lineno - body[0].lineno + 1 if body else 0)
    return found


@cache
def imported(module: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return frozenset(names)


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = {name(module): len(module.read_text().splitlines()) for module in MODULES}
    assert {module: lines for module, lines in lengths.items() if lines > 300} == {}


def test_every_module_says_what_it_owns() -> None:
    assert [name(module) for module in MODULES if not ast.get_docstring(parsed(module))] == []


def test_functions_are_small() -> None:
    lengths = sorted(functions())
    assert statistics.median(lengths) <= 5
    assert lengths[int(len(lengths) * 0.9)] <= 20


def test_every_outside_thing_has_one_owner() -> None:
    assert {name(module): found for module in MODULES if (found := foreign(module))} == {}


def foreign(module: Path) -> set[str]:
    """What the module imports although another package owns it."""
    package = module.relative_to(SOURCE).parts[0]
    return {thing for thing in imported(module) & OWNERS.keys() if package not in OWNERS[thing]}


def test_the_sdk_is_known_to_the_claude_modules_only() -> None:
    users = {module.name for module in MODULES if "anthropic" in imported(module)}
    assert users
    assert all(name.startswith("claude") for name in users)


@pytest.mark.parametrize(
    "name", ["evaltui.cli.app", "evaltui.cli.commands.look", "evaltui.cli.commands.gate", "evaltui.cli.commands.run"]
)
def test_importing_the_command_line_loads_nothing_heavy(name: str) -> None:
    heavy = ("textual", "anthropic", "mcp", "numpy", "scipy", "sqlite_utils", "starlette", "uvicorn", "phonenumbers")
    code = f"import sys, {name}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_import_is_a_declared_dependency() -> None:
    declared = set(re.findall(r'^  "([a-z0-9-]+)>=', (ROOT / "pyproject.toml").read_text(), re.MULTILINE))
    names = {
        "yaml": "pyyaml",
        "dateutil": "python-dateutil",
        "sqlite_utils": "sqlite-utils",
        "pydantic_core": "pydantic-core",
    }
    outside = set[str]().union(*(imported(module) for module in MODULES)) - set(sys.stdlib_module_names) - {"evaltui"}
    assert {names.get(name, name) for name in outside} <= declared


def test_the_lock_file_holds_names_versions_and_hashes_only() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert re.search(r"^anthropic==2\.\d+", lock, re.MULTILINE)
    assert lock.count("--hash=sha256:") > 50
