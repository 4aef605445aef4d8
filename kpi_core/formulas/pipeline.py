"""The value of the open offers, and how often it covers the monthly target."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal

import pandas as pd

from kpi_core.counted.open_offers import Goal, OpenOffers, coverage, target_month, value_of_open
from kpi_core.measure import Measure
from kpi_core.offers import (
    Scope,
    mixed_currency,
    open_on,
    probability_scale,
    scope_of,
    started_on,
    without_value,
)
from kpi_core.periods import Period
from kpi_core.probability import Scale
from kpi_core.tally import Tally


def pipeline_value(
    opportunities: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    data_on: date | None = None,
    win_rate: float | None = None,
    scale: Scale | None = None,
    weighted: Literal["no", "yes"] = "no",
    stale: Literal["include", "exclude"] = "include",
    scope: Scope = "auto",
) -> Measure:
    """Value of the offers that are open on the report date [money].

    pipeline_value = sum of the values of the open offers

    opportunities: status, value, currency, probability, offer_on, created_on, closed_on, expected_close_on.
    `weighted` yes multiplies each by its probability; `stale` exclude leaves out those whose expected close has
    passed. `data_on` is the export's day: for an earlier `as_of` the open offers are read back from today's rows.
    `win_rate` gives the part expected_value; `scale` says how the whole data writes probabilities, so that every group
    reads them alike (default: as these rows do). No open offer is a true 0. NaN: open rows without a single value (an
    unknown pipeline, never 0), a negative value, mixed currencies, probabilities outside 0-1 and 0-100.
    Source: the agency's article (open offers); edge cases: definitions.md A5.
    """
    last = as_of or period.end
    chosen = scope_of(opportunities, scope)
    used = {"scope": chosen, "weighted": weighted, "stale": stale}
    rows = open_on(opportunities, last, chosen)
    is_stale = rows["expected_close_on"] < pd.Timestamp(last)
    kept = rows[~is_stale] if stale == "exclude" else rows
    read_as = scale or probability_scale(opportunities["probability"])
    amounts = kept["value"].fillna(0)
    weighed = (amounts * _share(kept["probability"], read_as)).fillna(0)
    found = OpenOffers(
        rows=len(rows),
        valued=int(rows["value"].notna().sum()),
        blank=without_value(rows),
        mixed_currency=mixed_currency(rows),
        negative=bool((rows["value"] < 0).any()),
        value=float(rows["value"].sum()),
        stale=int(is_stale.sum()),
        stale_value=float(rows.loc[is_stale, "value"].sum()),
        kept=len(kept),
        kept_value=float(amounts.sum()),
        rated=int(kept["probability"].notna().sum()),
        weighted_value=float(weighed.sum()),
    )
    measured = value_of_open(found, used, period, last, data_on=data_on, win_rate=win_rate, scale=read_as)
    made = weighed if weighted == "yes" and len(kept) else amounts
    tallies = (Tally("opportunities", "numerator", made, started_on(kept, chosen), money=True),)
    return measured if measured.reason else replace(measured, tallies=tallies)


def _share(probability: pd.Series[Any], scale: Scale) -> pd.Series[Any]:
    """Probabilities as 0-1."""
    return probability / 100 if scale == "percent" else probability


def pipeline_coverage(
    opportunities: pd.DataFrame,
    targets: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    data_on: date | None = None,
    scale: Scale | None = None,
    target: Literal["period", "remaining"] = "period",
    weighted: Literal["no", "yes"] = "no",
    stale: Literal["include", "exclude"] = "include",
    scope: Scope = "auto",
) -> Measure:
    """How many times the open offers cover the monthly target [multiple].

    pipeline_coverage = pipeline_value / the month's target

    opportunities: as pipeline_value; targets: month_on, target_value, currency. The month is the report date's, or the
    period's first where that lies ahead.
    `target` remaining divides by what is left of it after the month's won value ("to go"). No open offer is a true
    0.0x. NaN: as pipeline_value, and no target, a negative one, one already reached (remaining), another
    currency, or targets with and without a seller in one month: is the one the sum of the others, or on top of them?
    Sources: the agency's article (3-5 x the monthly target); to-go: winsabove.pages.dev (definitions.md A5).
    """
    last = as_of or period.end
    pipeline = pipeline_value(
        opportunities, period, as_of=last, data_on=data_on, scale=scale, weighted=weighted, stale=stale, scope=scope
    )
    used = {**pipeline.basis, "target": target}
    month = target_month(period, last)
    of_month = targets[month.has(targets["month_on"])].dropna(subset=["target_value"])
    planned = Tally("targets", "denominator", of_month["target_value"], of_month["month_on"], money=True)
    won = opportunities[(opportunities["status"] == "won") & month.until(last).has(opportunities["closed_on"])]
    done = Tally("opportunities", "denominator", -won["value"].fillna(0), won["closed_on"], money=True)
    goal = Goal(
        rows=len(of_month),
        value=planned.total,
        overlapping=bool(of_month["seller"].isna().any() and of_month["seller"].notna().any()),
        currency_differs=mixed_currency(pd.concat([opportunities[["currency"]], of_month[["currency"]]]).dropna()),
        won_value=-done.total,
    )
    measured = coverage(pipeline, goal, used)
    made_of = (*pipeline.tallies, planned) if target == "period" else (*pipeline.tallies, planned, done)
    return measured if measured.reason else replace(measured, tallies=made_of)
