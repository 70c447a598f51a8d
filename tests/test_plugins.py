"""Importers of other packages are found by their entry points, asked first, and can do no harm."""

import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from evaltui.domain.item import Item, Place, Skipped
from evaltui.logs.importers import IMPORTERS
from evaltui.loop.intake import take_in
from evaltui.loop.session import Notice, Phase
from evaltui.plugins import IMPORTER_GROUP, Importers, importers
from evaltui.store.database import open_store

ROOT = Path(__file__).resolve().parents[1]
LINES = b'{"q": "Hi", "a": "Hello"}\n{"q": "Why?", "a": "So."}\n'
Install = Callable[[str], Importers]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_bytes(LINES)
    return path


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """The text of a module with a class `Desk`, which the package desk-logs registers as the importer `desk`."""

    def make(text: str) -> Importers:
        about = tmp_path / "site" / "desk_logs-1.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: desk-logs\nVersion: 1.0\n", "utf-8")
        (about / "entry_points.txt").write_text(f"[{IMPORTER_GROUP}]\ndesk = desk_logs_module:Desk\n", "utf-8")
        (about.parent / "desk_logs_module.py").write_text(text, "utf-8")
        monkeypatch.syspath_prepend(str(about.parent))
        monkeypatch.delitem(sys.modules, "desk_logs_module", raising=False)
        return importers()

    return make


def test_the_importers_that_come_with_evaltui_are_registered_under_their_kinds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ours = {each.kind: f"{type(each).__module__}:{type(each).__name__}" for each in IMPORTERS}
    assert project["entry-points"][IMPORTER_GROUP] == ours
    assert importers().usable == IMPORTERS


def test_the_example_of_the_developers_page_reads_a_log(install: Install, log: Path) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Adding an importer")[2]
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[:1]
    known, problems = install(example).knowing(log)
    assert known is not None and (known.kind, problems) == ("desk", ())
    read = list(known.read(log))
    assert [(each.opening[0]["content"], each.place.line) for each in read if isinstance(each, Item)] == [
        ("Hi", 1), ("Why?", 2),
    ]  # fmt: skip
    assert list(known.read(log, read[0].place.after)) == read[1:]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Desk = 1 / 0", "ZeroDivisionError"),
        ("class Other: pass", "cannot be loaded: AttributeError"),
        ("class Desk: pass", "has no recognises and no read"),
        ("class Desk:\n def __init__(self, key): pass", "cannot be made: TypeError"),
    ],
)
def test_one_that_cannot_be_used_is_told_and_the_others_stay(install: Install, text: str, told: str) -> None:
    found = install(text)
    assert found.usable == IMPORTERS
    assert len(found.problems) == 1 and told in found.problems[0] and "importer desk of desk-logs" in found.problems[0]


def test_one_that_fails_to_look_is_told_and_knows_nothing(install: Install, log: Path) -> None:
    found = install(
        "class Desk:\n def recognises(self, head): raise KeyError('q')\n def read(self, path, offset=0): ..."
    )
    known, told = found.knowing(log)
    assert known is None and len(told) == 1 and "importer desk" in told[0] and "KeyError" in told[0]


def test_logs_come_in_by_importers_of_other_packages_and_those_that_fail_are_told(
    install: Install, log: Path, tmp_path: Path
) -> None:
    heard: list[Phase | Notice] = []
    install(BROKEN.format("raise ValueError"))
    with open_store(tmp_path / "inbox.db") as store:
        (report,) = take_in(store, [log], heard.append)
        assert (report.kind, report.skipped["nothing here"], report.damaged.total()) == ("desk", 1, 1)
        sys.modules["desk_logs_module"].Desk.recognises = lambda *_: 1 / 0  # type: ignore[attr-defined]
        (report,) = take_in(store, [log], heard.append)
    assert "is no log of a known kind (desk, " in report.problem and "--map input=COLUMN" in report.problem
    assert ["ZeroDivisionError" in each.words for each in heard if isinstance(each, Notice)] == [True]


BROKEN = """
from evaltui.domain.item import Place, Skipped
class Desk:
    def recognises(self, head): return True
    def read(self, path, offset=0):
        yield Skipped(Place(1, 27), "nothing here", damaged=False)
        {}
"""


@pytest.mark.parametrize("act", ["raise ValueError('\\x1b[2J')", "yield 'text'"])
def test_one_that_fails_amid_a_log_keeps_what_it_read_and_says_from_where(
    install: Install, log: Path, act: str
) -> None:
    known, _ = install(BROKEN.format(act)).knowing(log)
    assert known is not None
    first, last = known.read(log)
    assert isinstance(first, Skipped) and isinstance(last, Skipped)
    assert (last.place, last.damaged) == (Place(1, 27), True)
    assert "importer desk" in last.reason and "\x1b" not in last.found
