"""Owns pairing the calls of a whole conversation with the expected ones, and the sentence for each that has no pair."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from evaltui.domain.trajectory import Step
from evaltui.scores.gold_calls import GoldCall
from evaltui.scores.match_calls import largest_pairing
from evaltui.scores.shown import plain, shown
from evaltui.scores.trajectory.arguments import Arguments, call_problems
from evaltui.scores.trajectory.modes import Mode

Outcome = Literal["right", "wrong", "missing", "extra"]


@dataclass(frozen=True, slots=True)
class TurnVerdict:
    """What became of one expected call, or of one that nothing asked for; `reason` names the turn.

    `turn` is where it was made or due, `call` the position of that call, or the number of calls where there is none.
    """

    name: str
    outcome: Outcome
    turn: int
    call: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pairing:
    """`pairs`: position in the gold → position among the calls made; `problems[gold][call]` is empty where they fit."""

    gold: Sequence[GoldCall]
    calls: Sequence[Step]
    problems: list[list[list[str]]]
    pairs: dict[int, int]

    @property
    def recall(self) -> float:
        """The share of the expected calls that were made; 1 where none is expected."""
        return len(self.pairs) / len(self.gold) if self.gold else 1.0

    @property
    def precision(self) -> float:
        """The share of the calls made that were expected; 1 where none was made."""
        return len(self.pairs) / len(self.calls) if self.calls else 1.0


def paired(gold: Sequence[GoldCall], calls: Sequence[Step], mode: Mode, how: Arguments) -> Pairing:
    """The best pairing: the largest of all, or the largest that keeps the order."""
    problems = [[call_problems(want, call, how) for call in calls] for want in gold]
    fits = [[not problem for problem in row] for row in problems]
    return Pairing(gold, calls, problems, common_subsequence(fits) if mode.ordered else largest_pairing(fits))


def common_subsequence(fits: list[list[bool]]) -> dict[int, int]:
    """The longest pairing of rows with columns that crosses nowhere: row → column, the earliest there is."""
    columns = len(fits[0]) if fits else 0
    best = [[0] * (columns + 1) for _ in range(len(fits) + 1)]
    for row in reversed(range(len(fits))):
        for column in reversed(range(columns)):
            through = best[row + 1][column + 1] + 1 if fits[row][column] else 0
            best[row][column] = max(best[row + 1][column], best[row][column + 1], through)
    return dict(_walk(fits, best, columns))


def _walk(fits: list[list[bool]], best: list[list[int]], columns: int) -> Iterator[tuple[int, int]]:
    row = column = 0
    while row < len(fits) and column < columns:
        if fits[row][column] and best[row][column] == best[row + 1][column + 1] + 1:
            yield row, column
            row, column = row + 1, column + 1
        elif best[row][column] == best[row][column + 1]:
            column += 1
        else:
            row += 1


def verdicts(pairing: Pairing, mode: Mode, last_turn: int) -> list[TurnVerdict]:
    """One for each expected call and, where the mode has no place for them, each other call; in order of turns."""
    lacking = list(_lacking(pairing, mode, last_turn)) if mode.all_gold else []
    taken = {*pairing.pairs.values(), *(verdict.call for verdict in lacking if verdict.outcome == "wrong")}
    free = [at for at in range(len(pairing.calls)) if at not in taken]
    extra = [_extra(pairing.calls[at], at) for at in free] if mode.no_extra else []
    found = [*_right(pairing), *lacking, *extra]
    return sorted(found, key=lambda verdict: (verdict.call, verdict.outcome != "missing"))


def _right(pairing: Pairing) -> Iterator[TurnVerdict]:
    for at, call in pairing.pairs.items():
        yield TurnVerdict(plain(pairing.gold[at].name), "right", pairing.calls[call].turn, call)


def _extra(call: Step, at: int) -> TurnVerdict:
    name = plain(str(call.tool))
    return TurnVerdict(name, "extra", call.turn, at, f"turn {call.turn}: extra call {name} {shown(call.arguments, 40)}")


def _lacking(pairing: Pairing, mode: Mode, last_turn: int) -> Iterator[TurnVerdict]:
    """A verdict for each gold call without a pair; a call that was made is blamed for one of them only."""
    free = [at for at in range(len(pairing.calls)) if at not in set(pairing.pairs.values())]
    for at in (at for at in range(len(pairing.gold)) if at not in pairing.pairs):
        blamed = _blamed(pairing, at, free, mode)
        if blamed is None:
            yield _missing(pairing, at, mode, last_turn)
        else:
            free.remove(blamed)
            yield _wrong(pairing, at, blamed)


def _blamed(pairing: Pairing, at: int, free: list[int], mode: Mode) -> int | None:
    """The free call of the same tool with the fewest faults; in `strict` else the one that stands in its place."""
    same_tool = [call for call in free if pairing.calls[call].tool == pairing.gold[at].name]
    if same_tool:
        return min(same_tool, key=lambda call: (len(pairing.problems[at][call]), call))
    after, before = _place(pairing, at)
    between = [call for call in free if after < call < before]
    return between[0] if mode.ordered and mode.no_extra and between else None


def _place(pairing: Pairing, at: int) -> tuple[int, int]:
    """The paired calls around a gold call: it is due after the first and before the second."""
    after = max((call for gold, call in pairing.pairs.items() if gold < at), default=-1)
    return after, min((call for gold, call in pairing.pairs.items() if gold > at), default=len(pairing.calls))


def _wrong(pairing: Pairing, at: int, blamed: int) -> TurnVerdict:
    name, call = plain(pairing.gold[at].name), pairing.calls[blamed]
    problem = next(iter(pairing.problems[at][blamed]), f"{name} is out of order")
    return TurnVerdict(name, "wrong", call.turn, blamed, f"turn {call.turn}: {problem}")


def _missing(pairing: Pairing, at: int, mode: Mode, last_turn: int) -> TurnVerdict:
    """In order, it was due where the next expected call was made; else the last turn is where it is known."""
    name, (_, due) = plain(pairing.gold[at].name), _place(pairing, at)
    if mode.ordered and due < len(pairing.calls):
        call = pairing.calls[due]
        said = f"turn {call.turn}: expected {name}, got {plain(str(call.tool))}"
        return TurnVerdict(name, "missing", call.turn, due, said)
    said = f"turn {last_turn}, the last: {name} was expected and never called"
    return TurnVerdict(name, "missing", last_turn, len(pairing.calls), said)
