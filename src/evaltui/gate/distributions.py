"""Owns where distribution functions come from: the standard library and scipy.special, never arithmetic of our own.

Both are imported inside the functions: scipy costs about half a second, which only a verdict may spend.
"""

from functools import cache


@cache
def norm_ppf(q: float) -> float:
    """The standard normal quantile of `q` in (0, 1)."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(q)


def t_ppf(q: float, df: float) -> float:
    """Student's t quantile of `q` in (0, 1) with `df` > 0 degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(df, q))


def t_cdf(t: float, df: float) -> float:
    """The probability that Student's t with `df` > 0 degrees of freedom is at most `t`."""
    from scipy.special import stdtr

    return float(stdtr(df, t))


def binom_cdf(k: int, n: int, p: float) -> float:
    """The probability of at most `k` successes in `n` trials of chance `p`."""
    from scipy.special import bdtr

    return float(bdtr(k, n, p))


def two_sided_z(conf: float) -> float:
    """The normal critical value of a two-sided interval, such as 1.96 for .95."""
    return norm_ppf((1 + conf) / 2)


def two_sided_t(conf: float, df: float) -> float:
    """The t critical value of a two-sided interval."""
    return t_ppf((1 + conf) / 2, df)
