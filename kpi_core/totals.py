"""The KPIs from totals already counted: the arithmetic alone, and the reason where there is no figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import fmean, median
from typing import Literal

from kpi_core.measure import Measure, nothing

Statistic = Literal["median", "mean", "p90"]


def _share(successes: float, n: float, empty: str) -> Measure:
    if n == 0:
        return nothing(empty, numerator=successes, denominator=0)
    return Measure(successes / n, successes, n, int(n))


def win_rate(won: float, lost: float) -> Measure:
    """Share of the decided offers that were won [ratio, 0-1]: won / (won + lost). NaN: nothing decided.

    Source: Pipeline CRM, "win ratio" (20 won of 50 decided is 40 %).

    >>> win_rate(20, 30).value
    0.4
    """
    return _share(won, won + lost, "nothing_decided")


def show_rate(held: float, missed: float) -> Measure:
    """Share of the meetings due whose other side showed up [ratio, 0-1]: held / (held + no-show). NaN: nothing due."""
    return _share(held, held + missed, "nothing_due")


def contact_to_meeting(reached: float, met: float) -> Measure:
    """Share of the contacts reached that led to a meeting [ratio, 0-1]: met / reached. NaN: nobody reached."""
    return _share(met, reached, "nobody_reached")


def meeting_to_offer(held: float, offered: float) -> Measure:
    """Share of the held first meetings that led to an offer [ratio, 0-1]: offered / held. NaN: no held meeting."""
    return _share(offered, held, "no_held_meetings")


def meetings_per_week(met: float, seller_weeks: float) -> Measure:
    """New meetings per working week and seller [meetings a week]: met / seller_weeks. NaN: no working day."""
    if seller_weeks <= 0:
        return nothing("no_working_days", numerator=met, denominator=0, n=int(met))
    return Measure(met / seller_weeks, met, seller_weeks, int(met))


def pipeline_coverage(pipeline: float, target: float, won: float = math.nan) -> Measure:
    """How many times the open offers cover the target [multiple]: pipeline / target.

    With `won` the target is what is left of it ("to go"): pipeline / (target - won). NaN: no target, a negative one,
    or one already reached. Source: the agency's article; to go: winsabove.pages.dev (definitions.md A5).

    >>> pipeline_coverage(1_500_000, 400_000).value
    3.75
    """
    if math.isnan(target) or target == 0:
        return nothing("no_target")
    if target < 0:
        return nothing("negative_target")
    if pipeline < 0:
        return nothing("negative_value")
    left = target if math.isnan(won) else target - won
    if left <= 0:
        return nothing("target_reached", numerator=pipeline, denominator=left)
    return Measure(pipeline / left, pipeline, left)


def sales_cycle_days(days: Sequence[float], statistic: Statistic = "median") -> Measure:
    """Calendar days from first contact to closing [days]: their median, mean or 90th percentile. NaN: no deal.

    An even number of deals has the mean of the two middle ones; the percentile interpolates as PERCENTILE.INC does.
    Sources: definitions.md A6.

    >>> sales_cycle_days([20, 40, 60]).value
    40.0
    """
    if not days:
        return nothing("no_won_deals")
    value = p90(days) if statistic == "p90" else fmean(days) if statistic == "mean" else median(days)
    return Measure(float(value), n=len(days), basis={"stat": statistic})


def p90(days: Sequence[float]) -> float:
    """The 90th percentile, between two values as Excel's PERCENTILE.INC has it.

    >>> p90([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    91.0
    """
    return p90_of(sorted(days).__getitem__, len(days))


def p90_of(ranked: Callable[[int], float], n: int) -> float:
    """The same of n values, of which `ranked` gives that of a rank, 0 the smallest."""
    place = 0.9 * (n - 1)
    below = ranked(math.floor(place))
    return below + (ranked(math.ceil(place)) - below) * (place - math.floor(place))
