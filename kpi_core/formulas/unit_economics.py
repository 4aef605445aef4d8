"""What a new customer costs, what one is worth, and how soon it pays back."""

from __future__ import annotations

import math
from typing import Literal

from kpi_core.measure import Measure, Note, nothing

# An implied lifetime beyond these is more often a unit mixed up (a monthly churn with yearly revenue) than a fact.
_LONG_MONTHS, _SHORT_MONTHS = 120, 1


def cac(costs: float, new_customers: float) -> Measure:
    """Cost of acquiring one new customer, fully loaded [money].

    cac = sales and marketing costs / new customers

    Costs and customers of the same window (shifted by the lag, where one is set). NaN: no cost given (not 0), no new
    customer, or a negative total. Source: ChurnZero Churnopedia (445k / 50 = 8,900), definitions.md A7.

    >>> cac(90_000 + 185_000 + 60_000 + 110_000, 50).value
    8900.0
    """
    parts = {"costs": costs, "new_customers": new_customers}
    if math.isnan(costs):
        return nothing("no_costs", parts=parts)
    if costs < 0:
        return nothing("negative_costs", parts=parts)
    if math.isnan(new_customers):
        return nothing("no_customers", parts=parts)
    if new_customers == 0:
        return nothing("no_new_customers", numerator=costs, denominator=0, parts=parts)
    return Measure(costs / new_customers, costs, new_customers, int(new_customers), parts=parts)


def ltv(
    arpa: float,
    gross_margin: float,
    churn: float = math.nan,
    *,
    cap_months: float | None = None,
    discount_rate: float | None = None,
    payment: Literal["end", "start"] = "end",
    lifetime_months: float | None = None,
) -> Measure:
    """Gross profit of one customer over its lifetime [money].

    ltv = arpa x gross margin / churn

    arpa          average revenue per account and month [money]
    gross_margin  share, 0-1; 1 must be given on purpose and makes it a revenue LTV
    churn         share of the customers that leave in a month, 0-1; or instead `lifetime_months`
    cap_months    the longest lifetime that is believed
    discount_rate per month: with r = 1 - churn, margin x r / (1 + d - r) where the first payment comes after a month,
                  from those who stayed (`payment` end), margin / (1 - r / (1 + d)) where it comes at once (start)

    NaN: an input missing; churn 0 without a cap; churn below 0 or above 1; margin above 1; negative revenue.
    A negative margin gives a negative value and a note. Source: Skok, "SaaS Metrics 2.0"; zero churn: ChartMogul.

    >>> ltv(500, 0.75, 0.025).value
    15000.0
    """
    parts = {"arpa": arpa, "gross_margin": gross_margin, "churn": churn}
    given = lifetime_months is not None
    reason = _ltv_problem(arpa, gross_margin, churn, given=given, capped=cap_months is not None)
    if reason:
        return nothing(reason, parts=parts)
    notes = []
    lifetime = lifetime_months if lifetime_months is not None else (1 / churn if churn else math.inf)
    if cap_months is not None and lifetime > cap_months:
        lifetime = cap_months
        notes.append(Note("capped", {"months": f"{cap_months:g}"}))
    margin = arpa * gross_margin
    if discount_rate is None:
        value = margin * lifetime
    else:
        value = _discounted(margin, lifetime, churn, discount_rate, payment, capped=given or bool(notes))
    if gross_margin < 0:
        notes.append(Note("negative_margin"))
    if gross_margin == 1:
        notes.append(Note("revenue_ltv"))
    if lifetime > _LONG_MONTHS:
        notes.append(Note("long_lifetime", {"years": f"{lifetime / 12:.0f}"}))
    if lifetime < _SHORT_MONTHS:
        notes.append(Note("short_lifetime"))
    parts["lifetime"] = lifetime
    return Measure(value, notes=tuple(notes), parts=parts)


def _ltv_problem(arpa: float, gross_margin: float, churn: float, *, given: bool, capped: bool) -> str:
    """The first reason why there is no LTV, or nothing."""
    checks = {
        "no_revenue": math.isnan(arpa),
        "no_margin": math.isnan(gross_margin),
        "no_churn": math.isnan(churn) and not given,
        "negative_revenue": arpa < 0,
        "margin_above_one": gross_margin > 1,
        "negative_churn": churn < 0 and not given,
        "churn_above_one": churn > 1 and not given,
        "zero_churn": churn == 0 and not given and not capped,
    }
    return next((reason for reason, holds in checks.items() if holds), "")


def _discounted(
    margin: float, lifetime: float, churn: float, discount_rate: float, payment: str, *, capped: bool
) -> float:
    """The present value of the margin: of a survival curve for ever, or of every month until a given end."""
    if not capped:
        kept = 1 - churn
        if payment == "start":
            return margin / (1 - kept / (1 + discount_rate))
        return margin * kept / (1 + discount_rate - kept)
    if discount_rate == 0:
        return margin * lifetime
    annuity = (1 - math.pow(1 + discount_rate, -lifetime)) / discount_rate
    return margin * annuity * (1 + discount_rate if payment == "start" else 1)


def ltv_cac(ltv: float, cac: float) -> Measure:
    """How many times a customer earns back what it cost [multiple].

    ltv_cac = ltv / cac

    A negative LTV gives a negative ratio. NaN: a CAC of 0 (not infinite) or below. Source: the agency's article (at
    least 3); Paddle "CAC LTV ratio".

    >>> ltv_cac(15_000, 6_000).value
    2.5
    """
    parts = {"ltv": ltv, "cac": cac}
    if math.isnan(ltv) or math.isnan(cac):
        return nothing("no_ltv" if math.isnan(ltv) else "no_cac", parts=parts)
    if cac == 0:
        return nothing("zero_cac", parts=parts)
    if cac < 0:
        return nothing("negative_cac", parts=parts)
    return Measure(ltv / cac, ltv, cac, parts=parts)


def cac_payback_months(cac: float, arpa: float, gross_margin: float) -> Measure:
    """Months until the gross profit of a customer has paid its acquisition [months].

    cac_payback_months = cac / (arpa x gross margin)

    A fraction of a month is shown as it is. NaN: no profit to pay it back, a margin above 1, a negative revenue or CAC.
    Source: SaaS Metrics Standards Board (margin-adjusted); ChurnZero Churnopedia (8,900 / (2,000 x 60 %) = 7.4).

    >>> round(cac_payback_months(8_900, 2_000, 0.6).value, 2)
    7.42
    """
    monthly_margin = arpa * gross_margin
    parts = {"cac": cac, "monthly_margin": monthly_margin}
    if math.isnan(cac):
        return nothing("no_cac", parts=parts)
    if math.isnan(monthly_margin):
        return nothing("no_revenue" if math.isnan(arpa) else "no_margin", parts=parts)
    if gross_margin > 1:
        return nothing("margin_above_one", parts=parts)
    if arpa < 0:
        return nothing("negative_revenue", parts=parts)
    if cac < 0:
        return nothing("negative_cac", parts=parts)
    if monthly_margin <= 0:
        return nothing("no_payback", parts=parts)
    return Measure(cac / monthly_margin, cac, monthly_margin, parts=parts)
