"""The customers behind CAC and LTV: who is new, what one pays, how many leave."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from kpi_core.offers import mixed_currency
from kpi_core.periods import Period

# Deal types of customers one already has; CRMs name them freely.
_NOT_NEW = "renewal|existing|uusinta|jatko"


@dataclass(frozen=True, slots=True)
class CustomerBase:
    """What LTV needs; NaN where the customers table does not tell it.

    arpa is the mean monthly revenue of the customers active on the last day; gross_margin their revenue-weighted
    margin (0-1); churn the customers lost in the window over the customer-months at risk in it (0-1, monthly).
    """

    arpa: float
    gross_margin: float
    churn: float
    customers: int
    mixed_currency: bool


def by_customer(customers: pd.DataFrame) -> pd.DataFrame:
    """One row a customer: the first order of its contracts; ended_on only when all of them have ended."""
    grouped = customers.groupby("customer_id")
    lives = grouped["first_order_on"].min().to_frame()
    # max() skips blanks; a contract without an end keeps the customer.
    lives["ended_on"] = grouped["ended_on"].max().where(grouped["ended_on"].count() == grouped.size())
    return lives


def customer_base(customers: pd.DataFrame, window: Period, last: date) -> CustomerBase:
    """The customers active on `last`, and their churn over the months of `window` until then."""
    at = pd.Timestamp(last)
    active = customers[(customers["first_order_on"] <= at) & ~(customers["ended_on"] <= at)]
    paying = active.dropna(subset=["monthly_revenue"])
    revenue, count = float(paying["monthly_revenue"].sum()), int(paying["customer_id"].nunique())
    margins = paying.dropna(subset=["gross_margin"])
    weight = float(margins["monthly_revenue"].sum())
    return CustomerBase(
        arpa=revenue / count if count else math.nan,
        gross_margin=float((margins["gross_margin"] * margins["monthly_revenue"]).sum()) / weight
        if weight
        else math.nan,
        churn=_monthly_churn(by_customer(customers), window, last),
        customers=count,
        mixed_currency=mixed_currency(active),
    )


def _monthly_churn(lives: pd.DataFrame, window: Period, last: date) -> float:
    at_risk = lost = 0
    for month in window.until(last).months():
        start, end = pd.Timestamp(month.start), pd.Timestamp(min(month.end, last))
        there = lives[(lives["first_order_on"] < start) & ~(lives["ended_on"] < start)]
        at_risk += len(there)
        lost += int((there["ended_on"] <= end).sum())
    return lost / at_risk if at_risk else math.nan


def new_customers(
    customers: pd.DataFrame,
    opportunities: pd.DataFrame,
    window: Period,
    *,
    source: Literal["auto", "customers", "won", "deals"] = "auto",
) -> tuple[float, bool]:
    """How many customers gave their first order ever in the window, and whether that was read from won deals.

    From the customers table; where it is empty (`auto`) or on request (`won`), from each company's first won
    opportunity, renewals left out; `deals` counts every won opportunity that is no renewal. NaN: no table can tell.
    """
    if source == "customers" or (source == "auto" and len(customers)):
        first = by_customer(customers)["first_order_on"]
        return (float(window.has(first).sum()) if len(customers) else math.nan), False
    won = opportunities[(opportunities["status"] == "won") & opportunities["company"].notna()]
    if won.empty:
        return math.nan, True
    renewal = won["deal_type"].str.contains(_NOT_NEW, case=False, na=False)
    if source == "deals":
        return float(window.has(won.loc[~renewal, "closed_on"]).sum()), True
    first = won[~renewal].groupby("company")["closed_on"].min()
    return float(window.has(first).sum()), True
