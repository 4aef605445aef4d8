"""The two jobs that engines are timed on: a small fill and a large one, with the templates they fill."""

from __future__ import annotations

import io
from dataclasses import dataclass

import xlsxwriter

COLUMNS = ("Seller", "Client", "Stage", "Value", "Weight", "Won", "Lost", "Meetings")


@dataclass(frozen=True)
class Job:
    """Cells to fill by name, and a table's rows; `formats` are how many conditional formats are added.

    `history` is how many rows of figures the template holds that no fill touches.
    """

    name: str
    cells: int
    rows: int
    formats: int
    history: int

    @property
    def values(self) -> dict[str, float | str]:
        """What the cells take: numbers, and every fifth a text."""
        return {f"kpi_{n}": f"Selite {n}: hyvä & kasvava" if n % 5 == 4 else n / 7 for n in range(self.cells)}

    @property
    def body(self) -> list[tuple[object, ...]]:
        """The table's rows."""
        return [
            (f"Seller {n % 40}", f"Client {n}", "Offer", n * 12.5, n / 1000, n % 9, n % 5, n % 60)
            for n in range(self.rows)
        ]

    def where(self, number: int) -> tuple[int, int]:
        """The row and column, counted from zero, of a cell on the sheet "Board"."""
        return 3 + number // 5, 1 + number % 5


SMALL = Job("small: 60 cells", 60, 0, 0, 300)
LARGE = Job("large: 200 cells, 1,000-row table, 12 formats", 200, 1000, 12, 2000)


def template(job: Job, *, blank: bool = True) -> bytes:
    """The job's template, made by XlsxWriter; filled in at once where not `blank`."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    board = book.add_worksheet("Board")
    share = book.add_format({"num_format": "0.0 %", "border": 1, "bg_color": "#EEF3F7"})
    heading = book.add_format({"bold": True, "font_size": 16, "font_color": "#1F3864"})
    board.write(0, 1, "Sales board", heading)
    board.set_column(1, 6, 16)
    for number, (name, value) in enumerate(job.values.items()):
        row, column = job.where(number)
        if blank:
            board.write_blank(row, column, None, share)
        else:
            board.write(row, column, value, share)
        cell = xlsxwriter.utility.xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        book.define_name(name, f"=Board!{cell}")
    last = job.where(job.cells - 1)[0] + 1
    board.write_formula(last + 1, 1, f"=SUM(B4:B{last})", share)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"=Board!$B$4:$B${last}", "categories": f"=Board!$A$4:$A${last}"})
    board.insert_chart("I4", chart)
    history = book.add_worksheet("History")
    for row in range(job.history):
        history.write_row(
            row, 0, [f"2025-{row % 12 + 1:02}", f"Client {row % 90}", "Offer", row * 1.25, row % 7, 0.5, 1, 2]
        )
    notes = book.add_worksheet("Notes")
    for row in range(60):
        notes.write_row(row, 0, [f"Row {row}", "How the figure is counted, in a sentence of some length.", row])
    if job.rows:
        _table(book, job, blank=blank)
    if not blank:
        for number in range(job.formats):
            row, column = job.where(number)
            look = book.add_format({"bg_color": "#FFC7CE"})
            rule = {"type": "cell", "criteria": "<", "value": 0.2, "format": look}
            board.conditional_format(row, column, row, column, rule)
    book.close()
    return target.getvalue()


def _table(book: xlsxwriter.Workbook, job: Job, *, blank: bool) -> None:
    deals = book.add_worksheet("Deals")
    rows = job.body[:5] if blank else job.body
    options = {"name": "tblDeals", "data": rows, "columns": [{"header": each} for each in COLUMNS]}
    deals.add_table(0, 0, len(rows), len(COLUMNS) - 1, options)
