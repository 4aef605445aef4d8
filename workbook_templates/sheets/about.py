"""Where the workbook comes from: the run, the program, the source files with their hashes."""

from __future__ import annotations

from workbook_templates import contract, style
from workbook_templates.book import Book
from workbook_templates.number_formats import DAY

_LINES = (
    ("report", ""),
    ("period", "report_period"),
    ("group", "report_group"),
    ("by", "report_by"),
    ("as_of", ""),
    ("data_until", "report_data_until"),
    ("currency", ""),
    ("created", "report_created"),
    ("version", "report_version"),
)
_REPEATED = {"report": "=report_title", "as_of": "=report_as_of", "currency": "=report_currency"}


def draw(book: Book) -> None:
    """Add the sheet."""
    sheet = book.sheet("about", (34, 26, 10, 11, 10, 10, 72), note=book.say("about.what"))
    row = 6
    for key, name in _LINES:
        dated = key in ("as_of", "data_until")
        book.put(sheet, f"B{row}", book.say(f"about.{key}"), font=style.HEADER)
        book.put(sheet, f"C{row}", _REPEATED.get(key), name=name, format=DAY if dated else "General")
        row += 1
    row += 1
    book.put(sheet, f"B{row}", contract.table_title("tblFiles", book.language), font=style.SUBTITLE)
    counts = dict.fromkeys(("read", "used", "ignored", "excluded"), "#,##0")
    book.table(sheet, "tblFiles", row + 1, {"file": "", "kind": "", **counts, "sha256": ""})
    sheet.print_title_rows = "1:2"
