"""Notes on cells: the comments part, the drawing that shows them, and the sheet's pointer to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from addin.ooxml.addresses import Cell
from addin.ooxml.cells import text_element
from addin.ooxml.errors import FillError
from addin.ooxml.relationships import STRICT, TRANSITIONAL, Relationships, relationship
from addin.ooxml.sheet_map import SheetMap
from addin.ooxml.sheet_order import place_for
from addin.ooxml.template import Template
from addin.ooxml.workbook_part import MAIN, Sheet
from addin.ooxml.xml_part import Edit

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


@dataclass(slots=True)
class NotesParts:
    """What notes on one sheet add to the package."""

    sheet_edits: list[Edit]
    relationships: bytes
    added: dict[str, bytes]
    replaced: dict[str, bytes] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)


def notes_parts(
    template: Template, sheet: Sheet, places: SheetMap, notes: list[tuple[Cell, str]], rels: Relationships, taken: int
) -> NotesParts:
    """The parts that put notes on a sheet. Raises FillError("notes_already") where the sheet has notes of its own."""
    if rels.of_kind("comments") or rels.of_kind("vmlDrawing") or places.section("legacyDrawing"):
        raise FillError("notes_already", file=template.file, sheet=sheet.name, cell=str(notes[0][0]))
    strict = template.book.strict
    number = _free_number(template)
    comments, drawing = f"xl/comments{number}.xml", f"xl/drawings/vmlDrawing{number}.vml"
    first, second = rels.new_id(taken), rels.new_id(taken + 1)
    at = place_for(places, "legacyDrawing")
    namespace = STRICT if strict else TRANSITIONAL
    pointer = f'<{places.prefix}legacyDrawing xmlns:r="{namespace}" r:id="{second}"/>'
    ordered = sorted(notes)
    return NotesParts(
        [Edit(at, at, pointer.encode())],
        relationship(first, "comments", f"/{comments}", strict=strict)
        + relationship(second, "vmlDrawing", f"/{drawing}", strict=strict),
        {comments: _comments(ordered, MAIN[1 if strict else 0]), drawing: _shapes(ordered, number)},
        overrides={comments: _COMMENTS},
        defaults={"vml": _DRAWING},
    )


def _free_number(template: Template) -> int:
    names = " ".join(template.package.members).casefold()
    used = [int(found) for found in re.findall(r"(?:comments|vmldrawing)(\d{1,6})\.", names)]
    return max(used, default=0) + 1


def _comments(notes: list[tuple[Cell, str]], namespace: str) -> bytes:
    listed = "".join(
        f'<comment ref="{cell}" authorId="0"><text><r>{text_element(text, "")}</r></text></comment>'
        for cell, text in notes
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    authors = "<authors><author/></authors>"
    return f'{head}<comments xmlns="{namespace}">{authors}<commentList>{listed}</commentList></comments>'.encode()


def _shapes(notes: list[tuple[Cell, str]], number: int) -> bytes:
    head = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{number}"/></o:shapelayout>{_SHAPE_TYPE}'
    )
    return (
        head + "".join(_shape(cell, number * 1024 + place) for place, (cell, _) in enumerate(notes, 1)) + "</xml>"
    ).encode()


def _shape(cell: Cell, identity: int) -> str:
    row, column = cell.row - 1, cell.column - 1
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 3}, 15, {row + 4}, 4"
    return (
        f'<v:shape id="_x0000_s{identity}" type="#_x0000_t202" '
        'style="position:absolute;margin-left:59.25pt;margin-top:1.5pt;width:108pt;height:59.25pt;z-index:1;'
        'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
