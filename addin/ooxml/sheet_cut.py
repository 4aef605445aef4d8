"""A sheet part cut at the cells that are filled: what stays, in pieces, and the places between them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from addin.ooxml.addresses import Area, Cell, read_area
from addin.ooxml.row_starts import Content, TextHeight, column_width, row_start
from addin.ooxml.sheet_map import CellSpan, RowSpan, SheetMap
from addin.ooxml.slots import Derived, RowSlot, SentenceSlot, Slot
from addin.ooxml.styles import TextLook
from addin.ooxml.xml_part import Edit, attribute

Piece = str | Slot | SentenceSlot | RowSlot | Derived

_SPANS = re.compile(rb"""\sspans\s*=\s*(?:"[^"]*"|'[^']*')""")
_TYPE = re.compile(rb"""\st\s*=\s*(?:"[^"]*"|'[^']*')""")


class Chunk(NamedTuple):
    """What is written over the columns `left` to `right` of a row."""

    left: int
    right: int
    piece: Piece


class Cut(NamedTuple):
    """Pieces in the place of data[start:end]."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


@dataclass(slots=True)
class SheetCut:
    """The changes of one sheet, gathered and then made."""

    map: SheetMap
    chunks: dict[int, dict[int, Chunk]] = field(default_factory=lambda: defaultdict(dict))
    edits: list[Edit] = field(default_factory=list)
    contents: dict[int, list[Content]] = field(default_factory=lambda: defaultdict(list))
    text_height: TextHeight | None = None

    def write(self, row: int, left: int, right: int, piece: Piece) -> None:
        """Write `piece` over the columns `left` to `right` of a row."""
        self.chunks[row][left] = Chunk(left, right, piece)

    def fit(
        self, row: int, column: int, key: str, place: tuple[int, int] = (-1, -1), look: TextLook | None = None
    ) -> None:
        """Let the row's height and visibility follow from a value: `place` is its row and column in the table `key`."""
        if self.text_height is not None:
            self.contents[row].append(Content(key, *place, column_width(self.map, column) if look else 0.0, look))

    def style_of(self, row: int, column: int) -> str | None:
        """The style that a cell has or would have."""
        cell = self.map.cell(row, column)
        if cell:
            return cell.style
        found = self.map.rows.get(row)
        return (found.style if found else None) or self.map.column_style(column)

    def opening(
        self, row: int, column: int, style: str | None, like: CellSpan | None = None, *, formula: bool = False
    ) -> str:
        """The start of a cell's tag; `like` is the cell that it replaces, with `formula` one whose formula is kept.

        The metadata of a cell (cm) tells that its formula spills; without the formula it has no meaning.
        """
        shown = f' s="{style}"' if style and style != "0" else ""
        hint = ' ph="1"' if like and like.phonetic else ""
        if formula and like and like.metadata:
            hint += f' cm="{like.metadata}"'
        return f'<{self.map.prefix}c r="{Cell(row, column)}"{shown}{hint}'

    def forget_result(self, cell: CellSpan) -> None:
        """Take away the result of a formula, and the type that belonged to it."""
        if cell.value is None:
            return
        data = self.map.part.data
        found = _TYPE.search(data, cell.start, cell.inner) if cell.kind != "n" else None
        if found:
            self.edits.append(Edit(found.start(), found.end(), b""))
        self.edits.append(Edit(cell.value[0], cell.value[1], b""))

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell is written by a chunk."""
        return row in self.chunks and any(chunk.left <= column <= chunk.right for chunk in self.chunks[row].values())

    def pieces(self) -> list[Piece]:
        """The sheet with the changes made: text that stays and the places to fill."""
        data = self.map.part.data
        cuts = [Cut(start, end, (text.decode("utf-8"),)) for start, end, text in self.edits]
        cuts += self._row_cuts()
        cuts += self._dimension_cut()
        return spliced(data, cuts)

    def _row_cuts(self) -> Iterable[Cut]:
        if self.chunks and not self.map.numbers:
            yield self._opened_data()
            return
        for number in sorted(self.chunks):
            chunks = [self.chunks[number][left] for left in sorted(self.chunks[number])]
            row = self.map.rows.get(number)
            if row is None:
                place = self.map.row_place(number)
                yield Cut(place, place, self._new_row(number, chunks))
                continue
            start = self._start(number)
            if row.inner == row.end:
                yield from self._opened_row(row, chunks, start)
                continue
            yield from [Cut(row.start, row.inner, (start,))] if start else self._spans_cut(row, chunks)
            for chunk in chunks:
                inside = [cell for cell in row.cells if chunk.left <= cell.column <= chunk.right]
                at = inside[0].start if inside else row.place_of(chunk.left)
                yield Cut(at, inside[-1].end if inside else at, (chunk.piece,))

    def _start(self, number: int) -> Piece | None:
        """The row's start where it depends on what is filled."""
        contents = self.contents.get(number)
        return row_start(self.map, number, contents, self.text_height) if contents and self.text_height else None

    def _new_row(self, number: int, chunks: list[Chunk]) -> tuple[Piece, ...]:
        name = f"{self.map.prefix}row"
        start = self._start(number) or f'<{name} r="{number}">'
        return (start, *(chunk.piece for chunk in chunks), f"</{name}>")

    def _opened_data(self) -> Cut:
        """The rows of a sheet that has none."""
        data = self.map.section("sheetData")
        assert data is not None, "a sheet has sheetData"
        rows: list[Piece] = []
        for number in sorted(self.chunks):
            rows += self._new_row(number, [self.chunks[number][left] for left in sorted(self.chunks[number])])
        if data.inner != data.end:
            return Cut(data.after, data.after, tuple(rows))
        return Cut(data.inner - 2, data.inner, (">", *rows, f"</{self.map.prefix}sheetData>"))

    def _opened_row(self, row: RowSpan, chunks: list[Chunk], start: Piece | None) -> Iterable[Cut]:
        inside = (*(chunk.piece for chunk in chunks), f"</{self.map.prefix}row>")
        if start:
            yield Cut(row.start, row.inner, (start, *inside))
            return
        yield from self._spans_cut(row, chunks)
        yield Cut(row.inner - 2, row.inner, (">", *inside))

    def _spans_cut(self, row: RowSpan, chunks: list[Chunk]) -> Iterable[Cut]:
        """Columns outside of a row's `spans` make them untrue; without them Excel looks for itself."""
        if "spans" not in row.attributes:
            return
        first, _, last = row.attributes["spans"].split()[0].partition(":")
        inside = first.isdigit() and last.isdigit() and " " not in row.attributes["spans"].strip()
        if inside and int(first) <= chunks[0].left and max(chunk.right for chunk in chunks) <= int(last):
            return
        found = _SPANS.search(self.map.part.data, row.start, row.inner)
        if found:
            yield Cut(found.start(), found.end(), ())

    def _dimension_cut(self) -> Iterable[Cut]:
        element = self.map.section("dimension")
        if element is None or not self.chunks:
            return
        try:
            told = read_area(element.attributes.get("ref", ""))
        except ValueError:
            return
        chunks = [chunk for row in self.chunks.values() for chunk in row.values()]
        true = Area(
            min(told.top, min(self.chunks)),
            min(told.left, min(chunk.left for chunk in chunks)),
            max(told.bottom, max(self.chunks)),
            max(told.right, max(chunk.right for chunk in chunks)),
        )
        if true != told:
            edit = attribute(self.map.part, element, "ref", str(true))
            yield Cut(edit.start, edit.end, (edit.text.decode(),))


def spliced(data: bytes, cuts: Iterable[Cut]) -> list[Piece]:
    """A part's bytes with the cuts made: text that stays and the places to fill."""
    pieces: list[Piece] = []
    at = 0
    for start, end, inside in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        assert start >= at, "two changes touch the same bytes"
        pieces.append(data[at:start].decode("utf-8"))
        pieces += inside
        at = end
    pieces.append(data[at:].decode("utf-8"))
    return _joined(pieces)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbouring texts put together."""
    found: list[Piece] = []
    texts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        if texts:
            found.append("".join(texts))
            texts = []
        found.append(piece)
    if texts:
        found.append("".join(texts))
    return found
