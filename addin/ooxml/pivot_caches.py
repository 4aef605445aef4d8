"""Pivot caches: told to refresh when the workbook is opened, where their source was filled."""

from __future__ import annotations

from collections.abc import Callable

from addin.ooxml.xml_part import Edit, Element, Part, attribute, elements

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"
TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml"


def source_of(root: Element) -> str | None:
    """A cache's source as a formula: a table's or name's word, or an area with its sheet."""
    source = root.child("cacheSource")
    sheet = source.child("worksheetSource") if source else None
    if sheet is None or any(key.endswith(":id") for key in sheet.attributes):
        return None
    if name := sheet.attributes.get("name"):
        return name
    quoted = sheet.attributes.get("sheet", "").replace("'", "''")
    return f"'{quoted}'!{sheet.attributes.get('ref', '')}"


def refreshing(part: Part, is_stale: Callable[[str], bool]) -> list[Edit]:
    """The edits that make a cache refresh on load, where its source is stale."""
    root = elements(part, 2)
    source = source_of(root)
    if source is None or not is_stale(source):
        return []
    return [attribute(part, root, "refreshOnLoad", "1")]
