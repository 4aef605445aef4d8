"""What becomes of each row of one sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kpi_core.tables import ExcludedRow, RowAccount


class Ledger:
    """The verdict on every row of a sheet: used until a rule ignores it or a reason excludes it.

    The first verdict on a row stands. Rows are known by their place in the sheet's table, 0 first.
    """

    def __init__(self, file: str, lines: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        self.file = file
        self.lines = lines
        self.ignored: dict[int, str] = {}
        self.excluded: dict[int, tuple[str, Mapping[str, object]]] = {}
        self._open = np.ones(len(lines), dtype=bool)

    @property
    def open(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which rows have no verdict against them."""
        return self._open

    def ignore(self, mask: Any, rule: str) -> None:
        """Leave rows out under a rule."""
        for place in self._claim(mask):
            self.ignored[place] = rule

    def exclude(self, mask: Any, code: str, **found: object) -> None:
        """Leave rows out for a reason; a Series in `found` gives each row its own value."""
        places = self._claim(mask)
        each = {
            name: value.iloc[places].tolist() if isinstance(value, pd.Series) else [value] * len(places)
            for name, value in found.items()
        }
        for number, place in enumerate(places):
            self.excluded[place] = code, {name: values[number] for name, values in each.items()}

    @classmethod
    def like(
        cls,
        other: Ledger,
        ignored: Mapping[int, str] | None = None,
        excluded: Mapping[int, tuple[str, Mapping[str, object]]] | None = None,
    ) -> Ledger:
        """A ledger for the same rows, with the same verdicts or those given."""
        ledger = cls(other.file, other.lines)
        ledger.ignored = dict(other.ignored if ignored is None else ignored)
        ledger.excluded = dict(other.excluded if excluded is None else excluded)
        ledger._open[[*ledger.ignored, *ledger.excluded]] = False
        return ledger

    def line(self, place: int) -> int:
        """The physical line of a row."""
        return int(self.lines[place])

    def account(self, outside: Mapping[str, int]) -> RowAccount:
        """The sheet's account; `outside` counts what stood around the table, e.g. a preamble, by rule."""
        ignored = Counter(outside)
        ignored.update(self.ignored.values())
        excluded = tuple(
            ExcludedRow(self.file, self.line(place), code, found)
            for place, (code, found) in sorted(self.excluded.items())
        )
        return RowAccount(int(self._open.sum()), dict(sorted(ignored.items())), excluded)

    def _claim(self, mask: Any) -> list[int]:
        claimed = np.asarray(pd.Series(mask).fillna(False), dtype=bool) & self._open
        self._open &= ~claimed
        places: list[int] = np.flatnonzero(claimed).tolist()
        return places


def merged(first: Ledger, second: Ledger, neither: str = "other_activity") -> Ledger:
    """One verdict where a sheet feeds two tables: used if either uses the row, excluded if either excludes it.

    `neither` is the rule by which each of the two leaves the other's rows out; any other rule says more.
    """
    closed = np.flatnonzero(~(first.open | second.open)).tolist()
    excluded = {
        place: verdict for place in closed if (verdict := first.excluded.get(place) or second.excluded.get(place))
    }
    ignored = {
        place: first.ignored[place] if second.ignored[place] == neither else second.ignored[place]
        for place in closed
        if place not in excluded
    }
    return Ledger.like(first, ignored, excluded)
