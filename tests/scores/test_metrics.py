import json
from pathlib import Path
from typing import Any

import pytest

from evaltui.scores.f1 import Counts, f1, macro, micro
from evaltui.scores.fields import Fields
from evaltui.scores.label import Label
from evaltui.scores.metrics import MetricRow, confusion, metrics, undefined


def label_row(expected: str | None, got: str | None) -> MetricRow:
    right = expected == got
    return MetricRow("route", "label", float(right), right, {"expected": expected, "got": got})


def fields_row(**counts: tuple[int, int, int]) -> MetricRow:
    detail = {"fields": {name: dict(zip(("tp", "fp", "fn"), count, strict=True)) for name, count in counts.items()}}
    return MetricRow("facts", "fields", 0.5, False, detail)


def reference(file: Path, name: str) -> Any:
    return next(case for case in json.loads(file.read_text("utf-8"))["cases"] if case["id"] == name)


def test_label_metrics_agree_with_the_reference(shared_reference: Path) -> None:
    case = reference(shared_reference, "f1_multiclass#1")
    given, expected = case["inputs"], case["expected"]
    pairs = list(zip(given["y_true"], given["y_pred"], strict=True))
    declared = metrics((label_row(*pair) for pair in pairs), {"route": given["labels"]})
    assert declared["route.micro_f1"] == pytest.approx(expected["micro"])
    assert declared["route.macro_f1"] == pytest.approx(expected["macro_labels"])
    assert declared["route.accuracy"] == pytest.approx(expected["micro"])
    for label, value in expected["per_class"].items():
        assert declared[f"route.f1.{label}"] == pytest.approx(value)
    observed = metrics(label_row(*pair) for pair in pairs)
    assert observed["route.macro_f1"] == pytest.approx(expected["macro_observed"])


def test_field_metrics_agree_with_the_reference(shared_reference: Path) -> None:
    case = reference(shared_reference, "f1_fields#1")
    expected = case["expected"]
    values = metrics(
        [fields_row(**{name: tuple(counts) for name, counts in case["inputs"]["counts_tp_fp_fn"].items()})]
    )
    assert values["facts.micro_f1"] == pytest.approx(expected["micro"])
    assert values["facts.macro_f1"] == pytest.approx(expected["macro"])
    for name, value in expected["per_field"].items():
        assert values[f"facts.f1.{name}"] == (None if value is None else pytest.approx(value))
    assert undefined(values) == tuple(f"facts.f1.{name}" for name in expected["undefined"])


def test_every_scorer_has_a_pass_rate_and_a_mean() -> None:
    rows = [MetricRow("id", "exact", value, value == 1, {}) for value in (1.0, 0.5, 0.0, 1.0)]
    assert metrics(iter(rows)) == {"id.pass_rate": 0.5, "id.mean": 0.625}


def test_a_missing_label_is_a_false_negative_and_no_false_positive() -> None:
    values = metrics([label_row("a", "a"), label_row("a", None)])
    assert values["route.accuracy"] == 0.5
    assert values["route.micro_f1"] == pytest.approx(2 / 3)


def test_the_confusion_matrix_counts_expected_against_given() -> None:
    rows = [label_row("a", "a"), label_row("a", "b"), label_row("a", "b"), label_row("b", None), label_row(None, "a")]
    assert confusion(rows) == {"route": {"(none)": {"a": 1}, "a": {"a": 1, "b": 2}, "b": {"(none)": 1}}}
    assert confusion([fields_row(date=(1, 0, 0))]) == {}


@pytest.mark.parametrize("kind", ["label", "fields"])
def test_a_row_that_lacks_its_detail_makes_f1_undefined_rather_than_better(kind: str) -> None:
    good = label_row("a", "a") if kind == "label" else fields_row(date=(1, 0, 0))
    values = metrics([good, MetricRow(good.scorer, kind, 0.0, False, {})])
    assert values[f"{good.scorer}.macro_f1"] is None
    assert values[f"{good.scorer}.micro_f1"] is None
    assert values[f"{good.scorer}.pass_rate"] == (0.5 if kind == "label" else 0.0)


def test_the_details_of_the_scorers_are_what_the_metrics_read(reply) -> None:
    label, facts = Label(of="route", labels=("refund", "cancel")), Fields(fields={"date": "date", "tags": "list:set"})
    gold = {"route": "refund", "date": "2026-03-14", "tags": ["a", "b"]}
    rows = []
    for text in ('{"route": "refund", "date": "14.03.2026", "tags": ["b", "c"]}', "no JSON"):
        for name, kind, scorer in (("route", "label", label), ("facts", "fields", facts)):
            score = scorer.score(reply(text, gold))
            rows.append(MetricRow(name, kind, score.value, score.passed, json.loads(json.dumps(score.detail))))
    values = metrics(rows, {"route": label.labels})
    assert values["route.accuracy"] == 0.5
    assert values["route.macro_f1"] == pytest.approx((2 / 3 + 0) / 2)
    assert values["facts.f1.date"] == pytest.approx(2 / 3)
    assert values["facts.f1.tags"] == pytest.approx(2 / (2 + 1 + 3))
    assert values["facts.micro_f1"] == pytest.approx(4 / (4 + 1 + 4))


def test_f1_is_undefined_where_nothing_was_expected_and_nothing_given() -> None:
    assert f1(Counts()) is None
    assert micro([Counts(), Counts(1, 1, 1)]) == 0.5
    assert macro([None, 1.0, 0.5]) == 0.75
    assert macro([None]) is None


def test_two_labels_named_like_an_absent_one_do_not_crash_the_matrix() -> None:
    assert confusion([label_row("(none)", None)]) == {"route": {"(none)": {"(none)": 1}}}
