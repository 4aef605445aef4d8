"""One sheet read by one layout: typed columns, the words met, and the verdict on each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kpi_core.intake.grid import Grid
from kpi_core.intake.layouts import Layout
from kpi_core.intake.ledger import Ledger
from kpi_core.intake.source import DateFormat, NumberFormat, Remark, Word

_DTYPES = {"date": "datetime64[s]", "number": "float64", "flag": "boolean", "text": "str"}


@dataclass
class Part:
    """What one layout makes of one sheet. `frame` has every row of the grid; `ledger` says which of them count.

    chosen tells from which place of the header each column was read.
    """

    layout: Layout
    grid: Grid
    ledger: Ledger
    frame: pd.DataFrame
    chosen: dict[str, int] = field(default_factory=dict)
    dates: list[DateFormat] = field(default_factory=list)
    numbers: NumberFormat | None = None
    words: list[Word] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    @property
    def file(self) -> str:
        """The name by which rows tell where they come from."""
        return self.ledger.file

    @property
    def open(self) -> pd.Series[bool]:
        """Which rows have no verdict against them."""
        return pd.Series(self.ledger.open, index=self.frame.index)

    @property
    def usable(self) -> pd.DataFrame:
        """The rows without a verdict against them."""
        return self.frame[self.ledger.open]

    def get(self, column: str) -> pd.Series[Any]:
        """A column of the frame; all blank where the file has none."""
        if column in self.frame:
            known: pd.Series[Any] = self.frame[column]
            return known
        dtype: Any = _DTYPES[self.layout.kind(column)]
        return pd.Series([None] * len(self.frame), index=self.frame.index, dtype="object").astype(dtype)

    def header(self, column: str) -> str:
        """How the file names a column; the column's own name where the file has none."""
        return self.grid.headers[self.chosen[column]] if column in self.chosen else column


def mapped(values: pd.Series[Any], names: Mapping[str, str]) -> pd.Series[Any]:
    """Each value's counterpart as text, blank where there is none."""
    return values.map(dict(names)).astype("str") if names else pd.Series(None, index=values.index, dtype="str")


def as_text(values: pd.Series[Any]) -> pd.Series[Any]:
    """Cells as text; a whole number typed by a workbook has no ".0"."""
    return values if values.dtype != "object" else values.map(_text, na_action="ignore").astype("str")


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
