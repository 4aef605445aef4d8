"""The checks of the figures, and the account of rows by rule."""

from __future__ import annotations

from workbook_templates import contract, style
from workbook_templates.book import Book

CHECKS = 6


def draw(book: Book) -> None:
    """Add the sheet."""
    sheet = book.sheet("checks", (52, 13, 14, 12, 20, 66))
    number = "#,##0"
    formats = {"check": "", "left": number, "right": number, "difference": number, "result": "", "explanation": ""}
    row = book.table(sheet, "tblChecks", 4, formats, rows=CHECKS)
    title = contract.table_title("tblRows", book.language)
    book.put(sheet, f"B{row + 1}", title, font=style.SUBTITLE)
    book.table(sheet, "tblRows", row + 2, {"what": "", "rows": "#,##0"})
    book.frozen(sheet, "C5", "1:4")
