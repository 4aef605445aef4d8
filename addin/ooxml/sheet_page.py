"""A cut part, mostly a sheet, ready to be filled: long texts that stay are deflated once, the rest at each fill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from addin.ooxml.assembly import Packed, chain, pack, pack_segment
from addin.ooxml.sheet_cut import Piece
from addin.ooxml.slots import Derived, RowSlot, SentenceSlot, Slot
from addin.ooxml.xml_part import Part

_LONG = 32_768  # shorter texts are deflated faster together with their neighbours


class QuickSlot(NamedTuple):
    """A slot with its texts ready: before and after a number, before and after a text."""

    place: int
    key: str
    number: str
    text: str
    ends: tuple[str, str]
    slot: Slot


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces that are joined and deflated at each fill; the places of what is filled, by kind.

    Cells without a rule of their own stand in `slots` taken apart, those with one in `ruled`.
    """

    pieces: tuple[str, ...]
    slots: tuple[QuickSlot, ...]
    ruled: tuple[tuple[int, Slot], ...]
    sentences: tuple[tuple[int, SentenceSlot], ...]
    rows: tuple[tuple[slice, str, slice], ...]
    derived: tuple[tuple[int, Derived], ...]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One sheet part: runs to be filled, and segments that are deflated already."""

    part: Part
    segments: tuple[Packed | Run, ...]

    @property
    def changes(self) -> bool:
        """Whether a fill writes anything here; otherwise the page is packed once."""
        return any(
            isinstance(each, Run) and (each.slots or each.ruled or each.sentences or each.rows or each.derived)
            for each in self.segments
        )

    def packed(self, filled: Sequence[str] = ()) -> Packed:
        """The part packed; `filled` are the texts of its runs, in order."""
        texts = iter(filled)
        runs = ["".join(each.pieces) if not filled else next(texts) for each in self.segments if isinstance(each, Run)]
        if len(self.segments) == 1 and runs:
            return pack(self.part.stored(runs[0].encode("utf-8")))
        each_run = iter(runs)
        return chain(
            each if isinstance(each, Packed) else pack_segment(next(each_run).encode("utf-8")) for each in self.segments
        )


def page_of(part: Part, pieces: Sequence[Piece]) -> SheetPage:
    """The page of a cut sheet. A part in another encoding than UTF-8 stays in one run, to be encoded whole."""
    segments: list[Packed | Run] = []
    for group in _groups(pieces, whole=part.encoding is not None):
        if isinstance(group, str):
            segments.append(pack_segment(group.encode("utf-8")))
        else:
            segments.append(_run(group))
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


def _run(group: list[Piece]) -> Run:
    slots: list[QuickSlot] = []
    ruled, sentences, rows, derived = [], [], [], []
    for index, piece in enumerate(group):
        if isinstance(piece, Slot) and piece.rule:
            ruled.append((index, piece))
        elif isinstance(piece, Slot):
            slots.append(QuickSlot(index, piece.key, *piece.openings, piece.ends, piece))
        elif isinstance(piece, SentenceSlot):
            sentences.append((index, piece))
        elif isinstance(piece, RowSlot):
            rows.append((index, piece.table, piece.row))
        elif not isinstance(piece, str):
            derived.append((index, piece))
    texts = tuple(piece if isinstance(piece, str) else "" for piece in group)
    return Run(texts, tuple(slots), tuple(ruled), tuple(sentences), tuple(_stretches(rows)), tuple(derived))


def _stretches(rows: Sequence[tuple[int, str, int]]) -> Iterator[tuple[slice, str, slice]]:
    """Table rows that follow each other at even distances, put together: (places, table, rows)."""
    at = 0
    while at < len(rows):
        index, table, row = rows[at]
        step = rows[at + 1][0] - index if at + 1 < len(rows) else 1
        end = at + 1
        while end < len(rows) and rows[end] == (index + step * (end - at), table, row + end - at):
            end += 1
        yield slice(index, index + step * (end - at - 1) + 1, step), table, slice(row, row + end - at)
        at = end
