"""Workbooks as other programs write them: prefixes, strict OOXML, other encodings, cells without addresses."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pytest

from addin.ooxml import ConditionalFormat, FillError, Look, compile_template
from addin.ooxml.workbook_part import MAIN
from benchmarks.sameness import members, raw_members
from tests.ooxml.books import SHEET, board, calamine_rows, part, read_back, repacked

TEMPLATE = board({"A1": 1, "B1": "{{ b }}", "C1": "=A1", "A3": "text"}, {"kpi_a": "Board!$D$2"})
RULE = ConditionalFormat("Board!A1:A3", Look(fill="FF0000"), ("2",), "lessThan")


def prefixed(xml: bytes) -> bytes:
    """The part with a prefix on every element of the main namespace."""
    xml = re.sub(rb"<(/?)(?=[a-zA-Z])(?!\w+:)", rb"<\1x:", xml)
    return xml.replace(
        b'xmlns="http://schemas.openxmlformats.org/spreadsheetml',
        b'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml',
    )


def test_a_prefix_on_the_main_namespace_is_kept() -> None:
    names = [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
    template = repacked(TEMPLATE, dict.fromkeys(names, prefixed))
    data = compile_template(template).fill({"a": 1.5, "b": "Aino"}, formats=[RULE], links={"a": "https://example.com"})
    xml = part(data)
    assert '<x:c r="D2"><x:v>1.5</x:v></x:c>' in xml
    assert "<x:is><x:t>Aino</x:t></x:is>" in xml
    assert "<x:cfRule " in xml
    assert "<x:dxf><x:fill>" in part(data, "xl/styles.xml")
    assert not re.search(r"<(?!x:|/x:|\?)", xml)
    assert (read_back(data)("D2"), read_back(data)("B1")) == (1.5, "Aino")


def test_strict_workbooks_are_filled() -> None:
    def strict(xml: bytes) -> bytes:
        xml = xml.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        return xml.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )

    template = repacked(TEMPLATE, {name: strict for name in members(TEMPLATE) if name.endswith((".xml", ".rels"))})
    data = compile_template(template).fill({"a": 1.5, "b": "x"}, formats=[RULE], notes={"a": "n"})
    assert '<c r="D2"><v>1.5</v></c>' in part(data)
    assert b"schemas.openxmlformats.org/officeDocument" not in members(data)["xl/worksheets/_rels/sheet1.xml.rels"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig", "iso-8859-1"])
def test_other_encodings_are_kept(encoding: str) -> None:
    def encoded(xml: bytes) -> bytes:
        told = {"utf-16-be": "UTF-16", "utf-8-sig": "UTF-8"}.get(encoding, encoding)
        text = xml.decode().replace('encoding="UTF-8"', f'encoding="{told}"').replace("{{ b }}", "Ä {{ b }}")
        return (b"\xfe\xff" if encoding == "utf-16-be" else b"") + text.encode(encoding)

    template = repacked(TEMPLATE, {SHEET: encoded, "xl/sharedStrings.xml": encoded})
    data = compile_template(template).fill({"a": 1.5, "b": "Åke ♥"})
    text = members(data)[SHEET].decode("utf-16" if encoding == "utf-16-be" else encoding)
    assert '<c r="D2"><v>1.5</v></c>' in text
    assert "Ä Åke " in text
    old = members(template)[SHEET].decode("utf-16" if encoding == "utf-16-be" else encoding)
    assert text[:200] == old[:200]
    if encoding != "utf-16-be":
        assert read_back(data)("B1") == "Ä Åke ♥"


def test_cells_and_rows_without_addresses_are_counted() -> None:
    rows = b"<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><v>5</v></c></row>"
    template = repacked(
        board({}, {"kpi_a": "Board!$B$1", "kpi_b": "Board!$B$2", "kpi_c": "Board!$D$3", "kpi_d": "Board!$A$3"}),
        {SHEET: lambda xml: xml.replace(b"<sheetData/>", b"<sheetData>" + rows + b"</sheetData>")},
    )
    data = compile_template(template).fill({"a": 10, "b": 20, "c": 30, "d": 40})
    assert calamine_rows(data) == [[1, 10, "", ""], ["", 20, "", ""], [40, 5, "", 30]]


def test_an_empty_sheet_is_opened() -> None:
    for empty in (b"<sheetData/>", b"<sheetData></sheetData>", b"<sheetData />"):
        template = repacked(
            board({}, {"kpi_a": "Board!$B$2"}), {SHEET: lambda xml, empty=empty: xml.replace(b"<sheetData/>", empty)}
        )
        assert calamine_rows(compile_template(template).fill({"a": 1}))[-1][-1] == 1


def test_attributes_in_single_quotes_and_spaces_in_tags_are_read() -> None:
    rows = b"<sheetData ><row r='2' ><c r='B2'  t='s' ><v>0</v></c ></row ></sheetData >"
    template = repacked(
        board({"A1": "x"}, {"kpi_a": "Board!$B$2"}),
        {SHEET: lambda xml: re.sub(b"<sheetData>.*</sheetData>", rows, xml)},
    )
    assert "<row r='2' ><c r=\"B2\"><v>5</v></c></row >" in part(compile_template(template).fill({"a": 5}))


def test_comments_and_greater_signs_in_the_xml_do_not_confuse() -> None:
    template = repacked(
        board({"A1": 1}, {"kpi_a": "Board!$B$2"}),
        {SHEET: lambda xml: xml.replace(b"<sheetData>", b'<!-- <c r="B2"> --><sheetData x="a>b">')},
    )
    data = compile_template(template).fill({"a": 5})
    assert '<!-- <c r="B2"> --><sheetData x="a>b">' in part(data)
    assert read_back(data)("B2") == 5


def test_a_workbook_without_styles_gets_some_only_when_needed() -> None:
    template = repacked(
        board({}, {"kpi_a": "Board!$B$2"}),
        {
            "xl/styles.xml": None,
            "[Content_Types].xml": lambda xml: re.sub(b'<Override PartName="/xl/styles.xml"[^>]*/>', b"", xml),
            "xl/_rels/workbook.xml.rels": lambda xml: re.sub(
                b'<Relationship Id="[^"]*" Type="[^"]*styles"[^>]*/>', b"", xml
            ),
        },
    )
    plan = compile_template(template)
    assert "xl/styles.xml" not in members(plan.fill({"a": 1}))
    data = plan.fill({"a": 1}, formats=[RULE])
    assert "<dxfs" in part(data, "xl/styles.xml")
    assert read_back(data)("B2") == 1


def test_members_with_data_descriptors_and_stored_members_are_copied_as_they_lie() -> None:
    target = BytesIO()

    class Stream:
        """A target that cannot seek, so that zipfile writes data descriptors."""

        def write(self, data: bytes) -> int:
            return target.write(data)

        def flush(self) -> None:
            return None

    with zipfile.ZipFile(Stream(), "w", zipfile.ZIP_DEFLATED) as package:  # type: ignore[call-overload]
        for name, content in members(TEMPLATE).items():
            kind = zipfile.ZIP_STORED if "theme" in name else zipfile.ZIP_DEFLATED
            package.writestr(name, content, kind)
    template = target.getvalue()
    data = compile_template(template).fill({"a": 1})
    old, new = raw_members(template), raw_members(data)
    assert [name for name in old if old[name] != new[name]] == [SHEET]
    assert read_back(data)("D2") == 1


def test_parts_under_other_names_and_in_other_folders_are_found_by_relationship() -> None:
    text = members(TEMPLATE)
    moved = text["xl/workbook.xml"]
    template = repacked(
        TEMPLATE,
        {
            "xl/workbook.xml": None,
            "xl/_rels/workbook.xml.rels": None,
            "content/Book.xml": moved,
            "content/_rels/Book.xml.rels": re.sub(
                b'Target="(?=[^/])', b'Target="/xl/', text["xl/_rels/workbook.xml.rels"]
            ),
            "_rels/.rels": lambda xml: xml.replace(b"xl/workbook.xml", b"/CONTENT/book.xml"),
            "[Content_Types].xml": lambda xml: xml.replace(b"/xl/workbook.xml", b"/content/Book.xml"),
        },
    )
    data = compile_template(template).fill({"a": 1.5, "b": "x"})
    assert '<c r="D2"><v>1.5</v></c>' in part(data)
    assert 'fullCalcOnLoad="1"' in part(data, "content/Book.xml")


def test_member_names_with_backslashes_are_parts_and_keep_their_spelling() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in members(board({"A1": "{{ a }}"})).items():
            info = zipfile.ZipInfo("x")
            info.filename = name.lower().replace("/", "\\")
            package.writestr(info, content)
    data = compile_template(target.getvalue()).fill({"a": 5})
    assert set(raw_members(data)) == set(raw_members(target.getvalue()))
    assert b"<v>5</v>" in members(data)["xl\\worksheets\\sheet1.xml"]


@pytest.mark.parametrize(
    "styles",
    [
        '<styleSheet xmlns="{main}"/>',
        '<styleSheet xmlns="{main}"><cellXfs count="0"/></styleSheet>',
        '<styleSheet xmlns="{main}"><dxfs count="0"/></styleSheet>',
        '<x:styleSheet xmlns:x="{main}"></x:styleSheet>',
    ],
)
def test_styles_that_hold_nothing_are_added_to(styles: str) -> None:
    """Some programs write an empty styleSheet. A day needs a style of its own beside the one that all cells have."""
    template = repacked(
        board({"A1": 1}, {"kpi_a": "Board!$B$2"}), {"xl/styles.xml": styles.format(main=MAIN[0]).encode()}
    )
    data = compile_template(template).fill({"a": date(2026, 1, 2)}, formats=[RULE])
    root = ElementTree.fromstring(part(data, "xl/styles.xml"))
    found = [each.tag.rpartition("}")[2] for each in root]
    assert found == ["cellXfs", "dxfs"]
    assert [each.get("numFmtId") for each in root[0]] == ["0", "14"]
    assert '<c r="B2" s="1"><v>46024</v></c>' in part(data)


@pytest.mark.parametrize("address", ["B7", "foo", "B"])
def test_a_cell_that_names_another_row_than_its_own_is_refused(address: str) -> None:
    cells = f'<sheetData><row r="2"><c r="{address}"><v>1</v></c></row></sheetData>'.encode()
    template = repacked(board({}, {"kpi_a": "Board!$B$2"}), {SHEET: lambda xml: xml.replace(b"<sheetData/>", cells)})
    with pytest.raises(FillError) as refused:
        compile_template(template).fill({"a": 5})
    assert refused.value.code == "out_of_order"


def test_a_sheet_without_sheet_data_is_refused() -> None:
    template = repacked(board({}, {"kpi_a": "Board!$B$2"}), {SHEET: lambda xml: xml.replace(b"<sheetData/>", b"")})
    with pytest.raises(FillError, match=SHEET) as refused:
        compile_template(template).fill({"a": 5})
    assert refused.value.code == "no_rows"


def test_a_placeholder_cut_by_comments_instructions_and_cdata_is_read() -> None:
    cells = (
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t><!-- a --><![CDATA[{{ ]]>a<?skip it?> }}</t></is></c>'
        b"</row></sheetData>"
    )
    plan = compile_template(repacked(board({}), {SHEET: lambda xml: xml.replace(b"<sheetData/>", cells)}))
    assert read_back(plan.fill({"a": 5}))("A1") == 5
    plan = compile_template(
        repacked(board({}), {SHEET: lambda xml: xml.replace(b"<sheetData/>", cells.replace(b"<t>", b"<t>won "))})
    )
    assert [tuple(each) for each in plan.unusable] == [("{{ a }}", "Board!A1", "placeholder_split")]
