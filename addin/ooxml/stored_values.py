"""What a cell of the template holds: a constant, or the result that its formula had when the workbook was saved."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from addin.ooxml.package import Package
from addin.ooxml.sheet_map import CellSpan, SheetMap
from addin.ooxml.values import ExcelError
from addin.ooxml.xml_part import Element, Part, elements, read_part, unescaped

_ERRORS = frozenset(ExcelError)


class Stored(NamedTuple):
    """A stored value: `kind` is number, text, boolean or error; `text` is how it is written."""

    kind: str
    text: str


class SharedTexts:
    """The shared strings of a workbook, read when the first one is asked for."""

    def __init__(self, package: Package, name: str | None) -> None:
        self._package = package
        self._name = name if name is not None and package.find(name) is not None else None

    @cached_property
    def _texts(self) -> list[str]:
        if self._name is None:
            return []
        part = read_part(self._package, self._name)
        return [text_of(part, each) for each in elements(part).all("si")]

    def text(self, index: str) -> str | None:
        """The text that a cell's index stands for."""
        return self._texts[int(index)] if index.isdigit() and int(index) < len(self._texts) else None


def text_of(part: Part, element: Element) -> str:
    """The text of an si or is element, the hints on how to pronounce it left out."""
    hints = {id(t) for hint in element.all("rPh") for t in hint.children}
    return "".join(
        unescaped(part.data[t.inner : t.after]) for t in element.walk() if t.local == "t" and id(t) not in hints
    )


def stored(sheet: SheetMap, cell: CellSpan | None, shared: SharedTexts) -> Stored | None:
    """What a cell holds, None for nothing. What cannot be told is an empty text of the kind "unknown"."""
    if cell is None or cell.value is None:
        return None
    text = sheet.text(cell)
    if cell.kind == "n":
        return Stored("number", text.strip()) if text.strip() else None
    if cell.kind == "s":
        shown = shared.text(text.strip())
        return Stored("unknown", "") if shown is None else Stored("text", shown)
    if cell.kind == "str":
        return Stored("text", text)
    if cell.kind == "b":
        return Stored("boolean", text.strip())
    if cell.kind == "e" and text in _ERRORS:
        return Stored("error", text)
    if cell.kind == "inlineStr":
        start, end = cell.value
        part = Part(sheet.part.file, sheet.part.name, sheet.part.data[start:end])
        return Stored("text", text_of(part, elements(part)))
    return Stored("unknown", "")
