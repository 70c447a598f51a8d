"""Owns what tokens cost: a dated table, and the arithmetic of one request. No price is ever guessed."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from evaltui.batches.price_table import Price, Table, read_table
from evaltui.domain.errors import BadInput
from evaltui.domain.trajectory import Usage

SHIPPED = Path(__file__).with_name("prices.toml")
SNAPSHOT = re.compile(r"(?:[-@]\d{8}|-latest)?")
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """The bands of each model, shortest prompts first, and the day the table was true."""

    as_of: date
    batch_factor: float
    models: dict[str, tuple[Price, ...]]

    def price(self, model: str, prompt_tokens: int = 0) -> Price | None:
        """The price of a model or a dated snapshot of it; None where it is not in the table."""
        return next(reversed(self.reach(model, prompt_tokens)), None)

    def bands(self, model: str) -> tuple[Price, ...]:
        """All bands of a model or a dated snapshot of it, shortest prompts first."""
        names = (name for name in self.models if model.startswith(name) and SNAPSHOT.fullmatch(model[len(name) :]))
        return self.models.get(max(names, key=len, default=""), ())

    def reach(self, model: str, longest: int) -> tuple[Price, ...]:
        """The bands of prompts of up to `longest` tokens; none where that has no known price."""
        bands = self.bands(model)
        last = next((at for at, band in enumerate(bands, 1) if band.up_to is None or longest <= band.up_to), 0)
        return bands[:last]

    def cost(self, usage: Usage, model: str, *, batch: bool = True) -> float | None:
        """US dollars of one request; None where the model has no known price."""
        price = self.price(model, _prompt(usage))
        return None if price is None else self.at(price, usage, batch=batch)

    def at(self, price: Price, usage: Usage, *, batch: bool) -> float:
        """US dollars of any number of requests at one price."""
        return _tokens_cost(usage, price) * (self.batch_factor if batch else 1.0)


_chosen: list[Path] = []


def choose(override: Path) -> Prices:
    """From now on this process prices by the shipped table with the entries of `override` over it.

    Raises BadInput with every problem of that file.
    """
    prices = load_prices(override)
    _chosen[:] = [override]
    return prices


def prices_in_force() -> Prices:
    """The table that this process prices by."""
    return load_prices(*_chosen)


@cache
def load_prices(override: Path | None = None) -> Prices:
    """The shipped table, with the entries of `override` over it. Raises BadInput with every problem of that file."""
    return _over(_table(SHIPPED), Table() if override is None else _table(override))


def _table(path: Path) -> Table:
    table = read_table(path)
    if not isinstance(table, Table):
        raise BadInput(table)
    return table


def _over(shipped: Table, own: Table) -> Prices:
    as_of = own.as_of or shipped.as_of
    factor = shipped.batch_factor if own.batch_factor is None else own.batch_factor
    assert as_of is not None and factor is not None, "the shipped table has both"  # noqa: S101 - ours
    models = {name: tuple(bands) for name, bands in (shipped.models | own.models).items()}
    return Prices(as_of, factor, models)


def _prompt(usage: Usage) -> int:
    return usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens


def _tokens_cost(usage: Usage, price: Price) -> float:
    hour = usage.cache_creation_1h_input_tokens
    return (
        usage.input_tokens * price.input
        + usage.output_tokens * price.output
        + (usage.cache_creation_input_tokens - hour) * price.write_5m
        + hour * price.write_1h
        + usage.cache_read_input_tokens * price.read
    ) / MILLION
