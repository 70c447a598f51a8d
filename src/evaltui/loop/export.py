"""A run for other programs: one JSON line a sample, or a recording that the sandbox can replay."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from evaltui.domain.errors import Refused
from evaltui.domain.request import Errored, Succeeded
from evaltui.domain.run import Run
from evaltui.domain.score import Unscored
from evaltui.domain.trajectory import Trajectory
from evaltui.loop.evidence import seen
from evaltui.loop.open import scoring_of
from evaltui.store.cases import CaseRow, SampleDetail, case_rows, sample
from evaltui.store.database import Store
from evaltui.store.outcomes import recording

PAGE = 500


def export_jsonl(store: Store, run: Run) -> Iterator[str]:
    """One object a sample: case, trial, output, scores. ASCII only, so that it is safe to print."""
    for row in _cases(store, run):
        for trial in range(1, run.trials + 1):
            if (detail := sample(store, run.id, row.case_id, trial)) is not None:
                yield json.dumps(_sample(run, detail))


def _cases(store: Store, run: Run) -> Iterator[CaseRow]:
    scoring, after = scoring_of(store, run).id, -1
    while page := case_rows(store, scoring, after=after, limit=PAGE):
        yield from page
        after = page[-1].position


def _sample(run: Run, detail: SampleDetail) -> dict[str, Any]:
    case, last, grade = detail.case, detail.attempts[-1] if detail.attempts else None, detail.grade
    scores = [
        {"scorer": s.scorer, "value": s.value, "passed": s.passed, "reason": s.reason, "advisory": s.advisory}
        for s in detail.scores
    ]
    return {
        "run": run.id, "case": case.id, "trial": detail.trial, "attempt": last.attempt if last else 0,
        "critical": case.critical,
        "tags": case.tags, "input": case.input, "expected": case.expected, **_outcome(detail),
        "passed": grade.passed if grade else None, "value": grade.value if grade else None,
        "reason": grade.reason if grade else "not scored yet", "scores": scores,
    }  # fmt: skip


def _outcome(detail: SampleDetail) -> dict[str, Any]:
    outcome = detail.last
    if not isinstance(outcome, Succeeded):
        return {"output": None, "error": type(outcome).__name__.lower() if outcome else "no reply"}
    found = seen(outcome, detail.held)
    used = found.usage if isinstance(found, Trajectory) else outcome.usage
    return {
        "output": found.answer if isinstance(found, Trajectory) else None,
        "stop_reason": outcome.stop_reason,
        "model": outcome.model,
        "usage": {"input_tokens": used.input_tokens, "output_tokens": used.output_tokens},
        **_talk(found, detail),
    }


def _talk(found: Trajectory | Unscored, detail: SampleDetail) -> dict[str, Any]:
    """The steps of a conversation of more than one reply, or of one that is more than its text."""
    if not isinstance(found, Trajectory) or (len(detail.held) < 2 and _says_all(found)):
        return {}
    return {
        "turns": found.turns,
        "ended": found.cut or found.stop_reason,
        "steps": [asdict(step) for step in found.steps],
    }


def _says_all(found: Trajectory) -> bool:
    """Whether the answer is all there is."""
    return all(step.tool is None for step in found.steps) and len(found.steps) == 1


def export_recording(store: Store, run: Run) -> Iterator[str]:
    """`{"digest", "reply"}` lines as `evaltui sandbox --replay` reads them; the digest is that of the params."""
    if run.made_elsewhere:
        raise Refused(f"run {run.id} was made elsewhere: what was asked is not known, so nothing can be replayed")
    answered: set[str] = set()
    for digest, outcome in recording(store, run.id):
        if isinstance(outcome, Succeeded) and isinstance(seen(outcome), Trajectory):
            message = json.loads(outcome.body)
            reply = {key: message.get(key) for key in ("content", "stop_reason", "usage")}
            answered.add(digest)
            yield json.dumps({"digest": digest, "reply": reply})
    for digest, outcome in recording(store, run.id):
        if isinstance(outcome, Errored) and digest not in answered:  # an attempt that a later one made good is no reply
            yield json.dumps({"digest": digest, "error": {"type": outcome.kind, "message": outcome.message}})
