"""Shapes linked to a cell: the text that they keep is the filled cell's, or none."""

from __future__ import annotations

import re
from typing import Any

import pytest
import xlsxwriter

from addin.ooxml import compile_template
from addin.ooxml.values import ExcelError
from benchmarks.sameness import members
from tests.ooxml.books import made, part, repacked

DRAWING = "xl/drawings/drawing1.xml"


def linked(*links: str) -> bytes:
    """A sheet with a text box for each link, one without, and a formula that repeats the cell called x."""

    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        sheet.write("A1", "old")
        sheet.write("A2", "kept")
        sheet.write_formula("A3", "=A1", value="old")
        sheet.write_formula("A4", "=LEN(A1)", value=3)
        book.define_name("kpi_x", "=Board!$A$1")
        book.define_name("kpi_far", "=Board!$Z$9")
        for row, link in enumerate(links):
            sheet.insert_textbox(5 + 9 * row, 2, "old", {"textlink": link})
        sheet.insert_textbox(5, 9, "no link")

    return made(write)


def texts(data: bytes) -> list[str]:
    """The texts of a drawing's shapes."""
    return re.findall(r"<a:t>(.*?)</a:t>", part(data, DRAWING))


@pytest.mark.parametrize("link", ["=Board!$A$1", "=$A$1", "=kpi_x", "=Board!$A$3"])
def test_a_shape_shows_the_text_of_its_cell_however_it_names_it(link: str) -> None:
    assert texts(compile_template(linked(link)).fill({"x": "Hyvä & kasvava"})) == ["Hyvä &amp; kasvava", "no link"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, ""), (0.25, ""), (True, "TRUE"), (ExcelError.DIVISION, "#DIV/0!"), (" edge ", " edge "), ("a\x01b", "")],
)
def test_what_the_text_of_a_value_is(value: Any, shown: str) -> None:
    assert texts(compile_template(linked("=Board!$A$1")).fill({"x": value})) == [shown, "no link"]


def test_a_result_that_nobody_knows_yet_leaves_no_old_text() -> None:
    assert texts(compile_template(linked("=Board!$A$4")).fill({"x": "longer"})) == ["", "no link"]


def test_shapes_of_other_cells_keep_their_bytes() -> None:
    template = linked("=Board!$A$2", "=Board!$A$1")
    assert part(compile_template(template).fill({"far": 1}), DRAWING) == part(template, DRAWING)
    assert texts(compile_template(template).fill({"x": "new"})) == ["old", "new", "no link"]


def test_excel_is_told_to_compute_so_that_the_shape_is_drawn_anew() -> None:
    data = compile_template(linked("=Board!$A$1")).fill({"x": 1.5})
    assert 'fullCalcOnLoad="1"' in part(data, "xl/workbook.xml")


def test_a_shape_inside_a_chart_is_linked_like_any_other() -> None:
    """As Excel draws a text box into a chart: a drawing of its own, which the chart points at."""
    shapes = (
        b'<c:userShapes xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        b'xmlns:cdr="http://schemas.openxmlformats.org/drawingml/2006/chartDrawing" '
        b'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><cdr:relSizeAnchor>'
        b'<cdr:sp macro="" textlink="Board!$A$1"><cdr:txBody><a:p><a:r><a:t>old {{ seller }}</a:t></a:r></a:p>'
        b"</cdr:txBody></cdr:sp></cdr:relSizeAnchor></c:userShapes>"
    )
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartUserShapes"
    pointer = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="' + kind + b'" Target="../drawings/drawing9.xml"/></Relationships>'
    )

    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        book.define_name("kpi_x", "=Board!$A$1")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Board!$B$1:$B$3"})
        sheet.insert_chart("D4", chart)

    added = {"xl/drawings/drawing9.xml": shapes, "xl/charts/_rels/chart1.xml.rels": pointer}
    plan = compile_template(repacked(made(write), added))
    assert b"<a:t>new</a:t>" in members(plan.fill({"x": "new"}))["xl/drawings/drawing9.xml"]
    assert [tuple(each) for each in plan.unusable] == [("{{ seller }}", "Board", "placeholder_in_shape")]
