"""New meetings by seller and ISO week: a table with colours and a picture beside it."""

from __future__ import annotations

from workbook_templates import contract, style
from workbook_templates.book import Book
from workbook_templates.charts import bars, placed

_FORMATS = {"seller": "", "rate": style.FORMATS["per_week"], "status": ""}


def draw(book: Book) -> None:
    """Add the sheet."""
    columns = contract.columns("tblWeeks")
    weeks = [column for column in columns if column.startswith("week_")]
    sheet = book.sheet("weeks", (24, *([9.5] * len(weeks)), 9, 11, 16, 2, *([10.5] * 6)), note=book.say("weeks.note"))
    book.put(sheet, "B6", name="weeks_reason", font=style.SMALL)
    book.table(sheet, "tblWeeks", 7, {column: _FORMATS.get(column, "#,##0") for column in columns})
    chart = bars(
        book.say("weeks.chart"),
        book.say("weeks.axis"),
        book.spans["tblWeeks", "seller"],
        [book.spans["tblWeeks", week] for week in weeks],
        style.SERIES,
        stacked=True,
    )
    placed(sheet, chart, "M7", 12.4, 8.0)
    book.frozen(sheet, "C8", "1:7")
