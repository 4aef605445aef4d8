"""The account of rows in the terminal lists excluded rows as they stand in the files."""

from __future__ import annotations

from addin.commands.account import account_lines
from kpi_core.tables import ExcludedRow, RowAccount


def test_excluded_rows_stand_file_by_file_in_the_order_of_their_rows() -> None:
    """As in the workbook's list; of one reason the first three, and behind the third how many more there are."""
    without, backwards = "closed_without_date", "absence_backwards"
    found = {"column": "Closed", "found": "x"}
    rows = [("b.csv", 8, without), ("b.csv", 9, backwards), ("b.csv", 10, without), ("b.csv", 11, without)]
    rows += [("b.csv", 12, without), ("a.csv", 2, backwards), ("a.csv", 3, without)]
    account = RowAccount(1, {}, tuple(ExcludedRow(*row, found) for row in rows), {without: 100})
    first, *lines = account_lines(account, "en")
    assert first == "Read 108 = used 1 + ignored 0 + excluded 107"
    assert [line.split(":")[0].strip() for line in lines] == [
        "Excluded b.csv, row 8",
        "Excluded b.csv, row 9",
        "Excluded b.csv, row 10",
        "Excluded b.csv, row 11",
        "… and 102 more for the same reason",
        "Excluded a.csv, row 2",
    ]
