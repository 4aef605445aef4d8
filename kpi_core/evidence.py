"""How much a figure can be trusted: Wilson's interval of a share, Newcombe's of two, order statistics of a median."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist


def wilson(successes: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share [0-1, 0-1]; (NaN, NaN) where n is 0.

    (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n), with p = successes / n.

    Source: Brown, Cai & DasGupta 2001, "Interval Estimation for a Binomial Proportion".

    >>> [round(bound, 4) for bound in wilson(3, 20)]
    [0.0524, 0.3604]
    """
    if n <= 0:
        return math.nan, math.nan
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def newcombe(successes: float, n: float, others: float, of: float, confidence: float = 0.95) -> tuple[float, float]:
    """Newcombe's interval of the difference of two shares, successes/n - others/of [-1..1]; NaN where an n is 0.

    d - √((p1 - l1)² + (u2 - p2)²) to d + √((u1 - p1)² + (p2 - l2)²), with Wilson's interval (l, u) of each share p.
    The two shares differ where the interval excludes 0. Two intervals may overlap and the shares still differ.

    Source: Newcombe 1998, "Interval estimation for the difference between independent proportions: comparison of eleven
    methods", Statistics in Medicine 17, method 10.

    >>> [round(bound, 4) for bound in newcombe(56, 70, 48, 80)]
    [0.0524, 0.3339]
    """
    if n <= 0 or of <= 0:
        return math.nan, math.nan
    one, other = successes / n, others / of
    (low, high), (other_low, other_high) = wilson(successes, n, confidence), wilson(others, of, confidence)
    difference = one - other
    return (
        difference - math.hypot(one - low, other_high - other),
        difference + math.hypot(high - one, other - other_low),
    )


def differ(interval: tuple[float, float]) -> bool:
    """Whether an interval of a difference excludes 0, so that chance alone would seldom make it."""
    return interval[0] > 0 or interval[1] < 0


def median_interval(values: Sequence[float], confidence: float = 0.95) -> tuple[float, float]:
    """The order-statistic interval of a median, in their unit; (NaN, NaN) where n is too small (n < 6 at 95 %).

    The k-th smallest and k-th largest value, with the largest k for which P(k <= Binomial(n, 1/2) <= n - k) holds the
    confidence. Source: Conover, Practical Nonparametric Statistics, confidence interval for a quantile.

    >>> median_interval([1, 2, 3, 4, 5, 6])
    (1.0, 6.0)
    """
    depth = median_depth(len(values), confidence)
    if not depth:
        return math.nan, math.nan
    ordered = sorted(values)
    return float(ordered[depth - 1]), float(ordered[-depth])


@lru_cache(maxsize=8192)
def median_depth(n: int, confidence: float = 0.95) -> int:
    """The k of a median's interval: from the k-th smallest to the k-th largest of n values; 0 where n is too small."""
    tail = (1 - confidence) / 2
    # In logarithms: 0.5**n underflows for long lists.
    log_total = n * math.log(2)
    # Twelve standard deviations from the middle and further out nothing is left to add.
    k = max(0, n // 2 - 6 * math.isqrt(n) - 6)
    chance = math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - log_total)
    below = 0.0
    while k < n // 2:
        below += chance
        if below > tail:
            break
        chance *= (n - k) / (k + 1)
        k += 1
    return k


def is_strong(interval: tuple[float, float], low: float, high: float) -> bool:
    """Whether the whole interval lies in the band [low, high), so that chance alone would not change the colour."""
    return low <= interval[0] and interval[1] < high
