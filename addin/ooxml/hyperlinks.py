"""Hyperlinks on cells: an element in the sheet, and for addresses outside a relationship beside it."""

from __future__ import annotations

from addin.ooxml.relationships import STRICT, TRANSITIONAL, Relationships, inside_end, relationship
from addin.ooxml.sheet_map import SheetMap
from addin.ooxml.sheet_order import place_for
from addin.ooxml.xml_part import Edit, quoted


def links_edits(
    sheet: SheetMap, links: list[tuple[str, str]], rels: Relationships, *, strict: bool
) -> tuple[list[Edit], bytes]:
    """The sheet's edits and the new relationships for links on cells; a link that a cell has already is replaced."""
    prefix = sheet.prefix
    added, elements = b"", []
    for cells, address in links:
        if address.startswith("#"):
            elements.append(f'<{prefix}hyperlink ref="{cells}" location="{quoted(address[1:])}"/>')
            continue
        identity = rels.new_id(added.count(b"<Relationship "))
        added += relationship(identity, "hyperlink", address, external=True, strict=strict)
        namespace = STRICT if strict else TRANSITIONAL
        elements.append(f'<{prefix}hyperlink xmlns:r="{namespace}" ref="{cells}" r:id="{identity}"/>')
    section = sheet.section("hyperlinks")
    text = "".join(elements).encode()
    if section is None:
        at = place_for(sheet, "hyperlinks")
        whole = f"<{prefix}hyperlinks>".encode() + text + f"</{prefix}hyperlinks>".encode()
        return [Edit(at, at, whole)], added
    replaced = {cells for cells, _ in links}
    edits = [Edit(old.start, old.end, b"") for old in section.children if old.attributes.get("ref") in replaced]
    if section.inner == section.end:
        data = sheet.part.data
        whole = inside_end(sheet.part, section.start, section.inner, section.after, text)
        return [Edit(section.start, section.end, whole[section.start : len(whole) - len(data) + section.end])], added
    return [*edits, Edit(section.after, section.after, text)], added
