"""What a run remembers of itself: the figures that it printed and the rows that they can be computed from again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

import pandas as pd

from kpi_core.catalogue import definition
from kpi_core.periods import Period
from kpi_core.reading import Reading
from kpi_core.tables import COLUMNS, TABLE_NAMES, Dataset, TableName, empty
from kpi_core.views import Group

# What no figure is computed from is not kept, least of all what people said.
_LEFT_OUT = frozenset({"name", "stage", "lost_reason", "modified_on"})
# Formulas only ask whether two rows are of the same one, so a digest does.
_HIDDEN = ("person", "company")

KEPT: Mapping[TableName, tuple[str, ...]] = {
    table: tuple(name for name in COLUMNS[table] if name not in _LEFT_OUT)
    for table in TABLE_NAMES
    if table != "insights"
}


@dataclass(frozen=True, slots=True)
class Printed:
    """One figure as a report showed it, and the day from which it was seen."""

    kpi: str
    period: Period
    group: Group | None
    as_of: date
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    n: int = 0

    @property
    def closed(self) -> bool:
        """Whether the period had ended by then: only of such a figure can one say that it changed afterwards."""
        return self.period.end <= self.as_of


@dataclass(frozen=True)
class Snapshot:
    """A run's rows (see `kept`), its figures, the options they were computed with and the data's last day."""

    data: Dataset
    figures: tuple[Printed, ...] = ()
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    data_on: date | None = None


def printed(readings: Iterable[Reading], as_of: date) -> tuple[Printed, ...]:
    """Readings as figures to remember; those of a KPI that is not measured by such a group are left out."""
    return tuple(
        Printed(it.kpi, it.period, it.group, as_of, it.value, it.numerator, it.denominator, it.n)
        for it in readings
        if it.group is None or it.group[0] in definition(it.kpi).groups
    )


def kept(data: Dataset) -> Dataset:
    """The data with the columns that figures are computed from, persons and companies as digests.

    A client's name stays where it is a column of its own; where it merely repeats the company it is hidden too.
    Row labels stay, so that what is found in the one holds for the other.
    """
    hides_clients = not own_clients(data)
    tables: dict[str, pd.DataFrame] = {"insights": empty("insights")}
    for table, columns in KEPT.items():
        rows = data.table(table)
        hidden = [name for name in _HIDDEN if name in columns] + (["client"] if hides_clients else [])
        left_out = [name for name in COLUMNS[table] if name not in columns]
        blank = empty(table).reindex(rows.index)[left_out]
        digests = {name: _digests(rows[name]) for name in hidden if name in columns}
        tables[table] = rows.assign(**{name: blank[name] for name in left_out}, **digests)
    return Dataset(**tables)


def own_clients(data: Dataset) -> bool:
    """Whether clients are named beside companies (an agency's), not by them."""
    return any(
        bool((rows["client"].notna() & (rows["client"] != rows["company"])).any())
        for _, rows in data.items()
        if "client" in rows
    )


def _digests(names: pd.Series[str]) -> pd.Series[str]:
    """A short digest of each name; names are few beside rows, so each is computed once. A digest is its own digest."""
    known = {name: name if _is_digest(name) else _digest(name) for name in names.dropna().unique()}
    return names.map(known).astype("str") if known else names


def _digest(name: str) -> str:
    return f"#{blake2b(name.encode(), digest_size=8, person=b'b2b-sales-kpi').hexdigest()}"


def _is_digest(name: str) -> bool:
    return len(name) == 17 and name.startswith("#")
