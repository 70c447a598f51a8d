"""What a run would send and cost, said before anything is sent."""

from collections.abc import Iterable
from dataclasses import dataclass

from evaltui.agents.turn import Requests
from evaltui.batches.prices import cost
from evaltui.domain.agent import Agent
from evaltui.domain.case import Case
from evaltui.domain.trajectory import Usage

BYTES_PER_TOKEN = 3.5  # English JSON; an estimate and said to be one
BRIEF_REPLY = 0.1  # share of max_tokens that the low estimate expects a reply to use


@dataclass(frozen=True, slots=True)
class Forecast:
    """`low` and `high` in USD at batch prices, None when the model's price is unknown; tokens are estimated."""

    requests: int
    input_tokens: int
    output_low: int
    output_high: int
    body_bytes: int
    low: float | None
    high: float | None
    model: str

    def words(self) -> str:
        output = f"{self.output_low:,}–{self.output_high:,}"
        tokens = f"about {self.input_tokens:,} input and {output} output tokens (estimated from bytes)"
        return f"{self.requests:,} requests to {self.model}, {tokens}: {self._money()}"

    def _money(self) -> str:
        if self.low is None or self.high is None:
            return "price unknown for this model"
        return (
            f"${self.low:.4f}–${self.high:.4f} at batch prices"
            if self.high < 1
            else f"${self.low:.2f}–${self.high:.2f} at batch prices"
        )


def forecast(agent: Agent, cases: Iterable[Case], trials: int) -> Forecast:
    """Builds every request once, keeps none."""
    requests = Requests(agent)
    count = size = 0
    for case in cases:
        count += 1
        size += len(requests.first(case))
    return estimate(agent, count * trials, size * trials)


def estimate(agent: Agent, count: int, size: int) -> Forecast:
    """What `count` requests of `size` bytes together would cost."""
    tokens = round(size / BYTES_PER_TOKEN)
    low, high = round(count * agent.max_tokens * BRIEF_REPLY), count * agent.max_tokens
    low_cost, high_cost = (_cost(agent, count, tokens, output) for output in (low, high))
    return Forecast(count, tokens, low, high, size, low_cost, high_cost, agent.model)


def _cost(agent: Agent, count: int, tokens: int, output: int) -> float | None:
    """Prices depend on the length of each prompt, so the mean request is priced."""
    each = cost(Usage(round(tokens / max(count, 1)), round(output / max(count, 1))), agent.model, batch=True)
    return None if each is None else each * count
