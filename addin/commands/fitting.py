"""A table in which no figure is cut: texts give way first; where that is not enough, each row is a block of lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text as Styled

if TYPE_CHECKING:
    from rich.console import Console

Row = Sequence[Styled]

_WORD = 16  # a text is broken between words, within one only where it is longer than this
_LINED, _BARE = (3, 2), (2, 0)  # what stands between two columns, and around them all, with rich's padding


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its heading. What is `whole` stands on one line: a figure, a day, a row number, an id."""

    heading: str
    whole: bool = False
    right: bool = False


def print_fitted(columns: Sequence[Column], rows: Sequence[Row], console: Console, *, lined: bool = True) -> None:
    """The table: `lined`, with a line under its headings and air around; else, or where that is too wide, without.

    Where that is too wide as well, its rows as blocks.
    """
    if lined and (table := fitted(columns, rows, console.width)) is not None:
        console.print(table)
        return
    bare = fitted(columns, rows, console.width, lined=False)
    for part in blocks(columns, rows) if bare is None else [bare]:
        console.print(part)
    if lined:
        console.print()


def fitted(columns: Sequence[Column], rows: Sequence[Row], width: int, *, lined: bool = True) -> Table | None:
    """The table, not wider than `width`; None where a figure, a day or a word would not fit into it."""
    held = [[row[place].plain for row in rows] for place in range(len(columns))]
    between, around = _LINED if lined else _BARE
    room = width - between * (len(columns) - 1) - around
    least = [_least(column, cells) for column, cells in zip(columns, held, strict=True)]
    if sum(least) > room:
        return None
    wanted = [_longest([column.heading, *_lines(cells)]) for column, cells in zip(columns, held, strict=True)]
    table = Table(box=box.SIMPLE_HEAD if lined else None, pad_edge=False)
    for column, share in zip(columns, _shares(wanted, least, room), strict=True):
        table.add_column(column.heading, justify="right" if column.right else "left", width=share, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def blocks(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[Styled]:
    """The rows one below the other, a line for each cell that holds something, an empty line between two rows."""
    for place, row in enumerate(rows):
        if place:
            yield Styled("")
        for column, cell in zip(columns, row, strict=True):
            if cell.plain:
                yield Styled.assemble((f"{column.heading}: ", "dim"), cell)


def _least(column: Column, cells: Sequence[str]) -> int:
    """How narrow a column can be."""
    if column.whole:
        return max(_longest(_lines(cells)), _longest(_words([column.heading])))
    return min(_longest(_words([column.heading, *cells])), _WORD)


def _shares(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The widths: as wanted, the widest of those that can give way made narrower until all have room."""
    shares = list(wanted)
    while sum(shares) > room:
        widest = max((place for place in range(len(shares)) if shares[place] > least[place]), key=shares.__getitem__)
        shares[widest] -= 1
    return shares


def _longest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _lines(cells: Iterable[str]) -> Iterator[str]:
    return (line for cell in cells for line in cell.split("\n"))


def _words(texts: Iterable[str]) -> Iterator[str]:
    """What stands between blanks; no-break spaces join (addin.unbroken)."""
    return (word for line in _lines(texts) for word in line.split(" "))
