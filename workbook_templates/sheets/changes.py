"""What has changed afterwards in closed periods: the figures, and the rows behind each."""

from __future__ import annotations

from workbook_templates import contract
from workbook_templates.book import Book

_FIGURES = {"before": "#,##0.00", "after": "#,##0.00", "line": "0"}


def draw(book: Book) -> None:
    """Add the sheet."""
    sheet = book.sheet("changes", (26, 16, 20, 16, 16, 16, 20, 24, 46, 22, 9), note=book.say("changes.note"))
    columns = contract.columns("tblChanges")
    book.table(sheet, "tblChanges", 6, {column: _FIGURES.get(column, "") for column in columns})
    book.frozen(sheet, "C7", "1:6")
