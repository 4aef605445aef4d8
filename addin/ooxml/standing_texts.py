"""Texts of the template that stand in rows which follow the height of what is filled."""

from __future__ import annotations

from functools import lru_cache

from addin.ooxml.row_starts import Content, column_width
from addin.ooxml.sheet_cut import SheetCut
from addin.ooxml.sheet_map import CellSpan, SheetMap
from addin.ooxml.template import Template
from addin.ooxml.xml_part import Element, Part, elements, unescaped


def fit_standing_texts(template: Template, cut: SheetCut) -> None:
    """Let rows that follow what is filled be high enough for the wrapped texts that stand in them already."""
    for number, contents in cut.contents.items():
        row = cut.map.rows.get(number)
        for cell in row.cells if row else ():
            look = template.styles.wrapping(cell.style) if cell.kind in ("s", "inlineStr") else None
            if look and not cut.covers(number, cell.column) and (text := _text(template, cut.map, cell)):
                contents.append(Content(text, -1, -1, column_width(cut.map, cell.column), look, stands=True))


def _text(template: Template, sheet: SheetMap, cell: CellSpan) -> str:
    if cell.value is None:
        return ""
    if cell.kind == "inlineStr":
        part = Part(sheet.part.file, sheet.part.name, sheet.part.data[cell.value[0] : cell.value[1]])
        return _letters(part, elements(part))
    name = template.book.related("sharedStrings")
    index = sheet.text(cell).strip()
    if name is None or template.package.find(name) is None or not index.isdigit():
        return ""
    part = template.part(name)
    return _letters(part, _shared(part)[int(index)])


@lru_cache(maxsize=4)
def _shared(part: Part) -> list[Element]:
    return elements(part).all("si")


def _letters(part: Part, element: Element) -> str:
    """The letters of an si or is element, phonetic hints left out."""
    hints = {id(t) for hint in element.all("rPh") for t in hint.children}
    texts = (t for t in element.walk() if t.local == "t" and id(t) not in hints)
    return "".join(unescaped(part.data[t.inner : t.after]) for t in texts)
