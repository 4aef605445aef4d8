"""What each KPI means and how it was calculated here."""

from __future__ import annotations

from workbook_templates import style
from workbook_templates.book import Book


def draw(book: Book) -> None:
    """Add the sheet."""
    sheet = book.sheet("definitions", (24, 54, 32, 11, 11, 15, 36, 14, 34))
    formats = {
        "kpi": "",
        "definition": "",
        "basis": "",
        "numerator": "#,##0",
        "denominator": "#,##0",
        "evidence": "",
        "limits": "",
        "whose": "",
        "source": "",
    }
    book.table(sheet, "tblDefinitions", 4, formats)
    for column in ("H", "J"):
        sheet[f"{column}5"].font = style.SMALL
    book.frozen(sheet, "C5", "1:4")
