"""Streaming cases: every good case in order, every problem with its line, nothing silently dropped."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaltui.domain.evalset import EvalsetFile
from evaltui.domain.problem import Problem
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.source import CaseEntry, EvalsetSource
from evaltui.files.problems import MAX_PROBLEMS

ReadCases = Callable[..., tuple[list[CaseEntry], list[Problem]]]


def test_cases_come_in_the_order_written_with_their_places(cases_of: ReadCases) -> None:
    yaml = "- id: one\n  input: x\n\n- id: two\n  input: {k: 1}\n"
    entries, problems = cases_of(**{"b.yaml": yaml, "a.jsonl": '\n{"id": "three", "input": "y"}\n'})
    assert problems == []
    assert [(entry.case.id, entry.file.name, entry.line) for entry in entries] == [
        ("one", "b.yaml", 1), ("two", "b.yaml", 4), ("three", "a.jsonl", 2),
    ]  # fmt: skip


def test_a_file_of_cases_may_be_a_mapping(cases_of: ReadCases) -> None:
    entries, problems = cases_of(**{"c.yml": "cases:\n- id: a\n  input: x\n"})
    assert [entry.line for entry in entries] == [2] and problems == []


@pytest.mark.parametrize("expected", ["null", "{a: [1, null]}", "text", "3.5", "[a, b]", "true"])
def test_any_plain_value_may_be_expected(cases_of: ReadCases, expected: str) -> None:
    entries, problems = cases_of(**{"c.yaml": f"- {{id: a, input: x, expected: {expected}}}\n"})
    assert len(entries) == 1 and problems == []


def test_yaml_and_jsonl_give_the_same_case(cases_of: ReadCases) -> None:
    yaml = '- {id: a, input: "Grüße", expected: {n: 1.5, x: null}, tags: [t], critical: true}\n'
    (first,), _ = cases_of(**{"c.yaml": yaml})
    json = '{"id":"a","input":"Grüße","expected":{"n":1.5,"x":null},"tags":["t"],"critical":true}'
    (second,), _ = cases_of(**{"c.jsonl": json})
    assert first.case == second.case and first.case.digest == second.case.digest


def test_a_bare_no_is_explained_and_reported_once(cases_of: ReadCases) -> None:
    _, problems = cases_of(**{"c.yaml": "- id: a\n  input: x\n  expected: no\n- id: b\n  input: x\n  tags: [yes]\n"})
    assert [(problem.line, problem.field) for problem in problems] == [(3, "[0].expected"), (6, "[1].tags[0]")]
    assert all("quote it" in problem.message for problem in problems)


def test_an_id_taken_anywhere_before_names_both_places(cases_of: ReadCases) -> None:
    yaml, jsonl = "- {id: a, input: x}\n- {id: a, input: z}\n", '{"id":"b","input":"x"}\n{"id":"a","input":"z"}\n'
    entries, problems = cases_of(**{"c.yaml": yaml, "d.jsonl": jsonl})
    assert [entry.case.id for entry in entries] == ["a", "b"]
    assert [(Path(problem.file).name, problem.line) for problem in problems] == [("c.yaml", 2), ("d.jsonl", 2)]
    assert all('the id "a" is taken by the case at' in p.message and "c.yaml:1" in p.message for p in problems)


def test_two_cases_on_one_line_cannot_share_an_id(cases_of: ReadCases) -> None:
    entries, problems = cases_of(**{"c.yaml": "[{id: a, input: x}, {id: a, input: z}]\n"})
    assert len(entries) == 1 and [problem.field for problem in problems] == ["[1].id"]


def test_the_id_of_a_case_with_other_problems_counts_too(cases_of: ReadCases) -> None:
    _, problems = cases_of(**{"c.jsonl": '{"id":"a"}\n{"id":"a","input":"x"}\n{"id":"a","inptu":"x","input":"y"}\n'})
    assert [problem.line for problem in problems] == [1, 2, 3, 3]


def test_everything_wrong_with_every_case_is_reported(cases_of: ReadCases) -> None:
    content = """- id: good
  input: x
- id: both
  input: x
  messages: [{role: user, content: z}]
- id: near
  inptu: x
- just text
- id: bad tag
  input: x
  tags: [a b]
  messages: [{role: user, content: z}]
  critical: maybe
"""
    entries, problems = cases_of(**{"c.yaml": content})
    assert [entry.case.id for entry in entries] == ["good"]
    assert [(problem.line, problem.field) for problem in problems] == [
        (3, "[1]"), (7, "[2].inptu"), (8, "[3]"), (9, "[4]"), (9, "[4].id"), (11, "[4].tags[0]"),
        (13, "[4].critical"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"id":"a","input":"x","expected":NaN}', "NaN is not a finite number"),
        (b'{"id":"a","input":"x","expected":1e999}', "not a finite number"),
        (b'{"id":"a","input":"x","input":"y"}', 'the key "input" is given twice'),
        (b'{"id":"a","input":"x","expected":{"k":1,"k":2}}', 'the key "k" is given twice'),
        (b'{"id":"a","input":"\\ud800"}', "half of a surrogate pair"),
        (b'{"id":"a","input":"\\udc00 x"}', "half of a surrogate pair"),
        (b'{"id":"a","input":"\xff"}', "not valid UTF-8"),
        (b'{"id":"a","input":"x"', "not valid JSON"),
        (b'{"id":"a","input":"x"} {}', "not valid JSON"),
        (b"[", "not valid JSON"),
        (b"[]", "must be a mapping"),
        (b'{"id":"a","input":"x","expected":' + b"[" * 500 + b"]" * 500 + b"}", "nested too deep"),
    ],
)
def test_a_bad_line_is_reported_and_reading_goes_on(cases_of: ReadCases, line: bytes, says: str) -> None:
    before, after = b'{"id":"first","input":"x"}\r\n', b'\n  \n{"id":"last","input":"x"}'
    entries, problems = cases_of(**{"c.jsonl": before + line + after})
    assert [(entry.case.id, entry.line) for entry in entries] == [("first", 1), ("last", 4)]
    assert [(problem.line, says in problem.message) for problem in problems] == [(2, True)]


def test_a_json_array_in_a_jsonl_file_says_what_to_do(cases_of: ReadCases) -> None:
    _, problems = cases_of(**{"c.jsonl": '[\n{"id":"a","input":"x"}\n]\n'})
    assert [(problem.line, "one JSON object a line" in problem.hint) for problem in problems] == [(1, True), (3, True)]


def test_a_byte_order_mark_before_the_first_line_is_tolerated(cases_of: ReadCases) -> None:
    entries, problems = cases_of(**{"c.jsonl": b'\xef\xbb\xbf{"id":"a","input":"x"}\n'})
    assert len(entries) == 1 and problems == []


def test_a_line_over_the_limit_is_reported_and_skipped(cases_of: ReadCases) -> None:
    long = b'{"id":"long","input":"' + b"x" * (16 * 1024 * 1024) + b'"}\n'
    entries, problems = cases_of(**{"c.jsonl": long + b'{"id":"next","input":"x"}\n'})
    assert [(entry.case.id, entry.line) for entry in entries] == [("next", 2)]
    assert [(problem.line, problem.message) for problem in problems] == [(1, "the line is too long")]


def test_an_evalset_without_a_single_case_is_a_problem(cases_of: ReadCases) -> None:
    for files in ({"c.yaml": "[]\n"}, {"c.jsonl": "\n"}):
        _, problems = cases_of(**files)
        assert [problem.message for problem in problems] == ["the evalset has no case"]


@pytest.mark.parametrize("content", ["3\n", "cases: x\n", "caess: []\n"])
def test_a_file_that_is_no_list_of_cases_is_a_problem(cases_of: ReadCases, content: str) -> None:
    _, problems = cases_of(**{"c.yaml": content})
    assert any("must be a list of cases" in problem.message for problem in problems)


def test_more_than_a_thousand_problems_are_counted(cases_of: ReadCases) -> None:
    _, problems = cases_of(**{"c.jsonl": "{}\n" * 700})
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1].message == "and 400 more problems in the cases, not listed"


def test_ten_thousand_cases_are_read_whole(cases_of: ReadCases) -> None:
    lines = "".join(f'{{"id":"case-{n}","input":"order {n}","expected":"refund"}}\n' for n in range(10_000))
    entries, problems = cases_of(**{"c.jsonl": lines})
    assert len(entries) == 10_000 and entries[-1].line == 10_000 and problems == []


FIELDS = ["id", "input", "messages", "vars", "expected", "tags", "critical", "source", "role", "content", "k"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["a", "user"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), ANYTHING) | ANYTHING, min_size=1, max_size=3))
def test_every_case_written_is_either_read_or_explained(
    tmp_path_factory: pytest.TempPathFactory, cases: list[Any]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, cases)))
    (folder / "c.yaml").write_text(json.dumps(cases, ensure_ascii=False))
    for name in ("c.jsonl", "c.yaml"):
        file = EvalsetFile(name="demo", scorers=["exact"])
        problems: list[Problem] = []
        entries = list(read_cases(EvalsetSource(folder, folder / "evalset.yaml", file, (folder / name,), ()), problems))
        assert problems or len(entries) == len(cases)
