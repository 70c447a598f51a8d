"""Rubric files: every problem at once with its line, and their whole content in the scorer that names them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from evaltui.domain.problem import Problem
from evaltui.domain.rubric import Rubric
from evaltui.evalsets.read import read_evalset, scan_evalset
from evaltui.evalsets.rubrics import RubricSource, read_rubric
from evaltui.evalsets.schema import json_schema
from evaltui.evalsets.source import EvalsetSource
from evaltui.files.document import scan_document
from evaltui.plugins import build_scorers, scorer_version
from evaltui.scores.judge.lint import lint
from evaltui.scores.judge.scorer import Judge

Write = Callable[..., Path]

GOOD = """\
description: how a reply should be
model: claude-sonnet-5-5
sees: [input, output]
criteria:
  - name: asks_order
    question: Does the reply ask for the order number when the message gives none?
    weight: 2
  - name: steps
    question: How many of the three return steps does the reply name?
    anchors:
      0: none
      3: one or two
      5: all three
    at_least: 3
"""
HEAD = "model: m\ncriteria:\n  - name: a\n    question: Does the reply name a date?\n"


def rubric_of(tmp_path: Path, text: str) -> RubricSource | tuple[Problem, ...]:
    file = tmp_path / "reply.yaml"
    file.write_text(text, "utf-8")
    return read_rubric(file)


def evalset_with(evalset: Write, scorer: str, text: str = GOOD) -> Path:
    return evalset(f"name: demo\nscorers:\n  - exact\n  - {scorer}\n", **{"rubrics/reply.yaml": text})


def test_a_rubric_is_read_with_its_defaults_and_named_after_its_file(tmp_path: Path) -> None:
    source = rubric_of(tmp_path, GOOD)
    assert isinstance(source, RubricSource)
    rubric = source.rubric
    assert (rubric.name, rubric.max_tokens, rubric.repeats, rubric.score_at_least) == ("reply", 4096, 1, None)
    first, steps = rubric.criteria
    assert (first.weight, first.anchors, first.met(True), first.met(False)) == (2, None, True, False)
    assert (steps.met(2), steps.met(3), steps.value(4)) == (False, True, 0.8)


def test_every_problem_of_a_rubric_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = """\
modle: claude-sonnet-5-5
sees: [inputs, output]
repeats: 0
criteria:
  - name: a b
    question: Does the reply name a date?
    weight: 0
  - name: steps
    question: How many steps does it name?
    anchors: {0: none, 7: more}
"""
    problems = rubric_of(tmp_path, text)
    assert isinstance(problems, tuple)
    assert [(problem.line, problem.field) for problem in problems] == [
        (1, "model"), (1, "modle"), (2, "sees[0]"), (3, "repeats"), (5, "criteria[0].name"), (7, "criteria[0].weight"),
        (10, "criteria[1].anchors.7"),
    ]  # fmt: skip
    assert problems[1].hint == 'did you mean "model"?'
    assert problems[2].hint == 'did you mean "input"?'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (HEAD + "    at_least: 3\n", 3, "at_least belongs to a scale"),
        (HEAD + "    anchors: {0: none, 5: all}\n", 3, "at_least is required and missing"),
        (HEAD + "    anchors: {0: none, 3: all}\n", 5, "both ends must be there"),
        (HEAD + "    required: true\n", 1, "required has no effect without score_at_least"),
        (HEAD + "  - name: a\n    question: Does it name a place?\n", 2, "two criteria have the name a"),
        (HEAD + "sees: [input, reference]\n", 5, "must see output or trajectory"),
        (HEAD + "sees: [output, output]\n", 5, "names one thing twice"),
        (HEAD + "params: {tool_choice: {type: any}}\n", 5, "tool_choice cannot be given here"),
        (HEAD + "params: {output_config: {format: {}}}\n", 5, "anything but format"),
        (HEAD + "score_at_least: 80\n", 5, "at most 1"),
        ("model: m\ncriteria: []\n", 2, "is too short"),
        ("- model: m\n", 1, "must be a mapping of fields"),
        (HEAD + "model: other\n", 5, "given twice"),
        ("", 0, "the file is empty"),
    ],
)
def test_a_rubric_that_cannot_work_says_why(tmp_path: Path, text: str, line: int, says: str) -> None:
    problems = rubric_of(tmp_path, text)
    assert isinstance(problems, tuple) and len(problems) == 1, problems
    assert (problems[0].line, says in str(problems[0])) == (line, True), str(problems[0])


@pytest.mark.parametrize(
    "scorer", ["judge: rubrics/reply.yaml", "judge: {rubric: rubrics/reply.yaml, name: tone, advisory: true}"]
)
def test_the_whole_rubric_stands_in_the_scorers_arguments(evalset: Write, scorer: str) -> None:
    source = read_evalset(evalset_with(evalset, scorer))
    assert isinstance(source, EvalsetSource), source
    spec = source.scorers[1]
    assert spec.arguments.keys() == {"rubric"}
    built, wrong = build_scorers([spec])
    assert wrong == []
    ((_, judge),) = built
    assert isinstance(judge, Judge)
    read = read_rubric(source.folder / "rubrics" / "reply.yaml")
    assert isinstance(read, RubricSource)
    assert judge.rubric.digest == read.rubric.digest
    assert (spec.name, spec.advisory) == (("tone", True) if "tone" in scorer else ("judge", False))


def test_a_changed_rubric_is_another_scorer_and_a_changed_description_is_not(evalset: Write) -> None:
    def version(text: str) -> str:
        source = read_evalset(evalset_with(evalset, "judge: rubrics/reply.yaml", text))
        assert isinstance(source, EvalsetSource)
        return scorer_version(source.scorers[1]) + source.scorers_digest

    assert version(GOOD) == version(GOOD.replace("how a reply should be", "other words"))
    assert len({version(GOOD), version(GOOD.replace("weight: 2", "weight: 3")), version(GOOD + "repeats: 3\n")}) == 3


@pytest.mark.parametrize(
    ("scorer", "field", "says"),
    [
        ("judge: rubrics/replies.yaml", "scorers[1].judge", 'did you mean "rubrics/reply.yaml"?'),
        ("judge: {rubric: rubrics}", "scorers[1].judge.rubric", "names a folder"),
        ("judge: {rubric: {model: m}}", "scorers[1].judge.rubric", "must name a rubric file"),
        ("judge", "scorers[1].judge", "write `judge: rubrics/reply.yaml`"),
        ("judge: {name: tone}", "scorers[1].judge", "must name a rubric file"),
    ],
)
def test_a_judge_without_a_usable_rubric_file_is_a_problem_at_its_line(
    evalset: Write, scorer: str, field: str, says: str
) -> None:
    problems = read_evalset(evalset_with(evalset, scorer))
    assert isinstance(problems, tuple)
    (problem,) = problems
    assert (problem.line, problem.field) == (4, field)
    assert says in str(problem)


def test_a_broken_rubric_is_told_once_at_its_own_lines_and_the_rest_of_the_evalset_stays(evalset: Write) -> None:
    scorers = "  - exact\n  - judge: r.yaml\n  - judge: {name: b, rubric: r.yaml}\n"
    text = f"name: demo\nscorers:\n{scorers}gate: {{metric: b.mean}}\n"
    source, problems = scan_evalset(evalset(text, **{"r.yaml": "model: m\ncriteria: 5\n"}))
    assert [Path(problem.file).name for problem in problems] == ["r.yaml"]
    assert source is not None
    assert [spec.name for spec in source.scorers] == ["exact"]
    assert (source.rubric_files, source.rubrics) == ((source.folder / "r.yaml",), ())


def test_the_published_schema_accepts_what_the_reader_accepts(tmp_path: Path) -> None:
    schema = json_schema("rubric")
    Draft202012Validator.check_schema(schema)
    file = tmp_path / "r.yaml"
    file.write_text(GOOD, "utf-8")
    document, _ = scan_document(file)
    assert document is not None
    assert Draft202012Validator(schema).is_valid(document.value)
    assert not Draft202012Validator(schema).is_valid(document.value | {"modle": "m"})


def test_the_rubric_in_the_readme_is_a_good_one(root: Path, tmp_path: Path) -> None:
    (text,) = re.findall(
        r"```yaml\n# evalsets/greet/rubrics/\S+\n(.*?)```", (root / "README.md").read_text("utf-8"), re.S
    )
    source = rubric_of(tmp_path, text)
    assert isinstance(source, RubricSource), source
    assert lint(source.rubric) == ()
    assert Rubric.model_validate(source.rubric.model_dump()) == source.rubric
