"""One workbook's content: figures, lists, checks and limits of a measured period put together for a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from addin.fill import account, changed, checks, comparisons, figures, lists, plan, trailing
from addin.fill.content import Cell, Colour, Content, Outline, Rows, Value
from addin.fill.limit_words import limits_in_words
from addin.fill.limits import Limits, word
from addin.fill.run import Measured
from addin.fill.words import say
from kpi_core.catalogue import definition
from kpi_core.changes import FigureChange
from kpi_core.scorecard import Group, Reading
from kpi_core.texts import Language, moment
from workbook_templates.bands import STATUSES

_WEEKLY = "meetings_per_week"


def compose(
    measured: Measured,
    outline: Outline,
    language: Language,
    *,
    group: str | None = None,
    title: str = "",
    version: str = "",
    run_at: datetime | None = None,
    changes: Sequence[FigureChange] | None = None,
) -> Content:
    """The content of the workbook of one period, or of one group of it.

    changes   what has changed afterwards since the run before; None where this run does not follow changes
    """
    readings = {kpi: _reading(measured, kpi, group) for kpi in measured.asked.kpis}
    limits = {kpi: _limits(measured, kpi, group, outline, language) for kpi in _all_kpis(measured)}
    tables, colours, cells, failed = _lists(measured, readings, limits, group, language, outline)
    cells |= _report(measured, readings, group, language, title=title, version=version, run_at=run_at)
    cells |= account.totals(measured.intake.account, language)
    cells |= {f"status_{status}": Cell(word(status, language)) for status in STATUSES}
    for kpi, reading in readings.items():
        cells |= dict(figures.named_cells(reading, limits[kpi], language))
        cells |= dict(trailing.cells(measured.card, kpi, group, language))
        cells[f"kpi_{kpi}_limits"] = Cell(limits_in_words(limits[kpi]))
        colours += list(figures.colours(reading, limits[kpi]))
    for limit in limits.values():
        cells |= limit.cells()
    if measured.asked.plans:
        more, marks = plan.planned(measured, readings, limits, group, language)
        cells |= more
        colours += marks
    if "tblChanges" in outline.tables:
        tables["tblChanges"] = changed.table(changes, language, _about(measured, group))
    missing = lists.without_trend(measured, group)
    for kpi, reading in missing.items():
        name = reading and cells[f"kpi_{kpi}_name"].value
        why = figures.diagnosis(reading, language)
        cells[f"kpi_{kpi}_trend"] = Cell(say("report.no_trend", language, name=name, reason=why))
    empty = {("tblTrend", kpi) for kpi in missing}
    empty |= {(table, _drawn(table)) for table, rows in tables.items() if not rows.rows and _drawn(table)}
    if "tblFunnel" in tables and all(row["base"] is None for row in tables["tblFunnel"].rows):
        empty.add(("tblFunnel", "base"))
    return Content(
        cells,
        tables,
        tuple(colours),
        frozenset(empty),
        title=f"{title} {_subtitle(measured, group, language)}".strip(),
        created=run_at,
        checks_failed=failed,
    )


def _lists(
    measured: Measured,
    readings: Mapping[str, Reading],
    limits: Mapping[str, Limits],
    group: str | None,
    language: Language,
    outline: Outline,
) -> tuple[dict[str, Rows], list[Colour], dict[str, Cell], int]:
    """The tables that the template has, their colours, cells that belong to them, and how many checks it shows fail."""
    tables: dict[str, Rows] = {}
    colours: list[Colour] = []
    cells: dict[str, Cell] = {}
    by, data = measured.asked.by, measured.intake
    product: float | None = None
    if measured.sellers is not None:
        only = group if by == "seller" else None
        tables["tblSellers"], more = lists.groups("tblSellers", "seller", measured.sellers, limits, language, only)
        colours += more
        if only is None:
            shares = [kpi for kpi in measured.asked.sellers if definition(kpi).evidence == "wilson"]
            cells |= {
                f"kpi_{kpi}_differences": Cell(comparisons.sentence(measured.sellers, kpi, language)) for kpi in shares
            }
    if measured.clients is not None:
        only = group if by == "client" else None
        tables["tblClients"], more = lists.groups("tblClients", "client", measured.clients, limits, language, only)
        colours += more
    if measured.asked.trend:
        tables["tblTrend"] = lists.trend(measured, group, limits, language)
    if measured.asked.weeks:
        only = group if by == "seller" else None
        tables["tblWeeks"], more, why = lists.weeks(measured, only, limits[_WEEKLY], language)
        colours += more
        cells["weeks_reason"] = Cell(why)
    if all(kpi in readings for kpi in lists.FUNNEL):
        tables["tblFunnel"], more, product = lists.funnel(readings, limits, language)
        colours += more
        cells["funnel_total"] = Cell(figures.shown(product, language))
    found = checks.checks(measured, readings, product, group, language)
    tables["tblChecks"], more = checks.as_rows(found, language)
    colours += more
    colours.append(checks.banner_colour())
    cells |= {"report_checks": checks.summary(found, language), "report_banner": checks.banner(found, language)}
    tables["tblRows"] = account.by_rule(data.account, language)
    tables["tblFiles"] = account.by_file(data, language)
    tables["tblExcluded"] = account.excluded(data.account, language)
    tables["tblDefinitions"] = lists.definitions(readings, limits, language)
    tables["tblThemes"] = lists.themes(measured.card, language)
    tables["tblInsights"] = lists.insights(measured.card, language)
    failed = checks.count_failed(found) if checks.are_shown(outline) else 0
    return {name: rows for name, rows in tables.items() if name in outline.tables}, colours, cells, failed


def _report(
    measured: Measured,
    readings: Mapping[str, Reading],
    group: str | None,
    language: Language,
    *,
    title: str,
    version: str,
    run_at: datetime | None,
) -> dict[str, Cell]:
    """The cells that tell what the workbook is."""
    span = measured.intake.data.span()
    running = any(reading.running for reading in readings.values())
    everyone = say("report.everyone", language)
    unfinished = f" ({say('report.unfinished', language)})" if running else ""
    values: dict[str, Value] = {
        "report_subtitle": _subtitle(measured, group, language) + unfinished,
        "report_period": measured.period.title(language),
        "report_group": group if group is not None else everyone,
        "report_seller": group if group is not None and measured.asked.by == "seller" else everyone,
        "report_client": group if group is not None and measured.asked.by == "client" else everyone,
        "report_by": say(f"report.by_{measured.asked.by or 'none'}", language),
        "report_as_of": measured.as_of,
        "report_data_until": span[1] if span else say("none", language),
        "report_running": say("report.running", language, day=measured.as_of) if running else None,
        "report_headline": figures.headline(readings, language),
        "report_currency": _currency(measured, readings, language),
        "report_created": moment(run_at, language) if run_at else None,
        "report_version": version,
    }
    if title:
        values["report_title"] = title
    return {name: Cell(value) for name, value in values.items()}


def _currency(measured: Measured, readings: Mapping[str, Reading], language: Language) -> str:
    """That of the figures; where they have none, why: the data tells several, or none."""
    of_figures = {reading.currency for reading in readings.values() if reading.currency}
    found: Sequence[str] = sorted(of_figures) or measured.intake.data.currencies()
    if len(found) > 1:
        return say("report.currencies", language, found=", ".join(found))
    return found[0] if found else say("report.no_currency", language)


def _subtitle(measured: Measured, group: str | None, language: Language) -> str:
    period = measured.period.title(language)
    shown = period[:1].upper() + period[1:]
    return shown if group is None else f"{shown} · {group}"


def _about(measured: Measured, group: str | None) -> Group | None:
    """Whom the workbook is about."""
    return None if group is None or measured.asked.by is None else (measured.asked.by, group)


def _reading(measured: Measured, kpi: str, group: str | None) -> Reading:
    return measured.card.reading(kpi, group)


def _limits(measured: Measured, kpi: str, group: str | None, outline: Outline, language: Language) -> Limits:
    reference = None
    if any(reading.kpi == kpi for reading in measured.year.readings) and len(measured.period.months()) < len(
        measured.period.trailing(12).months()
    ):
        found = measured.year.reading(kpi, group)
        reference = found.value if found.n >= definition(kpi).minimum_n else None
    thresholds = (measured.asked.thresholds or {}).get(kpi)
    return Limits(kpi, language, outline.names, thresholds, reference)


def _all_kpis(measured: Measured) -> list[str]:
    asked = measured.asked
    weekly = (_WEEKLY,) if asked.weeks else ()
    return list(dict.fromkeys([*asked.kpis, *asked.trend, *asked.sellers, *asked.clients, *weekly]))


def _drawn(table: str) -> str:
    """A column of the table whose chart is left out with it."""
    return {"tblWeeks": "week_1", "tblThemes": "count"}.get(table, "")
