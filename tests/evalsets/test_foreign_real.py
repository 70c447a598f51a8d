"""Files that others published become cases, counted again by another way."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests import adk

from evaltui.domain.case import Case
from evaltui.domain.problem import Problem
from evaltui.evalsets.foreign.kinds import case_of, id_for, kind_of
from evaltui.evalsets.foreign.look import look

Row = dict[str, Any]


def read(path: Path, kind: str) -> tuple[list[Case], list[Problem]]:
    looked = look(path)
    known = kind_of(looked, None, ())
    assert known.name == kind
    problems: list[Problem] = []
    made = [case_of(each, id_for(each.name, "x"), kind, str(path)) for each in known.read(looked, problems.append)]
    assert all(isinstance(each, Case) for each in made), made
    return [each for each in made if isinstance(each, Case)], problems


def rows(shared_data: Path, name: str) -> list[Row]:
    return [json.loads(line) for line in (shared_data / name).read_text("utf-8").splitlines()]


def test_all_34_adk_cases_keep_what_is_asked_and_what_must_be_called(shared_data: Path, tmp_path: Path) -> None:
    path, count = tmp_path / "set.json", 0
    for row in rows(shared_data, adk.FILE):
        new = row["schema"] == "eval_set"
        path.write_text(json.dumps({"eval_set_id": "s", "eval_cases": [row["case"]]} if new else row["case"]), "utf-8")
        (case,), problems = read(path, "adk")
        texts, calls = adk.texts(row), [call for turn in adk.calls(row) for call in turn]
        asked, elsewhere = [text for text, _ in texts], '"agent_content"' in json.dumps(row)
        assert isinstance(case.expected, dict)
        assert [case.input, *case.turns] == asked
        assert elsewhere or [(call["name"], call["arguments"]) for call in case.expected["calls"]] == calls  # type: ignore[index, union-attr, call-overload]
        assert elsewhere or case.expected.get("answer", "") == texts[-1][1]
        assert not any(problem.severity == "error" for problem in problems)
        count += 1
    assert count == 34


def test_the_published_promptfoo_configurations_give_a_case_for_every_test(shared_data: Path, tmp_path: Path) -> None:
    path, cases, elsewhere = tmp_path / "promptfooconfig.yaml", 0, 0
    for row in rows(shared_data, "promptfoo_configs.jsonl"):
        path.write_text(row["yaml"], "utf-8")
        taken, problems = read(path, "promptfoo")
        tests = yaml.safe_load(row["yaml"])["tests"]
        assert [case.input for case in taken] == ([] if isinstance(tests, str) else [test["vars"] for test in tests])
        phrases = [case.expected.get("contains", []) for case in taken if isinstance(case.expected, dict)]
        assert sum(map(len, phrases)) == len(re.findall(r"^ +- type: contains$", row["yaml"], re.MULTILINE))
        assert sum(case.rubric is not None for case in taken) == row["yaml"].count("type: llm-rubric")
        code = [problem for problem in problems if re.search(r"type\W+(python|javascript|similar)", problem.found)]
        assert len(code) == len(re.findall(r"^ +- type: (?:python|javascript|similar)$", row["yaml"], re.MULTILINE))
        errors = [problem for problem in problems if problem.severity == "error"]
        assert [problem.field for problem in errors] == (["tests"] if isinstance(tests, str) else [])
        cases, elsewhere = cases + len(taken), elsewhere + len(errors)
    assert (cases, elsewhere) == (21, 4)


def samples(path: Path) -> dict[str, Row]:
    """The first epoch of each sample, by its id."""
    if path.suffix == ".json":
        found = json.loads(path.read_text("utf-8"))["samples"]
    else:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.startswith("samples/")]
            found = [json.loads(archive.read(name)) for name in names]
    return {str(sample["id"]): sample for sample in reversed(found)}


def text(asked: Any) -> Any:
    """Of a list with the one message of a user, what it says."""
    return asked if isinstance(asked, str) or len(asked) > 1 else asked[0]["content"]


@pytest.mark.parametrize("suffix", [".eval", ".json"])
def test_every_sample_of_the_published_inspect_logs_is_a_case(shared_data: Path, suffix: str) -> None:
    counts = []
    for path in sorted((shared_data / "inspect_logs").glob(f"*{suffix}")):
        taken, problems = read(path, "inspect")
        expected = samples(path)
        assert {case.id: (case.input, case.expected) for case in taken} == {
            name: (text(sample["input"]), sample["target"] or None) for name, sample in expected.items()
        }
        assert not any(problem.severity == "error" for problem in problems)
        counts.append(len(taken))
    assert counts == ([10, 2, 100, 100, 10] if suffix == ".eval" else [1, 1, 1, 3])
