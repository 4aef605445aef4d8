"""LTV and CAC: each figure with its status and diagnosis, and the parts that it was computed from."""

from __future__ import annotations

from kpi_core.catalogue import catalogue
from workbook_templates import style
from workbook_templates.book import Book
from workbook_templates.kpi_row import kpi_row
from workbook_templates.number_formats import named_format

_HEADERS = ("kpi", "value", "status", "n", "low", "high", "diagnosis")


def draw(book: Book) -> None:
    """Add the sheet. Figures that the summary already holds are repeated by reference."""
    sheet = book.sheet("economics", (40, 15, 17, 8, 9, 9, 72), note=book.say("economics.how"), one_page=True)
    book.headers(sheet, 5, [book.say(f"summary.{key}") for key in _HEADERS], numbers=(1, 3, 4, 5))
    row = 6
    for kpi in book.template.economics:
        if kpi in book.template.kpis:
            _repeated(book, row, kpi)
        else:
            kpi_row(book, sheet, row, kpi)
        row += 2
        for part, figure in catalogue()[kpi].parts.items():
            if part in catalogue():
                continue  # a KPI of its own: it stands on this sheet already
            book.put(sheet, f"B{row}", "    " + figure.name.show(book.language))
            number_format = named_format(figure.unit, book.language)
            book.put(sheet, f"C{row}", name=f"kpi_{kpi}_{part}", align=style.RIGHT, format=number_format)
            row += 1
        row += 1
    book.frozen(sheet, "C6", "1:5")


def _repeated(book: Book, row: int, kpi: str) -> None:
    sheet = book.workbook[book.say("sheets.economics")]
    unit = named_format(catalogue()[kpi].unit, book.language)
    book.put(sheet, f"B{row}", catalogue()[kpi].name.show(book.language), font=style.BOLD, align=style.WRAP)
    book.put(sheet, f"C{row}", name=f"kpi_{kpi}_repeated", font=style.FIGURE, align=style.RIGHT, format=unit)
    book.put(sheet, f"D{row}", f"=kpi_{kpi}_status", font=style.BOLD, align=style.TEXT_LEFT)
    book.put(sheet, f"E{row}", f"=kpi_{kpi}_n", align=style.RIGHT, format="#,##0")
    book.put(sheet, f"H{row}", f"=kpi_{kpi}_diagnosis", align=style.TEXT_WRAP)
    for column in "BCDEFGH":
        sheet[f"{column}{row + 1}"].border = style.ROW
