"""Outcomes of one column counted by meaning: won, lost, held, no-show, in Finnish and English words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kpi_core.columns.column import Cell, Column, is_blank
from kpi_core.columns.errors import ColumnError
from kpi_core.folding import folded_word
from kpi_core.words import vocabulary

_NEITHER = "neither"


@dataclass(frozen=True)
class Outcomes:
    """A vocabulary of words.toml, and the two meanings that TRUE or 1 and FALSE or 0 have in it."""

    words: Literal["status", "outcome", "reached"]
    yes: str
    no: str

    def meaning(self, cell: Cell) -> str | None:
        """What a cell says; "" where it is blank, None where it is unknown."""
        if isinstance(cell, str):
            return _meaning(cell, self)
        if cell is None:
            return ""
        if isinstance(cell, bool | int | float) and cell in (0, 1):
            return self.yes if cell else self.no
        return None

    def counts(self, column: Column, rows: Sequence[bool] | None = None) -> Counter[str]:
        """How many of the chosen rows (None: all) have each meaning; blanks under "".

        A header is not counted: a first row of texts that are no outcomes, or above nothing but TRUE, FALSE, 1 and 0.
        Raises ColumnError for any other word that is not known: leaving it out would change the figure unseen.
        """
        header = self.header(column)
        return self._by_meaning({cell: n for cell, n in column.chosen(rows).items() if cell not in header})

    def each(self, column: Column) -> list[str]:
        """Every row's meaning, "" for blanks and for the header. Raises ColumnError as `counts` does."""
        known = {cell: self.meaning(cell) for cell in column.distinct} | dict.fromkeys(self.header(column), "")
        found = [known[cell] for cell in column.cells]
        if None in found or _NEITHER in found:
            self._by_meaning(Counter(cell for cell, said in zip(column.cells, found, strict=True) if said in _BAD))
        return [said or "" for said in found]

    def header(self, column: Column) -> frozenset[Cell]:
        """The cells of the first row that is not blank, or its first, where they are a header."""
        if not column.heads:
            return column.heads
        for cells in (column.heads, column.heads & {column.first}):
            if {self.meaning(cell) for cell in cells} <= {None, _NEITHER}:
                return cells
        others = [cell for cell in column.distinct if cell not in column.heads and not is_blank(cell)]
        is_header = bool(others) and all(map(_is_word, column.heads)) and not any(map(_is_word, others))
        return column.heads if is_header else frozenset()

    def _by_meaning(self, found: Mapping[Cell, int]) -> Counter[str]:
        counts: Counter[str] = Counter()
        for cell, count in found.items():
            said = self.meaning(cell)
            if said is None or said == _NEITHER:
                raise ColumnError("unknown_word" if said is None else _NEITHER, found=cell)
            counts[said] += count
        return counts


_BAD = (None, _NEITHER)


def _is_word(cell: Cell) -> bool:
    """Whether a cell is a text other than a written yes or no."""
    return isinstance(cell, str) and folded_word(cell) not in vocabulary("truth")


@lru_cache(maxsize=4096)
def _meaning(text: str, outcomes: Outcomes) -> str | None:
    if is_blank(text):
        return ""
    word = folded_word(text)
    said = vocabulary(outcomes.words).get(word)
    if said is None and word in vocabulary("truth"):
        said = outcomes.yes if vocabulary("truth")[word] == "yes" else outcomes.no
    return said


STATUS = Outcomes("status", "won", "lost")
MEETING = Outcomes("outcome", "held", "no_show")
REACHED = Outcomes("reached", "yes", "no")
