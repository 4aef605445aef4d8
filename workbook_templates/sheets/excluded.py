"""The account of rows in four figures, and every excluded row with its reason."""

from __future__ import annotations

from workbook_templates import style
from workbook_templates.book import Book


def draw(book: Book) -> None:
    """Add the sheet."""
    sheet = book.sheet("excluded", (36, 12, 92), note=book.say("excluded.how"))
    for row, key in enumerate(("read", "used", "ignored", "excluded"), start=5):
        book.put(sheet, f"B{row}", book.say(f"rows.{key}"), border=style.ROW)
        book.put(sheet, f"C{row}", name=f"rows_{key}", align=style.RIGHT, border=style.ROW, format="#,##0")
    book.table(sheet, "tblExcluded", 10, {"file": "", "row": "#,##0", "reason": ""}, filtered=True)
    book.frozen(sheet, "A11", "10:10")
