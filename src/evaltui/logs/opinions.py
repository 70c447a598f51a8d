"""Owns what people and evaluations said of a conversation, as records carry it beside the messages."""

from collections.abc import Iterator, Mapping
from typing import Any

from evaltui.domain.item import Mark
from evaltui.logs.recorded import read_scores
from evaltui.logs.report import Report

_FEEDBACK = ("feedback", "user_feedback", "annotation")
_RATING = ("rating", "thumbs", "thumb", "vote", "value", "sentiment", "score")
_WORDS = ("comment", "correction", "text", "reason", "message", "note")
_DOWN = frozenset({"down", "thumbs_down", "thumbs-down", "thumbsdown", "negative", "bad", "dislike", "no", "👎"})
_UP = frozenset({"up", "thumbs_up", "thumbs-up", "thumbsup", "positive", "good", "like", "yes", "👍"})


def read_marks(record: Mapping[str, Any], turn: int) -> tuple[Mark, ...]:
    """Ratings and comments of the turn."""
    return tuple(mark for name in _FEEDBACK for mark in _marks(record.get(name), turn))


def read_evaluations(record: Mapping[str, Any], report: Report) -> dict[str, float]:
    """Scores in [0, 1] by name; any other is reported."""
    written = record.get("scores")
    return {} if written is None else read_scores(written, "scores", report)


def rating(value: Any) -> float | None:
    """1 for thumbs up, 0 for thumbs down, None for what is neither."""
    if isinstance(value, str):
        word = value.strip().casefold()
        return 0.0 if word in _DOWN else 1.0 if word in _UP else None
    if isinstance(value, bool) or (isinstance(value, int | float) and value in (-1, 0, 1)):
        return float(value > 0)
    return None


def _marks(written: Any, turn: int) -> Iterator[Mark]:
    for each in written if isinstance(written, list) else [written]:
        yield from _one(each if isinstance(each, dict) else _bare(each), turn)


def _bare(written: Any) -> dict[str, Any]:
    """A rating by itself; any other text is a comment."""
    return {"rating" if rating(written) is not None else "comment": written}


def _one(said: dict[str, Any], turn: int) -> Iterator[Mark]:
    words = " ".join(text for text in map(said.get, _WORDS) if isinstance(text, str) and text)
    rates = [share for name in _RATING if (share := rating(said.get(name))) is not None]
    if rates:
        yield Mark(turn, "rated", words, rates[0])
    elif words:
        yield Mark(turn, "comment", words)
