"""Placeholders outside of cells (shapes, charts, notes, headers, footers), which are told and not filled."""

from __future__ import annotations

from collections.abc import Iterator

from addin.ooxml.errors import FillError
from addin.ooxml.placeholders import PLACEHOLDER
from addin.ooxml.relationships import relationships
from addin.ooxml.template import Template
from addin.ooxml.workbook_part import Sheet
from addin.ooxml.xml_part import Element, Part, elements, unescaped

_DRAWN = {"drawing": "placeholder_in_shape", "chart": "placeholder_in_chart", "chartEx": "placeholder_in_chart"}
_NOTES = {"comments": "placeholder_in_note", "threadedComment": "placeholder_in_note"}
_REASONS = _DRAWN | _NOTES | {"chartUserShapes": "placeholder_in_shape"}
_LEAVES = {"t", "text", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"}


def placeholders_elsewhere(template: Template, sheet: Sheet) -> Iterator[tuple[str, str]]:
    """The placeholders of a sheet that stand outside of its cells, each with the reason it is not filled."""
    part = template.part(sheet.part)
    if b"headerFooter" in part.data and b"{{" in part.data:
        section = elements(part, 2).child("headerFooter")
        if section:
            for key in _keys(part, section):
                yield key, "placeholder_in_header"
    yield from _related(template, sheet.part)


def _related(template: Template, source: str) -> Iterator[tuple[str, str]]:
    for each in relationships(template.package, source).all:
        if each.external or each.kind not in _REASONS or template.package.find(each.target) is None:
            continue
        try:
            part = template.part(each.target)
            found = _keys(part, elements(part)) if b"{" in part.data else []
        except FillError:
            continue  # filling copies it, whatever it is
        for key in found:
            yield key, _REASONS[each.kind]
        if each.kind in ("drawing", "chart"):
            yield from _related(template, part.name)


def _keys(part: Part, root: Element) -> list[str]:
    """The placeholders in an element's texts; a paragraph's are read together, however its letters are formatted."""
    paragraphs = [each for each in root.walk() if each.local in ("p", "comment", "headerFooter", "threadedComment")]
    texts = []
    for paragraph in paragraphs:
        leaves = [each for each in paragraph.walk() if each.local in _LEAVES and not each.children]
        texts.append("".join(unescaped(part.data[leaf.inner : leaf.after]) for leaf in leaves))
    return list(dict.fromkeys(key for text in texts for key in PLACEHOLDER.findall(text)))
