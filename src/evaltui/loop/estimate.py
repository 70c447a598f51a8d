"""What requests would cost, said before anything is sent: ranges that honest runs stay within."""

from dataclasses import dataclass, replace
from math import floor, log10

from evaltui.agents.caching import marks_itself
from evaltui.batches.prices import prices_in_force
from evaltui.domain.agent import Agent
from evaltui.domain.trajectory import Usage
from evaltui.store.limits import Load

DENSE = 1 / 2.5
"""Tokens for a byte of code, digits and other scripts."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Tokens that a byte of JSON stands for, at least and at most; `words` say how that is known."""

    low: float = 1 / 4.5  # English prose
    high: float = DENSE
    words: str = "estimated from bytes"
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Tokens:
    """Requests to one model with the tokens they read and write together; `longest`: of the longest prompt.

    `caches`: they mark a prefix to be cached.
    """

    model: str
    requests: int
    inputs: int
    outputs: int
    longest: int
    caches: bool = False

    def cheapest(self, *, live: bool) -> float | None:
        """US dollars when everything that may be cached was read from the cache."""
        read = replace(self._usage, input_tokens=0, cache_read_input_tokens=self.inputs)
        return min(self._costs(read if self.caches else self._usage, live), default=None)

    def dearest(self, *, live: bool) -> float | None:
        """US dollars when every prompt was written into the cache, for an hour, and never read again."""
        tokens = {"cache_creation_input_tokens": self.inputs, "cache_creation_1h_input_tokens": self.inputs}
        written = replace(self._usage, input_tokens=0, **tokens)
        return max(self._costs(written if self.caches else self._usage, live), default=None)

    def plain(self, *, live: bool) -> float | None:
        """US dollars without any cache, as if all prompts were of one length."""
        prices = prices_in_force()
        band = prices.price(self.model, self._mean)
        return None if band is None else prices.at(band, self._usage, batch=not live)

    @property
    def _usage(self) -> Usage:
        return Usage(self.inputs, self.outputs)

    @property
    def _mean(self) -> int:
        return round(self.inputs / max(self.requests, 1))

    def _costs(self, usage: Usage, live: bool) -> list[float]:
        """Prices depend on the length of each prompt: what all would cost in each band that one may reach."""
        prices = prices_in_force()
        bands = prices.reach(self.model, max(self.longest, self._mean))
        return [prices.at(band, usage, batch=not live) for band in bands]


@dataclass(frozen=True, slots=True)
class Usual:
    """What so many earlier runs cost at least and at most, in US dollars, for as many samples, with a margin."""

    low: float
    high: float
    runs: int

    def words(self) -> str:
        runs = "an earlier run" if self.runs == 1 else f"{self.runs} earlier runs"
        return f"{dollars(self.low)}–{dollars(self.high)} if it goes as in {runs}"


@dataclass(frozen=True, slots=True)
class Forecast:
    """From `requests` to `requests_high` requests; USD are None when a price is not known.

    `likely` is what a run costs that takes the calls its cases record; `usual` is what earlier ones did. Neither is a
    bound: a changed agent may behave as none before. `judges` names the models that are asked too.
    """

    model: str
    requests: int
    requests_high: int
    rounds: tuple[int, int]
    input_low: int
    input_high: int
    output_low: int
    output_high: int
    low: float | None
    likely: float | None
    high: float | None
    counted: str
    judges: tuple[str, ...] = ()
    live: bool = False
    usual: Usual | None = None

    def words(self) -> str:
        return f"{self.sent()}: {self.money()}"

    def sent(self) -> str:
        """What would be sent, in words."""
        requests, rounds = _span(self.requests, self.requests_high), _span(*self.rounds)
        sent = f"{requests} {'request' if requests == '1' else 'requests'}"
        sent += "" if rounds == "1" else f" in {rounds} rounds"
        judged = f" and its judge {', '.join(self.judges)}" if self.judges else ""
        inputs, outputs = _span(self.input_low, self.input_high), _span(self.output_low, self.output_high)
        tokens = f"{inputs} input and {outputs} output tokens ({self.counted})"
        return f"{sent} to {self.model}{judged}, {tokens}"

    def money(self) -> str:
        """What that would cost, in words."""
        if self.low is None or self.high is None:
            return "price unknown for this model"
        prices = "at full prices" if self.live else "at batch prices"
        return f"{dollars(self.low)}–{dollars(self.high)} {prices}{self._expected()}"

    def _expected(self) -> str:
        if self.usual is not None:
            return f", {self.usual.words()}"
        return f", about {dollars(self.likely)} if cases take the calls they record" if self._wide else ""

    @property
    def _wide(self) -> bool:
        return self.likely is not None and self.rounds[1] > 1


HIDDEN = 600
"""The most tokens that the provider adds to a request to explain its tools, or the schema of its answer."""


def hidden(agent: Agent) -> int:
    """The most tokens of a request that none of its bytes stands for."""
    return HIDDEN if agent.tools or "output_config" in agent.params else 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What requests to one model may need at most: tokens of a reply, tokens for a byte, tokens without a byte."""

    model: str
    max_tokens: int
    caches: bool
    ratio: float = DENSE
    hidden: int = HIDDEN

    def worst(self, load: Load, *, live: bool) -> float | None:
        """The most that these requests may cost in US dollars; None where the price is not known."""
        inputs = round(load.size * self.ratio) + load.requests * self.hidden
        longest = round(load.longest * self.ratio) + self.hidden
        outputs = load.requests * self.max_tokens
        return Tokens(self.model, load.requests, inputs, outputs, longest, self.caches).dearest(live=live)


def caches(agent: Agent) -> bool:
    """Whether the agent's requests mark something for the prompt cache."""
    return agent.cache is not None or marks_itself(agent)


def known(
    model: str, max_tokens: int, count: int, size: int, *, caches: bool, live: bool = False, longest: int = 0
) -> Forecast:
    """What `count` requests of `size` bytes together would cost, where these are known: of a retry, of a judge.

    `longest` are the bytes of the longest; where they are not known all count as equally long.
    """
    ratio, load = Ratio(), Load(count, size, max(longest, round(size / max(count, 1))))
    inputs = round(size * ratio.low), round(size * ratio.high) + count * HIDDEN
    outputs = count, count * max_tokens
    cheap = Tokens(model, count, inputs[0], outputs[0], round(load.longest * ratio.high), caches).cheapest(live=live)
    dear = Asked(model, max_tokens, caches).worst(load, live=live)
    return Forecast(model, count, count, (1, 1), *inputs, *outputs, cheap, None, dear, ratio.words, live=live)


def together(parts: list[Forecast]) -> Forecast | None:
    """Several forecasts as one; None where there is none."""
    if not parts:
        return None
    names = ", ".join(dict.fromkeys(part.model for part in parts))
    counts = {name: sum(getattr(part, name) for part in parts) for name in _COUNTS}
    low, high = total([part.low for part in parts]), total([part.high for part in parts])
    return replace(parts[0], model=names, low=low, high=high, **counts)


_COUNTS = ("requests", "requests_high", "input_low", "input_high", "output_low", "output_high")


def total(parts: list[float | None]) -> float | None:
    """The sum; None as soon as one is not known."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def dollars(amount: float | None) -> str:
    """An amount with as many digits as say something."""
    if amount is None:
        return "unknown"
    return f"${amount:.{2 if amount >= 1 else 4 if amount >= 0.01 or amount == 0 else 6}f}"


def roughly(amount: float) -> str:
    """An amount that is only about right, with two digits that count."""
    if amount == 0 or amount >= 1:
        return f"${amount:.2f}"
    return f"${amount:.{1 - floor(log10(amount))}f}"


def _span(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"
