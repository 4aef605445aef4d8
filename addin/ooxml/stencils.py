"""A part whose values' kinds are known: what stands around each value is joined beforehand, so that a fill only joins.

Numbers and short texts, nearly all that is ever filled, take no call of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from addin.ooxml.sheet_cut import Piece
from addin.ooxml.sheet_page import Run, SheetPage, Stretch
from addin.ooxml.slots import Content, RowSlot, SentenceSlot, Slot, Spreading
from addin.ooxml.values import Bodies, Value

_BLANK = 0  # the first of the contents is an empty text


class Filling(NamedTuple):
    """What one fill brings; `texts` are the values as they read inside sentences, worded when first asked for."""

    values: Mapping[str, Value]
    bodies: Bodies
    rows: Mapping[str, Sequence[str]]
    texts: Callable[[], dict[str, str]]


@dataclass(frozen=True, slots=True)
class RunStencil:
    """The texts of a run that stay, an empty place behind each, and which contents go into these places."""

    around: tuple[bytes, ...]
    pick: Callable[[Sequence[bytes]], tuple[bytes, ...]]

    def text(self, contents: Sequence[bytes]) -> bytes:
        """The run with the contents in it."""
        pieces = list(self.around)
        pieces[1::2] = self.pick(contents)
        return b"".join(pieces)


@dataclass(frozen=True, slots=True)
class Stencil:
    """The runs of all pages for values of known kinds.

    The contents are: a blank, the numbers, the short texts, and what `single` pieces make of what is given.
    """

    numbers: tuple[bool, ...]
    texts: tuple[bool, ...]
    single: tuple[Piece | Stretch, ...]
    pages: tuple[tuple[RunStencil, ...], ...]

    def filled(self, numbers: Sequence[bytes], texts: Sequence[bytes], given: Filling) -> list[list[bytes]]:
        """The texts of each page's runs, as UTF-8."""
        contents = [b"", *numbers, *texts]
        contents += [_text(piece, given).encode("utf-8") for piece in self.single]
        return [[run.text(contents) for run in runs] for runs in self.pages]


def stencil_of(pages: Iterable[SheetPage], names: Sequence[str], kinds: Sequence[type]) -> Stencil:
    """The stencil for values of these names that are of these kinds: float for a number, str for a short text."""
    numbers, texts = tuple(kind is float for kind in kinds), tuple(kind is str for kind in kinds)
    plain = [name for name, number in zip(names, numbers, strict=True) if number]
    plain += [name for name, text in zip(names, texts, strict=True) if text]
    places = {name: place for place, name in enumerate(plain, _BLANK + 1)}
    known = dict(zip(names, kinds, strict=True))
    single: list[Piece | Stretch] = []

    def run_stencil(run: Run) -> RunStencil:
        around, picked = [""], []
        for piece in run.pieces:
            for each in _spread(piece, known):
                if isinstance(each, str):
                    around[-1] += each
                    continue
                if isinstance(each, Content):
                    picked.append(places[each.key])
                else:
                    picked.append(len(plain) + 1 + len(single))
                    single.append(each)
                around.append("")
        while len(picked) < 2:  # an itemgetter of one item gives no tuple
            picked.append(_BLANK)
            around.append("")
        places_between = (each for text in around for each in (text.encode("utf-8"), b""))
        return RunStencil(tuple(places_between)[:-1], itemgetter(*picked))

    found = tuple(tuple(run_stencil(run) for run in page.segments if isinstance(run, Run)) for page in pages)
    return Stencil(numbers, texts, tuple(single), found)


def _spread(piece: Piece | Stretch, kinds: Mapping[str, type]) -> Sequence[str | Content | Piece | Stretch]:
    """A piece as texts and contents where the kinds of its values allow that, else as it is."""
    spread = piece.spread(kinds) if isinstance(piece, Spreading) else None
    return (piece,) if spread is None else spread


def _text(piece: Piece | Stretch, given: Filling) -> str:
    if isinstance(piece, Slot):
        return piece.xml(given.values[piece.key])
    if isinstance(piece, Stretch):
        return piece.xml(given.rows[piece.table])
    if isinstance(piece, SentenceSlot):
        return piece.xml(given.texts())
    assert not isinstance(piece, str | RowSlot), "texts stay, and rows stand in stretches"
    return piece.xml(given.values, given.bodies)
