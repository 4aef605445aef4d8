"""The average deal, from which a plan reckons how many deals a target takes."""

from __future__ import annotations

from datetime import date

import pandas as pd

from kpi_core.measure import Measure, nothing
from kpi_core.offers import mixed_currency
from kpi_core.periods import Period
from kpi_core.tally import Tally


def deal_size(opportunities: pd.DataFrame, period: Period, as_of: date | None = None) -> Measure:
    """The mean value of the deals won in the period [money]: value of won deals / won deals that have a value.

    opportunities: status, value, currency, closed_on. NaN: no won deal with a value ("no_won"), several currencies
    ("mixed_currency"). n counts the deals with a value. Source: the simplest meaning of the word; a plan in money needs
    the mean, as many deals of a median size do not add up to a target.
    """
    until = period if as_of is None else period.until(as_of)
    won = opportunities[(opportunities["status"] == "won") & until.has(opportunities["closed_on"])]
    won = won.dropna(subset=["value"])
    if won.empty:
        return nothing("no_won")
    if mixed_currency(won):
        return nothing("mixed_currency", n=len(won))
    total, n = Tally("opportunities", "numerator", won["value"], won["closed_on"], money=True), len(won)
    return Measure(total.total / n, total.total, n, n, tallies=(total,))
