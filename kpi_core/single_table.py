"""The scorecard of one table, such as a range with headers: what it can measure, one KPI a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from kpi_core.catalogue import definition, mark
from kpi_core.columns.choices import chosen, chosen_language
from kpi_core.columns.column import Cell
from kpi_core.columns.days import day_of
from kpi_core.columns.errors import ColumnError
from kpi_core.errors import DataError
from kpi_core.intake.cells import read_cells
from kpi_core.periods import Period, month_of, period
from kpi_core.scorecard import GroupBy, Reading, check_period, scorecard
from kpi_core.tables import TableName
from kpi_core.texts import Language, Text, load_texts
from kpi_core.views import split

_YEARS = range(1900, 2201)
_MOST_GROUPS = 200  # each takes some 20 ms; a column of ids chosen by mistake would keep the sheet waiting for minutes

# Which tables a KPI is made of: a KPI whose tables are not all there is no line of the scorecard, whatever the period,
# so that the lines stay where they are from month to month.
TABLES: Mapping[str, tuple[TableName, ...]] = {
    "meetings_per_week": ("meetings",),
    "contact_to_meeting": ("contacts", "meetings"),
    "meeting_to_offer": ("meetings", "opportunities"),
    "win_rate": ("opportunities",),
    "pipeline_value": ("opportunities",),
    "pipeline_coverage": ("opportunities", "targets"),
    "sales_cycle_days": ("opportunities",),
    "meetings_agreed": ("meetings",),
    "show_rate": ("meetings",),
    "cac": ("costs", "customers"),
    "ltv": ("customers",),
    "ltv_cac": ("costs", "customers"),
    "cac_payback_months": ("costs", "customers"),
}


def scorecard_rows(rows: Sequence[Sequence[Any]], by: str, asked: Cell, language: str) -> list[list[Cell]]:
    """Every KPI that one table with headers can give, for all of it and, with `by`, for each group.

    by      seller, team, client or product, in Finnish or English; blank: no groups
    asked   a period's key (2026-08, 2026-W31, 2026-Q3, 2026, all), or a day, which means its month; blank: all
    The head first; then group (only with `by`), KPI, value, n, interval, status and diagnosis. Without a value, the
    Excel error that means the same and the reason. The last line counts the rows that could not be used, if any.
    KPIs that want another table are left out. Raises DataError and UsageError as the intake and `scorecard` do, and for
    more than 200 groups.
    """
    spoken = chosen_language(language)
    grouping = cast("GroupBy | None", chosen("grouping", by, "") or None)
    words = load_texts("kpi_core.sentences", "single_table.toml")
    intake = read_cells(rows, words["range"].show(spoken))
    when = _period(asked, intake.data.span())
    try:
        check_period(intake.data, when)
    except DataError as error:
        raise ColumnError("outside_data", found=when.key) from error
    kpis = [kpi for kpi, tables in TABLES.items() if all(len(intake.data.table(table)) for table in tables)]
    if not kpis:
        raise ColumnError("nothing_measurable")
    if grouping and (groups := len(split(intake.data, grouping).names)) > _MOST_GROUPS:
        raise ColumnError("too_many_groups", found=groups, most=_MOST_GROUPS)
    card = scorecard(intake.data, when, by=grouping, kpis=kpis)
    heads = [*([grouping] if grouping else []), "kpi", "value", "n", "low", "high", "status", "diagnosis"]
    found: list[list[Cell]] = [[words[f"head.{head}"].show(spoken) for head in heads]]
    for reading in card.readings:
        group = reading.group[1] if reading.group else words["team"].show(spoken)
        found.append([*([group] if grouping else []), *_row(reading, spoken)])
    if excluded := len(intake.account.excluded):
        told: list[Cell] = [words["excluded"].show(spoken), float(excluded)]
        found.append(told + [None] * (len(heads) - len(told)))
    return found


def _row(reading: Reading, language: Language) -> Iterator[Cell]:
    yield definition(reading.kpi).short.show(language)
    yield reading.error if reading.value is None else reading.value
    yield float(reading.n)
    yield from reading.interval or (None, None)
    yield mark(reading.status).word.show(language)
    said: Text | None = reading.reason or reading.diagnosis
    yield said.show(language) if said else None


def _period(asked: Cell, span: tuple[date, date] | None) -> Period:
    if asked is None or asked == "":
        return period("all", span)
    if isinstance(asked, str) and not asked[:1].isdigit():
        return period(asked, span)
    if isinstance(asked, int | float) and asked in _YEARS:
        return period(str(int(asked)), span)
    if isinstance(asked, str) and asked.count(".") != 2 and asked.count("-") < 2:
        return period(asked, span)
    day = day_of(asked)
    return period("all", span) if day is None else month_of(day)
