"""What depends on a filled cell follows: results, caches, chains, extents; and nothing else is touched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter

from addin.ooxml import ConditionalFormat, FillError, Formula, Look, compile_template
from benchmarks.sameness import compare
from tests.ooxml.books import SHEET, board, formulas, made, part, read_back, repacked


def results() -> bytes:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        other = book.add_worksheet("Other")
        book.define_name("kpi_a", "=Board!$A$1")
        book.define_name("doubled", "=Board!$A$1*2")
        sheet.write("A1", 1)
        sheet.write_formula("B1", "=A1+1", None, 2)
        sheet.write_formula("C1", "=B1+1", None, 3)
        sheet.write_formula("D1", "=Z1+1", None, 99)
        sheet.write_formula("E1", '="A1 is "&doubled', None, "text")
        sheet.write_formula("F1", '=INDIRECT("A"&1)', None, 77)
        other.write_formula("A1", "=SUM(Board!A:A)", None, 4)
        other.write_formula("B1", "=SUM(Board!B2:B9)", None, 5)
        other.write_formula("C1", "=SUM(Board:Other!C1)", None, 6)

    return made(write)


def test_results_that_depend_on_a_filled_cell_are_forgotten_and_no_others() -> None:
    data = compile_template(results()).fill({"a": 5})
    board_cell, other_cell = read_back(data), read_back(data, "Other")
    assert [board_cell(f"{column}1") for column in "ABCDEF"] == [5, None, None, 99, None, None]
    assert [other_cell(f"{column}1") for column in "ABC"] == [None, 5, None]


def test_formulas_stay_word_by_word_and_are_computed_on_load() -> None:
    data = compile_template(results()).fill({"a": 5})
    assert [formulas(data)(f"{column}1") for column in "BCE"] == ["=A1+1", "=B1+1", '="A1 is "&doubled']
    assert 'fullCalcOnLoad="1"' in part(data, "xl/workbook.xml")


def test_a_workbook_without_formulas_on_the_cells_keeps_its_workbook_part() -> None:
    template = repacked(
        board({"D1": "=Z1"}, {"kpi_a": "Board!$A$1"}),
        {"xl/workbook.xml": lambda xml: re.sub(b"<calcPr[^>]*/>", b'<calcPr calcId="1"/>', xml)},
    )
    assert compare(template, compile_template(template).fill({"a": 1})).touched == (SHEET,)


def test_shared_formulas_are_followed_from_their_master() -> None:
    xml = (
        b'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B3" si="0">A1*2</f><v>2</v></c></row>'
        b'<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>'
        b'<row r="3"><c r="A3"><v>1</v></c><c r="B3"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    template = repacked(
        board({}, {"kpi_a": "Board!$A$2", "kpi_b": "Board!$B$1", "kpi_c": "Board!$B$2"}),
        {SHEET: lambda old: old.replace(b"<sheetData/>", b"<sheetData>" + xml + b"</sheetData>")},
    )
    plan = compile_template(template)
    data = plan.fill({"a": 9})
    assert '<c r="B2"><f t="shared" si="0"/></c>' in part(data)
    assert '<f t="shared" ref="B1:B3" si="0">A1*2</f><v>2</v>' in part(data)
    assert '<f t="shared" si="0"/><v>2</v></c></row><row r="3">' not in part(data)
    with pytest.raises(FillError) as refused:
        plan.fill({"b": 1}, overwrite_formulas=True)
    assert refused.value.code == "shared_formula"
    assert read_back(plan.fill({"c": 7}, overwrite_formulas=True))("B2") == 7


def test_a_cell_of_an_array_formula_is_refused() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        sheet.write_array_formula("A1:A3", "{=ROW(B1:B3)}", None, 1)
        for name, cell in (("kpi_first", "$A$1"), ("kpi_second", "$A$2"), ("kpi_source", "$B$1")):
            book.define_name(name, f"=Board!{cell}")

    plan = compile_template(made(write))
    for name in ("first", "second"):
        with pytest.raises(FillError) as refused:
            plan.fill({name: 1}, overwrite_formulas=True)
        assert refused.value.code == "inside_array"
    data = plan.fill({"source": 1})
    assert [read_back(data)(f"A{row}") for row in (1, 2, 3)] == [None] * 3


def chained() -> bytes:
    """A workbook with a calculation chain, as Excel saves it and XlsxWriter does not."""
    main, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    override = f'<Override PartName="/xl/calcChain.xml" ContentType="{kind}"/></Types>'.encode()
    kind = f"{office}officeDocument/2006/relationships/calcChain"
    pointer = f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/></Relationships>'.encode()
    return repacked(
        board({"A1": "=1+1"}, {"kpi_a": "Board!$A$1"}),
        {
            "xl/calcChain.xml": f'<calcChain xmlns="{main}"><c r="A1" i="1"/></calcChain>'.encode(),
            "[Content_Types].xml": lambda xml: xml.replace(b"</Types>", override),
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"</Relationships>", pointer),
        },
    )


def test_a_formula_is_replaced_only_when_told_and_the_chain_goes() -> None:
    template = chained()
    plan = compile_template(template)
    with pytest.raises(FillError, match=r"=1\+1") as refused:
        plan.fill({"a": 5})
    assert refused.value.code == "formula_cell"
    data = plan.fill({"a": 5}, overwrite_formulas=True)
    assert read_back(data)("A1") == 5
    assert compare(template, data).lost == ("xl/calcChain.xml",)
    assert "calcChain" not in part(data, "[Content_Types].xml") + part(data, "xl/_rels/workbook.xml.rels")
    assert compare(template, plan.fill({"a": Formula(None, 5)})).lost == ()


def test_the_extent_grows_to_hold_a_new_cell() -> None:
    data = compile_template(board({"B2": 1, "C3": 2}, {"kpi_a": "Board!$F$9"})).fill({"a": 1})
    assert '<dimension ref="B2:F9"/>' in part(data)


def test_new_cells_stand_in_order_and_take_their_rows_or_columns_look() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        bold, italic = book.add_format({"bold": True}), book.add_format({"italic": True})
        sheet.set_column("C:C", 10, bold)
        sheet.set_row(4, 20, italic)
        sheet.write("B2", 1)
        sheet.write("D2", 2)
        for number, cell in enumerate(["$C$2", "$A$2", "$C$5", "$C$9", "$C$4", "$E$2"]):
            book.define_name(f"kpi_{number}", f"=Board!{cell}")

    data = compile_template(made(write)).fill({str(number): number for number in range(6)})
    xml = part(data)
    assert re.findall(r'<c r="([A-Z]+\d+)"', xml) == ["A2", "B2", "C2", "D2", "E2", "C4", "C5", "C9"]
    assert '<c r="C2" s="1">' in xml
    assert '<c r="C5" s="2">' in xml
    assert re.findall(r'<row r="(\d+)"', xml) == ["2", "4", "5", "9"]


def test_a_cell_inside_a_merge_is_refused() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Board").merge_range("B2:D3", "x")
        book.define_name("kpi_a", "=Board!$C$2")

    with pytest.raises(FillError, match="B2:D3") as refused:
        compile_template(made(write)).fill({"a": 1})
    assert refused.value.code == "inside_merge"


def rules() -> bytes:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        red = book.add_format({"bg_color": "#FF0000"})
        sheet.conditional_format("A1:A9", {"type": "cell", "criteria": "<", "value": 3, "format": red})
        sheet.conditional_format("B1:B9", {"type": "data_bar", "data_bar_2010": True})
        sheet.data_validation("C1", {"validate": "list", "source": ["a", "b"]})
        sheet.write_url("D1", "https://example.com")
        book.define_name("kpi_a", "=Board!$A$1")

    return made(write)


def test_added_rules_stand_behind_the_existing_ones_with_their_own_looks() -> None:
    warn, good = Look(fill="#ffc7ce", font="9C0006", bold=True), Look(fill="C6EFCE")
    data = compile_template(rules()).fill(
        {"a": 1},
        formats=[
            ConditionalFormat("kpi_a", warn, ("Other!$B$4",), "lessThan", stop=True),
            ConditionalFormat("Board!$A$2:$A$9", good, ("$A2>1",)),
            ConditionalFormat("Board!C1 C3", warn, ("1", "2"), "between"),
        ],
    )
    xml = part(data)
    priorities = [int(each) for each in re.findall(r'priority="(\d+)"', xml)]
    assert len(set(priorities)) == len(priorities)
    assert priorities[-4:-1] == sorted(priorities)[-3:] or priorities[2:5] == sorted(priorities)[-3:]
    assert '<conditionalFormatting sqref="A1"><cfRule type="cellIs" operator="lessThan" dxfId="1"' in xml
    assert 'dxfId="2"' in xml
    assert "<formula>Other!$B$4</formula>" in xml
    assert xml.index("<conditionalFormatting") < xml.index("<dataValidations") < xml.index("<hyperlinks")
    assert part(data, "xl/styles.xml").count("<dxf>") == 3
    assert '<dxfs count="3">' in part(data, "xl/styles.xml")


def test_a_rule_for_no_cell_is_refused() -> None:
    with pytest.raises(FillError) as refused:
        compile_template(rules()).fill({}, formats=[ConditionalFormat("Nowhere!A1", Look(bold=True), ("1",), "equal")])
    assert refused.value.code == "unknown_cells"


def test_links_and_notes_are_added_on_request() -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    plan = compile_template(board({"B1": "x"}, {"kpi_a": "Board!$A$1"}))
    data = plan.fill(
        {"a": 1}, links={"a": "https://example.com/?a=1&b=2", "Board!B1": "#Board!A1"}, notes={"a": "n = 12\n<few>"}
    )
    sheet = load_workbook(BytesIO(data))["Board"]
    assert sheet["A1"].hyperlink.target == "https://example.com/?a=1&b=2"
    assert sheet["B1"].hyperlink.location == "Board!A1"
    assert sheet["A1"].comment.text == "n = 12\n<few>"


def test_a_pivot_cache_over_filled_cells_refreshes_on_load(shared: Path) -> None:
    path = shared / "templates" / "real-excel-pivot-chart-slicers.xlsx"
    plan = compile_template(path)
    rows = [[f"{number}"] * len(plan.tables["Table1"].columns) for number in range(9)]
    name = "xl/pivotCache/pivotCacheDefinition1.xml"
    assert 'refreshOnLoad="1"' not in part(path.read_bytes(), name)
    assert 'refreshOnLoad="1"' in part(plan.fill({}, {"Table1": rows}), name)


def test_a_workbook_that_computes_by_hand_is_computed_on_load() -> None:
    template = repacked(
        results(), {"xl/workbook.xml": lambda xml: re.sub(b"<calcPr[^>]*/>", b'<calcPr calcMode="manual"/>', xml)}
    )
    assert '<calcPr fullCalcOnLoad="1" calcMode="manual"/>' in part(
        compile_template(template).fill({"a": 5}), "xl/workbook.xml"
    )


@pytest.mark.parametrize(
    ("formula", "late"),
    [
        ("SUM(A1:A9)", True),
        ("SUM(B1:B9)", False),
        ("SUM(first:last)", True),
        ("SUM(first:A9)", True),
        ("SUM((A1):A9)", True),
        ("SUM(INDEX(A1:A3,1):A9)", True),
        ("SUM(A1:INDEX(A1:A3,9))", True),
        ("SUMIF(C1:C9,1,A1)", True),  # reads A1:A9
        ('sumif(C1:C9,"a,b",A1)', True),
        ("AVERAGEIF(C1:C9,D1,B1:B9)", False),
        ("SUMIF(C1:C9,D1)", False),
        ("SUMIF(C:C,D1,B:B)+IF(D1>1,B1:B2,0)", False),
    ],
)
def test_what_a_formula_reads_without_naming_it_makes_it_late_too(formula: str, late: bool) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Board").write_formula("E1", f"={formula}", None, 2)
        for name, cell in {"first": "$A$1", "last": "$A$9", "kpi_a": "$A$5"}.items():
            book.define_name(name, f"=Board!{cell}")

    assert read_back(compile_template(made(write)).fill({"a": 3}))("E1") == (None if late else 2)


def test_names_of_single_sheets_are_each_followed() -> None:
    """Both sheets call their own cell Total; only that of the first is filled."""

    def write(book: xlsxwriter.Workbook) -> None:
        for name in ("One", "Two"):
            sheet = book.add_worksheet(name)
            sheet.write("A1", 1)
            sheet.write_formula("B1", "=Total*2", None, 2)
            sheet.write_formula("C1", "=Total", None, 1)
            book.define_name(f"{name}!Total", f"={name}!$A$1")
        book.define_name("kpi_a", "=One!$A$1")

    data = compile_template(made(write)).fill({"a": 7})
    assert (read_back(data, "One")("B1"), read_back(data, "One")("C1")) == (None, None)
    assert 'fullCalcOnLoad="1"' in part(data, "xl/workbook.xml")


def test_a_name_that_means_other_cells_in_other_places_is_never_echoed() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Board").write_formula("C3", "=left", None, 1)
        book.define_name("left", "=Board!A1")  # relative: in C3 it is C3's neighbour
        book.define_name("kpi_a", "=Board!$A$1")

    assert read_back(compile_template(made(write)).fill({"a": 7}))("C3") is None


@pytest.mark.parametrize("address", ["", "https://e.com/\x01", "https://e.com/a\nb", "https://e.com/" + "a" * 2079])
def test_a_link_that_excel_takes_for_damage_is_refused(address: str) -> None:
    with pytest.raises(FillError, match="Board!A1") as refused:
        compile_template(board({}, {"kpi_a": "Board!$A$1"})).fill({}, links={"a": address})
    assert refused.value.code == "link_unfit"


def test_a_note_longer_than_a_cells_text_is_refused() -> None:
    with pytest.raises(FillError) as refused:
        compile_template(board({}, {"kpi_a": "Board!$A$1"})).fill({}, notes={"a": "n" * 32_768})
    assert refused.value.code == "text_too_long"


@pytest.mark.parametrize("cells", ["Board!nowhere", "Board!XFE1", "Board!A1 B", "Board!"])
def test_a_rule_for_what_is_no_area_is_refused(cells: str) -> None:
    with pytest.raises(FillError) as refused:
        compile_template(board({})).fill({}, formats=[ConditionalFormat(cells, Look(bold=True), ("1",), "equal")])
    assert refused.value.code == "unknown_cells"


@pytest.mark.parametrize("limits", [(), ("=1",), ("",), ("1", "2"), ("\x01",), ("1" * 8193,)])
def test_limits_that_are_no_formulas_are_no_rule(limits: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="formula"):
        ConditionalFormat("Board!A1", Look(bold=True), limits, "lessThan")
