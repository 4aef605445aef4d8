"""Random templates with every feature that XlsxWriter knows, filled at random: only what was filled changes."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from addin.ooxml import ConditionalFormat, Formula, Look, compile_template
from addin.ooxml.addresses import Cell, read_cell
from benchmarks.sameness import compare, members, same_but_for
from tests.ooxml.books import SHEET, calamine_rows, made

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ADDRESSES = st.builds(lambda row, column: str(Cell(row, column)), st.integers(1, 30), st.integers(1, 30))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30)
VALUES = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**15), 10**15),
    TEXTS,
    st.booleans(),
    st.none(),
    st.dates(date(1900, 3, 1), date(9999, 12, 31)),
)
KNOWN = (
    "chart sparkline merge validation rules bars comment link header panes filter protect rich outline breaks textbox "
    "button array print hidden table dynamic checkbox columns"
)
FEATURES = st.sets(st.sampled_from(KNOWN.split()))


def template(features: set[str], cells: dict[str, Any]) -> bytes:
    """A workbook with these features, which keep to the columns from AZ on, and these cells."""

    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        bold = book.add_format({"bold": True, "num_format": "0.00"})
        for address, value in cells.items():
            if isinstance(value, Formula):
                sheet.write_formula(address, f"={value.text}", bold, value.cached or 0)
            else:
                sheet.write(address, value, bold)
        _write_features(book, sheet, features)

    return made(write, strings_to_urls=False, strings_to_formulas=False)


def _write_features(book: xlsxwriter.Workbook, sheet: Any, features: set[str]) -> None:
    red = book.add_format({"bg_color": "#FF0000"})
    if "chart" in features:
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Board!$A$1:$A$9"})
        sheet.insert_chart("AZ2", chart)
    if "sparkline" in features:
        sheet.add_sparkline("AZ1", {"range": "Board!A1:F1"})
    if "merge" in features:
        sheet.merge_range("AZ3:BA4", "merged")
    if "validation" in features:
        sheet.data_validation("AZ5", {"validate": "list", "source": ["a", "b"]})
    if "rules" in features:
        sheet.conditional_format("A1:F9", {"type": "cell", "criteria": "<", "value": 3, "format": red})
        sheet.conditional_format("A1:F9", {"type": "icon_set", "icon_style": "3_arrows"})
    if "bars" in features:
        sheet.conditional_format("B1:B9", {"type": "data_bar", "data_bar_2010": True})
    if "comment" in features:
        sheet.write_comment("AZ6", "note")
    if "link" in features:
        sheet.write_url("AZ7", "https://example.com")
    if "header" in features:
        sheet.set_header("&LLeft&RRight")
    if "panes" in features:
        sheet.freeze_panes(1, 1)
    if "filter" in features:
        sheet.autofilter("AZ10:BB12")
    if "protect" in features:
        sheet.protect()
    if "rich" in features:
        sheet.write_rich_string("AZ13", "a ", book.add_format({"bold": True}), "b")
    if "outline" in features:
        sheet.set_row(3, None, None, {"level": 1, "hidden": True})
    if "breaks" in features:
        sheet.set_h_pagebreaks([20])
    if "textbox" in features:
        sheet.insert_textbox("AZ15", "text")
    if "button" in features:
        sheet.insert_button("AZ20", {"macro": "say"})
    if "array" in features:
        sheet.write_array_formula("AZ21:AZ22", "{=A1:A2*2}")
    if "dynamic" in features:
        sheet.write_dynamic_array_formula("AZ23", "=UNIQUE(A1:A9)")
    if "print" in features:
        sheet.print_area("A1:F9")
        sheet.repeat_rows(0)
    if "hidden" in features:
        book.add_worksheet("Hidden").hide()
    if "table" in features:
        sheet.add_table("BD1:BE4", {"name": "tblBeside"})
    if "checkbox" in features:
        sheet.insert_checkbox("AZ25", True)
    if "columns" in features:
        sheet.set_column("C:F", 12, book.add_format({"italic": True}))


CELLS = st.dictionaries(
    ADDRESSES,
    st.one_of(
        st.floats(-1e9, 1e9), TEXTS.filter(bool), st.builds(Formula, st.sampled_from(["A1+1", "SUM(B2:D9)", "TODAY()"]))
    ),
    max_size=25,
)


@given(FEATURES, CELLS, st.dictionaries(ADDRESSES, VALUES, min_size=1, max_size=20), st.integers(0, 2))
@SETTINGS
def test_only_what_was_filled_changes_and_reads_back(
    features: set[str], cells: dict[str, Any], values: dict[str, Any], rules: int
) -> None:
    old = template(features, cells)
    plan = compile_template(old, mapping={f"Board!{address}": address for address in values})
    added = [ConditionalFormat(f"Board!A{n + 1}:B9", Look(bold=True), ("1",), "equal") for n in range(rules)]
    new = plan.fill(values, formats=added, overwrite_formulas=True)
    changed = compare(old, new)
    allowed = {SHEET, "xl/workbook.xml", "xl/charts/chart1.xml", "xl/styles.xml"}
    assert set(changed.touched) <= allowed
    assert (changed.lost, changed.added) == ((), ())
    assert same_but_for(members(old), members(new), {SHEET: set(values)}, {SHEET: rules}) == []
    _reads_back(new, values)
    assert plan.fill(values, formats=added, overwrite_formulas=True) == new


def _reads_back(data: bytes, values: dict[str, Any]) -> None:
    sheet = load_workbook(io.BytesIO(data), data_only=True)["Board"]
    rows = calamine_rows(data)
    for address, value in values.items():
        cell = read_cell(address)
        found = rows[cell.row - 1][cell.column - 1] if cell.row <= len(rows) and cell.column <= len(rows[0]) else ""
        if isinstance(value, date):
            serial = (value - date(1899, 12, 30)).days
            shown = sheet[address].value
            assert (shown.date() if hasattr(shown, "date") else round(shown)) in (value, serial)
        elif isinstance(value, str):
            # calamine and openpyxl read an escaped letter (_x000B_) each in its own way
            if value.isprintable() and "_x" not in value:
                assert found == value
        elif value is None:
            assert found == ""
            assert sheet[address].value is None
        else:
            assert found == value
            assert sheet[address].value == value


@given(
    st.integers(1, 6),
    st.lists(st.tuples(VALUES, VALUES), max_size=25),
    st.booleans(),
    FEATURES,
)
@SETTINGS
def test_a_table_of_any_length_takes_rows_of_any_length(
    had: int, rows: list[tuple[Any, Any]], totals: bool, features: set[str]
) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        columns = [{"header": "x"}, {"header": "y"}]
        if totals:
            columns = [{"header": "x", "total_string": "All"}, {"header": "y", "total_function": "count"}]
        last = had + (1 if totals else 0)
        sheet.add_table(0, 0, last, 1, {"name": "tblA", "columns": columns, "total_row": totals})
        sheet.write_formula("D1", "=COUNTA(tblA[x])", None, had)
        _write_features(book, sheet, features - {"filter", "array", "dynamic"})

    old = made(write)
    new = compile_template(old).fill({}, {"tblA": rows})
    count = max(len(rows), 1)
    table = next(part for name, part in members(new).items() if "/tables/" in name and b'"tblA"' in part)
    assert f'ref="A1:B{count + 1 + totals}"'.encode() in table
    changed = compare(old, new)
    tables = {name for name in changed.touched if name.startswith("xl/tables/")}
    assert tables == ({"xl/tables/table1.xml"} if count != had else set())
    assert set(changed.touched) - tables <= {SHEET, "xl/workbook.xml", "xl/charts/chart1.xml", "xl/styles.xml"}
    assert (changed.lost, changed.added) == ((), ())
    area = {f"{column}{row}" for row in range(2, max(had, count) + 3) for column in "AB"}
    assert same_but_for(members(old), members(new), {SHEET: area}, {}) == []
    values = {f"{column}{n + 2}": row[place] for n, row in enumerate(rows) for place, column in enumerate("AB")}
    _reads_back(new, values)
    sheet = load_workbook(io.BytesIO(new))["Board"]
    if totals:
        assert sheet[f"A{count + 2}"].value == "All"
    below = [sheet[f"{column}{row}"].value for row in range(count + 2 + totals, 32) for column in "AB"]
    assert set(below) <= {None}
