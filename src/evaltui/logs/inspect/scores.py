"""Owns the scores of a sample: Inspect writes letters, words, numbers, and several of them under one name."""

from collections.abc import Iterator
from typing import Any

from evaltui.domain.tool import Block
from evaltui.logs.recorded import read_scores
from evaltui.logs.report import Report

_GRADES = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}
"""Correct, incorrect, partly correct, no answer."""
_WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


def read_grades(sample: Block, report: Report) -> dict[str, float]:
    """Scores in [0, 1] by the scorer's name; any other is reported. Older logs hold a single `score`."""
    scores, alone = sample.get("scores"), sample.get("score")
    written = scores if scores is not None else {} if alone is None else {"score": alone}
    if not isinstance(written, dict):
        return read_scores(written, "scores", report)
    return read_scores(dict(_named(written)), "scores", report)


def _named(written: Block) -> Iterator[tuple[str, Any]]:
    for name, score in written.items():
        value = score.get("value") if isinstance(score, dict) else score
        if isinstance(value, dict):
            yield from ((f"{name}/{key}", _graded(each)) for key, each in value.items())
        elif isinstance(value, list):
            yield from ((f"{name}/{at}", _graded(each)) for at, each in enumerate(value, 1))
        else:
            yield name, _graded(value)


def _graded(value: Any) -> Any:
    """The number that Inspect makes of it; text that it would count as 0 for want of a number stays text."""
    if not isinstance(value, str):
        return value
    known = _GRADES.get(value, _WORDS.get(value.casefold()))
    return _number(value) if known is None else known


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
