"""Placeholders in the text of cells: `{{ win_rate }}` alone, or inside a sentence, rich text included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from addin.ooxml.package import Package
from addin.ooxml.sheet_map import CellSpan, SheetMap
from addin.ooxml.xml_part import Element, Part, elements, read_part, unescaped

PLACEHOLDER = re.compile(r"\{\{\s*([^\W\d][\w.]*)\s*\}\}")
_SPACE = ' xml:space="preserve"'


class Sentence(NamedTuple):
    """A cell's text with placeholders.

    `whole` is the one placeholder that is all of the text. Otherwise `pieces` are XML and, at odd places, placeholders'
    names; `written` are the placeholders as they stand there. `split`: a placeholder runs over differently formatted
    letters and cannot be filled; the pieces then only name the placeholders.
    """

    whole: str | None
    pieces: tuple[str, ...]
    written: tuple[str, ...]
    split: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the placeholders."""
        return (self.whole,) if self.whole else self.pieces[1::2]


def sentence_of(part: Part, element: Element, prefix: str) -> Sentence | None:
    """The sentence in an si or is element, as the content of an is element; None without placeholders."""
    runs = [t for t in element.walk() if t.local == "t" and not _phonetic(element, t)]
    text = "".join(unescaped(part.data[t.inner : t.after]) for t in runs)
    found = PLACEHOLDER.findall(text)
    if not found:
        return None
    if whole := PLACEHOLDER.fullmatch(text.strip()):
        return Sentence(whole[1], (), (), split=False)
    pieces, written = [""], []
    at = element.inner
    for t in runs:
        pieces[-1] += part.data[at : t.start].decode() + f"<{t.name}{_SPACE}>"
        inside = part.data[t.inner : t.after].decode()
        place = 0
        for match in PLACEHOLDER.finditer(inside):
            pieces[-1] += inside[place : match.start()]
            pieces += (match[1], "")
            written.append(match[0])
            place = match.end()
        pieces[-1] += f"{inside[place:]}</{t.name}>"
        at = t.end
    pieces[-1] += part.data[at : element.after].decode()
    own = element.name.rpartition(":")[0]
    mixed = (own + ":" if own else "") != prefix and len(runs) > 1
    if not mixed and (own + ":" if own else "") != prefix:
        pieces = [
            re.sub(rf"<(/?){re.escape(own + ':' if own else '')}t\b", rf"<\1{prefix}t", piece)
            if not place % 2
            else piece
            for place, piece in enumerate(pieces)
        ]
    if len(written) != len(found) or mixed:
        named = [each for key in found for each in ("", key)]
        return Sentence(None, (*named, ""), (), split=True)
    return Sentence(None, tuple(pieces), tuple(written), split=False)


def _phonetic(root: Element, t: Element) -> bool:
    return any(t in hint.children for hint in root.all("rPh"))


class SharedSentences:
    """The shared strings that hold placeholders, by their index."""

    def __init__(self, package: Package, name: str | None) -> None:
        self._part: Part | None = None
        self._found: dict[int, Element] = {}
        if name is None or package.find(name) is None:
            return
        part = read_part(package, name)
        if b"{{" not in part.data:
            return
        self._part = part
        for index, element in enumerate(elements(part).all("si")):
            if b"{" in part.data[element.start : element.end]:
                self._found[index] = element

    def may_be_in(self, sheet: bytes) -> bool:
        """Whether a sheet could use one of them: a quick look that saves parsing the others."""
        return any(b">%d</" % index in sheet for index in self._found)

    def sentence(self, index: int, prefix: str) -> Sentence | None:
        """The sentence of an index."""
        element = self._found.get(index)
        return sentence_of(self._part, element, prefix) if element and self._part else None


def sentences(sheet: SheetMap, shared: SharedSentences) -> Iterator[tuple[CellSpan, Sentence]]:
    """The cells of a sheet that hold placeholders."""
    for row in sheet.rows.values():
        for cell in row.cells:
            if cell.value is None or cell.formula is not None:
                continue
            found = None
            if cell.kind == "s":
                text = sheet.text(cell).strip()
                found = shared.sentence(int(text), sheet.prefix) if text.isdigit() else None
            elif cell.kind == "inlineStr":
                start, end = cell.value
                if b"{{" in (data := sheet.part.data[start:end]):
                    part = Part(sheet.part.file, sheet.part.name, data)
                    found = sentence_of(part, elements(part), sheet.prefix)
            if found:
                yield cell, found
