"""Each kind of value is written so that other programs read back exactly what was given."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from addin.ooxml import ExcelError, FillError, Formula, compile_template
from tests.ooxml.books import SHEET, board, calamine_rows, formulas, made, part, read_back, repacked

ONE = {"kpi_a": "Board!$B$2"}


def fill(value: object, **options: object) -> bytes:
    return compile_template(board(names=ONE, **options)).fill({"a": value})  # type: ignore[dict-item]


@pytest.mark.parametrize("value", [0.1 + 0.2, 1 / 3, 1e-300, -1.7976931348623157e308, 5e-324, 0.0, -12, 10**15])
def test_numbers_come_back_to_the_last_bit(value: float) -> None:
    data = fill(value)
    assert read_back(data)("B2") == value
    assert calamine_rows(data)[-1][-1] == value


@pytest.mark.parametrize(
    "text",
    ["plain", "a < b & c > d", '"quoted"', "  edges  ", "two\nlines", "=1+1", "ääkköset 🎉", "{{ x }}", "'x", ""],
)
def test_texts_come_back_letter_by_letter(text: str) -> None:
    assert calamine_rows(fill(text))[-1][-1] == text
    assert (read_back(fill(text))("B2") or "") == text


def test_a_text_that_looks_like_a_formula_stays_text() -> None:
    assert "<f>" not in part(fill('=HYPERLINK("x")'))


def test_control_characters_are_written_as_excel_writes_them() -> None:
    """ECMA-376 part 1, 22.9.2.19 (ST_Xstring): _xHHHH_ stands for a character that XML cannot hold."""
    xml = part(fill("a\x00b\x0bc\rd_x0041_"))
    assert "a_x0000_b_x000B_c_x000D_d_x005F_x0041_" in xml


def test_true_blank_and_errors_are_cells_of_their_own_kind() -> None:
    assert read_back(fill(True))("B2") is True
    assert read_back(fill(None))("B2") is None
    assert read_back(fill(ExcelError.DIVISION))("B2") == "#DIV/0!"


def test_numpy_scalars_are_numbers() -> None:
    assert read_back(fill(np.int64(7)))("B2") == 7
    assert read_back(fill(np.float64(0.25)))("B2") == 0.25


@pytest.mark.parametrize(
    "moment", [date(2026, 11, 23), date(1900, 3, 1), datetime.fromisoformat("2026-11-23T13:45:30")]
)
@pytest.mark.parametrize("epoch", [False, True])
def test_dates_read_back_in_both_calendars(moment: date, epoch: bool) -> None:
    if epoch and moment.year < 1904:
        pytest.skip("before the calendar of 1904")
    data = fill(moment, date_1904=epoch)
    wanted = datetime.fromisoformat(moment.isoformat())
    assert read_back(data)("B2") == wanted


@pytest.mark.parametrize(
    ("day", "serial"), [(date(1900, 1, 1), "1"), (date(1900, 2, 28), "59"), (date(1900, 3, 1), "61")]
)
def test_the_calendar_of_1900_has_excels_29_february(day: date, serial: str) -> None:
    """Excel's serials: 1 is 1900-01-01, 60 the day that never was, 61 is 1900-03-01."""
    assert f"<v>{serial}</v>" in part(fill(day))


def test_a_date_in_a_general_cell_gets_a_date_format_and_the_others_keep_theirs() -> None:
    data = fill(date(2026, 11, 23))
    assert 'numFmtId="14" applyNumberFormat="1"' in part(data, "xl/styles.xml")
    assert 'numFmtId="14"' not in part(fill(1.5), "xl/styles.xml")


def test_a_formula_is_written_only_when_told_with_its_result() -> None:
    data = fill(Formula('SUM(A1:A3)&"<"', "3 <"))
    assert formulas(data)("B2") == '=SUM(A1:A3)&"<"'
    assert read_back(data)("B2") == "3 <"


def test_a_cells_own_formula_can_keep_standing_with_a_new_result() -> None:
    template = compile_template(board({"B2": "=A1*2"}, ONE))
    data = template.fill({"a": Formula(None, 42.5)})
    assert formulas(data)("B2") == "=A1*2"
    assert read_back(data)("B2") == 42.5


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (10**400, "not_a_number"),
        (12345678901234567, "number_too_long"),
        ("x" * 32_768, "text_too_long"),
        (date(1899, 12, 31), "date_before_calendar"),
        (object(), "not_a_value"),
        (pd.NaT, "not_a_number"),
        (np.float64("nan"), "not_a_number"),
        (np.datetime64("2026-01-02", "ns"), "not_a_value"),  # its plain value is a count of nanoseconds
        (np.timedelta64(5, "ns"), "not_a_value"),
        (np.array([1, 2]), "not_a_value"),
        (pd.Series([5]), "not_a_value"),
        (np.longdouble(1), "not_a_value"),
        ([1], "not_a_value"),
        (Formula("=1"), "not_a_formula"),
        (Formula(None, 1), "no_formula_to_keep"),
    ],
)
def test_what_a_cell_cannot_hold_is_refused_naming_the_cell(value: object, code: str) -> None:
    with pytest.raises(FillError) as refused:
        fill(value)
    assert refused.value.code == code
    assert "Board!B2" in refused.value.message("en")
    assert "Board!B2" in refused.value.message("fi")


def test_a_cells_look_and_phonetic_hint_stay() -> None:
    template = repacked(
        board({"B2": 1}, ONE), {SHEET: lambda xml: xml.replace(b'<c r="B2">', b'<c r="B2" s="0" ph="1" t="n">')}
    )
    assert '<c r="B2" ph="1"><v>5</v></c>' in part(compile_template(template).fill({"a": 5}))


@pytest.mark.parametrize("text", ["as_x000D_is", "_x0041_", "tail_x005F_"])
def test_what_only_looks_like_an_escape_is_escaped_in_the_file(text: str) -> None:
    data = compile_template(board(names={"kpi_a": "Board!$B$2"})).fill({"a": text})
    assert f"<t>{text.replace('_x', '_x005F_x')}</t>" in part(data)
    assert calamine_rows(data)[1][1] == text


def three_cells(*, at_most_one: bool = False) -> bytes:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        if at_most_one:
            sheet.data_validation("A3", {"validate": "decimal", "criteria": "<=", "value": 1})
        for row, name in enumerate(("number", "text", "share"), start=1):
            book.define_name(f"kpi_{name}", f"=Board!$A${row}")

    return made(write)


def test_a_second_fill_of_the_same_names_and_kinds_is_the_first_of_a_new_plan() -> None:
    """A plan remembers fills alike in names and kinds; what it remembers may not show."""
    data = three_cells()
    plan = compile_template(data)
    for values in (
        {"number": 1.5, "text": "a", "share": 0.5},
        {"number": 2.5, "text": "b & c", "share": 0.25},
        {"share": 0.75, "text": "c", "number": 4.5},
        {"number": 3.5, "text": " edge\x01", "share": 1.0},
        {"number": None, "text": "e", "share": 0.1},
        {"number": 5.5, "text": "f"},
    ):
        assert plan.fill(values) == compile_template(data).fill(values), values
    with pytest.raises(FillError):
        plan.fill({"number": float("nan"), "text": "a", "share": 0.5})


def test_a_validation_holds_for_a_second_fill_too() -> None:
    plan = compile_template(three_cells(at_most_one=True))
    plan.fill({"number": 1.5, "text": "a", "share": 0.5})
    with pytest.raises(FillError):
        plan.fill({"number": 1.5, "text": "a", "share": 7.5})


def test_a_day_that_is_none_is_refused_in_a_table_too() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Board").add_table("A1:A2", {"name": "tblA", "columns": [{"header": "Day"}]})

    with pytest.raises(FillError, match="Board!A3") as refused:
        compile_template(made(write)).fill({}, {"tblA": [(pd.Timestamp("2026-01-02"),), (pd.NaT,)]})
    assert refused.value.code == "not_a_number"
