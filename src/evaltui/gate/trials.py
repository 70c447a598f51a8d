"""Owns what the repeats of one case say: pass@k, pass^k, and how much of the spread is flakiness."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, fsum, sqrt


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """`se` is of the mean over cases; pooling the trials would understate it."""

    mean: float
    se: float
    sigma2_within: float
    omega2_between: float
    icc: float | None


def pass_at_k(n: int, c: int, k: int) -> float | None:
    """The chance that at least one of `k` trials passes, from `c` passes in `n`; None where k > n."""
    return None if k > n else 1 - comb(n - c, k) / comb(n, k)


def pass_hat_k(n: int, c: int, k: int) -> float | None:
    """The chance that all of `k` trials pass, from `c` passes in `n`; None where k > n."""
    return None if k > n else comb(c, k) / comb(n, k)


class Repeats:
    """pass^k and pass@k over cases, k from 1 to `trials`; a case with fewer resolved trials is left out."""

    def __init__(self, trials: int) -> None:
        self._sizes = range(1, trials + 1) if trials > 1 else range(0)
        self._sums: defaultdict[str, float] = defaultdict(float)
        self._cases: Counter[int] = Counter()

    def add(self, resolved: int, passed: int) -> None:
        """One case."""
        for k in self._sizes:
            every, some = pass_hat_k(resolved, passed, k), pass_at_k(resolved, passed, k)
            if every is not None and some is not None:
                self._cases[k] += 1
                self._sums[f"pass^{k}"] += every
                self._sums[f"pass@{k}"] += some

    def metrics(self) -> dict[str, float | None]:
        """`trials.pass^1` … and `trials.pass@1` …; None where no case has that many trials."""
        names = [(f"pass{sign}{k}", k) for sign in "^@" for k in self._sizes]
        return {f"trials.{name}": self._sums[name] / self._cases[k] if self._cases[k] else None for name, k in names}


def variance_components(scores: Sequence[Sequence[float]]) -> VarianceComponents | None:
    """Spread between cases and within their trials; None below two cases or where a case has only one trial."""
    if len(scores) < 2 or any(len(trials) < 2 for trials in scores):
        return None
    means = [fsum(trials) / len(trials) for trials in scores]
    within = [_variance(trials) for trials in scores]
    between = _variance(means)
    sigma2 = fsum(within) / len(within)
    noise = fsum(spread / len(trials) for spread, trials in zip(within, scores, strict=True)) / len(scores)
    omega2 = max(0.0, between - noise)
    icc = omega2 / (omega2 + sigma2) if omega2 + sigma2 > 0 else None
    return VarianceComponents(fsum(means) / len(means), sqrt(between / len(means)), sigma2, omega2, icc)


def _variance(values: Sequence[float]) -> float:
    mean = fsum(values) / len(values)
    return fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
