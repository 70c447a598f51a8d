"""What a request costs; what is not known costs nothing that is shown."""

from datetime import date
from pathlib import Path

import pytest

from evaltui.batches.prices import load_prices
from evaltui.domain.errors import BadInput
from evaltui.domain.trajectory import Usage

SHIPPED = load_prices()
RATES = "input = 1, output = 1, write_5m = 1, write_1h = 1, read = 1"


@pytest.mark.parametrize(
    ("model", "rates"),
    [
        ("claude-haiku-4-5", (1, 5)),
        ("claude-haiku-4-5-20251001", (1, 5)),
        ("claude-haiku-4-5@20251001", (1, 5)),
        ("claude-opus-5", (5, 25)),
        ("claude-opus-5-20260301", (5, 25)),
        ("claude-opus-5-5", (4, 20)),
        ("claude-opus-5-5-latest", (4, 20)),
        ("claude-sonnet-4-6", (3, 15)),
        ("claude-fable-5-2", (8, 40)),
    ],
)
def test_a_model_and_its_snapshots_have_the_longest_matching_price(model: str, rates: tuple[float, float]) -> None:
    found = SHIPPED.price(model)
    assert found is not None
    assert (found.input, found.output) == rates


@pytest.mark.parametrize("model", ["", "claude", "claude-opus-5-9", "claude-haiku-4-5-turbo", "gpt-4o"])
def test_a_model_that_is_not_in_the_table_has_no_price(model: str) -> None:
    assert SHIPPED.price(model) is None
    assert SHIPPED.cost(Usage(1000, 1000), model) is None


def test_a_batch_pays_half_of_every_rate() -> None:
    usage = Usage(1_000_000, 1_000_000, 3_000_000, 1_000_000, 1_000_000)
    assert SHIPPED.cost(usage, "claude-haiku-4-5", batch=False) == pytest.approx(1 + 5 + 2 * 1.25 + 2 + 0.1)
    assert SHIPPED.cost(usage, "claude-haiku-4-5") == pytest.approx((1 + 5 + 2 * 1.25 + 2 + 0.1) / 2)


def test_a_long_prompt_pays_the_rate_of_its_band_cached_tokens_counted() -> None:
    assert SHIPPED.cost(Usage(100_000), "claude-haiku-5-5", batch=False) == pytest.approx(0.010)
    assert SHIPPED.cost(Usage(100_001), "claude-haiku-5-5", batch=False) == pytest.approx(0.0500005)
    assert SHIPPED.cost(Usage(1, 0, 0, 100_000), "claude-haiku-5-5", batch=False) == pytest.approx(0.0050005)


def test_nothing_used_costs_nothing() -> None:
    assert SHIPPED.cost(Usage(), "claude-opus-5-5") == 0


def test_every_price_is_dated_and_has_a_band_for_any_length() -> None:
    prices = load_prices()
    assert isinstance(prices.as_of, date)
    assert all(bands[-1].up_to is None for bands in prices.models.values())


def test_a_file_of_ones_own_overrides_and_adds(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    rates = "output = 2.0, write_5m = 0.0, write_1h = 0.0, read = 0.0"
    own.write_text(
        f"as_of = 2027-01-01\n[models]\nclaude-haiku-4-5 = [{{ input = 7.0, {rates} }}]\n"
        f"local = [{{ input = 9.0, {rates} }}]\n"
    )
    prices = load_prices(own)
    assert (prices.as_of, prices.batch_factor) == (date(2027, 1, 1), 0.5)
    assert prices.cost(Usage(1_000_000), "claude-haiku-4-5") == 3.5
    assert prices.cost(Usage(1_000_000), "local") == 4.5
    assert prices.cost(Usage(1_000_000), "claude-opus-5") == 2.5


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("[models", "", "is no table of prices"),
        ("batch_factor = 'half'", "batch_factor", "must be a number"),
        ("batch_factor = true", "batch_factor", "must be a number"),
        ("as_of = 'today'", "as_of", "must be a day"),
        ("as_of = 2026-11-20T10:00:00Z", "as_of", "must be a day"),
        ("[modles]", "modles", "unknown field"),
        ("models = {m = []}", "models.m", "is too short"),
        ("models = {m = [{input = 1.0}]}", "models.m[0].output", "is required and missing"),
        (f"models = {{m = [{{{RATES}, up_to = '9'}}]}}", "models.m[0].up_to", "must be a whole number"),
        (f"models = {{m = [{{{RATES}, up_too = 9}}]}}", "models.m[0].up_too", "unknown field"),
        (f"models = {{m = [{{{RATES}}}, {{{RATES}, up_to = 9}}]}}", "models.m", "must be ordered"),
        (f"models = {{m = [{{{RATES}, up_to = 9}}, {{{RATES}, up_to = 9}}]}}", "models.m", "must be ordered"),
        (f"models = {{m = [{{{RATES.replace('input = 1', 'input = -1')}}}]}}", "models.m[0].input", "out of range"),
        (f"models = {{m = [{{{RATES.replace('read = 1', 'read = nan')}}}]}}", "models.m[0].read", "finite"),
    ],
)
def test_a_file_that_is_no_price_list_is_refused_with_the_place(
    tmp_path: Path, text: str, field: str, said: str
) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(text)
    with pytest.raises(BadInput) as refused:
        load_prices(own)
    problems = {problem.field: problem.message for problem in refused.value.problems}
    assert said in problems[field]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is no table of prices"):
        load_prices(tmp_path / "prices.toml")


def test_every_problem_of_a_table_is_told_at_once(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(f"batch_factor = -1\nmodels = {{a = 3, b = [{{{RATES}, up_to = 0}}]}}\n")
    with pytest.raises(BadInput) as refused:
        load_prices(own)
    assert {problem.field for problem in refused.value.problems} == {"batch_factor", "models.a", "models.b[0].up_to"}
