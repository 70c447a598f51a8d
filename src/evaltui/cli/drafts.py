"""Drafts of gold cases as plain text: what would be written, what was redacted, what the agent did, what is like it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from evaltui.cli.render import note, out, quoted
from evaltui.cli.triage import say_diff
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.loop.add import Append
from evaltui.loop.draft import Draft
from evaltui.loop.draft_edit import case_yaml
from evaltui.loop.proof import Proof

MOST = 120  # lines of a case or an output that are shown
_SIGNS = {"bites": "✓", "flaky": "~", "passes": "✗", "unresolved": "!"}


def say_draft(draft: Draft) -> None:
    """The whole of one draft."""
    out(f"Item {draft.item.id[:12]} ({draft.item.kind}): {shown(draft.why, 160)}")
    out(f"The case {draft.id} for {draft.target.name}:")
    _some(case_yaml(draft))
    out(f"Redacted: {_redacted(draft)}")
    out("The failed output, which is not gold:")
    _some(draft.failed or "(nothing)")
    for left in draft.notes:
        note(left)
    for each in draft.similar:
        out(f"Like it: {each.words()}")
        _some(each.case.text, 8)


def say_append(made: Append, warnings: Iterable[Problem]) -> None:
    """What would change in which files."""
    for problem in warnings:
        note(f"Warning: {problem}")
    for change in made.changes:
        out(f"{change.file}:{change.line}")
        say_diff(change.diff)


def say_proof(proofs: Sequence[Proof], run_id: int) -> None:
    """One line a case."""
    for proof in proofs:
        out(f"{_SIGNS[proof.verdict]} {proof.words}")
    if any(proof.verdict == "passes" for proof in proofs):
        note("A case that passes guards what works; if it should fail, say more exactly what is right.")
    note(f"The turns: evaltui show {run_id} {proofs[0].case_id}")


def as_plain(draft: Draft) -> dict[str, Any]:
    """For `--json`."""
    return {
        "item": draft.item.id,
        "turn": draft.turn,
        "why": draft.why,
        "case": dict(draft.case),
        "redactions": draft.redactions,
        "failed": draft.failed,
        "similar": [{"id": each.case.id, "place": each.case.place, "share": each.share} for each in draft.similar],
        "notes": draft.notes,
    }


def _redacted(draft: Draft) -> str:
    found = Counter((each.placeholder, each.kind) for each in draft.redactions)
    told = [
        f"{placeholder} ({kind}{f', {times} times' if times > 1 else ''})"
        for (placeholder, kind), times in found.items()
    ]
    return ", ".join(told) or "nothing was found; look for yourself"


def _some(text: str, most: int = MOST) -> None:
    lines = text.removesuffix("\n").split("\n")
    quoted("\n".join(line if len(line) <= 2_000 else f"{line[:2_000]}…" for line in lines[:most]))
    if len(lines) > most:
        out(f"  … and {len(lines) - most:,} more lines; --json prints all")
