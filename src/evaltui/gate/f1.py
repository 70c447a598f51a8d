"""Owns F1 over a whole set: of labels, of extracted fields, and its interval by resampling cases."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

RESAMPLES = 10_000
SEED = 20_240_711  # recorded, so that the same scores always give the same interval


FieldCounts = Sequence[Sequence[int]]
"""Shape (cases, fields)."""


@dataclass(frozen=True, slots=True)
class LabelF1:
    """`macro_labels` averages the declared labels, a label never predicted counting 0."""

    micro: float | None
    macro_labels: float | None
    per_class: dict[Hashable, float]


@dataclass(frozen=True, slots=True)
class FieldF1:
    """A field that occurs nowhere has no F1: it is left out of `macro` and named in `undefined`."""

    micro: float | None
    macro: float | None
    per_field: dict[str, float | None]
    undefined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class F1Interval:
    """A percentile interval over resampled cases and the seed that gives it again."""

    macro: float
    lo: float
    hi: float
    seed: int = SEED


def f1(tp: int, fp: int, fn: int) -> float | None:
    """2·TP / (2·TP + FP + FN); None for 0/0."""
    return _share(2 * tp, 2 * tp + fp + fn)


def f1_multiclass(y_true: Sequence[Hashable], y_pred: Sequence[Hashable], labels: Sequence[Hashable]) -> LabelF1:
    """F1 of one label per case; `labels` are the declared ones and a prediction outside of them is a miss."""
    hits = Counter(true for true, pred in zip(y_true, y_pred, strict=True) if true == pred)
    true_counts, pred_counts = Counter(y_true), Counter(y_pred)
    per_class = {label: _share(2 * hits[label], true_counts[label] + pred_counts[label]) or 0.0 for label in labels}
    misses = len(y_true) - hits.total()
    macro = sum(per_class.values()) / len(per_class) if per_class else None
    return LabelF1(f1(hits.total(), misses, misses), macro, per_class)


def f1_fields(counts_tp_fp_fn: Mapping[str, Sequence[int]]) -> FieldF1:
    """F1 of extracted fields from (TP, FP, FN) of each; a wrong value is one FP and one FN."""
    per_field = {name: f1(*counts) for name, counts in counts_tp_fp_fn.items()}
    defined = [value for value in per_field.values() if value is not None]
    micro = f1(*(sum(column) for column in zip(*counts_tp_fp_fn.values(), strict=True))) if per_field else None
    macro = sum(defined) / len(defined) if defined else None
    return FieldF1(micro, macro, per_field, tuple(name for name, value in per_field.items() if value is None))


def f1_fields_bootstrap(
    tp: FieldCounts, fp: FieldCounts, fn: FieldCounts, conf: float = 0.95, seed: int = SEED
) -> F1Interval | None:
    """The interval of macro F1 resampling cases; None where nothing was counted."""
    import numpy as np

    counts = np.stack([np.asarray(part, dtype=float) for part in (tp, fp, fn)], axis=-1)
    if not counts.any():
        return None
    cases, draw = len(counts), np.random.default_rng(seed)
    drawn = [_macro(counts[draw.integers(0, cases, cases)].sum(axis=0)) for _ in range(RESAMPLES)]
    lo, hi = np.nanquantile(drawn, [(1 - conf) / 2, (1 + conf) / 2])
    return F1Interval(float(_macro(counts.sum(axis=0))), float(lo), float(hi), seed)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _macro(counts: Any) -> Any:
    """The mean F1 of defined fields, from counts of shape (fields, 3); NaN where no field is defined."""
    doubled = 2 * counts[:, 0]
    whole = doubled + counts[:, 1] + counts[:, 2]
    defined = whole > 0
    return (doubled[defined] / whole[defined]).mean() if defined.any() else float("nan")
