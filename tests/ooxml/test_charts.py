"""What charts keep of the cells they show: right where it is known, gone where it is not, never out of date."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from addin.ooxml import ExcelError, Formula, compile_template
from tests.ooxml.books import made, part, repacked

CHART = "xl/charts/chart1.xml"


def points(data: bytes, kind: str = "numCache", name: str = CHART) -> list[dict[int, str]]:
    """The points of each cache of a kind, by their index."""
    found = re.findall(rf"<c:{kind}>(.*?)</c:{kind}>", part(data, name), re.DOTALL)
    return [{int(i): v for i, v in re.findall(r'<c:pt idx="(\d+)"[^>]*><c:v>(.*?)</c:v>', each)} for each in found]


def board(cells: dict[str, Any], values: str = "=Board!$B$1:$B$4", names: dict[str, str] | None = None) -> bytes:
    """A chart of four cells with their categories and its title from a cell, all cached."""

    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        for address, value in cells.items():
            sheet.write(address, value)
        for name, reference in (names or {}).items():
            book.define_name(name, f"={reference}")
        chart = book.add_chart({"type": "column"})
        chart.add_series({
            "name": "=Board!$D$1", "categories": "=Board!$A$1:$A$4", "values": values,
            "values_data": [1, 2, 3, 4], "categories_data": ["a", "b", "c", "d"],
        })  # fmt: skip
        sheet.insert_chart("F1", chart)

    return made(write)


CELLS = {"A1": "a", "A2": "b", "A3": "c", "A4": "d", "B1": 1, "B2": 2, "B3": 3, "B4": 4, "D1": "Wins"}
BOUND = {"kpi_x": "Board!$B$2", "kpi_label": "Board!$A$3", "kpi_far": "Board!$Z$9"}


def test_the_points_of_filled_cells_are_written_and_their_neighbours_kept() -> None:
    data = compile_template(board(CELLS, names=BOUND)).fill({"x": 7.5, "label": "C & D"})
    assert points(data) == [{0: "1", 1: "7.5", 2: "3", 3: "4"}]
    assert points(data, "strCache")[-1] == {0: "a", 1: "b", 2: "C &amp; D", 3: "d"}
    assert '<c:ptCount val="4"/>' in part(data, CHART)


def test_a_chart_of_other_cells_keeps_its_bytes() -> None:
    template = board(CELLS, names=BOUND)
    data = compile_template(template).fill({"far": 1})
    assert part(data, CHART) == part(template, CHART)


@pytest.mark.parametrize(
    ("value", "point"),
    [(7, "7"), (None, None), (date(2026, 11, 23), "46349"), (ExcelError.NOT_AVAILABLE, "#N/A"), (1e-7, "1e-07")],
)
def test_every_kind_of_number_is_a_point_and_a_blank_is_none(value: Any, point: str | None) -> None:
    data = compile_template(board(CELLS, names=BOUND)).fill({"x": value})
    found = points(data)[0]
    assert found.get(1) == point or float(found[1]) == float(point or "nan")
    assert len(found) == (3 if point is None else 4)


@pytest.mark.parametrize("value", ["text", True])
def test_what_is_no_number_leaves_the_chart_without_a_cache(value: Any) -> None:
    assert points(compile_template(board(CELLS, names=BOUND)).fill({"x": value})) == []


def test_results_that_nobody_knows_leave_the_chart_without_a_cache() -> None:
    data = compile_template(board(CELLS | {"B3": "=B2*2"}, names=BOUND)).fill({"x": 9})
    assert points(data) == []


def test_a_result_that_repeats_a_filled_cell_is_known() -> None:
    data = compile_template(board(CELLS | {"B3": "=B2"}, names=BOUND)).fill({"x": 9})
    assert points(data) == [{0: "1", 1: "9", 2: "9", 3: "4"}]


def test_a_formula_that_repeats_a_blank_cell_is_the_point_0_that_its_cell_shows() -> None:
    data = compile_template(board(CELLS | {"B3": "=B2"}, names=BOUND)).fill({"x": None})
    assert points(data) == [{0: "1", 2: "0", 3: "4"}]


def test_a_result_of_other_cells_stays_as_it_was_computed() -> None:
    def result(xml: bytes) -> bytes:
        return xml.replace(b"<f>Y1*2</f><v>0</v>", b"<f>Y1*2</f><v>33</v>")

    template = repacked(board(CELLS | {"B3": "=Y1*2"}, names=BOUND), {"xl/worksheets/sheet1.xml": result})
    assert points(compile_template(template).fill({"x": 9}))[0][2] == "33"


def test_a_formula_written_with_its_result_shows_that_result() -> None:
    data = compile_template(board(CELLS, names=BOUND)).fill({"x": Formula("1+1", 2.0)})
    assert points(data)[0][1] == "2.0"


def test_a_hidden_row_is_left_to_excel() -> None:
    template = repacked(
        board(CELLS, names=BOUND),
        {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b'<row r="3"', b'<row r="3" hidden="1"')},
    )
    assert points(compile_template(template).fill({"x": 9})) == []


def test_a_sentence_is_no_point() -> None:
    cells = CELLS | {"A2": "of {{ seller }}"}
    data = compile_template(board(cells)).fill({"seller": "Aino"})
    assert len(points(data, "strCache")) == 1  # only the series' name, which nobody filled


@pytest.mark.parametrize("count", [2, 4, 9])
def test_a_tables_columns_are_the_points_at_any_length(count: int) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Data")
        columns = [{"header": "who"}, {"header": "n"}, {"header": "twice", "formula": "=[@n]*2"}]
        sheet.add_table("A1:C5", {"name": "tblA", "columns": columns, "data": [["x", 1, 2]] * 4})
        for column in ("$B$2:$B$5", "$C$2:$C$5"):
            chart = book.add_chart({"type": "bar"})
            chart.add_series({"name": "=Data!$B$1", "categories": "=Data!$A$2:$A$5", "values": f"=Data!{column}"})
            sheet.insert_chart("F1", chart)

    rows = [(f"seller {n}", n / 3) for n in range(count)]
    data = compile_template(made(write)).fill({}, {"tblA": rows})
    assert f"Data!$B$2:$B${count + 1}" in part(data, CHART)
    assert points(data) == [{n: repr(n / 3) for n in range(count)}]
    assert points(data, "strCache")[1] == {n: f"seller {n}" for n in range(count)}
    assert f'<c:ptCount val="{count}"/>' in part(data, CHART)
    assert points(data, name="xl/charts/chart2.xml") == []  # Excel computes that column


CHARTEX = b"""<?xml version="1.0" encoding="UTF-8"?>
<cx:chartSpace xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/chartex"><cx:chartData><cx:data id="0">\
<cx:strDim type="cat"><cx:f>Board!$A$1:$A$4</cx:f><cx:lvl ptCount="4"><cx:pt idx="0">a</cx:pt></cx:lvl></cx:strDim>\
<cx:numDim type="val"><cx:f dir="row">_xlchart.v1.0</cx:f><cx:lvl ptCount="4" formatCode="0.0"><cx:pt idx="0">1</cx:pt>\
</cx:lvl></cx:numDim></cx:data></cx:chartData></cx:chartSpace>"""


def test_the_data_of_newer_charts_follows_too() -> None:
    kind = b"application/vnd.ms-office.chartex+xml"
    entry = b'<Override PartName="/xl/charts/chartEx1.xml" ContentType="%s"/></Types>' % kind
    template = repacked(
        board(CELLS, names=BOUND | {"_xlchart.v1.0": "Board!$B$1:$B$4"}),
        {
            "xl/charts/chartEx1.xml": CHARTEX,
            "[Content_Types].xml": lambda xml: xml.replace(b"</Types>", entry),
        },
    )
    xml = part(compile_template(template).fill({"x": 7.5}), "xl/charts/chartEx1.xml")
    assert xml == CHARTEX.decode().replace(
        '<cx:pt idx="0">1</cx:pt>',
        '<cx:pt idx="0">1</cx:pt><cx:pt idx="1">7.5</cx:pt><cx:pt idx="2">3</cx:pt><cx:pt idx="3">4</cx:pt>',
    )


def test_labels_from_changed_cells_are_forgotten() -> None:
    """Labels that a series takes from cells stand in an element of Excel 2013's own."""
    labels = (
        b'<c:extLst><c:ext uri="{02D57815-91ED-43cb-92C2-25804820EDAC}" '
        b'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"><c15:datalabelsRange><c15:f>Board!$A$1:$A$4'
        b'</c15:f><c15:dlblRangeCache><c:ptCount val="1"/><c:pt idx="0"><c:v>old</c:v></c:pt></c15:dlblRangeCache>'
        b"</c15:datalabelsRange></c:ext></c:extLst></c:ser>"
    )
    template = repacked(board(CELLS, names=BOUND), {CHART: lambda xml: xml.replace(b"</c:ser>", labels)})
    plan = compile_template(template)
    assert "dlblRangeCache" in part(plan.fill({"x": 1}), CHART)
    filled = part(plan.fill({"label": "new"}), CHART)
    assert "<c15:f>Board!$A$1:$A$4</c15:f></c15:datalabelsRange>" in filled
