"""Whether the sellers' figures add up to the team's, and why not, told by the rows themselves."""

from __future__ import annotations

import math

from addin.fill.check import Check
from addin.fill.run import Measured, within
from addin.fill.words import say
from kpi_core.scorecard import Reading
from kpi_core.texts import Language
from kpi_core.trace import trace

_SUMS = {"win_rate": "won_deals", "meetings_agreed": "agreed"}  # what is added up: of the first KPI that is listed
_SHARED = {"meetings_agreed"}  # of one meeting two sellers may have a row each


def sellers_sum(measured: Measured, group: str | None, language: Language) -> Check:
    """The check: explained differences ask for attention, others fail."""
    card, kpi = measured.sellers, next((kpi for kpi in _SUMS if kpi in measured.asked.sellers), "")
    if card is None or not kpi or (group is not None and measured.asked.by == "seller"):
        return Check("sellers", None, None, "not_applicable", say("check.sellers_none", language))
    amounts = [_amount(reading) for reading in card.readings if reading.kpi == kpi and reading.group]
    known = [amount for amount in amounts if amount is not None]
    team = _amount(card.reading(kpi))
    if team is None or not known:
        return Check("sellers", None, None, "not_applicable", say("check.sellers_none", language))
    measure = say(f"check.{_SUMS[kpi]}", language)
    if math.isclose(sum(known), team):
        return Check("sellers", sum(known), team, "ok", say("check.sellers_why", language, measure=measure))
    without = _without_seller(measured, kpi, group)
    shared = sum(known) - (team - without)
    explained = shared >= 0 if kpi in _SHARED else shared == 0
    key = "sellers_differ" if explained else "sellers_unexplained"
    why = say(f"check.{key}", language, measure=measure, without=f"{without:g}", shared=f"{shared:g}")
    return Check("sellers", sum(known), team, "attention" if explained else "failed", why)


def _amount(reading: Reading) -> float | None:
    return reading.numerator if reading.numerator is not None else reading.value


def _without_seller(measured: Measured, kpi: str, group: str | None) -> float:
    """What rows that name no seller add to the team's figure."""
    data, by = measured.intake.data, measured.asked.by
    rows = data if group is None or by is None else within(data, by, group)
    traced = trace(rows, kpi, measured.period, as_of=measured.as_of, options=measured.asked.options).rows
    added: float = traced.loc[traced["seller"].isna(), "numerator"].sum()
    return float(added)
