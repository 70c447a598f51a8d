"""Cases of other tools are added to an evalset: nothing there changes, nothing comes twice, no secret is written."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput, Refused
from evaltui.domain.problem import Problem
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource
from evaltui.logs.redact.redactor import Redactor
from evaltui.logs.redact.rules import ExtraPattern, Rules
from evaltui.loop import import_cases, redaction
from evaltui.loop.export_cases import export_cases
from evaltui.loop.import_cases import read_import_cases, write_import_cases

SET = "# the desk\nname: desk\nscorers: [exact]  # for now\ncases: cases.yaml\n"
CASES = """\
# by hand
- id: a
  input: {text: "Wo? ☃", n: 1.50}
  expected: {route: x, n: [1, null, true]}
  tags: [old]
- {id: b, messages: [{role: user, content: "Hi\\nthere"}], critical: true, vars: {k: "{{x}}"}, turns: [And?]}
"""
TABLE = "id,input,expected\na,Where?,delivery\nb,Hi,greeting\nb,Bye,greeting\n,Where?,delivery\n"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    files = {"evalset.yaml": SET, "cases.yaml": CASES, "agent.yaml": "model: claude-haiku-5-5\nmax_tokens: 9\n"}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def bring(desk: Path, tmp_path: Path) -> Callable[..., import_cases.Imported]:
    def make(content: str, name: str = "in.csv", **options: Any) -> import_cases.Imported:
        (tmp_path / name).write_text(content, "utf-8")
        found = read_import_cases(desk, tmp_path / name, **options)
        write_import_cases(found)
        return found

    return make


Bring = Callable[..., import_cases.Imported]


def cases(folder: Path) -> dict[str, Case]:
    source = read_evalset(folder)
    assert isinstance(source, EvalsetSource), source
    problems: list[Problem] = []
    found = {entry.case.id: entry.case for entry in read_cases(source, problems)}
    assert not problems
    return found


def test_imported_cases_stand_in_a_file_of_their_own_and_nothing_else_changes(desk: Path, bring: Bring) -> None:
    found = bring(TABLE)
    assert [case.id for case in found.cases] == ["a-2", "b-2", "b-3"]
    assert (desk / "cases.yaml").read_text("utf-8") == CASES
    assert (desk / "evalset.yaml").read_text("utf-8") == SET.replace(
        "cases: cases.yaml", "cases: [cases.yaml, imported.yaml]"
    )
    assert list(cases(desk)) == ["a", "b", "a-2", "b-2", "b-3"]
    made = cases(desk)["b-3"]
    assert (made.input, made.expected, made.source and made.source.id) == ("Bye", "greeting", "b")
    assert [(problem.line, problem.message) for problem in found.problems] == [
        (2, "the id is taken by another case: here it is a-2"),
        (3, "the id is taken by another case: here it is b-2"),
        (4, "the id is taken by another case: here it is b-3"),
        (5, "is the same case as that of line 2, and is left out"),
    ]


def test_the_same_file_twice_adds_nothing_and_a_longer_one_adds_the_rest(desk: Path, bring: Bring) -> None:
    bring(TABLE)
    before = (desk / "imported.yaml").read_bytes()
    again = bring(TABLE)
    assert (again.cases, again.known, again.changes) == ((), 3, ())
    assert (desk / "imported.yaml").read_bytes() == before
    more = bring(TABLE + "new,One more,x\n")
    assert [case.id for case in more.cases] == ["new"]
    assert (desk / "imported.yaml").read_bytes().startswith(before)


def test_looking_writes_nothing(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(TABLE, "utf-8")
    before = {path.name: path.read_bytes() for path in desk.iterdir()}
    found = read_import_cases(desk, tmp_path / "in.csv")
    assert [change.file.name for change in found.changes] == ["imported.yaml", "evalset.yaml"]
    assert {path.name: path.read_bytes() for path in desk.iterdir()} == before


def test_keys_are_replaced_before_anything_is_written_and_that_is_told(desk: Path, bring: Bring) -> None:
    key = "sk-ant-" + "api03-" + "Qx7Rk2Lm9Tz4Vb8Nc1Wd5Yf3Hg6Jp0SaUeIoXqZr"
    rules = desk.parent / ".evaltui" / "redaction.yaml"
    rules.parent.mkdir()
    rules.write_text("names: [Ann Smith]\n", "utf-8")
    found = bring(f'input,expected\n"Ann Smith: my key is {key}, mail me at ann@shop.example",x\n')
    written = (desk / "imported.yaml").read_text("utf-8")
    assert key not in written and "[KEY_1]" in written and "ann@shop.example" in written and "Smith" not in written
    assert [(problem.line, problem.message) for problem in found.problems] == [(2, "a secret was replaced")]


def test_a_case_that_could_not_be_searched_whole_is_left_out(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Rules(patterns=[ExtraPattern(name="slow", pattern="(a|aa)+$")])
    monkeypatch.setattr(redaction, "rules_for", lambda *_: slow)
    monkeypatch.setattr(import_cases, "Redactor", partial(Redactor, timeout_s=0.02))
    found = bring(f"id,input\nc,{'a' * 200}b\nd,short\n")
    assert [case.id for case in found.cases] == ["d"] and found.left_out == 1
    assert "not all of it was searched for secrets, slow ran out of time" in found.problems[0].message


def test_cases_go_to_the_file_that_is_named(desk: Path, bring: Bring) -> None:
    bring(TABLE, target="cases.yaml")
    assert (desk / "cases.yaml").read_text("utf-8").startswith(CASES)
    bring(TABLE.replace("greeting", "hello"), target="more.jsonl")
    assert len((desk / "more.jsonl").read_text("utf-8").splitlines()) == 2
    assert len(cases(desk)) == 7
    with pytest.raises(Refused, match="is not a kind of file"):
        bring("input\nnew\n", target="more.txt")


def test_too_many_cases_for_yaml_are_sent_to_json_lines(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cases, "YAML_LIMIT", 100)
    with pytest.raises(Refused, match=r"--file imported\.jsonl"):
        bring(TABLE)
    assert len(bring(TABLE, target="imported.jsonl").cases) == 3


def test_which_scorers_read_the_gold_is_said(bring: Bring) -> None:
    asserts = "[{type: contains, value: y}, {type: llm-rubric, value: Kind.}]"
    found = bring(f"tests:\n- vars: {{q: x}}\n  assert: {asserts}\nprompts: [a]\n", "p.yaml")
    assert found.advice == (
        "1 expect `contains`: the scorer `- contains: {expected: contains}` reads it, whatever the case of its letters",
        "1 have a `rubric`: a judge that sees the reference reads it",
    )


def test_a_file_without_a_case_says_so_and_a_broken_set_takes_nothing(desk: Path, bring: Bring) -> None:
    found = bring("input,expected\n")
    assert (found.left_out, found.problems[0].message) == (1, "holds no case")
    (desk / "cases.yaml").write_text("- {id: a}\n", "utf-8")
    with pytest.raises(BadInput, match="exactly one of input and messages"):
        bring(TABLE)
    (desk / "cases.yaml").write_text("[]\n", "utf-8")
    assert len(bring(TABLE).cases) == 3


def test_an_export_is_a_file_of_cases_with_the_same_digests(desk: Path, tmp_path: Path) -> None:
    lines = list(export_cases(desk))
    assert all(line.isascii() for line in lines) and [json.loads(line)["id"] for line in lines] == ["a", "b"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "evalset.yaml").write_text(SET.replace("cases.yaml", "all.jsonl"), "utf-8")
    (other / "agent.yaml").write_text("model: claude-haiku-5-5\nmax_tokens: 9\n", "utf-8")
    (other / "all.jsonl").write_text("\n".join(lines), "utf-8")
    assert cases(other) == cases(desk)
    assert [case.digest for case in cases(other).values()] == [case.digest for case in cases(desk).values()]
    assert list(export_cases(other)) == lines


def test_an_export_imported_into_another_set_keeps_its_cases_as_they_are(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_text("\n".join(export_cases(desk)), "utf-8")
    (desk / "cases.yaml").write_text("- {id: z, input: z}\n", "utf-8")
    found = read_import_cases(desk, tmp_path / "all.jsonl")
    assert (found.kind, [case.id for case in found.cases], found.problems) == ("evaltui", ["a", "b"], ())
    write_import_cases(found)
    assert cases(desk)["b"].critical and cases(desk)["a"].tags == ["old"]


def test_half_a_set_is_never_exported(desk: Path) -> None:
    (desk / "cases.yaml").write_text(CASES + "- {id: a, input: x}\n", "utf-8")
    with pytest.raises(BadInput, match="is taken by the case"):
        export_cases(desk)
