"""Workbooks cut, flipped or put together wrongly: refused in words, or read as the whole one; never otherwise."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from kpi_core.errors import KpiError
from kpi_core.intake import read
from tests.intake.refusals import refusal
from tests.intake.test_hostile import HEAD, SHEET, TAIL, repacked


def deals() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "d.m.yyyy"})
        sheet.write_row(0, 0, ["id", "status", "value", "seller", "close date"])
        for n in range(1, 40):
            sheet.write_row(n, 0, [f"D{n}", "won", 100 + n, f"Myyjä {n % 4}"])
            sheet.write_number(n, 4, 45_292 + n, day)
    return out.getvalue()


def text(cell: str, content: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{content}</t></is></c>'


HEADER = f'<row r="1">{text("A1", "id")}{text("B1", "status")}{text("C1", "value")}</row>'


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_workbook_is_refused(tmp_path: Path, share: float) -> None:
    whole = deals()
    (tmp_path / "cut.xlsx").write_bytes(whole[: int(len(whole) * share)])
    assert refusal(tmp_path / "cut.xlsx").code == "not_a_workbook"


def test_a_flipped_bit_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    """Checksums cover every part; what they do not cover (times, attributes of the archive) holds no figure."""
    chance, whole, file = random.Random(6), deals(), tmp_path / "flipped.xlsx"
    file.write_bytes(whole)
    wanted = read([file]).data.opportunities
    refused = 0
    for _ in range(60):
        hurt = bytearray(whole)
        hurt[chance.randrange(len(hurt))] ^= 1 << chance.randrange(8)
        file.write_bytes(hurt)
        try:
            found = read([file]).data.opportunities
        except KpiError:
            refusal(file)
            refused += 1
        else:
            assert found.equals(wanted)
    assert refused > 40  # most of the file is content


def test_a_part_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    book = repacked(tmp_path / "twins.xlsx", {})
    with zipfile.ZipFile(book, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr(SHEET, f"{HEAD}{TAIL}")
    assert refusal(book).found["found"] == SHEET


def test_a_cell_that_is_there_twice_is_refused_since_one_value_would_be_lost(tmp_path: Path) -> None:
    row = f'<row r="2">{text("A2", "X")}{text("B2", "open")}<c r="C2"><v>5</v></c></row>'
    book = repacked(tmp_path / "twice.xlsx", {SHEET: f"{HEAD}{HEADER}{row}{row}{TAIL}".encode()})
    found = refusal(book)
    assert (found.code, found.found["found"]) == ("cell_twice", "A2")


def test_rows_out_of_order_are_read_where_each_cell_is_there_once(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}">{text(f"A{n}", f"D{n}")}{text(f"B{n}", "open")}</row>' for n in (3, 2))
    book = repacked(tmp_path / "order.xlsx", {SHEET: f"{HEAD}{rows}{HEADER}{TAIL}".encode()})
    assert read([book]).data.opportunities["opportunity_id"].tolist() == ["D2", "D3"]


def test_a_formula_that_nobody_computed_is_no_blank(tmp_path: Path) -> None:
    """openpyxl stores formulas without values, as many exporting programs do; calamine shows them as blanks."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["id", "status", "value", "seller"], ["1", "open", "=2*3", "A"], ["2", "open", 7, "=A1"]):
        sheet.append(row)
    sheet.append(["3", "open", 9, "B"])
    book.save(tmp_path / "formulas.xlsx")
    intake = read([tmp_path / "formulas.xlsx"])
    assert intake.data.opportunities["value"].tolist() == [9]
    assert [(row.row, row.code) for row in intake.account.excluded] == [(2, "uncalculated"), (3, "uncalculated")]
    assert "value" in intake.account.excluded[0].reason("fi")
    assert "seller" in intake.account.excluded[1].reason("en")


def test_a_formula_that_gives_no_text_is_a_blank(tmp_path: Path) -> None:
    """=IF(A1="";"";...) is stored by Excel with the type str and an empty value."""
    row = f'<row r="2">{text("A2", "X")}{text("B2", "open")}<c r="C2" t="str"><f>IF(1,"","")</f><v></v></c></row>'
    book = repacked(tmp_path / "blank.xlsx", {SHEET: f"{HEAD}{HEADER}{row}{TAIL}".encode()})
    intake = read([book])
    assert (intake.account.used, intake.data.opportunities["value"].isna().all()) == (1, True)


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("formula", ["", "<f>1/0</f>"])
def test_an_error_cell_keeps_its_own_name_whatever_stands_after_it(tmp_path: Path, prefix: str, formula: str) -> None:
    cells = f'{text("A2", "X")}{text("B2", "open")}<c r="C2" t="e">{formula}<v>#DIV/0!</v></c>'
    rows = f'{HEADER}<row r="2">{cells}</row><row r="3">{text("A3", "Y")}{text("B3", "open")}<c r="C3" t="e"/></row>'
    xml = f"{HEAD}{rows}{TAIL}"
    if prefix:
        xml = xml.replace("</", "<|").replace("<", "<x:").replace("<x:|", "</x:").replace("xmlns=", "xmlns:x=")
    intake = read([repacked(tmp_path / "errors.xlsx", {SHEET: xml.encode()})])
    assert [(row.row, row.code) for row in intake.account.excluded] == [(2, "excel_error"), (3, "uncalculated")]
    assert intake.account.excluded[0].found["found"] == "#DIV/0!"
