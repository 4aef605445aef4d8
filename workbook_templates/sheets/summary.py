"""The summary: each KPI with its status, its interval and what it says; below, what the figures rest on."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates import style
from workbook_templates.book import Book
from workbook_templates.kpi_row import kpi_row
from workbook_templates.number_formats import DAY

_WIDTHS = (34, 14, 17, 8, 9, 9, 84)
_HEADERS = ("kpi", "value", "status", "n", "low", "high", "diagnosis")


def draw(book: Book) -> None:
    """Add the sheet."""
    sheet = book.sheet("summary", _WIDTHS, one_page=True)
    title = book.template.title.show(book.language)
    book.put(sheet, "B1", title, name="report_title", font=style.TITLE)
    book.put(sheet, "B2", name="report_subtitle", font=style.SUBTITLE)
    book.put(sheet, "B3", name="report_headline", font=style.BOLD)
    book.put(sheet, "B4", name="report_running", font=style.SMALL)
    book.put(sheet, "B5", name="report_banner", font=style.BOLD)
    _red(sheet, "B5:H5", "LEN($B$5)>0")
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 28, 20
    book.headers(sheet, 6, [book.say(f"summary.{key}") for key in _HEADERS], numbers=(1, 3, 4, 5))
    row = 7
    for kpi in book.template.kpis:
        kpi_row(book, sheet, row, kpi)
        row += 2
    row += 1
    for key, name, number_format in (
        ("as_of", "report_as_of", DAY),
        ("currency", "report_currency", style.TEXT),
        ("rows", "report_rows", style.TEXT),
        ("checks", "report_checks", style.TEXT),
    ):
        book.put(sheet, f"B{row}", book.say(f"summary.{key}"), font=style.HEADER)
        book.put(sheet, f"C{row}", name=name, format=number_format)
        row += 1
    book.lines(sheet, row + 1, book.say("summary.footnote"), sum(_WIDTHS))
    book.frozen(sheet, "C7", "1:6")


def _red(sheet: Worksheet, cells: str, formula: str) -> None:
    """A whole row of cells in the colours of a warning while a formula holds."""
    ground, letters = PatternFill(bgColor=style.ALARM_GROUND), Font(color=style.ALARM, bold=True)
    sheet.conditional_formatting.add(cells, FormulaRule([formula], fill=ground, font=letters))  # type: ignore[no-untyped-call]
