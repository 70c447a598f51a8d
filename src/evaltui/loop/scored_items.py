"""What an evalset's own scorers say of a logged conversation: those that need neither gold nor a judge."""

from collections.abc import Callable, Sequence
from pathlib import Path

from evaltui.domain.base import digest
from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput, Refused
from evaltui.domain.item import Failure, Item
from evaltui.domain.score import Evidence, Score
from evaltui.evalsets.read import scan_evalset
from evaltui.logs.signature import signature_of, telling_line
from evaltui.plugins import Built, build_scorers
from evaltui.scores.run import is_judge, score_sample

LOGGED = Case.model_validate({"id": "logged", "input": "-"})
"""Nothing is expected of a logged conversation."""
Look = Callable[[Item], Sequence[Failure]]


def look_of(evalset: Path) -> Look:
    """What finds the failures of an item by the scorers of an evalset that can do without gold.

    Raises BadInput where the evalset cannot be read, Refused where every scorer needs gold or a judge.
    """
    source, problems = scan_evalset(evalset)
    if source is None:
        raise BadInput(problems)
    built, _ = build_scorers(source.scorers)
    able = [each for each in built if not is_judge(each[1]) and each[1].applies(LOGGED)]
    if not able:
        names = ", ".join(spec.name for spec, _ in built) or "none"
        raise Refused(
            f"no scorer of {source.file.name} can look at a log: each needs gold or a judge ({names}); "
            "no_repeats, forbidden_tools with a value and budgets with a value do not"
        )
    return lambda item: failures_by(able, item)


def failures_by(scorers: Sequence[Built], item: Item) -> tuple[Failure, ...]:
    """A failure for every scorer that the conversation does not pass, at the turn that it names, else the last."""
    scored = score_sample(scorers, Evidence(LOGGED, item.trajectory))
    return tuple(
        _failure(said.name, said.result, item)
        for said in scored
        if isinstance(said.result, Score) and not said.result.passed
    )


def _failure(name: str, score: Score, item: Item) -> Failure:
    named = score.detail.get("turn")
    turn = named if isinstance(named, int) else max(item.trajectory.turn_numbers, default=1)
    # A later record that sends this conversation along as history tells of the same event.
    key = digest(["scored", name, turn, score.reason, item.kind, list(item.opening)])
    return Failure(
        "score", turn, telling_line(f"{name}: {score.reason}"), signature_of("score", name, score.reason), key
    )
