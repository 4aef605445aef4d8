"""The figures behind the trend charts: a month a row, for each KPI its value and its limit."""

from __future__ import annotations

from kpi_core.catalogue import catalogue
from workbook_templates import style
from workbook_templates.bands import warning_limit
from workbook_templates.book import Book

MONTHS = 12


def draw(book: Book) -> None:
    """Add the sheet."""
    formats = {"month": style.MONTH}
    for kpi in book.template.kpis:
        few = ("few",) if catalogue()[kpi].minimum_n else ()
        limit = ("limit",) if warning_limit(kpi) else ()
        formats |= book.kpi_formats([kpi], *few, *limit)
    sheet = book.sheet("trend_data", (11, *([12] * (len(formats) - 1))))
    book.table(sheet, "tblTrend", 4, formats, rows=MONTHS)
    book.frozen(sheet, "C5", "1:4")
