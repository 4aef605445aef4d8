"""Rows that have an id and a status and may yet be totals, footers or errors: which of them the ordinary intake judges.

A text is looked at as a whole only where its first two letters begin one of those words.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi_core.counting.rows import Flags
from kpi_core.folding import folded_header, folded_word
from kpi_core.intake.columnar.ids import text_of
from kpi_core.words import word_list

if TYPE_CHECKING:
    import pyarrow as pa

_ERROR = "#"  # as Excel's errors and formulas that nobody has computed begin


def suspects(column: pa.ChunkedArray) -> Flags:
    """Which cells of a column may make their row one of those."""
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    found = np.zeros(len(column), bool)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return found
    cells, text, ends = text_of(column)
    long = np.flatnonzero(np.diff(ends) >= 2)  # no word of these is shorter
    starts = ends[:-1][long]
    near = long[_beginnings()[text[starts], text[starts + 1]]]
    if len(near):
        import pyarrow.compute as pc

        found[near] = [_is_suspect(cell) for cell in pc.take(cells, pa.array(near)).to_pylist()]
    return found


def _is_suspect(cell: str | None) -> bool:
    bare = (cell or "").strip()
    totals, footers = word_list("total"), tuple(word_list("footer"))
    return bare.startswith(_ERROR) or folded_header(bare) in totals or folded_word(bare).startswith(footers)


@cache
def _beginnings() -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which pairs of first bytes need a look: also all that folding may take away or change."""
    letters = np.array([chr(code).isalnum() for code in range(128)] + [False] * 128)
    pairs = np.ones((256, 256), bool)
    pairs[np.ix_(letters, letters)] = False
    for word in (*word_list("total"), *word_list("footer")):
        for first in {word[0], word[0].upper()}:
            for second in {word[1], word[1].upper()}:
                pairs[ord(first), ord(second)] = True
    return pairs
