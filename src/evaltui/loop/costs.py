"""What was paid: the tokens of every reply at the price of its model, of a run, a sample or an agent."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from evaltui.batches.price_table import Price
from evaltui.batches.prices import MILLION, Prices, prices_in_force
from evaltui.domain.run import Run
from evaltui.domain.trajectory import Usage
from evaltui.store.costs import Priced, run_usage, sample_usage
from evaltui.store.database import Store
from evaltui.store.runs import runs_of_agent

BATCHES = "claude"
MOST_TOKENS = 10**12
"""More than any prompt has."""


@dataclass(frozen=True, slots=True)
class Cost:
    """US dollars, None as soon as one price is not known; `hit_rate` is the share of prompt tokens read from the cache.

    `saved` is what those reads, and the writes they needed, saved against sending every token anew; it can be negative.
    """

    answers: float | None
    judgements: float | None
    hit_rate: float | None
    saved: float | None

    @property
    def total(self) -> float | None:
        return None if self.answers is None or self.judgements is None else self.answers + self.judgements


@dataclass(frozen=True, slots=True)
class AgentCost:
    """What all runs of one version of an agent have cost, in US dollars; None as soon as one price is not known."""

    runs: int
    usd: float | None


def cost_of_agent(store: Store, agent_digest: str) -> AgentCost:
    """Every reply that was paid for while this version was tested, judgements too."""
    paid = [spent(store, run) for run in runs_of_agent(store, agent_digest)]
    return AgentCost(len(paid), _sum(paid))


def spent(store: Store, run: Run) -> float | None:
    """What a run has cost so far, superseded attempts included: they were paid for. Answers made elsewhere were not."""
    cost = cost_of_run(store, run)
    return cost.judgements if run.made_elsewhere else cost.total


def cost_of_run(store: Store, run: Run) -> Cost:
    """Every reply of a run."""
    prices = prices_in_force()
    return _cost(prices, run_usage(store, run.id, edges(prices)), run)


def cost_of_sample(store: Store, run: Run, sample_id: int) -> Cost:
    """Every reply that was asked for on behalf of one sample."""
    prices = prices_in_force()
    return _cost(prices, sample_usage(store, sample_id, edges(prices)), run)


def cost_of_reply(run: Run, model: str, usage: Usage) -> float | None:
    """One reply of a run; None where its model has no known price."""
    return prices_in_force().cost(usage, model, batch=run.engine == BATCHES)


def costs_of_answers(run: Run) -> Callable[[Sequence[Priced]], float | None]:
    """What answers of a run cost, for many of them; None where there are none, or one has no known price."""
    prices, batch = prices_in_force(), run.engine == BATCHES
    price, ends = cache(prices.price), (*edges(prices), MOST_TOKENS)  # a page asks for the same few over and over

    def cost(rows: Sequence[Priced]) -> float | None:
        bands = [price(row.model, next(end for end in ends if row.longest <= end)) for row in rows]
        each: list[float | None] = [
            None if band is None else prices.at(band, row.usage, batch=batch)
            for band, row in zip(bands, rows, strict=True)
        ]
        return _sum(each) if each else None

    return cost


def token_prices(models: Iterable[str], run: Run) -> list[list[str | float]]:
    """For each band of each model: the model, prompts over and up to so many tokens, and US dollars of one token.

    Those are of input, output, cache writes for five minutes and for an hour, and cache reads, of answers of this run.
    """
    prices = prices_in_force()
    factor = (prices.batch_factor if run.engine == BATCHES else 1.0) / MILLION
    return [
        [model, over, band.up_to or MOST_TOKENS, *(rate * factor for rate in _rates(band))]
        for model in models
        for over, band in _over(prices.bands(model))
    ]


def _over(bands: Sequence[Price]) -> Iterator[tuple[int, Price]]:
    """Each band with the most tokens that are too few for it."""
    return zip((-1, *(band.up_to or MOST_TOKENS for band in bands[:-1])), bands, strict=True) if bands else iter(())


def _rates(band: Price) -> tuple[float, ...]:
    return band.input, band.output, band.write_5m, band.write_1h, band.read


def edges(prices: Prices) -> list[int]:
    """The prompt lengths, in tokens, at which some model's price changes."""
    return sorted({band.up_to for bands in prices.models.values() for band in bands if band.up_to is not None})


def _cost(prices: Prices, rows: Iterable[Priced], run: Run) -> Cost:
    found = list(rows)
    answers = [_price(prices, row, row.usage, run) for row in found if row.purpose == "answer"]
    judged = [_price(prices, row, row.usage, run) for row in found if row.purpose == "judge"]
    anew = [_price(prices, row, _anew(row.usage), run) for row in found]
    total, without = _sum(answers + judged), _sum(anew)
    cached = any(row.usage.cache_read_input_tokens or row.usage.cache_creation_input_tokens for row in found)
    saved = without - total if cached and total is not None and without is not None else None
    return Cost(_sum(answers), _sum(judged), _hit_rate(row.usage for row in found) if cached else None, saved)


def _price(prices: Prices, row: Priced, usage: Usage, run: Run) -> float | None:
    """All requests of a row are of one price band, which its longest prompt tells."""
    band = prices.price(row.model, row.longest)
    return None if band is None else prices.at(band, usage, batch=_batched(row, run))


def _batched(row: Priced, run: Run) -> bool:
    """How answers made elsewhere were asked for is not known: they have the full price. Their judges are batched."""
    return run.engine == BATCHES or (run.made_elsewhere and row.purpose == "judge")


def _anew(usage: Usage) -> Usage:
    return Usage(_prompt(usage), usage.output_tokens)


def _hit_rate(usages: Iterable[Usage]) -> float | None:
    """Prompt tokens read from the cache among all prompt tokens."""
    totals = [(usage.cache_read_input_tokens, _prompt(usage)) for usage in usages]
    every = sum(prompt for _, prompt in totals)
    return sum(read for read, _ in totals) / every if every else None


def _prompt(usage: Usage) -> int:
    return usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens


def _sum(prices: list[float | None]) -> float | None:
    known = [price for price in prices if price is not None]
    return sum(known) if len(known) == len(prices) else None
