"""A KPI's two rows: name, value, status, n, interval and diagnosis; below, in small print, what it rests on."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from kpi_core.catalogue import catalogue
from workbook_templates import style
from workbook_templates.bands import has_trailing
from workbook_templates.book import Book
from workbook_templates.number_formats import named_format


def kpi_row(book: Book, sheet: Worksheet, row: int, kpi: str) -> None:
    """The cells of one KPI from column B on, with their names."""
    meaning = catalogue()[kpi]
    unit = style.FORMATS[meaning.unit]
    value = named_format(meaning.unit, book.language)
    book.put(
        sheet, f"B{row}", meaning.name.show(book.language), name=f"kpi_{kpi}_name", font=style.BOLD, align=style.WRAP
    )
    figures = (("C", "", value), ("E", "_n", "#,##0"), ("F", "_low", unit), ("G", "_high", unit))
    for column, end, number_format in figures:
        font = style.FONT if end else style.FIGURE
        name = f"kpi_{kpi}{end}"
        book.put(sheet, f"{column}{row}", name=name, font=font, align=style.RIGHT, format=number_format)
    book.put(sheet, f"D{row}", name=f"kpi_{kpi}_status", font=style.BOLD, align=style.TEXT_LEFT)
    book.put(sheet, f"H{row}", name=f"kpi_{kpi}_diagnosis", align=style.TEXT_WRAP)
    book.put(sheet, f"H{row + 1}", name=f"kpi_{kpi}_basis", font=style.SMALL, align=style.TEXT_WRAP)
    book.put(sheet, f"B{row + 1}", name=f"kpi_{kpi}_changed", font=style.ALERT, align=style.WRAP)
    if has_trailing(kpi):
        book.put(sheet, f"C{row + 1}", name=f"kpi_{kpi}_trailing", font=style.SMALL)
    for column in "BCDEFGH":
        sheet[f"{column}{row + 1}"].border = style.ROW
