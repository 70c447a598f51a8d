"""What scorers said of a case in two runs: what changed comes first."""

from evaltui.domain.case import Case
from evaltui.loop.reasons import both_said
from evaltui.store.cases import SampleDetail
from evaltui.store.scores import GradeRow, ScoreRow


def score(scorer: str, passed: bool | None, reason: str = "", kind: str = "exact") -> ScoreRow:
    return ScoreRow(scorer, kind, "d", None if passed is None else float(passed), passed, reason)


def detail(*scores: ScoreRow) -> SampleDetail:
    grade = GradeRow(1, 1, None, None, "", scores)
    return SampleDetail(1, 1, 1, Case.model_validate({"id": "a", "input": "x"}), (), (), grade)


def test_a_changed_verdict_comes_before_other_words_and_those_before_the_rest() -> None:
    before = detail(
        score("same", True), score("tone", False, "rude", "judge"), score("exact", True), score("old", True)
    )
    after = detail(
        score("same", True), score("tone", False, "cold", "judge"), score("exact", False, "no"), score("new", True)
    )
    said = both_said(before, after)
    assert [one.scorer for one in said] == ["exact", "new", "old", "tone", "same"]
    assert [one.changed for one in said] == [True, True, True, True, False]
    assert [one.scorer for one in said if one.judged] == ["tone"]
    assert (said[1].before, said[2].after) == (None, None)


def test_a_run_without_the_case_has_said_nothing() -> None:
    assert [one.before for one in both_said(None, detail(score("exact", True)))] == [None]
    assert both_said(None, None) == ()
