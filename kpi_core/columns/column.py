"""One range of cells: what stands in it, how often, and what its first text is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import compress
from typing import TypeAlias

from kpi_core.words import signs

Cell: TypeAlias = bool | float | str | date | None


@dataclass(frozen=True)
class Column:
    """The cells of a range row by row, with its shape (rows, columns). Blank cells are None or empty text."""

    cells: Sequence[Cell]
    shape: tuple[int, int]

    @cached_property
    def distinct(self) -> Counter[Cell]:
        """How often each value stands in it, in order of appearance; True and 1 are one value."""
        return Counter(self.cells)

    @cached_property
    def top(self) -> int:
        """The place of the first cell that is not blank, where a header may stand; the length where all are blank."""
        return next((place for place, cell in enumerate(self.cells) if not is_blank(cell)), len(self.cells))

    @property
    def first(self) -> Cell:
        """The first cell that is not blank."""
        return self.cells[self.top] if self.top < len(self.cells) else None

    @cached_property
    def heads(self) -> frozenset[Cell]:
        """The texts that may be a header and stand nowhere below: the first row that is not blank, or its first cell.

        The whole row where it is nothing but texts, unless it is the only row.
        """
        width = self.shape[1] if self.shape[0] > 1 else 1
        start = self.top // (width or 1) * width
        row = [cell for cell in self.cells[start : start + width] if not is_blank(cell)]
        once = [cell for cell in row if isinstance(cell, str) and self.distinct[cell] == row.count(cell)]
        return frozenset(row if len(once) == len(row) else [cell for cell in once[:1] if cell is row[0]])

    @property
    def lone(self) -> Cell:
        """The cell of a range of one cell; None where there are several."""
        return self.cells[0] if len(self.cells) == 1 else None

    def chosen(self, rows: Sequence[bool] | None) -> Counter[Cell]:
        """The distinct values of the chosen rows (None: of all)."""
        return self.distinct if rows is None else Counter(compress(self.cells, rows))


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing, or a sign for nothing, such as a dash."""
    return cell is None or (isinstance(cell, str) and (not (bare := cell.strip()) or bare in signs("blank")))
