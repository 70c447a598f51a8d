"""What a run would send, added up case by case: requests, rounds and bytes, at least, probably and at most."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from evaltui.agents.turn import Requests
from evaltui.domain.agent import Agent
from evaltui.domain.batch import Fault
from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput
from evaltui.domain.score import Evidence, JudgeScorer
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.loop.estimate import HIDDEN, Forecast, Ratio, Tokens, caches, hidden, total
from evaltui.loop.spread import Spread
from evaltui.plugins import Built
from evaltui.scores.run import is_judge

SAMPLED = 8  # requests whose tokens are counted
SLACK = 0.1  # of what was counted, for the requests that were not
BRIEF, USUAL = 0.01, 0.15  # shares of max_tokens that a reply takes at least, and usually
FRAME = 150  # bytes of JSON around a reply and a tool's result in a history
UNKNOWN_RESULT = 8_000  # bytes that a tool's result may have where none is recorded
NO_ANSWER = Trajectory((Step(1, "assistant", text=""),), "end_turn")

Count = Callable[[bytes], int | Fault]
"""The tokens of a request's `params`, as the provider counts them."""


@dataclass(slots=True)
class Bound:
    """One of the three sums. `tokens` are input tokens that no byte is known of: replies that come back as history.

    `longest` are bytes and such tokens of the longest prompt.
    """

    requests: int = 0
    rounds: int = 0
    size: int = 0
    tokens: int = 0
    outputs: float = 0.0
    longest: tuple[int, int] = (0, 0)

    def add(self, turns: int, first: int, growth: int, grown: int, output: float) -> None:
        """A conversation of `turns` requests, the first of `first` bytes, each later one so much longer."""
        pairs = turns * (turns - 1) // 2
        self.requests += turns
        self.rounds = max(self.rounds, turns)
        self.size += turns * first + pairs * growth
        self.tokens += pairs * grown
        self.outputs += turns * output
        last = first + (turns - 1) * growth, (turns - 1) * grown
        self.longest = max(self.longest[0], last[0]), max(self.longest[1], last[1])

    def of(self, model: str, ratio: float, trials: int, *, cached: bool, hidden: int = 0) -> Tokens:
        """In tokens, for so many trials of each case; `hidden` are those of each request without a byte."""
        inputs = round((self.size * ratio + self.tokens + self.requests * hidden) * trials)
        outputs = max(self.requests, round(self.outputs)) * trials
        longest = round(self.longest[0] * ratio) + self.longest[1] + hidden
        return Tokens(model, self.requests * trials, inputs, outputs, longest, cached)


@dataclass(slots=True)
class Bounds:
    """At least, probably, at most."""

    low: Bound = field(default_factory=Bound)
    likely: Bound = field(default_factory=Bound)
    high: Bound = field(default_factory=Bound)


class Scale:
    """Add every case, then ask for the forecast."""

    def __init__(self, agent: Agent, scorers: list[Built]) -> None:
        self._agent, self._requests = agent, Requests(agent)
        self._judges: list[tuple[JudgeScorer, Bounds]] = [(one, Bounds()) for _, one in scorers if is_judge(one)]
        self._answers = Bounds()
        self.sample = Spread(SAMPLED)

    def add(self, case: Case) -> None:
        """One that cannot be sent weighs nothing: `checked` tells of it."""
        try:
            body = self._requests.first(case)
        except BadInput:
            return
        self.sample.add(body)
        turns = _turns(case, self._agent)
        self._add_answers(case, len(body), turns)
        for judge, bounds in self._judges:
            self._add_judge(judge, bounds, case, turns[2])

    def ratio(self, count: Count | None) -> Ratio:
        """Tokens per byte, counted on some of the requests where somebody can; nothing is paid for counting."""
        if count is None or not self.sample.taken:
            return Ratio()
        counted = [(len(body), count(body)) for body in self.sample.taken]
        shares = [tokens / size for size, tokens in counted if not isinstance(tokens, Fault)]
        if len(shares) < len(counted):
            return Ratio()
        words = f"counted on {len(shares)} of {self._answers.low.requests:,} requests"
        whole = len(shares) == self._answers.high.requests
        slack = 0.0 if whole else SLACK
        return Ratio(min(shares) * (1 - slack), max(shares) * (1 + slack), "counted" if whole else words, counted=True)

    def forecast(self, trials: int = 1, ratio: Ratio | None = None, *, live: bool = False) -> Forecast:
        """What `trials` runs over all cases would send and cost."""
        known = ratio or Ratio()
        parts = list(self._parts(trials, known))
        low, likely, high = ([part[at] for part in parts] for at in range(3))
        judged = bool(self._judges)
        return Forecast(
            self._agent.model,
            low[0].requests + sum(part.requests for part in low[1:]),
            high[0].requests + sum(part.requests for part in high[1:]),
            (self._answers.low.rounds + judged, self._answers.high.rounds + judged),
            sum(part.inputs for part in low),
            sum(part.inputs for part in high),
            sum(part.outputs for part in low),
            sum(part.outputs for part in high),
            total([part.cheapest(live=live) for part in low]),
            total([part.plain(live=live) for part in likely]),
            total([part.dearest(live=live) for part in high]),
            known.words,
            tuple(dict.fromkeys(part.model for part in low[1:])),
            live,
        )

    def _parts(self, trials: int, ratio: Ratio) -> Iterator[tuple[Tokens, Tokens, Tokens]]:
        """The answers first, then each judge, which marks its instructions for the cache."""
        unseen = 0 if ratio.counted else hidden(self._agent)
        yield _three(self._answers, self._agent.model, ratio, trials, cached=caches(self._agent), hidden=unseen)
        for judge, bounds in self._judges:
            yield _three(bounds, judge.asked_of[0], ratio, trials, cached=True, hidden=HIDDEN)

    def _add_answers(self, case: Case, first: int, turns: tuple[int, int, int]) -> None:
        most, results = self._agent.max_tokens, _results(case)
        self._answers.low.add(turns[0], first, FRAME // 3, 0, BRIEF * most)
        self._answers.likely.add(turns[1], first, FRAME + sum(results) // max(len(results), 1), 0, USUAL * most)
        self._answers.high.add(turns[2], first, FRAME + max(results, default=UNKNOWN_RESULT), most, most)

    def _add_judge(self, judge: JudgeScorer, bounds: Bounds, case: Case, turns: int) -> None:
        """What it sees of a reply is not known yet: at least nothing, at most the whole conversation."""
        if not judge.applies(case):
            return
        most = judge.asked_of[1]
        seen = turns * self._agent.max_tokens, (turns - 1) * max(_results(case), default=UNKNOWN_RESULT)
        for question in judge.ask(Evidence(case, NO_ANSWER)):
            add = partial(Bound.add, turns=1, growth=0, grown=0)
            add(bounds.low, first=len(question.params), output=BRIEF * most)
            add(bounds.likely, first=len(question.params) + FRAME, output=USUAL * most)
            add(bounds.high, first=len(question.params) + seen[1], output=most)
            bounds.high.tokens += seen[0]
            bounds.high.longest = bounds.high.longest[0], max(bounds.high.longest[1], seen[0])


def _three(
    bounds: Bounds, model: str, ratio: Ratio, trials: int, *, cached: bool, hidden: int
) -> tuple[Tokens, Tokens, Tokens]:
    middle = (ratio.low + ratio.high) / 2
    return (
        bounds.low.of(model, ratio.low, trials, cached=cached),
        bounds.likely.of(model, middle, trials, cached=cached),
        bounds.high.of(model, ratio.high, trials, cached=cached, hidden=hidden),
    )


def _turns(case: Case, agent: Agent) -> tuple[int, int, int]:
    """Replies of a conversation: at least one, probably one for each recorded call and user's turn, at most all."""
    most = case.max_turns or agent.max_turns
    calls = len(case.tools) if agent.answers is not None else 0
    return 1, min(most, 1 + len(case.turns) + calls), most


def _results(case: Case) -> list[int]:
    """The bytes of what is said to the agent on the way."""
    recorded = [call.result for call in case.tools]
    return [len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")) for value in [*recorded, *case.turns]]
