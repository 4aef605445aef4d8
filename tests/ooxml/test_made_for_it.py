"""What a workbook that is made for filling may leave to the filler: heights, headers, formats, charts, properties."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook, load_workbook

from addin.ooxml import FillError, Fit, Formatted, Plan, Properties, compile_template

FIT = Fit(lambda text, width, size, bold: len(text) / width * size + (1 if bold else 0), bar=1_000, frame=500_000)


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "board.xlsx"
    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": "Old"})
    sheet = book.add_worksheet("Board")
    wrapped = book.add_format({"text_wrap": True, "font_size": 10})
    sheet.set_column("B:B", 20)
    for row, name in enumerate(("said", "fixed", "seldom", "money"), start=2):
        sheet.write_blank(f"B{row}", None, wrapped if name != "money" else book.add_format({"bold": True}))
        book.define_name(name, f"=Board!$B${row}")
    sheet.set_row(2, 33)  # Excel's row 3
    sheet.set_row(3, None, None, {"hidden": True})
    sheet.write("C2", "x" * 60, wrapped)
    for at, formula in {"E2": "=said", "E3": "=Board!B5", "E4": "=B5+1", "E5": "=money"}.items():
        sheet.write_formula(at, formula, None, "stale")
    columns = [{"header": "Seller"}, {"header": "Week 1"}, {"header": "Week 2"}]
    sheet.add_table("A20:C21", {"name": "tblWeeks", "columns": columns, "autofilter": False})
    for column, at in (("B", "G2"), ("C", "G20")):
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"categories": "=Board!$A$21:$A$21", "values": f"=Board!${column}$21:${column}$21"})
        sheet.insert_chart(at, chart, {"object_position": 3})
    book.close()
    return path


def opened(data: bytes, *, results: bool = False) -> Workbook:
    return load_workbook(io.BytesIO(data), data_only=results)


def compiled(board: Path) -> Plan:
    return compile_template(board)


def test_rows_are_as_high_as_the_wrapped_texts_of_template_and_fill_need(board: Path) -> None:
    plan = compiled(board)
    for text, height in (("a" * 100, 50.0), ("a" * 20, 60 / 8.43 * 10)):  # the text that stands in C2 is the higher one
        sheet = opened(plan.fill({"said": text}, fit=FIT))["Board"]
        expected = max(height, 60 / 8.43 * 10)  # column C has Excel's own width
        assert sheet.row_dimensions[2].height == pytest.approx(round(expected * 4) / 4)
    assert opened(plan.fill({"said": "a" * 100}))["Board"].row_dimensions[2].height is None
    assert opened(plan.fill({"fixed": "a" * 100}, fit=FIT))["Board"].row_dimensions[3].height == 33
    assert opened(plan.fill({"said": "a" * 5000}, fit=FIT))["Board"].row_dimensions[2].height == 409.5


def test_a_hidden_row_shows_once_it_has_a_value(board: Path) -> None:
    plan = compiled(board)
    shown = {text: opened(plan.fill({"seldom": text}, fit=FIT))["Board"].row_dimensions[4].hidden for text in ("", "a")}
    assert shown == {"": True, "a": False}
    assert opened(plan.fill({"seldom": "a"}))["Board"].row_dimensions[4].hidden


def test_table_rows_follow_their_texts(board: Path) -> None:
    rows = [["a", 1, 2], ["b", 3, 4]]
    plan = compiled(board)
    one, two = (plan.fill({}, {"tblWeeks": rows}, fit=fit) for fit in (None, FIT))
    assert opened(one)["Board"].tables["tblWeeks"].ref == opened(two)["Board"].tables["tblWeeks"].ref == "A20:C22"
    assert opened(two)["Board"].row_dimensions[21].height is None  # nothing wraps there


def test_a_formula_that_repeats_a_cell_shows_its_value_and_no_other_does(board: Path) -> None:
    data = compiled(board).fill({"said": "hello", "money": 12.5})
    results, formulas = opened(data, results=True)["Board"], opened(data)["Board"]
    assert [results[at].value for at in ("E2", "E3", "E4", "E5")] == ["hello", 12.5, None, 12.5]
    assert [formulas[at].value for at in ("E2", "E3", "E4", "E5")] == ["=said", "=Board!B5", "=B5+1", "=money"]
    assert opened(compiled(board).fill({"said": None}), results=True)["Board"]["E2"].value == 0  # as Excel has it


def test_a_format_of_the_value_keeps_the_rest_of_the_cells_look(board: Path) -> None:
    data = compiled(board).fill(
        {"money": Formatted(1234.5, '#,##0 "€"'), "said": Formatted("=1+1", quoted=True)},
        {"tblWeeks": [["a", Formatted(0.5, "0%"), 1], ["b", Formatted(0.25, "0.0%"), 2]]},
    )
    sheet = opened(data)["Board"]
    assert (sheet["B5"].number_format, sheet["B5"].font.b) == ('#,##0 "€"', True)
    assert [sheet[at].number_format for at in ("B21", "B22", "C21")] == ["0%", "0.0%", "General"]
    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["B2"].quotePrefix) == ("=1+1", "s", True)
    assert sheet["B2"].alignment.wrap_text


def test_headers_change_in_the_cell_and_in_the_table(board: Path) -> None:
    rows = [["a", 1, 2]]
    sheet = opened(compiled(board).fill({}, {"tblWeeks": rows}, headers={"tblWeeks": {"Week 1": "2026-W31"}}))["Board"]
    assert [sheet[at].value for at in ("A20", "B20", "C20")] == ["Seller", "2026-W31", "Week 2"]
    assert [column.name for column in sheet.tables["tblWeeks"].tableColumns] == ["Seller", "2026-W31", "Week 2"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Week 1": "week 2"}, "header_twice"),
        ({"Week 1": ""}, "header_twice"),
        ({"Week": "W"}, "unknown_header"),
        ({"Week 1": "W" * 256}, "header_unfit"),
        ({"Week 1": "W\n1"}, "header_unfit"),
        ({"Week 1": "_x000A_"}, "header_unfit"),
    ],
)
def test_headers_that_no_table_can_have_are_refused(headers: dict[str, str], code: str, board: Path) -> None:
    with pytest.raises(FillError) as refused:
        compiled(board).fill({}, {"tblWeeks": [["a", 1, 2]]}, headers={"tblWeeks": headers})
    assert refused.value.code == code


def test_a_header_that_a_formula_names_is_refused(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "named.xlsx")
    sheet = book.add_worksheet("Board")
    sheet.add_table("A1:B3", {"name": "tblWeeks", "columns": [{"header": "Week 1"}, {"header": "Week 2"}]})
    sheet.write_formula("D1", "=SUM(tblWeeks[Week 1])")
    book.close()
    plan = compile_template(tmp_path / "named.xlsx")
    assert plan.fill({}, {"tblWeeks": [[1, 2]]}, headers={"tblWeeks": {"Week 2": "W2"}})
    with pytest.raises(FillError, match=r"Week 1.*Board!D1"):
        plan.fill({}, {"tblWeeks": [[1, 2]]}, headers={"tblWeeks": {"Week 1": "W1"}})


def test_a_chart_of_an_empty_column_goes_with_all_that_points_at_it(board: Path) -> None:
    data = compiled(board).fill({}, {"tblWeeks": [["a", None, 2]]}, without_charts={("tblWeeks", "Week 1")})
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    assert [name for name in parts if "/charts/" in name] == ["xl/charts/chart2.xml"]
    assert not any("chart1.xml" in text for text in parts.values())
    assert parts["xl/drawings/drawing1.xml"].count("<c:chart ") == 1


def test_title_and_time_are_told_and_escaped(board: Path) -> None:
    moment = datetime(2026, 9, 2, 8, 15)  # noqa: DTZ001
    plan = compiled(board)
    told = opened(plan.fill({}, properties=Properties("A & B <c>", moment))).properties
    assert (told.title, told.created, told.modified) == ("A & B <c>", moment, moment)
    assert opened(plan.fill({"said": "a"})).properties.title == "Old"
