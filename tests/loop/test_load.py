"""What is checked across files before anything is sent: rubrics, critical cases, metrics of judges."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.workbench import write_evalset

from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.loop.check import check_evalset
from evaltui.loop.rescore import scorers_of

AGENT = "model: claude-haiku-5-5\nmax_tokens: 100\n"
NARROW = "Does the reply ask for the order number when the message gives none?"
JUDGE = "  - judge: {name: tone, rubric: rubric.yaml}"


def rubric(question: str = NARROW, more: str = "") -> str:
    return f"model: claude-sonnet-5-5\ncriteria:\n  - name: asks\n    question: {question}\n{more}"


def found(folder: Path, scorers: str = JUDGE, text: str = "", gate: str = "", **case: object) -> list[Problem]:
    cases = [{"id": "a", "input": "x", **case}]
    write_evalset(folder, cases, scorers, AGENT, gate)
    (folder / "rubric.yaml").write_text(text or rubric(), "utf-8")
    return list(check_evalset(folder).problems)


def errors(problems: list[Problem]) -> Iterator[str]:
    return (f"{Path(each.file).name}:{each.line}: {each.field}" for each in problems if each.severity == "error")


def test_an_evalset_with_a_judge_is_in_order(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_a_vague_criterion_is_an_error_at_its_line_in_the_rubric(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, text=rubric("Is the reply good?"))
    assert list(errors([problem])) == ["rubric.yaml:4: criteria[0].question"]
    assert problem.message == 'leaves open what "good" means'
    assert "such as" in problem.hint


def test_a_critical_case_that_only_a_judge_scores_is_an_error_at_its_line(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, critical=True)
    assert list(errors([problem])) == ["cases.jsonl:1: critical"]
    assert "scored by a judge alone" in problem.message


@pytest.mark.parametrize("other", ["exact", "{token_budget: {limit: 9}}"])
def test_a_critical_case_that_another_scorer_sees_too_is_in_order(tmp_path: Path, other: str) -> None:
    assert found(tmp_path, f"{JUDGE}\n  - {other}", critical=True, expected="y") == []


def test_an_advisory_scorer_beside_the_judge_does_not_help(tmp_path: Path) -> None:
    scorers = f"{JUDGE}\n  - exact: {{advisory: true}}"
    assert list(errors(found(tmp_path, scorers, critical=True, expected="y"))) == ["cases.jsonl:1: critical"]


def test_a_case_without_gold_is_none_of_a_judge_that_sees_the_reference(tmp_path: Path) -> None:
    seeing = rubric(more="sees: [input, output, reference]\n")
    assert "cases.jsonl:1: expected" in list(errors(found(tmp_path, text=seeing)))
    assert found(tmp_path, text=seeing, rubric="mind the label") == []


def test_gold_that_a_judge_sees_is_read_and_gold_that_it_does_not_see_is_warned_of(tmp_path: Path) -> None:
    scorers = f"{JUDGE}\n  - label: {{name: route, of: route}}"
    gold = {"route": "a", "amount": 5}
    assert found(tmp_path, scorers, rubric(more="sees: [output, reference]\n"), expected=gold) == []
    (warning,) = found(tmp_path, scorers, expected=gold)
    assert (warning.field, warning.severity) == ("expected.amount", "warning")


def test_a_note_that_no_judge_sees_is_warned_of(tmp_path: Path) -> None:
    (warning,) = found(tmp_path, rubric="mind the label")
    assert (warning.field, warning.severity, warning.line) == ("rubric", "warning", 1)


@pytest.mark.parametrize("metric", ["tone.mean", "tone.criterion.asks", "pass_rate"])
def test_a_gate_may_name_a_metric_of_the_judge(tmp_path: Path, metric: str) -> None:
    assert found(tmp_path, gate=f"gate: {{metric: {metric}}}") == []


@pytest.mark.parametrize("metric", ["tone.criterion.aks", "tone.agreement", "tone.f1.a"])
def test_a_metric_that_the_rubric_does_not_make_is_refused_with_those_it_does(tmp_path: Path, metric: str) -> None:
    (problem,) = found(tmp_path, gate=f"gate: {{metric: {metric}}}")
    assert problem.field == "gate.metric"
    assert problem.allowed == "tone.pass_rate, tone.mean, tone.criterion.asks"


def test_a_metric_of_a_criterion_of_an_advisory_judge_cannot_decide(tmp_path: Path) -> None:
    scorers = "  - exact\n  - judge: {name: tone, rubric: rubric.yaml, advisory: true}"
    problems = found(tmp_path, scorers, gate="gate: {metric: tone.criterion.asks}", expected="y")
    assert [problem.field for problem in problems] == ["gate.metric"]


@pytest.mark.parametrize("text", ["model: m\n", rubric("Is the reply good?")])
def test_a_run_is_not_scored_again_by_a_rubric_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    found(tmp_path, text=text)
    with pytest.raises(BadInput, match=r"rubric\.yaml"):
        scorers_of(tmp_path)
