"""Every pydantic error becomes a sentence with a place, what was found, what is allowed and what to do."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from evaltui.domain.case import Case
from evaltui.domain.evalset import EvalsetFile
from evaltui.domain.problem import Problem
from evaltui.files.document import Document, read_document
from evaltui.files.explain import problems_from


def explained(folder: Path, model: Any, content: str, at: tuple[str | int, ...] = ()) -> list[Problem]:
    file = folder / "x.yaml"
    file.write_text(content)
    document = read_document(file)
    assert isinstance(document, Document), document
    value = document.value
    for step in at:
        value = value[step]
    with pytest.raises(ValidationError) as caught:
        model.model_validate(value)
    return problems_from(caught.value, model, document, at)


def one(folder: Path, model: Any, content: str) -> Problem:
    (problem,) = explained(folder, model, content)
    return problem


def test_an_unknown_field_names_the_nearest_one(tmp_path: Path) -> None:
    problem = one(tmp_path, Case, "id: a\ninput: x\nexpectd: 3\n")
    assert (problem.line, problem.field, problem.message) == (3, "expectd", "unknown field")
    assert problem.hint == 'did you mean "expected"?' and "critical" in problem.allowed


def test_an_unknown_field_of_an_inner_mapping_is_compared_with_its_own_fields(tmp_path: Path) -> None:
    problem = one(tmp_path, EvalsetFile, "name: a\nscorers: [exact]\ngate:\n  metric: pass_rate\n  polcy: seed\n")
    assert (problem.line, problem.field, problem.hint) == (5, "gate.polcy", 'did you mean "policy"?')
    assert problem.allowed.split(", ") == [
        "metric",
        "policy",
        "margin",
        "critical",
        "max_unresolved",
        "min_shared",
        "engines",
        "leaks",
        "waived_leaks",
    ]


def test_a_choice_shows_all_values_and_the_nearest(tmp_path: Path) -> None:
    problem = one(tmp_path, EvalsetFile, "name: a\nscorers: [exact]\ngate: {policy: sed}\n")
    assert problem.allowed == "seed, noninferior, no_confident_regression, confident_improvement"
    assert problem.found == '"sed"' and problem.hint == 'did you mean "seed"?'


def test_the_branches_of_a_union_are_one_problem(tmp_path: Path) -> None:
    problem = one(tmp_path, EvalsetFile, "name: a\nscorers: [exact]\ncases: 3\n")
    assert (problem.field, problem.message, problem.found) == ("cases", "must be text or a list", "3")


def test_the_branch_of_a_union_that_was_meant_is_the_one_explained(tmp_path: Path) -> None:
    problem = one(tmp_path, Case, "id: a\nmessages:\n- role: user\n  content:\n  - hello\n")
    assert (problem.line, problem.field, problem.message) == (5, "messages[0].content[0]", "must be a mapping")


@pytest.mark.parametrize(
    ("content", "field", "says"),
    [
        ("id: 7\ninput: x", "id", "must be text; found 7; quote it"),
        ("input: x", "id", "is required and missing"),
        ("id: a b\ninput: x", "id", 'characters or a length that are not allowed; found "a b"; allowed: text matching'),
        ("id: a\ninput: x\ncritical: 1", "critical", "must be true or false; found 1"),
        ("id: a\ninput: x\ntags: refund", "tags", 'must be a list; found "refund"'),
        ("id: a\ninput: x\ntags: [a b]", "tags[0]", 'found "a b"'),
        ("id: a", "", "give exactly one of input and messages"),
        ("id: a\nmessages: [{role: system, content: x}]", "messages[0].role", "allowed: user, assistant"),
    ],
)
def test_each_kind_of_error_has_plain_words(tmp_path: Path, content: str, field: str, says: str) -> None:
    problem = one(tmp_path, Case, content)
    assert problem.field == field and says in str(problem)


def test_bounds_are_said_in_words(tmp_path: Path) -> None:
    problem = one(tmp_path, EvalsetFile, "name: a\nscorers: [exact]\ngate: {margin: 2}\n")
    assert problem.allowed == "at most 1" and problem.found == "2"


def test_an_empty_list_that_must_not_be_empty_is_named(tmp_path: Path) -> None:
    assert one(tmp_path, EvalsetFile, "name: a\nscorers: []\n").field == "scorers"


def test_every_error_is_reported_in_the_order_of_lines(tmp_path: Path) -> None:
    content = "- id: fine\n  input: x\n- tags: [3]\n  id: b b\n  inptu: x\n"
    found = explained(tmp_path, Case, content, (1,))
    assert [(problem.line, problem.field) for problem in found] == [(3, "[1].tags[0]"), (4, "[1].id"), (5, "[1].inptu")]


def test_what_was_found_is_short_and_harmless_to_a_terminal(tmp_path: Path) -> None:
    problem = one(tmp_path, Case, 'input: x\nid: "\\e[31m\\u202e' + "a" * 200 + '"\n')
    assert problem.found.startswith('"\\x1b[31m\\u202e') and problem.found.isprintable() and len(problem.found) <= 62
