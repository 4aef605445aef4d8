"""Characters that steer a terminal or that a workbook cannot hold: taken out of texts, and told."""

from __future__ import annotations

from typing import Any

import pandas as pd

# All control characters but tab and line ends; the two code points that are no characters.
_CODES = (*range(9), 11, 12, *range(14, 32), *range(127, 133), *range(134, 160), 0xFFFE, 0xFFFF)
_NOTHING = dict.fromkeys(_CODES)
_STEERING = f"[{''.join(map(chr, _CODES))}]"


def unsteered(text: str) -> str:
    """A text without such characters."""
    return text if text.isprintable() else text.translate(_NOTHING)


def unsteered_cells(cells: pd.Series[Any]) -> tuple[pd.Series[Any], int]:
    """Trimmed cells without such characters, and how many cells had one; a cell of nothing else is blank."""
    if cells.dtype == "object":
        hit = cells.map(lambda cell: isinstance(cell, str) and unsteered(cell) != cell)
    else:
        hit = cells.str.contains(_STEERING, regex=True, na=False)
    hit = hit.astype("bool")
    if not hit.any():
        return cells, 0
    clean = cells[hit].map(lambda cell: unsteered(cell).strip() or None)
    cells = cells.copy()
    cells[hit] = clean
    return cells, int(hit.sum())
