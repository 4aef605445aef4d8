"""What a log's rows leave to doubt, counted as they are judged, and where it is first met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kpi_core.counting.rows import Flags
from kpi_core.intake.source import Remark


@dataclass
class _Doubt:
    row: int
    found: object
    count: int = 0


@dataclass
class Doubts:
    """By the code of a remark and the header it is about."""

    _found: dict[tuple[str, str], _Doubt] = field(default_factory=dict)

    def count(self, code: str, header: str, cells: Any, hit: Flags, start: int) -> None:
        """Some rows from `start` on whose cells in a column give rise to a remark."""
        places = np.flatnonzero(hit)
        if len(places):
            first = int(places[0])
            doubt = self._found.setdefault((code, header), _Doubt(start + first + 2, cells[first]))
            doubt.count += len(places)

    def remarks(self) -> tuple[Remark, ...]:
        """All of them, in the order in which they were met."""
        return tuple(
            Remark(code, {"column": header, "count": doubt.count, "row": doubt.row, "found": doubt.found})
            for (code, header), doubt in self._found.items()
        )
