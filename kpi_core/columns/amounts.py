"""Numbers as cells hold them: typed, or as Finnish or English text whose decimal separator the range proves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from kpi_core.columns.column import Cell, Column, is_blank
from kpi_core.columns.errors import ColumnError
from kpi_core.numerals import Numeral, Separator, numeral, separators


@dataclass(frozen=True)
class Amounts:
    """A column of numbers: NaN where a cell is blank or a header; the currencies that stood beside them."""

    column: Column

    @cached_property
    def known(self) -> Mapping[Cell, Numeral]:
        """Every distinct cell's number. Raises ColumnError for a text that is none, and for TRUE and FALSE."""
        decimal = _decimal(cell for cell in self.column.distinct if isinstance(cell, str))
        found: dict[Cell, Numeral] = {}
        for cell in self.column.distinct:
            try:
                found[cell] = _numeral(cell, decimal)
            except ColumnError:
                if cell not in self.column.heads or _digits(str(cell)) or len(self.column.cells) == 1:
                    raise
                found[cell] = _BLANK
        return found

    def each(self) -> list[float]:
        """Every row's number."""
        known = self.known
        return [known[cell].value for cell in self.column.cells]

    def total(self) -> float:
        """The sum, blanks left out; NaN where all are blank. Raises ColumnError for two currencies in one range."""
        currencies = {it.currency for it in self.known.values()} - {""}
        if len(currencies) > 1:
            raise ColumnError("mixed_currency", found=", ".join(sorted(currencies)))
        filled = [number for number in self.each() if not math.isnan(number)]
        return math.fsum(filled) if filled else math.nan


_BLANK = Numeral(math.nan, "")


def number_of(cell: Cell) -> float:
    """A single cell's number; NaN where it is blank. Raises ColumnError where it is none."""
    return _numeral(cell, _decimal([cell]) if isinstance(cell, str) else None).value


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number, typed or written; TRUE and FALSE are none."""
    return isinstance(cell, int | float | str) and not isinstance(cell, bool) and _written(cell)


def count_of(column: Column | None) -> float:
    """The one number of a range of one cell. Raises ColumnError where it is missing, no number, or below zero."""
    found = math.nan if column is None else number_of(column.lone)
    if math.isnan(found):
        raise ColumnError("number_missing")
    if found < 0:
        raise ColumnError("not_a_count", found=f"{found:g}")
    return found


def pair_of(one: Column, other: Column | None, *beside: Column | None) -> tuple[float, float] | None:
    """Two totals in place of two ranges: two lone numbers with nothing beside them; None where they are ranges.

    A lone number without the other is a total whose pair is missing: ColumnError.
    """
    ranges = any(column is not None for column in beside) or (other is not None and len(other.cells) > 1)
    return None if ranges or not is_number(one.lone) else (count_of(one), count_of(other))


def _written(cell: float | str) -> bool:
    return not isinstance(cell, str) or numeral(cell) is not None


def _digits(text: str) -> bool:
    return text.strip()[:1].isdigit()


def _decimal(texts: Iterable[str]) -> Separator | None:
    """The decimal separator that some texts prove; None where none needs it. Raises ColumnError where they disagree."""
    written = list(texts)
    proven = separators(written)
    if {",", "."} <= proven or proven == {"?"}:
        raise ColumnError("ambiguous_number", found=next(text for text in written if separators([text])))
    return cast("Separator", next(iter(proven - {"?"}), None))


def _numeral(cell: Cell, decimal: Separator | None) -> Numeral:
    if cell is None or (isinstance(cell, str) and is_blank(cell)):
        return _BLANK
    if isinstance(cell, str):
        found = numeral(cell, decimal)
        if found is None:
            raise ColumnError("not_a_number", found=cell)
        return found
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise ColumnError("not_a_number", found=cell)
    if math.isinf(cell):  # JSON's 1e400: no cell of Excel holds it
        raise ColumnError("infinite")
    return Numeral(float(cell), "")
