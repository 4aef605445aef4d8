"""What the engine knows nothing of stays as it is: one feature a package, its parts and what points at them."""

from __future__ import annotations

import pytest

from addin.ooxml import ConditionalFormat, Look, compile_template
from benchmarks.sameness import members, raw_members, same_but_for
from tests.ooxml.books import SHEET, board, repacked

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
MICROSOFT = "http://schemas.microsoft.com/office"
SPREADSHEET = "application/vnd.ms-excel"
ROOT = "xl/_rels/workbook.xml.rels"
OWN = "xl/worksheets/_rels/sheet1.xml.rels"
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
# part: its content type, the type of the relationship to it, whose relationship it is, what the sheet says of it
FEATURES = {
    "slicer": ("xl/slicers/slicer1.xml", f"{SPREADSHEET}.slicer+xml", f"{MICROSOFT}/2007/relationships/slicer", OWN,
               '<extLst><ext uri="{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"><x14:slicerList '
               'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/></ext></extLst>'),
    "timeline": ("xl/timelines/timeline1.xml", f"{SPREADSHEET}.timeline+xml",
                 f"{MICROSOFT}/2011/relationships/timeline", OWN, "<extLst/>"),
    "form control": ("xl/ctrlProps/ctrlProp1.xml", f"{SPREADSHEET}.controlproperties+xml",
                     f"{OFFICE}/relationships/ctrlProp", OWN,
                     '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
                     '<mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>'),
    "chartex": ("xl/charts/chartEx1.xml", f"{SPREADSHEET.replace('excel', 'office')}.chartex+xml",
                f"{MICROSOFT}/2014/relationships/chartEx", OWN, ""),
    "threaded comment": ("xl/threadedComments/threadedComment1.xml", f"{SPREADSHEET}.threadedcomments+xml",
                         f"{MICROSOFT}/2017/10/relationships/threadedComment", OWN, ""),
    "persons": ("xl/persons/person.xml", f"{SPREADSHEET}.person+xml", f"{MICROSOFT}/2017/10/relationships/person",
                ROOT, ""),
    "custom XML": ("customXml/item1.xml", "application/xml", f"{OFFICE}/relationships/customXml", ROOT, ""),
    "printer settings": ("xl/printerSettings/printerSettings1.bin",
                         "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings",
                         f"{OFFICE}/relationships/printerSettings", OWN, '<pageSetup r:id="rId77"/>'),
    "web extension": ("xl/webextensions/webextension1.xml", "application/vnd.ms-office.webextension+xml",
                      f"{MICROSOFT}/2011/relationships/webextension", ROOT, ""),
    "background image": ("xl/media/image9.png", "image/png", f"{OFFICE}/relationships/image", OWN,
                         '<picture r:id="rId77"/>'),
    "data model": ("xl/model/item.data", "application/vnd.openxmlformats-officedocument.model+data",
                   f"{MICROSOFT}/2011/relationships/powerPivotData", ROOT, ""),
    "connections": ("xl/connections.xml",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml",
                    f"{OFFICE}/relationships/connections", ROOT, ""),
}  # fmt: skip


def holding(feature: str) -> bytes:
    """A workbook that has the feature: its part of bytes that are not even XML, and what points at it."""
    part, content, relation, owner, section = FEATURES[feature]
    pointer = f'<Relationship Id="rId77" Type="{relation}" Target="/{part}"/>'
    entry = f'<Override PartName="/{part}" ContentType="{content}"/></Types>'

    def own_rels(xml: bytes) -> bytes:
        return xml.replace(b"</Relationships>", pointer.encode() + b"</Relationships>")

    def sheet(xml: bytes) -> bytes:
        xml = xml.replace(b"</worksheet>", section.encode() + b"</worksheet>")
        return xml if b"xmlns:r=" in xml else xml.replace(b"<worksheet ", f'<worksheet xmlns:r="{OFFICE}" '.encode(), 1)

    inside = b"<chart/>" if content.endswith("chartex+xml") else bytes(range(256)) * 3
    return repacked(
        board({"A1": "{{ a }}", "B1": "=A1+1"}),
        {
            part: inside,
            owner: own_rels if owner == ROOT else RELS.format(pointer).encode(),
            SHEET: sheet,
            "[Content_Types].xml": lambda xml: xml.replace(b"</Types>", entry.encode()),
        },
    )


@pytest.mark.parametrize("feature", FEATURES)
def test_it_stays_to_the_byte_with_all_that_points_at_it(feature: str) -> None:
    template = holding(feature)
    rules = [ConditionalFormat("Board!A1:B9", Look(bold=True), ("1",), "equal")]
    data = compile_template(template).fill({"a": 5}, formats=rules)
    old, new = raw_members(template), raw_members(data)
    assert {name for name in old if old[name] != new.get(name)} <= {SHEET, "xl/workbook.xml", "xl/styles.xml"}
    assert set(new) == set(old)
    assert same_but_for(members(template), members(data), {SHEET: {"A1"}}, {SHEET: 1}) == []
    section = FEATURES[feature][4].encode()
    assert section in members(data)[SHEET]
