"""One case in two runs, ready to be held side by side: what each answered, did and was told by its scorers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from evaltui.compare.alignment import Aligned, aligned
from evaltui.compare.textdiff import Diff, Piece, Row, diff
from evaltui.domain.run import Run
from evaltui.domain.score import Unscored
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.loop.evidence import no_reply, so_far
from evaltui.loop.reasons import Said, both_said
from evaltui.loop.writing import folded
from evaltui.store.cases import SampleDetail, sample
from evaltui.store.database import Store
from evaltui.store.scores import ScoreRow


@dataclass(frozen=True, slots=True)
class CasePair:
    """`before` is None where nothing is held against the run, or the other run lacks the case; so is `after`."""

    case_id: str
    trial: int
    before: SampleDetail | None
    after: SampleDetail | None

    @property
    def said(self) -> tuple[Said, ...]:
        """What each scorer said in both runs, what changed first."""
        return both_said(self.before, self.after)


def case_pair(store: Store, against: Run | None, run: Run, case_id: str) -> CasePair:
    """The trial to look at is the first that did not pass, else the first."""
    trial = next((trial for trial in range(1, run.trials + 1) if _lost(sample(store, run.id, case_id, trial))), 1)
    before = _at(store, against, case_id, trial) if against else None
    return CasePair(case_id, trial, before, sample(store, run.id, case_id, trial))


def _lost(detail: SampleDetail | None) -> bool:
    return detail is not None and detail.grade is not None and detail.grade.passed is False


def _at(store: Store, run: Run, case_id: str, trial: int) -> SampleDetail | None:
    return sample(store, run.id, case_id, trial if trial <= run.trials else 1)


def answer(detail: SampleDetail | None) -> str | None:
    """What the agent answered in the end, or called where it said nothing; None where no reply came."""
    seen = trajectory(detail)
    if seen is None:
        return None
    return seen.answer or "\n".join(_call(step) for step in seen.calls(seen.turns)) or ""


def trajectory(detail: SampleDetail | None) -> Trajectory | None:
    """What the agent did; None where no reply came or it cannot be read."""
    seen = so_far(detail.held) if detail else None
    return seen if isinstance(seen, Trajectory) else None


def why_none(detail: SampleDetail | None) -> str:
    """Why there is no answer, in words."""
    if detail is None:
        return "this run does not have the case"
    seen = so_far(detail.held) if detail.held else None
    if isinstance(seen, Unscored):
        return seen.reason
    return no_reply(detail.last) if detail.last else "no reply yet"


def trajectory_rows(before: Trajectory | None, after: Trajectory | None) -> Diff:
    """Both trajectories aligned; the numbers of the rows are turns."""
    found = aligned(before.steps if before else (), after.steps if after else ()) or ()
    return Diff(tuple(row for one in found for row in _rows(one)), truncated=False)


def reason_rows(said: tuple[Said, ...]) -> Diff:
    """What the scorers said, one below the other, both runs side by side; the numbers mean nothing."""
    rows: list[Row] = []
    for number, one in enumerate(said, 1):
        rows += _numbered(diff(_reason(one.before), _reason(one.after)), number, number)
        rows.append(Row("same", (), (), -number, -number))
    return Diff(tuple(rows[:-1]), truncated=False)


def _rows(one: Aligned) -> Iterator[Row]:
    turns = one.before.turn if one.before else None, one.after.turn if one.after else None
    if one.before is None or one.after is None:
        text = readable(one.before or one.after)
        for line in text.split("\n"):
            shown = (Piece(line, changed=True),)
            yield Row("removed", shown, (), turns[0], None) if one.before else Row("added", (), shown, None, turns[1])
        return
    yield from _numbered(diff(readable(one.before), readable(one.after)), *turns)


def _numbered(found: Diff, left: int | None, right: int | None) -> Iterator[Row]:
    for row in found.rows:
        yield replace(
            row, left_number=left if row.left_number else None, right_number=right if row.right_number else None
        )


def readable(step: Step | None) -> str:
    """A step as text: who speaks, or which tool, then what."""
    if step is None:
        return ""
    if step.role == "tool":
        return f"{step.tool or 'tool'} {'failed' if step.is_error else 'answered'}\n{_indented(step.result)}"
    if step.tool is not None:
        return f"calls {_call(step)}"
    return f"{'user' if step.role == 'user' else 'says'}\n{_indented(step.text)}"


def _call(step: Step) -> str:
    if not isinstance(step.arguments, dict):
        return f"{step.tool} {_indented(step.arguments).strip()}"
    given = (f"  {name}: {_value(value)}" for name, value in sorted(step.arguments.items()))
    return "\n".join([f"{step.tool}", *given])


def _value(value: Any) -> str:
    return _indented(value).strip()


def _indented(value: Any) -> str:
    text = value if isinstance(value, str) else folded(value)
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _reason(row: ScoreRow | None) -> str:
    if row is None:
        return "no such scorer"
    verdict = "could not say" if row.passed is None else "passes" if row.passed else "fails"
    value = "" if row.value is None or row.value in (0.0, 1.0) else f" {row.value:.2f}"
    return f"{row.scorer} {verdict}{value}{' (advisory)' if row.advisory else ''}\n{_indented(row.reason)}"
