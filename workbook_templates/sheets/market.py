"""Market intelligence: themes counted, with a picture; what was said, listed as it was said."""

from __future__ import annotations

from workbook_templates import style
from workbook_templates.book import Book
from workbook_templates.charts import bars, placed
from workbook_templates.number_formats import DAY


def draw(book: Book) -> None:
    """Add the sheet of themes."""
    sheet = book.sheet("market", (44, 12, 3, *([10.5] * 8)), note=book.say("market.note"))
    book.put(sheet, "B5", name="insights_reason", font=style.SMALL)
    book.table(sheet, "tblThemes", 6, {"theme": "", "count": "#,##0"})
    chart = bars(
        book.say("market.chart"),
        book.say("market.axis"),
        book.spans["tblThemes", "theme"],
        [book.spans["tblThemes", "count"]],
        [style.SERIES[4]],
        counts=True,
    )
    placed(sheet, chart, "E6", 15.5, 7.0)
    book.frozen(sheet, "A7", "1:6")


def draw_insights(book: Book) -> None:
    """Add the sheet of quotes."""
    sheet = book.sheet("insights", (11, 22, 20, 22, 52, 18, 14))
    formats = dict.fromkeys(("company", "role", "theme", "quote", "competitor", "timing"), "")
    book.table(sheet, "tblInsights", 4, {"noted_on": DAY, **formats}, filtered=True)
    book.frozen(sheet, "A5", "1:4")
