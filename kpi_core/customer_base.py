"""The customers behind CAC and LTV: who is new, what one pays, how many leave."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

from kpi_core.first_meetings import earliest
from kpi_core.offers import mixed_currency
from kpi_core.periods import Period
from kpi_core.tally import Tally, one_each

# Deal types of customers one already has; CRMs name them freely.
_NOT_NEW = "renewal|existing|uusinta|jatko"


@dataclass(frozen=True, slots=True)
class CustomerBase:
    """What LTV needs; NaN where the customers table does not tell it.

    arpa is the mean monthly revenue of the customers active on the last day; gross_margin their revenue-weighted
    margin (0-1); churn the customers lost in the window over the customer-months at risk in it (0-1, monthly).
    tallies are the rows behind each of the three, under its name.
    """

    arpa: float
    gross_margin: float
    churn: float
    customers: int
    mixed_currency: bool
    tallies: tuple[Tally, ...] = ()


def by_customer(customers: pd.DataFrame) -> pd.DataFrame:
    """The row of each customer's first contract; ended_on only when all of its contracts have ended."""
    grouped = customers.groupby("customer_id")["ended_on"]
    # max() skips blanks; a contract without an end keeps the customer.
    ends = grouped.max().where(grouped.count() == grouped.size())
    lives = customers.sort_values("first_order_on", kind="stable").drop_duplicates("customer_id")
    return lives[["customer_id", "first_order_on"]].assign(ended_on=ends.reindex(lives["customer_id"]).to_numpy())


def customer_base(customers: pd.DataFrame, window: Period, last: date) -> CustomerBase:
    """The customers active on `last`, and their churn over the months of `window` until then."""
    at = pd.Timestamp(last)
    active = customers[(customers["first_order_on"] <= at) & ~(customers["ended_on"] <= at)]
    paying = active.dropna(subset=["monthly_revenue"])
    margins = paying.dropna(subset=["gross_margin"])
    profit = margins["gross_margin"] * margins["monthly_revenue"]

    def side(of: str, which: Literal["numerator", "denominator"], amounts: pd.Series[Any]) -> Tally:
        money = of == "gross_margin" or (of, which) == ("arpa", "numerator")
        return Tally("customers", which, amounts, customers["first_order_on"], of, money)

    revenue = side("arpa", "numerator", paying["monthly_revenue"])
    payers = side("arpa", "denominator", one_each(paying.drop_duplicates("customer_id")))
    earned = side("gross_margin", "numerator", profit)
    sold = side("gross_margin", "denominator", margins["monthly_revenue"])
    at_risk, lost = _months_at_risk(by_customer(customers), window, last)
    gone, there = side("churn", "numerator", lost), side("churn", "denominator", at_risk)
    return CustomerBase(
        arpa=_quotient(revenue, payers),
        gross_margin=_quotient(earned, sold),
        churn=_quotient(gone, there),
        customers=int(payers.total),
        mixed_currency=mixed_currency(active),
        tallies=(revenue, payers, earned, sold, gone, there),
    )


def _quotient(top: Tally, base: Tally) -> float:
    return top.total / base.total if base.total else math.nan


def _months_at_risk(lives: pd.DataFrame, window: Period, last: date) -> tuple[pd.Series[int], pd.Series[int]]:
    """For each customer the months that it began as one, and 1 where it was lost in one of them."""
    at_risk, lost = one_each(lives) * 0, one_each(lives) * 0
    for month in window.until(last).months():
        start, end = pd.Timestamp(month.start), pd.Timestamp(min(month.end, last))
        there = (lives["first_order_on"] < start) & ~(lives["ended_on"] < start)
        at_risk += there
        lost += there & (lives["ended_on"] <= end)
    return at_risk[at_risk > 0], lost[lost > 0]


def new_customers(
    customers: pd.DataFrame,
    opportunities: pd.DataFrame,
    window: Period,
    *,
    source: Literal["auto", "customers", "won", "deals"] = "auto",
) -> tuple[Tally | None, bool]:
    """The customers that gave their first order ever in the window, and whether that was read from won deals.

    From the customers table; where it is empty (`auto`) or on request (`won`), from each company's first won
    opportunity, renewals left out; `deals` counts every won opportunity that is no renewal. None: no table can tell.
    """
    if source == "customers" or (source == "auto" and len(customers)):
        if customers.empty:
            return None, False
        day = by_customer(customers)["first_order_on"]
        return Tally("customers", "denominator", one_each(day[window.has(day)]), day), False
    won = opportunities[(opportunities["status"] == "won") & opportunities["company"].notna()]
    if won.empty:
        return None, True
    renewal = won["deal_type"].str.contains(_NOT_NEW, case=False, na=False)
    day = won.loc[~renewal, "closed_on"]
    if source != "deals":
        day = earliest(won["company"], day)["day"]
    return Tally("opportunities", "denominator", one_each(day[window.has(day)]), day), True
