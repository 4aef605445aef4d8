"""From a target back through the funnel's own rates: how many meetings and how large a pipeline it takes."""

from __future__ import annotations

import math

from kpi_core.columns.errors import ColumnError


def meetings_needed(
    target: float, deal_size: float, win_rate: float, meeting_to_offer: float, show_rate: float = math.nan
) -> float:
    """Meetings that it takes to reach a target [meetings], not rounded.

    meetings_needed = target / deal_size / win_rate / meeting_to_offer [/ show_rate]

    Held first meetings; with `show_rate`, meetings to be agreed. Rates are shares, 0-1, by count. Raises ColumnError
    for an input that is missing, zero where it divides, or out of its domain. Source: the funnel as a whole, the
    product of its steps is the total (definitions.md A10).

    >>> meetings_needed(100_000, 10_000, 0.25, 0.4)
    100.0
    """
    needed = _amount(target) / _divisor(deal_size) / _rate(win_rate) / _rate(meeting_to_offer)
    return needed if math.isnan(show_rate) else needed / _rate(show_rate)


def pipeline_needed(target: float, win_rate: float, won: float = math.nan) -> float:
    """Value of open offers that it takes to reach a target [money].

    pipeline_needed = (target - won) / win_rate, and 0 once the target is reached

    `win_rate` by value, of offers decided in the target's own period: what closes later does not help
    (Kellblog 2024-06-09, definitions.md A5). Raises ColumnError as `meetings_needed` does.

    >>> pipeline_needed(1_600_000, 0.25)
    6400000.0
    """
    left = _amount(target) - (0.0 if math.isnan(won) else won)
    return max(left, 0.0) / _rate(win_rate)


def _amount(value: float) -> float:
    if math.isnan(value):
        raise ColumnError("number_missing")
    if value < 0:
        raise ColumnError("negative_amount", found=f"{value:g}")
    return value


def _divisor(value: float) -> float:
    if _amount(value) == 0:
        raise ColumnError("zero_divisor")
    return value


def _rate(value: float) -> float:
    if _divisor(value) > 1:
        raise ColumnError("not_a_share", found=f"{value:g}")
    return value
