"""What each KPI means and how it was calculated here."""

from __future__ import annotations

from workbook_templates import style
from workbook_templates.book import Book


def draw(book: Book) -> None:
    """Add the sheet."""
    sheet = book.sheet("definitions", (26, 58, 34, 12, 12, 17, 36))
    formats = {
        "kpi": "",
        "definition": "",
        "basis": "",
        "numerator": "#,##0",
        "denominator": "#,##0",
        "evidence": "",
        "source": "",
    }
    book.table(sheet, "tblDefinitions", 4, formats)
    sheet["H5"].font = style.SMALL
    book.frozen(sheet, "C5", "1:4")
