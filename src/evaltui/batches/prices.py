"""Owns what tokens cost: a dated table, and the arithmetic of one request. No price is ever guessed."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from evaltui.domain.trajectory import Usage

SHIPPED = Path(__file__).with_name("prices.toml")
SNAPSHOT = re.compile(r"(?:[-@]\d{8}|-latest)?")
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens, not batched, for prompts of at most `up_to` tokens (None: of any length)."""

    input: float
    output: float
    write_5m: float
    write_1h: float
    read: float
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """The bands of each model, shortest prompts first, and the day the table was true."""

    as_of: date
    batch_factor: float
    models: dict[str, tuple[Price, ...]]

    def price(self, model: str, prompt_tokens: int = 0) -> Price | None:
        """The price of a model or a dated snapshot of it; None where it is not in the table."""
        return next(reversed(self.reach(model, prompt_tokens)), None)

    def reach(self, model: str, longest: int) -> tuple[Price, ...]:
        """The bands of prompts of up to `longest` tokens; none where that has no known price."""
        names = (name for name in self.models if model.startswith(name) and SNAPSHOT.fullmatch(model[len(name) :]))
        bands = self.models.get(max(names, key=len, default=""), ())
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

    Raises OSError or ValueError where that file is unusable.
    """
    prices = load_prices(override)
    _chosen[:] = [override]
    return prices


def prices_in_force() -> Prices:
    """The table that this process prices by."""
    return load_prices(*_chosen)


@cache
def load_prices(override: Path | None = None) -> Prices:
    """The shipped table, with the entries of `override` over it. OSError or ValueError where that is unusable."""
    tables = [tomllib.loads(path.read_text("utf-8")) for path in (SHIPPED, override) if path is not None]
    models = {name: _bands(bands) for table in tables for name, bands in table.get("models", {}).items()}
    merged: dict[str, Any] = {key: value for table in tables for key, value in table.items()}
    as_of, factor = merged["as_of"], merged["batch_factor"]
    if not isinstance(as_of, date) or not _rate(factor):
        raise ValueError(f"as_of is a date and batch_factor a number from 0, not {as_of!r} and {factor!r}")
    return Prices(as_of, factor, models)


def price(model: str, prompt_tokens: int = 0) -> Price | None:
    """The price of a model by the table in force."""
    return prices_in_force().price(model, prompt_tokens)


def cost(usage: Usage, model: str, *, batch: bool = True) -> float | None:
    """US dollars of one request by the table in force."""
    return prices_in_force().cost(usage, model, batch=batch)


def _bands(bands: list[dict[str, Any]]) -> tuple[Price, ...]:
    needed = {"input", "output", "write_5m", "write_1h", "read"}
    for band in bands:
        if band.keys() - {"up_to"} != needed or not all(map(_rate, band.values())):
            raise ValueError(f"a price is a number from 0 for each of {', '.join(sorted(needed))}, and may have up_to")
    return tuple(Price(**band) for band in bands)


def _rate(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value) and value >= 0


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
