"""Words looked up once for each combination that occurs, by the ordinary intake."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi_core.counting.rows import Ints
from kpi_core.intake.columnar.plan import Plan
from kpi_core.intake.grid import Grid
from kpi_core.intake.ledger import Ledger
from kpi_core.intake.parts import Part
from kpi_core.intake.source import Declared
from kpi_core.intake.typed import read_part

if TYPE_CHECKING:
    import pyarrow as pa

_FEW = 1 << 22  # combinations that may be marked in an array; more are sorted
_MOST = 1 << 62  # as many as a key of 64 bits can tell apart


class Combinations:
    """The combinations of words in some columns, numbered as they occur; `told` hears of the new ones."""

    def __init__(self, columns: Sequence[str], told: Callable[[list[tuple[Any, ...]]], None]) -> None:
        self._columns, self._told = columns, told
        self._known: dict[tuple[Any, ...], int] = {}

    def of(self, table: pa.Table) -> Ints:
        """The number of each row's combination."""
        read = [_codes(table[name]) for name in self._columns]
        words = [[*known, None] for known, _ in read]
        sizes = [len(known) for known in words]
        total = math.prod(sizes)
        if total > _MOST:
            rows, where = np.unique(np.stack([codes for _, codes in read], axis=1), axis=0, return_inverse=True)
            return self._numbered(rows.tolist(), words)[where.ravel()]
        keys: Any = np.zeros(len(table), "int32" if total <= _FEW else "int64")
        for size, (_, codes) in zip(sizes, read, strict=True):
            keys *= keys.dtype.type(size)
            keys += codes
        if total > _FEW:
            present, where = np.unique(keys, return_inverse=True)
            return self._numbered(_places(present, sizes), words)[where]
        met = np.zeros(total, bool)
        met[keys] = True
        present = np.flatnonzero(met)
        places = np.zeros(total, "int32")
        places[present] = self._numbered(_places(present, sizes), words)
        return np.asarray(places[keys])

    def _numbered(self, places: Sequence[Sequence[int]], words: Sequence[Sequence[Any]]) -> Ints:
        """The numbers of some combinations, each given by its words' places among the words of their columns."""
        found = [tuple(known[place] for known, place in zip(words, row, strict=True)) for row in places]
        new = [combination for combination in found if combination not in self._known]
        for combination in new:
            self._known[combination] = len(self._known)
        if new:
            self._told(new)
        return np.array([self._known[combination] for combination in found], "int32")


def _places(keys: Ints, sizes: Sequence[int]) -> list[list[int]]:
    """The places that some keys were made of."""
    found: list[list[int]] = np.stack(np.unravel_index(keys, sizes), axis=1).tolist()
    return found


def _codes(column: pa.ChunkedArray) -> tuple[list[Any], Ints]:
    """The words of a column and each row's place among them, after the last one where it is blank."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    column = column.unify_dictionaries()
    known = column.chunk(0).dictionary.to_pylist() if column.num_chunks else []
    codes = [chunk.indices.fill_null(len(known)).to_numpy(zero_copy_only=False) for chunk in column.chunks]
    joined: Ints = np.concatenate(codes) if codes else np.zeros(0, "int32")
    return known, joined


def part_of(plan: Plan, columns: Sequence[str], cells: Sequence[Sequence[Any]], declared: Declared) -> Part:
    """Rows that hold nothing but an id and some columns, read by the ordinary intake."""
    headers = tuple(plan.columns.values())
    places = {name: place for place, name in enumerate(plan.columns)}
    rows = []
    for number, row in enumerate(cells):
        whole: list[Any] = [""] * len(headers)
        whole[places["opportunity_id"]] = f"#{number}"
        for name, cell in zip(columns, row, strict=True):
            whole[places[name]] = "" if cell is None else cell
        rows.append(whole)
    lines = np.arange(2, len(rows) + 2, dtype="int64")
    grid = Grid(headers, list(rows), lines, Counter(), Ledger(plan.label, lines))
    matches = {name: [place] for name, place in places.items()}
    return read_part(grid, plan.layout, matches, declared, epoch_1904=False)
