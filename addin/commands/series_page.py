"""Many periods in a row: a table for each group, csv for Excel, or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text as Styled

from addin.commands.account import account_lines
from addin.commands.fitting import Column, Row, blocks, fitted
from addin.commands.scorecard_json import account_of, reading_json
from addin.commands.scorecard_page import STYLES, shown_value
from addin.commands.series import Series
from addin.wording import say
from kpi_core.catalogue import definition, mark
from kpi_core.reading import PeriodReadings, Reading
from kpi_core.texts import Language

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# The columns of the csv before the parts, and the sentences that head them.
_COLUMNS = (
    "period", "as_of", "group", "kpi", "value", "unit", "n", "numerator", "denominator", "low", "high", "status",
    "evidence", "currency", "running", "reason", "diagnosis", "notes", "label",
)  # fmt: skip

_NARROW = 7  # no column is narrower: four digits of a year, and what stands between two columns


def print_series(found: Series, language: Language, console: Console) -> None:
    """The figures of each group, then the account of the rows."""
    first = found.periods[0].readings
    groups = list(dict.fromkeys(reading.group for reading in first))
    for place, group in enumerate(groups):
        console.print(Styled(group[1] if group else say("scorecard.all", language), style="bold"))
        for part in _tables(found, place, language, console.width):
            console.print(part)
    console.print(Styled(say("scorecard.rows", language), style="bold"))
    for line in account_lines(found.intake.account, language, found.intake.sources):
        console.print(Styled(line))


def lacking_line(found: Series, language: Language) -> str | None:
    """Which KPIs are not listed, since the exports hold nothing that they rest on."""
    if not found.lacking:
        return None
    return say(
        "series.lacking", language, kpis=", ".join(definition(kpi).short.show(language) for kpi in found.lacking)
    )


def _tables(found: Series, place: int, language: Language, width: int) -> Iterator[Table | Styled]:
    """One group's figures: a line for each period; where that is too wide, a line for each KPI; else a block each."""
    names = [definition(kpi).short.show(language) for kpi in found.kpis]
    many = len(names)
    periods = [Styled(_period(one, language)) for one in found.periods]
    cells = [[_cell(it, language) for it in one.readings[place * many : (place + 1) * many]] for one in found.periods]
    first = Column(say("series.column.period", language), whole=True)
    columns = [first, *(Column(name, whole=True, right=True) for name in names)]
    rows = [[period, *row] for period, row in zip(periods, cells, strict=True)]
    if (wide := fitted(columns, rows, width)) is not None:
        yield wide
    elif turned := _turned(names, periods, cells, language, width):
        yield from turned
    else:
        yield from blocks(columns, rows)
        yield Styled("")


def _turned(
    names: Sequence[str], periods: Sequence[Styled], cells: Sequence[Row], language: Language, width: int
) -> list[Table]:
    """A line for each KPI, as many periods beside one another as fit, the next ones below; nothing if not one does."""
    head = Column(say("series.column.kpi", language))
    for many in range(min(len(periods), width // _NARROW), 0, -1):
        tables = []
        for start in range(0, len(periods), many):
            part = slice(start, start + many)
            columns = [head, *(Column(period.plain, whole=True, right=True) for period in periods[part])]
            rows = [[Styled(name), *row] for name, *row in zip(names, *cells[part], strict=True)]
            table = fitted(columns, rows, width)
            if table is None:
                break
            tables.append(table)
        else:
            return tables
    return []


def _period(one: PeriodReadings, language: Language) -> str:
    return f"{one.period.key} *" if any(it.running for it in one.readings) else one.period.key


def _cell(reading: Reading, language: Language) -> Styled:
    return Styled(f"{shown_value(reading, language)} {mark(reading.status).icon}", style=STYLES[reading.status])


def csv_rows(found: Series, language: Language) -> Iterator[Sequence[Any]]:
    """A line for each period, group and KPI; the further figures of all KPIs each in a column of its own."""
    parts = list(dict.fromkeys(name for kpi in found.kpis for name in definition(kpi).parts))
    yield [*(say(f"series.column.{name}", language) for name in _COLUMNS), *parts]
    for one in found.periods:
        for reading in one.readings:
            yield [*_line(one, reading, language), *(reading.parts.get(name) for name in parts)]


def _line(one: PeriodReadings, reading: Reading, language: Language) -> Iterator[Any]:
    low, high = reading.interval or (None, None)
    yield from (one.period.key, one.as_of.isoformat(), reading.group[1] if reading.group else "", reading.kpi)
    yield from (reading.value, reading.unit, reading.n, reading.numerator, reading.denominator, low, high)
    yield from (reading.status, reading.evidence, reading.currency, int(reading.running))
    for text in (reading.reason, reading.diagnosis):
        yield text.show(language) if text else ""
    yield " ".join(note.show(language) for note in reading.notes)
    yield reading.label.show(language)


def series_json(found: Series, language: Language) -> dict[str, Any]:
    """The whole answer: each period as `kpi scorecard` gives it, then the account of the rows."""
    return {
        "periods": [
            {
                "period": one.period.key,
                "as_of": one.as_of.isoformat(),
                "readings": [reading_json(reading, language) for reading in one.readings],
            }
            for one in found.periods
        ],
        **account_of(found.intake, language),
    }
