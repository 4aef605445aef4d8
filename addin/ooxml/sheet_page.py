"""A cut part, mostly a sheet, ready to be filled: long texts that stay are deflated once, the rest at each fill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count

from addin.ooxml.assembly import Packed, one_stream, pack_again, pack_segment
from addin.ooxml.sheet_cut import Piece
from addin.ooxml.slots import RowSlot
from addin.ooxml.xml_part import Part

_LONG = 32_768  # shorter texts are deflated faster together with their neighbours


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of a table that follow each other: the texts behind each of them, and which rows they are."""

    table: str
    rows: slice
    behind: tuple[str, ...]

    def xml(self, rows: Sequence[str]) -> str:
        """The stretch with the table's rows in it."""
        return "".join(chain.from_iterable(zip(rows[self.rows], self.behind, strict=True)))


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces that are joined and deflated at each fill."""

    pieces: tuple[Piece | Stretch, ...]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One sheet part: runs to be filled, and segments that are deflated already."""

    part: Part
    segments: tuple[Packed | Run, ...]

    @property
    def changes(self) -> bool:
        """Whether a fill writes anything here; otherwise the page is packed once."""
        return any(
            not isinstance(piece, str) for each in self.segments if isinstance(each, Run) for piece in each.pieces
        )

    @property
    def standing(self) -> Packed:
        """A part that no fill writes, packed."""
        runs = ("".join(map(str, each.pieces)) for each in self.segments if isinstance(each, Run))
        return self.packed([run.encode("utf-8") for run in runs])

    def packed(self, filled: Sequence[bytes]) -> Packed:
        """The part packed; `filled` are the texts of its runs as UTF-8, in order."""
        if len(self.segments) == 1 and filled:
            return pack_again(self.part.stored(filled[0]))
        each_run = iter(filled)
        return one_stream(each if isinstance(each, Packed) else pack_segment(next(each_run)) for each in self.segments)


def page_of(part: Part, pieces: Sequence[Piece]) -> SheetPage:
    """The page of a cut sheet. A part in another encoding than UTF-8 stays in one run, to be encoded whole."""
    segments: list[Packed | Run] = []
    for group in _groups(pieces, whole=part.encoding is not None):
        if isinstance(group, str):
            segments.append(pack_segment(group.encode("utf-8")))
        else:
            segments.append(Run(tuple(_stretched(group))))
    return SheetPage(part, tuple(segments))


def _groups(pieces: Sequence[Piece], *, whole: bool) -> Iterator[str | list[Piece]]:
    """Long texts alone, everything else in lists."""
    group: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and len(piece) >= _LONG and not whole and len(pieces) > 1:
            if group:
                yield group
                group = []
            yield piece
        else:
            group.append(piece)
    if group:
        yield group


def _stretched(group: Sequence[Piece]) -> Iterator[Piece | Stretch]:
    """The pieces with table rows that follow each other put together."""
    at = 0
    while at < len(group):
        first = group[at]
        at += 1
        if not isinstance(first, RowSlot):
            yield first
            continue
        behind: list[str] = []
        for row in count(first.row):
            between = group[at] if at < len(group) else ""
            behind.append(between if isinstance(between, str) else "")
            at += isinstance(between, str)
            if at >= len(group) or group[at] != RowSlot(first.table, row + 1):
                break
            at += 1
        yield Stretch(first.table, slice(first.row, first.row + len(behind)), tuple(behind))
