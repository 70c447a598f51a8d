"""Owns which part of a reply a scorer looks at (`take`, `of`) and which part of the gold (`expected`)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.trajectory import Trajectory
from evaltui.scores.jsontext import Found, NotJson, find_json, too_deep, whole_json
from evaltui.scores.paths import ABSENT, dig, is_null
from evaltui.scores.shown import listed, plain, shown, with_notes

TAKES = ("text", "json", "structured", "tool:NAME")
_TAKE = re.compile(r"text|json|structured|tool:\S+")


@dataclass(frozen=True, slots=True)
class Answer:
    """The value a scorer compares, `ABSENT` where the reply holds none, and what was tolerated to read it."""

    value: Any
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The reply cannot be read as asked; the agent's fault, so it scores 0 with this reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Base of the scorers that compare an answer with a gold value.

    `take`: text (the last reply's text), json (the first JSON value in it), structured (the whole text is JSON) or
    tool:NAME (the arguments of the first call of that tool). `of`: a dotted path into the answer, and into the
    case's `expected` unless `expected` names another path there ("" is the whole of it).
    """

    take: str | None = None
    of: str = ""
    expected: str | None = None

    without_path: ClassVar[str] = "text"

    def __post_init__(self) -> None:
        if self.take is not None and not _TAKE.fullmatch(self.take):
            raise ValueError(f"take is {shown(self.take)}; allowed: {', '.join(TAKES)}")
        if self.take == "text" and self.of:
            raise ValueError(f"of: {plain(self.of)} is a path into JSON, and take: text has no paths; use take: json")

    def applies(self, case: Case) -> bool:
        """Whether the case holds gold at the path; an explicit null below `expected` is gold: nothing is right."""
        return self.gold(case) is not ABSENT

    def gold(self, case: Case) -> Any:
        """The gold value, or `ABSENT`. A case whose whole `expected` is null holds no gold."""
        path = self.of if self.expected is None else self.expected
        return ABSENT if case.expected is None else dig(case.expected, path)

    @property
    def taking(self) -> str:
        """`take`, or what stands for it when it is left out."""
        return self.take or ("json" if self.of else self.without_path)

    def answer(self, trajectory: Trajectory) -> Answer | Unreadable:
        """The part of the reply this scorer looks at."""
        return taken(trajectory, self.taking, self.of)

    def score(self, evidence: Evidence) -> Score | Unscored:
        """Judge one sample."""
        answer = self.answer(evidence.trajectory)
        if isinstance(answer, Unreadable):
            return self.without_answer(evidence.case, answer.reason)
        judged = self.judge(self.gold(evidence.case), answer.value)
        return _noted(judged, answer.notes) if isinstance(judged, Score) and answer.notes else judged

    def judge(self, gold: Any, got: Any) -> Score | Unscored:
        """Compare one value with its gold; `got` may be `ABSENT`."""
        raise NotImplementedError

    def without_answer(self, case: Case, reason: str) -> Score:  # noqa: ARG002 - others read their gold from the case
        """The score of a reply that holds no usable answer; overridden where metrics need the gold in its detail."""
        return wrong(reason)


def taken(trajectory: Trajectory, take: str, of: str = "") -> Answer | Unreadable:
    """The value `take` names, cut down to the path `of`; a text reply that is blank is absent."""
    if take.startswith("tool:"):
        return _of_tool(trajectory, take.removeprefix("tool:"), of)
    if take == "text":
        text = trajectory.answer
        return Answer(text if text.strip() else ABSENT)
    read: Callable[[str], Found | NotJson] = whole_json if take == "structured" else find_json
    found = read(trajectory.answer)
    return Unreadable(found.reason) if isinstance(found, NotJson) else Answer(dig(found.value, of), found.notes)


def right(reason: str = "", detail: Mapping[str, Any] | None = None) -> Score:
    """A passing score."""
    return Score(1.0, passed=True, reason=reason or "right", detail=detail or {})


def wrong(reason: str, detail: Mapping[str, Any] | None = None) -> Score:
    """A failing score."""
    return Score(0.0, passed=False, reason=reason, detail=detail or {})


def null_verdict(gold: Any, got: Any) -> Score | None:
    """The verdict where gold or answer is null or absent; None when both hold something to compare."""
    if is_null(gold):
        return right("rightly absent") if is_null(got) else wrong(f"expected nothing, got {shown(got)}")
    return wrong(f"expected {plain(gold)}, got nothing") if is_null(got) else None


def _of_tool(trajectory: Trajectory, name: str, of: str) -> Answer | Unreadable:
    calls = trajectory.calls()
    call = next((call for call in calls if call.tool == name), None)
    if call is not None:
        deep = too_deep(call.arguments)
        return Unreadable("the arguments nest too deep") if deep else Answer(dig(call.arguments, of))
    made = f"it called {listed(dict.fromkeys(str(call.tool) for call in calls))}" if calls else "it called no tool"
    return Unreadable(f"no call of {plain(name)}: {made}")


def _noted(score: Score, notes: tuple[str, ...]) -> Score:
    return replace(score, reason=with_notes(score.reason, notes), detail={**score.detail, "notes": list(notes)})
