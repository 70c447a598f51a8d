"""What a run would send and cost, said before anything is sent."""

from dataclasses import dataclass, fields, replace

from evaltui.batches.prices import cost
from evaltui.domain.agent import Agent
from evaltui.domain.trajectory import Usage

# Bytes of JSON a token stands for: English prose on the left, code, digits and other scripts on the right.
LIGHT, DENSE = 4.5, 2.5
BRIEF_REPLY = 0.1  # share of max_tokens that the low estimate expects a reply to use


@dataclass(frozen=True, slots=True)
class Forecast:
    """`low` and `high` in USD at batch prices, None when the model's price is unknown; tokens are estimated."""

    requests: int
    input_low: int
    input_high: int
    output_low: int
    output_high: int
    body_bytes: int
    low: float | None
    high: float | None
    model: str

    def words(self) -> str:
        noun = "request" if self.requests == 1 else "requests"
        inputs, outputs = f"{self.input_low:,}–{self.input_high:,}", f"{self.output_low:,}–{self.output_high:,}"
        tokens = f"{inputs} input and {outputs} output tokens (estimated from bytes)"
        return f"{self.requests:,} {noun} to {self.model}, {tokens}: {self._money()}"

    def _money(self) -> str:
        if self.low is None or self.high is None:
            return "price unknown for this model"
        digits = 4 if self.high < 1 else 2
        return f"${self.low:.{digits}f}–${self.high:.{digits}f} at batch prices"


def estimate(agent: Agent, count: int, size: int) -> Forecast:
    """What `count` requests of `size` bytes together would cost."""
    inputs = round(size / LIGHT), round(size / DENSE)
    outputs = round(count * agent.max_tokens * BRIEF_REPLY), count * agent.max_tokens
    low = _cost(agent, count, Usage(inputs[0], outputs[0]))
    high = _cost(agent, count, _dearest(agent, Usage(inputs[1], outputs[1])))
    return Forecast(count, *inputs, *outputs, size, low, high, agent.model)


def _dearest(agent: Agent, usage: Usage) -> Usage:
    """An agent that caches may write every prompt into the cache, for an hour, and never read it again."""
    if '"cache_control"' not in agent.model_dump_json():
        return usage
    tokens = usage.input_tokens
    return replace(usage, input_tokens=0, cache_creation_input_tokens=tokens, cache_creation_1h_input_tokens=tokens)


def _cost(agent: Agent, count: int, usage: Usage) -> float | None:
    """Prices depend on the length of each prompt, so the mean request is priced."""
    mean = Usage(*(round(getattr(usage, field.name) / max(count, 1)) for field in fields(Usage)))
    each = cost(mean, agent.model, batch=True)
    return None if each is None else each * count
