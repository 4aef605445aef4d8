"""The rows that one group's figures rest on: by seller, team, client or product; and who was in the team when."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpi_core.periods import Period
from kpi_core.tables import Dataset, TableName, empty

GroupBy = Literal["seller", "team", "client", "product"]
Group = tuple[GroupBy, str]

# An unlisted seller is taken to be in the team while it has left a trace in the last months.
_TRACE_MONTHS = 3
_MOST_KEPT = 64  # groups whose rows, and what was found in them, are kept: memory does not grow with their number
_TRACES: Mapping[TableName, str] = {
    "meetings": "meeting_on",
    "contacts": "contacted_on",
    "opportunities": "created_on",
}


@dataclass(frozen=True)
class View:
    """What a formula may look at: a group's rows (`data`) beside all rows (`whole`), and the day of looking."""

    data: Dataset
    whole: Dataset
    period: Period
    as_of: date
    data_on: date | None = None
    group: Group | None = None

    def over(self, period: Period) -> View:
        """The same rows over another period."""
        return replace(self, period=period)

    def of(self, group: Group, groups: Groups) -> View:
        """The rows of one group."""
        return replace(self, data=groups.of(group[1]), group=group)

    @cached_property
    def idle(self) -> bool:
        """Whether nothing is told of the view but who is in the team and away."""
        return all(rows.empty for table, rows in self.data.items() if table not in ("sellers", "absences"))

    def roster(self) -> pd.DataFrame:
        """The sellers of the view: those listed, and those seen at work in the last months."""
        seen = _seen(self.data, self.period.trailing(_TRACE_MONTHS))
        unlisted = sorted(seen - set(self.whole.sellers["seller"]))
        if not unlisted:
            return self.data.sellers
        # Labels below 0 are no row of the table.
        added = pd.DataFrame({"seller": unlisted}, index=range(-len(unlisted), 0))
        added = added.reindex(columns=self.data.sellers.columns)
        return pd.concat([self.data.sellers, added.astype(self.data.sellers.dtypes.drop(["source_row"]))])


def _seen(data: Dataset, window: Period) -> set[str]:
    found: set[str] = set()
    for table, day in _TRACES.items():
        rows = data.table(table)
        found |= set(rows.loc[window.has(rows[day]), "seller"].dropna())
    return found


def with_teams(data: Dataset) -> Dataset:
    """The same data, a row's blank team filled from its seller's."""
    team_of = data.sellers.dropna(subset=["team"]).drop_duplicates("seller").set_index("seller")["team"]
    if team_of.empty:
        return data
    filled = {
        name: rows.assign(team=rows["team"].fillna(rows["seller"].map(team_of)))
        for name, rows in data.items()
        if "team" in rows and "seller" in rows and name != "sellers"
    }
    return data.having(**filled)


@dataclass(frozen=True)
class Groups:
    """Every group's rows by name. Where they stand is found once; the rows of the groups last asked for are kept."""

    by: GroupBy
    data: Dataset = field(repr=False)
    places: Mapping[TableName, Mapping[str, NDArray[np.intp]]] = field(repr=False)
    _kept: OrderedDict[str, Dataset] = field(default_factory=OrderedDict, repr=False, compare=False)

    @cached_property
    def names(self) -> list[str]:
        """All groups that any table names, in alphabetical order."""
        return sorted({name for groups in self.places.values() for name in groups}, key=by_letters)

    def of(self, name: str) -> Dataset:
        """One group's rows; a table that is not split by the group comes whole."""
        rows = self._kept.pop(name, None)
        self._kept[name] = rows = self._taken(name) if rows is None else rows
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return rows

    def _taken(self, name: str) -> Dataset:
        parts = {
            str(table): self.data.table(table).take(groups[name]) if name in groups else empty_like(table)
            for table, groups in self.places.items()
        }
        return self.data.having(**parts)


def by_letters(name: str) -> tuple[str, str]:
    """Names in alphabetical order, whatever their case."""
    return name.casefold(), name


@cache
def empty_like(table: TableName) -> pd.DataFrame:
    """A table without rows, made once."""
    return empty(table)


def split(data: Dataset, by: GroupBy) -> Groups:
    """Split every table that knows the group; sellers and absences come whole where they do not (client, product)."""
    if by == "team":
        data = with_teams(data)
    places = {
        table: {str(name): np.asarray(found) for name, found in rows.groupby(by, sort=False).indices.items()}
        for table, rows in data.items()
        if by in rows
    }
    return Groups(by, data, places)
