"""The trends: for each KPI 12 months with its limit line, drawn from the sheet of trend data."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from kpi_core.catalogue import catalogue
from workbook_templates import style
from workbook_templates.book import Book
from workbook_templates.charts import placed, trend
from workbook_templates.number_formats import in_language

_COLUMNS, _ROWS = 7, 15  # a chart's cells, the gap included
_ON_PAGE = 2  # rows of charts that fit on a printed page
_AXES = {"ratio": "0%", "money": "#,##0", "count": "#,##0", "days": "#,##0"}  # number formats; else a decimal
_NOTES = 5  # the first of the hidden rows, one a KPI, that say why a chart is missing


def draw(book: Book) -> None:
    """Add the sheet; the charts follow in `charts`, once the trend data has its place."""
    sheet = book.sheet("trends", (10.5,) * (2 * _COLUMNS), note=book.say("trends.note"))
    for i, kpi in enumerate(book.template.kpis):
        book.put(sheet, f"B{_NOTES + i}", name=f"kpi_{kpi}_trend", font=style.SMALL, align=style.LEFT)
        sheet.row_dimensions[_NOTES + i].hidden = True
    top = _top(book)
    for page in range(1, (len(book.template.kpis) - 1) // (2 * _ON_PAGE) + 1):
        sheet.row_breaks.append(Break(id=top + page * _ON_PAGE * _ROWS - 2))
    book.frozen(sheet, "A4", "1:3")


def charts(book: Book) -> None:
    """Draw the charts over the trend data."""
    sheet = book.workbook[book.say("sheets.trends")]
    for i, kpi in enumerate(book.template.kpis):
        column, row = get_column_letter(2 + i % 2 * _COLUMNS), _top(book) + i // 2 * _ROWS
        meaning = catalogue()[kpi]
        chart = trend(
            meaning.name.show(book.language),
            book.say(f"unit.{meaning.unit}"),
            book.spans["tblTrend", "month"],
            book.spans["tblTrend", kpi],
            book.spans.get(("tblTrend", f"{kpi}_limit")),
            book.spans.get(("tblTrend", f"{kpi}_few")),
            in_language(_AXES.get(meaning.unit, "0.0"), book.language),
            zero=meaning.unit not in ("money", "multiple"),
        )
        placed(sheet, chart, f"{column}{row}", 13.9, 7.0)


def _top(book: Book) -> int:
    """The first row of charts."""
    return _NOTES + len(book.template.kpis) + 1
