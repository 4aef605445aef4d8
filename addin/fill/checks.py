"""The checks that a controller would do: each compares two figures that must agree."""

from __future__ import annotations

import math
from collections.abc import Mapping

from addin.fill.check import STATUS, Check, Result, result_formula, shown_figure
from addin.fill.content import Cell, Colour, Formula, Outline, Rows, Rule, Value
from addin.fill.run import Measured
from addin.fill.sellers_sum import sellers_sum
from addin.fill.words import say
from kpi_core.catalogue import mark
from kpi_core.figures import fill
from kpi_core.scorecard import Reading
from kpi_core.tables import Dataset
from kpi_core.texts import Language, Text, load_texts
from workbook_templates.bands import STATUSES
from workbook_templates.number_formats import DAY

_STALE_DAYS = 7  # an export of last week still tells the month; older than that deserves a remark


def checks(
    measured: Measured, readings: Mapping[str, Reading], funnel: float | None, group: str | None, language: Language
) -> list[Check]:
    """All checks of one workbook."""
    return [
        _rows(measured, language),
        _deals(measured, group, language),
        _funnel(readings, funnel, language),
        sellers_sum(measured, group, language),
        _dates(measured, language),
        _currency(measured.intake.data, language),
    ]


def as_rows(found: list[Check], language: Language) -> tuple[Rows, list[Colour]]:
    """The checks as a list; the difference and what comes of it are formulas."""
    rows: list[dict[str, Value | Cell]] = []
    none = say("none", language)
    for check in found:
        difference = check.difference
        left, right = (shown_figure(*pair) for pair in zip(check.cells, (check.left, check.right), strict=True))
        known = difference is not None
        shape = check.difference_format or check.number_format
        rows.append(
            {
                "check": say(f"check.{check.key}", language),
                "left": Cell(left if known else none, check.number_format),
                "right": Cell(right if known else none, check.number_format),
                "difference": Cell(Formula("{left}-{right}", difference) if difference is not None else none, shape),
                "result": result_formula(check, language),
                "explanation": check.why,
            }
        )
    rules = tuple(Rule(status, f'LEFT({{result}},1)="{mark(status).icon}"') for status in STATUSES)
    return Rows(tuple(rows)), [Colour("result", rules, "tblChecks")]


def summary(found: list[Check], language: Language) -> Cell:
    """The checks in one sentence."""
    worst: Result = next((it for it in ("failed", "attention") if any(check.result == it for check in found)), "ok")
    count = sum(check.result == worst for check in found)
    return Cell(say(f"report.checks_{worst}", language, icon=mark(STATUS[worst]).icon, count=count))


def banner(found: list[Check], language: Language) -> Cell:
    """What stands in red on the summary while a check fails, else nothing: a formula over the checks' results."""
    failed = count_failed(found)
    icon, said = mark("red").icon, say("report.banner", language)
    count = f'COUNTIF({{tblChecks.result}},"{icon}*")'
    before, after = said.split("{count}")
    text = f'IF({count}=0,"","{icon} {before}"&{count}&"{after}")'
    return Cell(Formula(text, f"{icon} {before}{failed}{after}" if failed else ""))


def count_failed(found: list[Check]) -> int:
    """How many checks do not agree."""
    return sum(check.result == "failed" for check in found)


def are_shown(outline: Outline) -> bool:
    """Whether a template shows what comes of the checks."""
    return "tblChecks" in outline.tables or not outline.names.isdisjoint({"report_banner", "report_checks"})


def banner_colour() -> Colour:
    """Red while there is something to say."""
    return Colour("report_banner", (Rule("red", "LEN(report_banner)>0"),))


def _rows(measured: Measured, language: Language) -> Check:
    account = measured.intake.account
    read = sum(source.account.read for source in measured.intake.sources)
    accounted = account.used + sum(account.ignored.values()) + account.out
    cells = ("SUM({tblFiles.read})", "rows_used+rows_ignored+rows_excluded")
    result: Result = "ok" if read == accounted else "failed"
    return Check("rows", read, accounted, result, say("check.rows_why", language), cells=cells)


def _deals(measured: Measured, group: str | None, language: Language) -> Check:
    """Of a group its own alone: a client need not read what was won for others."""
    rows, by = measured.intake.data.opportunities, measured.asked.by
    own = group is not None and by in rows
    status = rows.loc[rows[by] == group, "status"] if own else rows["status"]
    if status.empty:
        return Check("deals", None, None, "not_applicable", say("check.deals_none", language))
    counts = {name: int((status == name).sum()) for name in ("won", "lost", "open")}
    total = sum(counts.values())
    why = _filled("check.deals_own" if own else "check.deals_why", language, **counts, group=group or "")
    return Check("deals", total, len(status), "ok" if total == len(status) else "failed", why)


def _funnel(readings: Mapping[str, Reading], product: float | None, language: Language) -> Check:
    if product is None:
        return Check("funnel", None, None, "not_applicable", say("check.funnel_none", language))
    steps = [readings[kpi] for kpi in ("contact_to_meeting", "meeting_to_offer", "win_rate")]
    passed = math.prod(step.numerator or 0 for step in steps)
    base = math.prod(step.denominator or 1 for step in steps)
    whole = passed / base
    agrees = math.isclose(product, whole, rel_tol=1e-9, abs_tol=1e-12)
    why = say("check.funnel_why", language)
    cells = ("funnel_total", "PRODUCT({tblFunnel.passed})/PRODUCT({tblFunnel.base})")
    return Check("funnel", product, whole, "ok" if agrees else "failed", why, "0.0000%", cells=cells)


def _dates(measured: Measured, language: Language) -> Check:
    span = measured.intake.data.span()
    if span is None:
        return Check("dates", None, None, "not_applicable", say("check.dates_none", language))
    # What matters is the last day that the report would like to see, even when it had to be moved to the data's end.
    wanted = measured.asked.as_of or measured.period.end
    days = (wanted - span[1]).days
    late = days > _STALE_DAYS
    why = _filled("check.dates_old" if late else "check.dates_why", language, until=span[1], as_of=wanted, days=days)
    # A period that is running ends after its data, as it should; a day asked for by name is another matter.
    result: Result = "ok" if not late else "failed" if measured.asked.as_of is not None else "attention"
    return Check("dates", wanted, span[1], result, why, DAY, "#,##0", tolerated=str(_STALE_DAYS))


def _currency(data: Dataset, language: Language) -> Check:
    found = data.currencies()
    if not found:
        return Check("currency", None, None, "not_applicable", say("check.currency_none", language))
    key = "check.currency_why" if len(found) == 1 else "check.currency_many"
    result: Result = "ok" if len(found) == 1 else "failed"
    return Check("currency", len(found), 1, result, say(key, language, found=", ".join(found)))


def _filled(key: str, language: Language, **found: object) -> str:
    text: Text = load_texts("addin.fill", "texts.toml")[key]
    return fill(text, found).show(language)
