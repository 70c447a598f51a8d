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


def estimate(agent: Agent, count: int, size: int, *, live: bool = False) -> Forecast:
    """What `count` requests of `size` bytes together would cost."""
    caches = '"cache_control"' in agent.model_dump_json()
    return _estimate(agent.model, agent.max_tokens, count, size, caches=caches, live=live)


def estimate_judge(model: str, max_tokens: int, count: int, size: int, *, live: bool = False) -> Forecast:
    """The same for requests to a judge, whose prompts are cached."""
    return _estimate(model, max_tokens, count, size, caches=True, live=live)


def _estimate(model: str, max_tokens: int, count: int, size: int, *, caches: bool, live: bool) -> Forecast:
    inputs = round(size / LIGHT), round(size / DENSE)
    outputs = round(count * max_tokens * BRIEF_REPLY), count * max_tokens
    dearest = Usage(inputs[1], outputs[1])
    low = _cost(model, count, Usage(inputs[0], outputs[0]), batch=not live)
    high = _cost(model, count, _written(dearest) if caches else dearest, batch=not live)
    return Forecast(count, *inputs, *outputs, size, low, high, model)


def _written(usage: Usage) -> Usage:
    """Every prompt written into the cache, for an hour, and never read again."""
    tokens = usage.input_tokens
    return replace(usage, input_tokens=0, cache_creation_input_tokens=tokens, cache_creation_1h_input_tokens=tokens)


def _cost(model: str, count: int, usage: Usage, *, batch: bool) -> float | None:
    """Prices depend on the length of each prompt, so the mean request is priced."""
    mean = Usage(*(round(getattr(usage, field.name) / max(count, 1)) for field in fields(Usage)))
    each = cost(mean, model, batch=batch)
    return None if each is None else each * count
