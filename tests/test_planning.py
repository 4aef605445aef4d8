"""From a target back to contacts: a case reckoned by hand, what is missing, and the average deal."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_core.columns.errors import ColumnError
from kpi_core.deal_size import deal_size
from kpi_core.periods import period
from kpi_core.planning import Assumptions, contacts_needed, deals_needed, offers_needed, plan
from tests.small_tables import opportunities

# 120,000 a month at 8,000 a deal: 15 deals; one offer in five wins: 75 offers; three meetings in ten lead to an offer:
# 250 held; four in five are held: 312.5 agreed; one contact in twenty agrees: 6,250. Four weeks, five sellers.
CASE = Assumptions(120_000, 8_000, 0.2, 0.3, 0.05, 0.8, sellers=5, weeks=4)


def test_a_target_is_followed_back_step_by_step() -> None:
    found = plan(CASE)
    months = [step.month for step in (found.deals, found.offers, found.meetings, found.agreed, found.contacts)]
    assert months == pytest.approx([15, 75, 250, 312.5, 6250])
    assert (found.meetings.week, found.meetings.seller) == pytest.approx((62.5, 12.5))
    assert found.contacts.seller == pytest.approx(312.5)
    assert (found.pipeline, found.coverage) == pytest.approx((600_000, 5.0))


def test_each_step_raises_what_it_cannot_reckon_with() -> None:
    assert deals_needed(0, 8_000) == 0
    with pytest.raises(ColumnError):
        deals_needed(120_000, 0)
    with pytest.raises(ColumnError):
        offers_needed(120_000, 8_000, 1.5)
    with pytest.raises(ColumnError):
        contacts_needed(120_000, 8_000, 0.2, 0.3, math.nan)


def test_a_missing_rate_ends_the_plan_at_its_step_and_leaves_the_steps_before() -> None:
    found = plan(Assumptions(120_000, 8_000, 0.2, sellers=5, weeks=4))
    assert found.offers.month == pytest.approx(75)
    assert math.isnan(found.meetings.month)
    assert math.isnan(found.contacts.seller)
    assert found.coverage == pytest.approx(5)


def test_without_sellers_or_weeks_the_month_still_stands() -> None:
    found = plan(Assumptions(120_000, 8_000, weeks=4))
    assert (found.deals.month, found.deals.week) == pytest.approx((15, 3.75))
    assert math.isnan(found.deals.seller)


@given(*(st.floats(0.01, 1) for _ in range(3)), st.floats(1, 1e6))
def test_what_is_needed_gives_the_target_back(win: float, offer: float, meeting: float, target: float) -> None:
    """The product of the steps, from the contacts down, is the target again."""
    found = plan(Assumptions(target, 1_000, win, offer, meeting))
    assert found.contacts.month * meeting * offer * win * 1_000 == pytest.approx(target, rel=1e-9)


DEALS = """
    id  status  closed      value  currency
    1   won     2026-04-02  1000   EUR
    2   won     2026-05-04  3000   EUR
    3   won     2026-05-30  -      EUR
    4   lost    2026-05-05  9000   EUR
    5   won     2026-06-01  7000   EUR
"""


def test_the_average_deal_is_of_won_deals_with_a_value_in_the_period() -> None:
    found = deal_size(opportunities(DEALS), period("2026-05").trailing(2))
    assert (found.value, found.n) == (2000, 2)


def test_the_average_deal_looks_no_further_than_the_report_s_day() -> None:
    assert deal_size(opportunities(DEALS), period("2026-06"), period("2026-05").end).reason == "no_won"
    assert deal_size(opportunities(DEALS), period("2026-06")).value == 7000


def test_deals_in_two_currencies_have_no_average() -> None:
    assert deal_size(
        opportunities(DEALS.replace("3000   EUR", "3000   SEK")), period("2026-05").trailing(2)
    ).reason == ("mixed_currency")
