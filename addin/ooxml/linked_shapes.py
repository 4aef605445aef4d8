"""Shapes that show a cell's text (textlink): what they keep of it is written where it is known, else emptied.

A preview or LibreOffice shows the kept text and never the cell's; Excel reads the cell when it computes the workbook,
and is told to. How a number reads is a matter of its format, which only Excel knows: such a shape keeps no text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from addin.ooxml.cell_sources import FilledCell, FilledRow, Source
from addin.ooxml.cells import text_content
from addin.ooxml.sheet_cut import Cut, Piece, spliced
from addin.ooxml.slots import Content, constant
from addin.ooxml.values import Bodies, ExcelError, Value
from addin.ooxml.xml_part import Edit, Element, Part, elements, escaped


@dataclass(frozen=True, slots=True)
class LinkedText:
    """The text of a shape linked to a cell that shows what `source` says."""

    source: FilledCell | FilledRow

    def xml(self, values: Mapping[str, Value], bodies: Bodies) -> str:
        """The text; nothing for a blank, and for a number or a day, whose format is not known."""
        source = self.source
        if isinstance(source, FilledCell):
            value = constant(values[source.key])
        else:
            value = constant(bodies[source.table][source.column][source.row])
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, ExcelError):
            return value.value
        plain = isinstance(value, str) and text_content(value) == escaped(value)
        return escaped(str(value)) if plain else ""

    def spread(self, kinds: Mapping[str, type]) -> Sequence[str | Content] | None:
        """The content of a short text."""
        source = self.source
        if isinstance(source, FilledCell) and kinds.get(source.key) is str:
            return (Content(source.key),)
        return None


def linked_shapes(
    part: Part, edits: list[Edit], is_stale: Callable[[str], bool], source: Callable[[str], Source]
) -> list[Piece] | None:
    """The drawing with `edits` made and with places for the texts that a fill changes; None where it changes none.

    `is_stale` tells which references read changed cells, `source` what such a cell shows.
    """
    cuts = []
    for shape in elements(part).walk() if b'textlink="' in part.data.replace(b'textlink=""', b"") else ():
        formula = shape.attributes.get("textlink", "")
        if formula and is_stale(formula):
            cuts += _texts(shape, source(formula))
    if not cuts:
        return None
    gone = [(start, end) for start, end, text in edits if not text]
    cuts = [cut for cut in cuts if not any(start <= cut.start and cut.end <= end for start, end in gone)]
    return spliced(part.data, [*cuts, *(Cut(start, end, (text.decode("utf-8"),)) for start, end, text in edits)])


def _texts(shape: Element, source: Source) -> list[Cut]:
    """The first text of a shape takes all that the cell shows, the others nothing."""
    inside: tuple[Piece, ...] = (LinkedText(source),) if isinstance(source, FilledCell | FilledRow) else ()
    body = shape.child("txBody")
    found = [each for each in body.walk() if each.local == "t"] if body else []
    return [
        Cut(each.start, each.end, (f"<{each.name}>", *(inside if place == 0 else ()), f"</{each.name}>"))
        for place, each in enumerate(found)
    ]
