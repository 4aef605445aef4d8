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
from addin.ooxml.xml_part import Edit, Element, elements, splice

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_SHAPE_ID = re.compile(rb"_x0000_s(\d{4,9})\b")
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
    """The parts that put notes on a sheet; its own notes, threaded comments and drawn controls stay as they are.

    Raises FillError: note_already where a cell has one, notes_unreadable where the sheet's own cannot be added to.
    """
    strict = template.book.strict
    number = _free_number(template)
    ordered = sorted(notes)
    made = NotesParts([], b"", {})
    own = rels.of_kind("comments")
    if own:
        made.replaced[own[0].target] = _extended(template, sheet, own[0].target, ordered)
    else:
        comments = f"xl/comments{number}.xml"
        made.relationships += relationship(rels.new_id(taken), "comments", f"/{comments}", strict=strict)
        made.added[comments] = _comments(ordered, MAIN[1 if strict else 0])
        made.overrides[comments] = _COMMENTS
    pointer = places.section("legacyDrawing")
    if pointer is not None:
        identity = next((text for key, text in pointer.attributes.items() if key.endswith(":id")), "")
        drawing = rels.target(identity)
        shapes = _with_shapes(template, drawing, ordered) if drawing else None
        if drawing is None or shapes is None:
            raise FillError("notes_unreadable", file=template.file, sheet=sheet.name, cell=str(ordered[0][0]))
        made.replaced[drawing] = shapes
        return made
    drawing = f"xl/drawings/vmlDrawing{number}.vml"
    second = rels.new_id(taken + (0 if own else 1))
    at = place_for(places, "legacyDrawing")
    namespace = STRICT if strict else TRANSITIONAL
    element = f'<{places.prefix}legacyDrawing xmlns:r="{namespace}" r:id="{second}"/>'
    made.sheet_edits.append(Edit(at, at, element.encode()))
    made.relationships += relationship(second, "vmlDrawing", f"/{drawing}", strict=strict)
    made.added[drawing] = _drawing(ordered, number)
    made.defaults["vml"] = _DRAWING
    return made


def _extended(template: Template, sheet: Sheet, name: str, notes: list[tuple[Cell, str]]) -> bytes:
    """The sheet's comments with notes behind them, by an author of their own."""
    part = template.part(name)
    root = elements(part)
    authors, listed = root.child("authors"), root.child("commentList")
    if authors is None or listed is None:
        raise FillError("notes_unreadable", file=template.file, sheet=sheet.name, cell=str(notes[0][0]))
    taken = {each.attributes.get("ref") for each in listed.children}
    for cell, _ in notes:
        if str(cell) in taken:
            raise FillError("note_already", file=template.file, sheet=sheet.name, cell=str(cell))
    prefix = root.name.rpartition("comments")[0]
    added = _listed(notes, len(authors.all("author")), prefix)
    edits = [_inside(authors, f"<{prefix}author/>"), _inside(listed, added)]
    return part.stored(splice(part.data, edits))


def _inside(element: Element, added: str) -> Edit:
    """The edit that adds content at an element's end, which may be empty (<authors/>)."""
    if element.inner == element.end:
        return Edit(element.inner - 2, element.inner, f">{added}</{element.name}>".encode())
    return Edit(element.after, element.after, added.encode())


def _with_shapes(template: Template, name: str, notes: list[tuple[Cell, str]]) -> bytes | None:
    """The sheet's own drawing with shapes behind its own, found by bytes: Excel writes it as no sound XML."""
    found = template.package.find(name)
    data = template.package.read(found) if found else b""
    end = data.rfind(b"</xml>")
    if end < 0 or any(b"xmlns:%s=" % prefix not in data for prefix in (b"v", b"o", b"x")):
        return None
    last = max(map(int, _SHAPE_ID.findall(data)), default=1024)
    if last // 1024 != (last + len(notes)) // 1024:
        return None  # numbers of another drawing would begin
    kind = "" if b'id="_x0000_t202"' in data else _SHAPE_TYPE
    return data[:end] + (kind + _shapes(notes, last + 1)).encode() + data[end:]


def _free_number(template: Template) -> int:
    names = " ".join(template.package.members).casefold()
    used = [int(found) for found in re.findall(r"(?:comments|vmldrawing)(\d{1,6})\.", names)]
    return max(used, default=0) + 1


def _comments(notes: list[tuple[Cell, str]], namespace: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    listed = f"<commentList>{_listed(notes, 0, '')}</commentList>"
    return f'{head}<comments xmlns="{namespace}"><authors><author/></authors>{listed}</comments>'.encode()


def _listed(notes: list[tuple[Cell, str]], author: int, p: str) -> str:
    start, end = f"<{p}text><{p}r>", f"</{p}r></{p}text></{p}comment>"
    return "".join(
        f'<{p}comment ref="{cell}" authorId="{author}">{start}{text_element(text, p)}{end}' for cell, text in notes
    )


def _drawing(notes: list[tuple[Cell, str]], number: int) -> bytes:
    head = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{number}"/></o:shapelayout>{_SHAPE_TYPE}'
    )
    return f"{head}{_shapes(notes, number * 1024 + 1)}</xml>".encode()


def _shapes(notes: list[tuple[Cell, str]], first: int) -> str:
    return "".join(_shape(cell, first + place) for place, (cell, _) in enumerate(notes))


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
