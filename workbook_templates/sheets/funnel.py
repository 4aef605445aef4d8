"""The funnel: its three steps with counts beside shares, their product, and the picture."""

from __future__ import annotations

from workbook_templates import style
from workbook_templates.book import Book
from workbook_templates.charts import bars, placed

STEPS = ("contact_to_meeting", "meeting_to_offer", "win_rate")
_FORMATS = {
    "step": "",
    "base": "#,##0",
    "passed": "#,##0",
    "share": "0.0%",
    "low": "0.0%",
    "high": "0.0%",
    "status": "",
    "note": "",
}


def draw(book: Book) -> None:
    """Add the sheet."""
    sheet = book.sheet("funnel", (32, 11, 11, 11, 10, 10, 17, 62), note=book.say("funnel.note"), one_page=True)
    row = book.table(sheet, "tblFunnel", 6, _FORMATS, rows=len(STEPS))
    book.put(sheet, f"B{row}", book.say("funnel.total"), font=style.BOLD, border=style.RULE, align=style.WRAP)
    for column in "CDFGHI":
        sheet[f"{column}{row}"].border = style.RULE
    book.put(
        sheet, f"E{row}", name="funnel_total", font=style.BOLD, align=style.RIGHT, border=style.RULE, format="0.00%"
    )
    chart = bars(
        book.say("funnel.chart"),
        book.say("funnel.axis"),
        book.spans["tblFunnel", "step"],
        [book.spans["tblFunnel", "base"], book.spans["tblFunnel", "passed"]],
        [style.SERIES[1], style.ACCENT],
        counts=True,
    )
    placed(sheet, chart, f"B{row + 2}", 25.0, 8.5)
    book.frozen(sheet, "C7", "1:6")
