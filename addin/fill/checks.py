"""The checks that a controller would do: each compares two figures that must agree."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from addin.fill.content import Cell, Colour, Formula, Rows, Rule, Value
from addin.fill.run import Measured
from addin.fill.words import say
from kpi_core.catalogue import mark
from kpi_core.figures import fill
from kpi_core.scorecard import Reading, Status
from kpi_core.tables import TABLE_NAMES, Dataset
from kpi_core.texts import Language, Text, load_texts

Result = Literal["ok", "attention", "not_applicable"]
_STATUS: Mapping[Result, Status] = {"ok": "green", "attention": "amber", "not_applicable": "grey"}
_STALE_DAYS = 7  # an export of last week still tells the month; older than that deserves a remark
_SUMS = {"win_rate": "won_deals", "meetings_agreed": "agreed"}


@dataclass(frozen=True)
class Check:
    """One check: its name, the two figures, what came of it and why."""

    key: str
    left: float | None
    right: float | None
    result: Result
    why: str
    number_format: str = "#,##0"


def checks(
    measured: Measured, readings: Mapping[str, Reading], funnel: float | None, group: str | None, language: Language
) -> list[Check]:
    """All checks of one workbook."""
    return [
        _rows(measured, language),
        _deals(measured.intake.data, language),
        _funnel(readings, funnel, language),
        _sellers(measured, group, language),
        _dates(measured, language),
        _currency(measured.intake.data, language),
    ]


def as_rows(found: list[Check], language: Language) -> tuple[Rows, list[Colour]]:
    """The checks as a list; the difference is a formula."""
    rows: list[dict[str, Value | Cell]] = []
    for check in found:
        none = say("none", language)
        both = check.left is not None and check.right is not None
        difference: Value = none
        if check.left is not None and check.right is not None:
            difference = Formula("{left}-{right}", check.left - check.right)
        rows.append(
            {
                "check": say(f"check.{check.key}", language),
                "left": Cell(check.left if both else none, check.number_format),
                "right": Cell(check.right if both else none, check.number_format),
                "difference": Cell(difference, check.number_format),
                "result": result_word(check.result, language),
                "explanation": check.why,
            }
        )
    shown: tuple[Status, ...] = ("green", "amber", "grey")
    rules = tuple(Rule(status, f'LEFT({{result}},1)="{mark(status).icon}"') for status in shown)
    return Rows(tuple(rows)), [Colour("result", rules, "tblChecks")]


def result_word(result: Result, language: Language) -> str:
    """A check's result with its sign."""
    return f"{mark(_STATUS[result]).icon} {say(f'check.{result}', language)}"


def summary(found: list[Check], language: Language) -> Cell:
    """The checks in one sentence."""
    attention = sum(check.result == "attention" for check in found)
    status: Status = "amber" if attention else "green"
    key = "attention" if attention else "ok"
    count = attention or sum(check.result == "ok" for check in found)
    icon = mark(status).icon
    return Cell(say(f"report.checks_{key}", language, icon=icon, count=count))


def _rows(measured: Measured, language: Language) -> Check:
    account = measured.intake.account
    read = sum(source.account.read for source in measured.intake.sources)
    accounted = account.used + sum(account.ignored.values()) + len(account.excluded)
    return Check("rows", read, accounted, "ok" if read == accounted else "attention", say("check.rows_why", language))


def _deals(data: Dataset, language: Language) -> Check:
    status = data.opportunities["status"]
    if status.empty:
        return Check("deals", None, None, "not_applicable", say("check.deals_none", language))
    counts = {name: int((status == name).sum()) for name in ("won", "lost", "open")}
    total = sum(counts.values())
    why = _filled("check.deals_why", language, **counts)
    return Check("deals", total, len(status), "ok" if total == len(status) else "attention", why)


def _funnel(readings: Mapping[str, Reading], product: float | None, language: Language) -> Check:
    if product is None:
        return Check("funnel", None, None, "not_applicable", say("check.funnel_none", language))
    steps = [readings[kpi] for kpi in ("contact_to_meeting", "meeting_to_offer", "win_rate")]
    passed = math.prod(step.numerator or 0 for step in steps)
    base = math.prod(step.denominator or 1 for step in steps)
    whole = passed / base
    agrees = math.isclose(product, whole, rel_tol=1e-9, abs_tol=1e-12)
    why = say("check.funnel_why", language)
    return Check("funnel", product, whole, "ok" if agrees else "attention", why, "0.0000%")


def _sellers(measured: Measured, group: str | None, language: Language) -> Check:
    card, kpi = measured.sellers, next((kpi for kpi in _SUMS if kpi in measured.asked.sellers), "")
    if card is None or not kpi or (group is not None and measured.asked.by == "seller"):
        return Check("sellers", None, None, "not_applicable", say("check.sellers_none", language))
    amounts = [_amount(reading) for reading in card.readings if reading.kpi == kpi and reading.group]
    known = [amount for amount in amounts if amount is not None]
    team = _amount(card.reading(kpi))
    if team is None or not known:
        return Check("sellers", None, None, "not_applicable", say("check.sellers_none", language))
    agrees = math.isclose(sum(known), team)
    measure = say(f"check.{_SUMS[kpi]}", language)
    key = "check.sellers_why" if agrees else "check.sellers_differ"
    return Check("sellers", sum(known), team, "ok" if agrees else "attention", say(key, language, measure=measure))


def _amount(reading: Reading) -> float | None:
    return reading.numerator if reading.numerator is not None else reading.value


def _dates(measured: Measured, language: Language) -> Check:
    span = measured.intake.data.span()
    if span is None:
        return Check("dates", None, None, "not_applicable", say("check.dates_none", language))
    # What matters is the last day that the report would like to see, even when it had to be moved to the data's end.
    wanted = measured.asked.as_of or measured.period.end
    days = (wanted - span[1]).days
    key = "check.dates_old" if days > _STALE_DAYS else "check.dates_why"
    why = _filled(key, language, until=span[1], as_of=wanted, days=days)
    return Check("dates", None, None, "attention" if days > _STALE_DAYS else "ok", why)


def _currency(data: Dataset, language: Language) -> Check:
    found = sorted(set(_currencies(data)))
    if not found:
        return Check("currency", None, None, "not_applicable", say("check.currency_none", language))
    key = "check.currency_why" if len(found) == 1 else "check.currency_many"
    result: Result = "ok" if len(found) == 1 else "attention"
    return Check("currency", len(found), 1, result, say(key, language, found=", ".join(found)))


def _currencies(data: Dataset) -> Iterator[str]:
    for name in TABLE_NAMES:
        rows = data.table(name)
        if "currency" in rows:
            yield from rows["currency"].dropna().unique()


def _filled(key: str, language: Language, **found: object) -> str:
    text: Text = load_texts("addin.fill", "texts.toml")[key]
    return fill(text, found).show(language)
