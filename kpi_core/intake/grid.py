"""The table inside a sheet: the rows under its header, what stands around them counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kpi_core.folding import folded_header, folded_word
from kpi_core.intake.ledger import Ledger
from kpi_core.intake.recognition import Recognition, headers_of
from kpi_core.intake.sheets import RawSheet
from kpi_core.intake.source import IntakeError
from kpi_core.words import signs, word_list

MOST_COLUMNS = 16_384  # of a table: as wide as a sheet of Excel


@dataclass
class Grid:
    """The rows under a header, all as wide as the header, with the verdicts on them.

    outside counts the rows around the table by rule: the preamble above it and blank rows.
    """

    headers: tuple[str, ...]
    rows: list[Sequence[Any]]
    lines: np.ndarray[Any, np.dtype[np.int64]]
    outside: Counter[str]
    ledger: Ledger

    def column(self, place: int) -> pd.Series[Any]:
        """The trimmed cells of one column, blanks as NA: text, or objects where a cell is typed."""
        cells = [row[place] for row in self.rows]
        if set(map(type, cells)) <= {str}:
            text = pd.Series(cells, dtype="str").str.strip()
            return text.mask(text.isin(["", *signs("blank")]))
        blanks = {"", *signs("blank")}
        trimmed = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
        return pd.Series(
            [None if isinstance(cell, str) and cell in blanks else cell for cell in trimmed], dtype="object"
        )


def grid_of(raw: RawSheet, found: Recognition) -> Grid:
    """Cut the table out of a sheet; repeated headers, totals and footers are ignored, ragged rows excluded.

    Raises IntakeError for more columns than a sheet of Excel has.
    """
    width = len(found.headers)
    if width > MOST_COLUMNS:
        raise IntakeError("too_many_columns", file=raw.label, found=width, most=MOST_COLUMNS)
    outside: Counter[str] = Counter()
    for row in raw.rows[: found.place]:
        outside["blank_row" if is_blank(row) else "preamble"] += 1
    rows: list[Sequence[Any]] = []
    lines: list[int] = []
    ragged: dict[int, int] = {}
    for row, line in zip(raw.rows[found.place + 1 :], raw.lines[found.place + 1 :], strict=True):
        if is_blank(row):
            outside["blank_row"] += 1
            continue
        if len(row) != width:
            if len(row) < width or not is_blank(row[width:]):
                ragged[len(rows)] = len(row)
            row = row[:width]
        rows.append(row)
        lines.append(line)
    ledger = Ledger(raw.label, np.array(lines, dtype="int64"))
    for rule, places in _furniture(rows, found.headers).items():
        ledger.ignore(_mask(len(rows), places), rule)
    wide = pd.Series(ragged, dtype="int64").reindex(range(len(rows)), fill_value=0)
    ledger.exclude(wide > 0, "ragged", cells=wide, columns=width)
    nothing = ("",) * width  # one for all: rows padded each by itself would take a wide header times a long file
    for place in ragged:
        rows[place] = nothing
    return Grid(found.headers, rows, ledger.lines, outside, ledger)


def is_blank(row: Sequence[Any]) -> bool:
    """Whether no cell of a row holds anything but white space; rows of a sheet's empty area are told at once."""
    return row.count("") == len(row) or not any(str(cell).strip() for cell in row)


def _furniture(rows: list[Sequence[Any]], headers: tuple[str, ...]) -> dict[str, list[int]]:
    """Rows that belong to the page, not to the data: the header repeated, totals, footers."""
    found: dict[str, list[int]] = {"repeated_header": [], "total_row": [], "footer": []}
    folded = tuple(folded_header(header) for header in headers)
    totals, footers = word_list("total"), tuple(word_list("footer"))
    suspects = tuple({headers[0].casefold()[:3], *(word[:3] for word in totals), *(word[:3] for word in footers)})
    for place, row in enumerate(rows):
        first = str(row[0]).strip()
        if first and first[:3].isascii() and not first.casefold().startswith(suspects):
            continue  # the words are folded: beyond ASCII a look is needed
        cells = [str(cell).strip() for cell in row]
        filled = [cell for cell in cells if cell]
        if not filled or (not first and len(filled) > 2):
            continue
        start = folded_word(filled[0])
        if start == folded[0] and tuple(folded_header(cell) for cell in headers_of(row)) == folded:
            found["repeated_header"].append(place)
        elif len(filled) <= 2 and start.startswith(footers):
            found["footer"].append(place)
        elif folded_header(filled[0]) in totals and len(filled) <= max(2, len(headers) // 2):
            found["total_row"].append(place)
    return found


def _mask(length: int, places: list[int]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    mask = np.zeros(length, dtype=bool)
    mask[places] = True
    return mask
