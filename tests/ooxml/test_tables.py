"""Tables take any number of rows, and everything that speaks of their rows follows or the fill is refused."""

from __future__ import annotations

import re
from datetime import date

import pytest
import xlsxwriter

from addin.ooxml import FillError, compile_template
from tests.ooxml.books import calamine_rows, formulas, made, part, read_back, repacked

TABLE = "xl/tables/table1.xml"
ROWS = [("Aino", 1.5), ("Eero", 2.5), ("Ilta", 3.0)]


def sellers(
    rows: int = 2, *, below: str | None = None, beside: bool = False, totals: bool = False, chart: bool = False
) -> bytes:
    """A workbook whose sheet "Board" has the table tblSellers in B3, with a column that Excel computes."""

    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        columns: list[dict[str, object]] = [
            {"header": "Seller", "total_string": "All"},
            {"header": "Value", "total_function": "sum"},
            {"header": "Double", "formula": "=tblSellers[[#This Row],[Value]]*2"},
        ]
        last = 2 + rows + (1 if totals else 0)
        data = [[f"old {n}", n] for n in range(rows)]
        sheet.add_table(2, 1, last, 3, {"name": "tblSellers", "columns": columns, "data": data, "total_row": totals})
        if below:
            sheet.write(below, "below")
        if beside:
            sheet.write("F4", "beside")
            sheet.write_formula("G4", f"=SUM($C$4:$C${3 + rows})", None, 1)
            sheet.write_formula("G5", "=SUM(tblSellers[Value])", None, 1)
        sheet.conditional_format(3, 2, 2 + rows, 2, {"type": "data_bar"})
        sheet.data_validation(3, 1, 2 + rows, 1, {"validate": "length", "criteria": ">", "value": 0})
        book.define_name("values", f"=Board!$C$4:$C${3 + rows}")
        if chart:
            shown = book.add_chart({"type": "column"})
            shown.add_series({"values": f"=Board!$C$4:$C${3 + rows}", "categories": f"=Board!$B$4:$B${3 + rows}"})
            sheet.insert_chart("J2", shown)

    return made(write)


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_a_table_takes_fewer_or_more_rows(count: int) -> None:
    rows = [(f"Seller {n}", n + 0.5) for n in range(count)]
    data = compile_template(sellers()).fill({}, {"tblSellers": rows})
    assert [tuple(row[1:3]) for row in calamine_rows(data)[3 : 3 + count]] == rows
    assert f'ref="B3:D{3 + count}"' in part(data, TABLE)
    assert part(data, TABLE).count(f"B3:D{3 + count}") == 2  # the table's and its filter's
    cell = formulas(data)
    assert [cell(f"D{row}") for row in range(4, 4 + count)] == ["=tblSellers[[#This Row],[Value]]*2"] * count


def test_rows_that_a_table_leaves_are_emptied_and_keep_their_look() -> None:
    data = compile_template(sellers(rows=4)).fill({}, {"tblSellers": ROWS[:2]})
    assert [read_back(data)(f"{column}{row}") for row in (6, 7) for column in "BCD"] == [None] * 6


def test_a_table_without_rows_keeps_one_that_is_empty() -> None:
    """Excel has no table without a body row."""
    data = compile_template(sellers()).fill({}, {"tblSellers": []})
    assert 'ref="B3:D4"' in part(data, TABLE)
    assert read_back(data)("B4") is None


def test_the_totals_move_below_the_last_row() -> None:
    data = compile_template(sellers(totals=True)).fill({}, {"tblSellers": [*ROWS, *ROWS]})
    cell = formulas(data)
    assert (cell("B10"), cell("C10")) == ("All", "=SUBTOTAL(109,[Value])")
    assert 'ref="B3:D10"' in part(data, TABLE)
    assert '<autoFilter ref="B3:D9"' in part(data, TABLE)
    shorter = compile_template(sellers(rows=4, totals=True)).fill({}, {"tblSellers": ROWS[:1]})
    assert formulas(shorter)("B5") == "All"
    assert [formulas(shorter)(f"B{row}") for row in (6, 7, 8)] == [None] * 3


def test_formulas_names_rules_and_validations_over_all_rows_follow() -> None:
    data = compile_template(sellers(beside=True)).fill({}, {"tblSellers": [*ROWS, *ROWS]})
    xml = part(data)
    assert "<f>SUM($C$4:$C$9)</f>" in xml
    assert 'conditionalFormatting sqref="C4:C9"' in xml
    assert re.search(r'<dataValidation [^>]*sqref="B4:B9"', xml)
    assert "Board!$C$4:$C$9</definedName>" in part(data, "xl/workbook.xml")


def test_charts_over_all_rows_follow_and_show_the_new_figures() -> None:
    data = compile_template(sellers(chart=True)).fill({}, {"tblSellers": ROWS})
    xml = part(data, "xl/charts/chart1.xml")
    assert "<c:f>Board!$C$4:$C$6</c:f>" in xml
    assert "<c:f>Board!$B$4:$B$6</c:f>" in xml
    assert re.findall(r"<c:v>(.*?)</c:v>", xml) == ["Aino", "Eero", "Ilta", "1.5", "2.5", "3.0"]


def test_what_stands_beside_the_table_stays() -> None:
    data = compile_template(sellers(beside=True)).fill({}, {"tblSellers": [*ROWS, *ROWS]})
    assert read_back(data)("F4") == "beside"
    assert "<f>SUM(tblSellers[Value])</f></c>" in part(data)  # its old result is gone


@pytest.mark.parametrize("blocked", ["B8", "D8"])
def test_growing_over_a_cell_with_content_is_refused_naming_it(blocked: str) -> None:
    plan = compile_template(sellers(below=blocked))
    with pytest.raises(FillError, match=blocked) as refused:
        plan.fill({}, {"tblSellers": [*ROWS, *ROWS]})
    assert refused.value.code == "table_blocked"
    plan.fill({}, {"tblSellers": ROWS})


def test_growing_past_content_in_other_columns_is_no_harm() -> None:
    data = compile_template(sellers(below="F8")).fill({}, {"tblSellers": [*ROWS, *ROWS]})
    assert (read_back(data)("F8"), read_back(data)("B8")) == ("below", "Eero")


def test_growing_over_another_table_is_refused() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        sheet.add_table("A1:B3", {"name": "tblA"})
        sheet.add_table("B6:C8", {"name": "tblB", "header_row": False})

    plan = compile_template(made(write))
    plan.fill({}, {"tblA": [(1, 2)] * 4})
    with pytest.raises(FillError) as refused:
        plan.fill({}, {"tblA": [(1, 2)] * 5})
    assert refused.value.code == "table_blocked"


def test_a_row_of_another_width_is_refused_naming_the_columns() -> None:
    with pytest.raises(FillError, match="Seller, Value") as refused:
        compile_template(sellers()).fill({}, {"tblSellers": [("Aino", 1), ("Eero", 1, 2)]})
    assert refused.value.code == "row_width"


def test_a_table_that_is_filtered_or_queried_is_refused() -> None:
    column = b'<filterColumn colId="0"><filters><filter val="a"/></filters></filterColumn>'
    opened = b'<autoFilter ref="B3:D5">' + column + b"</autoFilter>"
    filtered = repacked(sellers(), {TABLE: lambda xml: xml.replace(b'<autoFilter ref="B3:D5"/>', opened)})
    queried = repacked(sellers(), {TABLE: lambda xml: xml.replace(b"<table ", b'<table tableType="queryTable" ')})
    for template, code in ((filtered, "table_filtered"), (queried, "table_is_query")):
        with pytest.raises(FillError) as refused:
            compile_template(template).fill({}, {"tblSellers": ROWS})
        assert refused.value.code == code


def test_cells_of_a_tables_header_are_never_filled() -> None:
    plan = compile_template(sellers(), mapping={"Board!B3": "x"})
    with pytest.raises(FillError) as refused:
        plan.fill({"x": 1})
    assert refused.value.code == "table_header"


def test_a_cell_beside_a_growing_table_is_filled_in_the_same_go() -> None:
    plan = compile_template(sellers(), mapping={"Board!G8": "x", "Board!A8": "y"})
    data = plan.fill({"x": 1.5, "y": 2.5}, {"tblSellers": [*ROWS, *ROWS]})
    assert [read_back(data)(address) for address in ("A8", "B8", "G8")] == [2.5, "Eero", 1.5]


def test_mixed_columns_are_written_value_by_value() -> None:
    rows = [("Aino", 1), ("  edge", None), ("<b>", True), ("_x0041_", date(2026, 1, 2))]
    data = compile_template(sellers()).fill({}, {"tblSellers": rows})
    values = [row[1:3] for row in calamine_rows(data)[3:7]]
    assert values[:3] == [["Aino", 1.0], ["  edge", ""], ["<b>", True]]
    assert values[3][1] == date(2026, 1, 2)


def test_a_computed_column_with_a_cells_address_is_moved_row_by_row() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        sheet.add_table("A1:B3", {"name": "tblA", "columns": [{"header": "x"}, {"header": "y"}]})
        sheet.write_formula("B2", "=A2*$D$1")
        sheet.write_formula("B3", "=A3*$D$1")

    data = compile_template(made(write)).fill({}, {"tblA": [(1,), (2,), (3,), (4,)]})
    assert [formulas(data)(f"B{row}") for row in range(2, 6)] == [f"=A{row}*$D$1" for row in range(2, 6)]


def test_rules_over_header_or_totals_follow_too() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        sheet.add_table("A1:B4", {"name": "tblA", "total_row": True})
        for cells in ("A1:B3", "A1:B4", "B4", "A2:A4", "A3:B3", "A1:B1", "A1:C3", "A2:A2"):
            sheet.conditional_format(cells, {"type": "blanks", "format": book.add_format({"bold": True})})

    data = compile_template(made(write)).fill({}, {"tblA": [(1, 2)] * 5})
    areas = re.findall(r'conditionalFormatting sqref="(.*?)"', part(data))
    assert areas == ["A1:B6", "A1:B7", "B7", "A2:A7", "A3:B6", "A1:B1", "A1:C3", "A2"]


def test_a_filtered_series_remembers_all_rows_of_the_grown_table() -> None:
    """What a series had before its points were filtered (Excel 2013's c15:fullRef)."""
    full = b"<c15:fullRef xmlns:c15='c15'><c15:sqref>Board!$C$4:$C$5</c15:sqref></c15:fullRef></c:ser>"
    template = repacked(sellers(chart=True), {"xl/charts/chart1.xml": lambda xml: xml.replace(b"</c:ser>", full)})
    data = compile_template(template).fill({}, {"tblSellers": ROWS})
    assert "<c15:sqref>Board!$C$4:$C$6</c15:sqref>" in part(data, "xl/charts/chart1.xml")
