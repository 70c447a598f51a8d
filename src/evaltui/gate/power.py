"""Owns how small a difference a set of cases can show, and how many cases a difference needs."""

from math import ceil, inf, sqrt

from evaltui.gate.distributions import norm_ppf


def mde(se: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """The smallest difference that a standard error shows with `power` at two-sided `alpha`."""
    return (norm_ppf(1 - alpha / 2) + norm_ppf(power)) * se


def mde_components(
    *, omega2: float, sigma2_a: float, sigma2_b: float, k_a: float, k_b: float, n: float, **level: float
) -> float:
    """`mde` from the spread between cases and within the `k` trials of either run (Miller 2024); `level` is `mde`'s."""
    return mde(sqrt((omega2 + sigma2_a / k_a + sigma2_b / k_b) / n), **level)


def n_required_components(*, delta: float, **components: float) -> int:
    """The cases that show a difference of `delta`; `components` are those of `mde_components` without `n`."""
    return ceil((mde_components(n=1, **components) / delta) ** 2)


def n_required_discordance(discordance: float, delta: float, alpha: float = 0.05, power: float = 0.8) -> int:
    """The pass-or-fail cases that show `delta` when a share of `discordance` differs between the runs."""
    return ceil((mde(1, alpha, power) / delta) ** 2 * (discordance - delta**2))


def n_required_noninferior(variance: float, margin: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """The cases that certify `margin` when nothing changed and differences have `variance`; infinite for no margin."""
    return ceil((norm_ppf(1 - alpha) + norm_ppf(power)) ** 2 * variance / margin**2) if margin > 0 else inf
