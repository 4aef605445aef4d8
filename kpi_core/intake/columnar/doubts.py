"""What a log's rows leave to doubt, counted as they are judged, and where it is first met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi_core.counting.rows import Flags
from kpi_core.intake.parquet import cells
from kpi_core.intake.source import Remark

if TYPE_CHECKING:
    import pyarrow as pa


class Cells:
    """A column's cells as they are read, for those few that are told."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._column = column

    def __getitem__(self, place: int) -> Any:
        return cells(self._column.slice(place, 1))[0]


@dataclass
class _Doubt:
    row: int
    found: object
    count: int = 0


@dataclass
class Doubts:
    """By the code of a remark and the header it is about."""

    _found: dict[tuple[str, str], _Doubt] = field(default_factory=dict)

    def count(self, code: str, header: str, found: Any, hit: Flags, start: int) -> None:
        """Some rows from `start` on whose cells in a column give rise to a remark."""
        places = np.flatnonzero(hit)
        if len(places):
            first = int(places[0])
            doubt = self._found.setdefault((code, header), _Doubt(start + first + 2, found[first]))
            doubt.count += len(places)

    def remarks(self) -> tuple[Remark, ...]:
        """All of them, in the order in which they were met."""
        return tuple(
            Remark(code, {"column": header, "count": doubt.count, "row": doubt.row, "found": doubt.found})
            for (code, header), doubt in self._found.items()
        )
