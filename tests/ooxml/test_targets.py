"""Values find their cells by defined names, placeholders and mappings, and what cannot be bound is told."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from addin.ooxml import FillError, compile_template
from kpi_core.texts import load_texts
from tests.ooxml.books import board, calamine_rows, made, part, read_back, repacked


def test_a_name_binds_its_cell_with_and_without_the_prefix() -> None:
    plan = compile_template(board(names={"kpi_win_rate": "Board!$C$3", "report_title": "Board!$A$1"}))
    data = plan.fill({"kpi_win_rate": 0.25, "report_title": "November"})
    assert data == plan.fill({"win_rate": 0.25, "report_title": "November"})
    assert (read_back(data)("C3"), read_back(data)("A1")) == (0.25, "November")


def test_a_name_of_a_sheet_with_spaces_and_quotes_is_found() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Bob's board")
        book.define_name("kpi_a", "='Bob''s board'!$B$2")

    data = compile_template(made(write)).fill({"a": 1.5})
    assert read_back(data, "Bob's board")("B2") == 1.5


def test_a_name_of_a_merged_area_binds_its_first_cell() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Board").merge_range("B2:D3", "")
        book.define_name("kpi_a", "=Board!$B$2:$D$3")

    assert read_back(compile_template(made(write)).fill({"a": "x"}))("B2") == "x"


@pytest.mark.parametrize("text", ["Board!$B$2:$C$9", "Board!#REF!", "SUM(Board!$A$1:$A$3)", "0.24", "Board!$A$1+1"])
def test_names_that_are_no_single_cell_are_listed_and_not_filled(text: str) -> None:
    template = repacked(
        board(names={"kpi_a": "Board!$A$1"}),
        {"xl/workbook.xml": lambda xml: xml.replace(b"Board!$A$1<", text.encode() + b"<")},
    )
    plan = compile_template(template)
    assert [each.label for each in plan.unusable] == ["kpi_a"]
    with pytest.raises(FillError, match="a"):
        plan.fill({"a": 1})


def test_a_placeholder_alone_takes_the_value_with_its_type() -> None:
    plan = compile_template(board({"A1": "{{ win_rate }}", "B1": "{{seller}}"}))
    data = plan.fill({"win_rate": 0.5, "seller": "Aino <3"})
    assert calamine_rows(data) == [[0.5, "Aino <3"]]


def test_placeholders_inside_text_take_the_words_of_the_caller() -> None:
    plan = compile_template(board({"A1": "Win rate {{ win_rate }} of {{ seller }} & co"}))
    data = plan.fill({"win_rate": 0.5, "seller": "A&O"}, show=lambda v: f"{v:.0%}" if isinstance(v, float) else str(v))
    assert calamine_rows(data) == [["Win rate 50% of A&O & co"]]


def test_a_placeholder_without_a_value_stays_as_it_is_written() -> None:
    plan = compile_template(board({"A1": "Of {{ seller }}: {{ win_rate }}"}))
    assert calamine_rows(plan.fill({"seller": "Aino"})) == [["Of Aino: {{ win_rate }}"]]


def test_rich_text_around_a_placeholder_keeps_its_letters_formats() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        bold = book.add_format({"bold": True})
        book.add_worksheet("Board").write_rich_string("A1", "Rate ", bold, "{{ win_rate }}", " now")

    data = compile_template(made(write)).fill({"win_rate": 0.5})
    assert calamine_rows(data) == [["Rate 0.5 now"]]
    assert "<b/>" in part(data)


def test_a_placeholder_split_over_formats_is_listed_and_not_filled() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        bold = book.add_format({"bold": True})
        book.add_worksheet("Board").write_rich_string("A1", "Rate {{ win", bold, "_rate }}", " now")

    plan = compile_template(made(write))
    assert [(each.where, each.reason) for each in plan.unusable] == [("Board!A1", "placeholder_split")]


def test_a_mapping_binds_cells_of_a_workbook_without_names() -> None:
    plan = compile_template(board({"A1": "x"}), mapping={"Board!D4": "win_rate", "'Board'!$D$5": "seller"})
    data = plan.fill({"win_rate": 0.5, "seller": "Aino"})
    assert (read_back(data)("D4"), read_back(data)("D5")) == (0.5, "Aino")


@pytest.mark.parametrize(
    ("address", "code"), [("Board!4D", "mapping_cell"), ("Other!A1", "mapping_sheet"), ("A1", "mapping_sheet")]
)
def test_a_mapping_to_no_cell_is_refused(address: str, code: str) -> None:
    with pytest.raises(FillError) as refused:
        compile_template(board(), mapping={address: "x"})
    assert refused.value.code == code


def test_a_value_without_a_place_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(FillError, match="win_rate"):
        compile_template(board({"A1": "{{ win_rate }}"})).fill({"winrate": 1})


def test_targets_that_nobody_knows_are_listed_with_the_nearest_known_name() -> None:
    plan = compile_template(
        board({"A1": "{{ winrate }}"}, {"kpi_show_rat": "Board!$B$2", "Tax": "Board!$C$1"}),
        known={"win_rate", "show_rate"},
    )
    assert [(each.key, each.nearest) for each in plan.unknown] == [("show_rat", "show_rate"), ("winrate", "win_rate")]


def test_two_values_for_one_cell_are_refused() -> None:
    plan = compile_template(board(names={"kpi_a": "Board!$B$2", "kpi_b": "Board!$B$2"}))
    with pytest.raises(FillError) as refused:
        plan.fill({"a": 1, "b": 2})
    assert refused.value.code == "two_values"


def test_locked_targets_of_a_protected_sheet_are_told_and_stay_locked() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        sheet.protect("secret")
        sheet.write_blank("B2", None, book.add_format({"locked": False}))
        for name, cell in (("kpi_free", "B2"), ("kpi_shut", "C2")):
            book.define_name(name, f"=Board!${cell[0]}${cell[1]}")

    plan = compile_template(made(write))
    assert [spot.label for spot in plan.locked] == ["kpi_shut"]
    assert "<sheetProtection" in part(plan.fill({"shut": 1, "free": 2}))


def test_a_plan_goes_to_a_worker_and_back() -> None:
    plan = compile_template(board({"A1": "{{ a }}"}, {"kpi_b": "Board!$B$2"}))
    first = plan.fill({"a": 1, "b": 2})
    assert pickle.loads(pickle.dumps(plan)).fill({"a": 1, "b": 2}) == first


def test_the_template_is_never_written(tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    path.write_bytes(board({"A1": "{{ a }}"}))
    path.chmod(0o444)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    compile_template(path).fill({"a": 1})
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_equal_input_gives_equal_bytes() -> None:
    template = board({"A1": "{{ a }}"})
    assert compile_template(template).fill({"a": 1.5}) == compile_template(template).fill({"a": 1.5})


def test_filling_nothing_changes_no_part() -> None:
    from benchmarks.sameness import compare

    template = board({"A1": "{{ a }}", "B1": "=A1"})
    found = compare(template, compile_template(template).fill({}))
    assert (found.touched, found.lost, found.added) == ((), (), ())


def test_a_mapping_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "board.toml"
    path.write_text('"Board!D4" = "win_rate"\n', encoding="utf-8")
    plan = compile_template(board({"A1": "x"}), mapping=path)
    assert read_back(plan.fill({"win_rate": 0.5}))("D4") == 0.5


@pytest.mark.parametrize(
    ("text", "code"),
    [("x = ", "mapping_unreadable"), ('"Board!A1" = 5', "mapping_value"), (None, "mapping_unreadable")],
)
def test_a_mapping_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str | None, code: str) -> None:
    path = tmp_path / "board.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(FillError, match=r"board\.toml") as refused:
        compile_template(board(), mapping=path)
    assert refused.value.code == code


RULES = {
    "list": ({"validate": "list", "source": ["red", "green", "3"]}, ["red", 3, 3.0, None], ["Red", "blue", 4]),
    "number": (
        {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
        [0.0, 0.5, 1],
        [1.1, "x", True],
    ),
    "whole": ({"validate": "integer", "criteria": ">", "value": 5}, [6, 7.0], [5, 6.5]),
    "length": ({"validate": "length", "criteria": "<=", "value": 3}, ["abc"], ["abcd"]),
    "warning": ({"validate": "list", "source": ["a"], "error_type": "warning"}, ["b"], []),
    "other cells": ({"validate": "list", "source": "=$D$1:$D$4"}, ["anything"], []),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_value_that_the_cells_own_rule_forbids_is_refused(rule: str) -> None:
    options, good, bad = RULES[rule]

    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Board").data_validation("B2", options)
        book.define_name("kpi_a", "=Board!$B$2")

    plan = compile_template(made(write))
    assert [spot.label for spot, _ in plan.validated] == ["kpi_a"]
    for value in good:
        assert "<dataValidation " in part(plan.fill({"a": value}))  # type: ignore[dict-item]
    for value in bad:
        with pytest.raises(FillError, match="Board!B2") as refused:
            plan.fill({"a": value})  # type: ignore[dict-item]
        assert refused.value.code == "breaks_validation"


def test_a_signed_workbook_is_told_so() -> None:
    signed = repacked(board({"A1": "{{ a }}"}), {"_xmlsignatures/sig1.xml": b"<Signature/>"})
    assert compile_template(signed).signed
    assert not compile_template(board()).signed


def test_names_are_compared_without_regard_to_case() -> None:
    plan = compile_template(
        board({"A1": "{{ WIN_RATE }}"}, {"KPI_Win_Rate": "Board!$B$2", "Report_Title": "Board!$C$1"})
    )
    assert set(plan.targets) == {"win_rate", "Report_Title"}
    data = plan.fill({"Win_Rate": 0.5, "report_title": "x"})
    assert (read_back(data)("A1"), read_back(data)("B2"), read_back(data)("C1")) == (0.5, 0.5, "x")


def test_placeholders_outside_of_cells_are_told_and_stay() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        sheet.set_header("&L{{ period }}")
        sheet.insert_textbox("A5", "Win rate {{ win_rate }}")
        sheet.write_comment("A1", "of {{ seller }}")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Board!$A$1:$A$3"})
        chart.set_title({"name": "Rate {{ cac }}"})
        sheet.insert_chart("D4", chart)

    template = made(write)
    found = {(each.label, each.where, each.reason) for each in compile_template(template).unusable}
    assert found == {
        ("{{ period }}", "Board", "placeholder_in_header"),
        ("{{ win_rate }}", "Board", "placeholder_in_shape"),
        ("{{ seller }}", "Board", "placeholder_in_note"),
        ("{{ cac }}", "Board", "placeholder_in_chart"),
    }
    reasons = load_texts("addin.ooxml", "errors.toml")
    assert all(reasons[reason].fi != reasons[reason].en for _, _, reason in found)


def test_a_day_before_the_calendar_is_refused_as_such_where_dates_are_ruled() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        rule = {"validate": "date", "criteria": ">", "value": date(2000, 1, 1)}
        book.add_worksheet("Board").data_validation("B2", rule)
        book.define_name("kpi_a", "=Board!$B$2")

    with pytest.raises(FillError, match="1850-01-01") as refused:
        compile_template(made(write)).fill({"a": date(1850, 1, 1)})
    assert refused.value.code == "date_before_calendar"


def test_placeholders_of_a_chart_that_is_a_sheet_are_told_by_its_tab() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Board")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Board!$A$1:$A$3"})
        chart.set_title({"name": "Rate {{ cac }}"})
        book.add_chartsheet("Picture").set_chart(chart)

    told = compile_template(made(write)).unusable
    assert [tuple(each) for each in told] == [("{{ cac }}", "Picture", "placeholder_in_chart")]


def test_a_place_or_table_that_is_given_twice_is_refused() -> None:
    plan = compile_template(board({}, {"kpi_a": "Board!$B$2"}))
    with pytest.raises(FillError, match="given two values") as refused:
        plan.fill({"a": 1, "KPI_A": 2})
    assert refused.value.code == "given_twice"

    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Board").add_table("A1:A2", {"name": "tblA"})

    with pytest.raises(FillError, match="tblA") as refused:
        compile_template(made(write)).fill({}, {"tblA": [(1,)], "TBLA": [(2,)]})
    assert refused.value.code == "given_twice"


def test_a_sentence_longer_than_a_cell_is_refused() -> None:
    plan = compile_template(board({"A1": "so {{ a }} & on"}))
    letters = 32_767 - len("so  & on")
    assert len(read_back(plan.fill({"a": "x" * letters}))("A1")) == 32_767
    with pytest.raises(FillError, match="Board!A1") as refused:
        plan.fill({"a": "x" * (letters + 1)})
    assert refused.value.code == "text_too_long"
