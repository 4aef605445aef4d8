"""From a target back through the funnel's own rates: how many deals, offers, meetings and contacts it takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from kpi_core.columns.errors import ColumnError


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a plan rests on; NaN where it is not known. Rates are shares, 0-1, by count.

    target, deal_size [money a month, money]; sellers [people]; weeks [working weeks a month]
    """

    target: float = math.nan
    deal_size: float = math.nan
    win_rate: float = math.nan
    meeting_to_offer: float = math.nan
    contact_to_meeting: float = math.nan
    show_rate: float = 1.0
    sellers: float = math.nan
    weeks: float = math.nan


@dataclass(frozen=True, slots=True)
class Needed:
    """What a target takes: a month, a working week, a working week and seller. NaN where an assumption is missing."""

    month: float
    week: float
    seller: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The funnel from a target back to contacts; `pipeline` [money] and `coverage` [multiple] are of open offers."""

    deals: Needed
    offers: Needed
    meetings: Needed
    agreed: Needed
    contacts: Needed
    pipeline: float
    coverage: float


def plan(given: Assumptions) -> Plan:
    """All that a target takes, not rounded; each figure NaN where what it needs is missing, zero or out of its domain.

    >>> needed = plan(Assumptions(100_000, 10_000, 0.25, 0.4, 0.05, sellers=5, weeks=4))
    >>> needed.deals.month, needed.offers.month, needed.meetings.month, needed.contacts.month, needed.meetings.seller
    (10.0, 40.0, 100.0, 2000.0, 5.0)
    """
    base = (given.target, given.deal_size)
    offers = (*base, given.win_rate)
    meetings = (*offers, given.meeting_to_offer)

    def needed(month: float) -> Needed:
        week = _known(lambda: month / _divisor(given.weeks))
        return Needed(month, week, _known(lambda: week / _divisor(given.sellers)))

    return Plan(
        needed(_known(lambda: deals_needed(*base))),
        needed(_known(lambda: offers_needed(*offers))),
        needed(_known(lambda: meetings_needed(*meetings))),
        needed(_known(lambda: meetings_needed(*meetings, given.show_rate))),
        needed(_known(lambda: contacts_needed(*meetings, given.contact_to_meeting, given.show_rate))),
        _known(lambda: pipeline_needed(given.target, given.win_rate)),
        _known(lambda: 1 / _rate(given.win_rate)),
    )


def deals_needed(target: float, deal_size: float) -> float:
    """Deals that it takes to reach a target [deals], not rounded: target / deal_size. Raises as `meetings_needed`."""
    return _amount(target) / _divisor(deal_size)


def offers_needed(target: float, deal_size: float, win_rate: float) -> float:
    """Decided offers that it takes [offers], not rounded: deals needed / win_rate. Raises as `meetings_needed`."""
    return deals_needed(target, deal_size) / _rate(win_rate)


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
    needed = offers_needed(target, deal_size, win_rate) / _rate(meeting_to_offer)
    return needed if math.isnan(show_rate) else needed / _rate(show_rate)


def contacts_needed(
    target: float,
    deal_size: float,
    win_rate: float,
    meeting_to_offer: float,
    contact_to_meeting: float,
    show_rate: float = math.nan,
) -> float:
    """People to be reached [contacts], not rounded: meetings to be agreed / contact_to_meeting. As `meetings_needed`.

    >>> contacts_needed(100_000, 10_000, 0.25, 0.4, 0.05)
    2000.0
    """
    return meetings_needed(target, deal_size, win_rate, meeting_to_offer, show_rate) / _rate(contact_to_meeting)


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


def _known(needed: Callable[[], float]) -> float:
    try:
        return needed()
    except ColumnError:
        return math.nan


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
