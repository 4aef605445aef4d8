"""Which rows of two exports are the same one, and what became of each in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import pandas as pd

from kpi_core.snapshot import KEPT
from kpi_core.tables import COLUMNS, Dataset, TableName

Kind = Literal[
    "added",
    "removed",
    "reopened",
    "decided",
    "re_dated",
    "amount_changed",
    "seller_changed",
    "outcome_changed",
    "linked_otherwise",
    "otherwise_changed",
    "counted_otherwise",
]

# What names a row. An id that the intake made of file and line names nothing, so such rows are known by the rest.
_IDENTITY: Mapping[TableName, tuple[str, ...]] = {
    "contacts": ("contact_id",),
    "meetings": ("meeting_id",),
    "opportunities": ("opportunity_id",),
    "targets": ("month_on", "seller", "team", "client", "product"),
    "costs": ("month_on", "category", "seller", "team", "client", "product"),
    "customers": ("customer_id",),
    "absences": ("seller", "from_on"),
    "sellers": ("seller",),
}
_NATURAL: Mapping[TableName, tuple[str, ...]] = {
    "contacts": ("person", "company", "opportunity_id", "contacted_on"),
    "meetings": ("person", "company", "opportunity_id", "booked_on"),
    "opportunities": ("person", "company", "created_on", "first_contact_on", "offer_on"),
    "customers": ("company", "first_order_on"),
}
_OURS = frozenset({"offer_from"})  # what the intake says of another column
_SELLER = frozenset({"seller", "team", "seller_id"})
_LINK = frozenset({"person", "company", "opportunity_id", "client", "product"})
_OUTCOME = frozenset({"outcome", "reached", "status", "no_decision", "channel"})


@dataclass(frozen=True)
class RowChange:
    """One row and what became of it.

    label   the row's label in the earlier and in the later table; None where it is not there
    place   file and line in each export
    columns the cells that differ: column -> (before, after), None for a blank
    """

    table: TableName
    kinds: tuple[Kind, ...]
    id: str
    seller: str | None
    label: tuple[Any, Any]
    place: tuple[tuple[str, int] | None, tuple[str, int] | None]
    columns: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


class Matched:
    """The rows of one table in both exports: first those equal in every cell find each other, then what is named alike.

    partner  later label -> earlier label, of all rows that are in both
    """

    def __init__(self, table: TableName, before: pd.DataFrame, after: pd.DataFrame) -> None:
        self.table, self._before, self._after = table, before, after
        columns = list(KEPT[table])
        equal = _pairs(_facts(before, columns), _facts(after, columns))
        left, right = before.drop(index=list(equal.values())), after.drop(index=list(equal))
        self._changed = _pairs(_names(table, left), _names(table, right))
        self._changed_from = {one: other for other, one in self._changed.items()}
        self._gone = left.index.difference(list(self._changed.values()))
        self._new = right.index.difference(list(self._changed))
        self.partner: Mapping[Any, Any] = equal | self._changed

    def earlier(self, label: Any) -> RowChange | None:
        """What became of a row of the earlier table; None where it says what it said."""
        if label in self._changed_from:
            return self._change(label, self._changed_from[label])
        return self._change(label, None) if label in self._gone else None

    def later(self, label: Any) -> RowChange | None:
        """How a row of the later table came to be as it is; None where it says what it said."""
        if label in self._changed:
            return self._change(self._changed[label], label)
        return self._change(None, label) if label in self._new else None

    def changes(self) -> Iterator[RowChange]:
        """Every changed row: those in both, the new ones, those that are gone."""
        yield from (self._change(one, other) for other, one in sorted(self._changed.items()))
        yield from (self._change(None, label) for label in self._new)
        yield from (self._change(label, None) for label in self._gone)

    def _change(self, one: Any, other: Any) -> RowChange:
        was = None if one is None else self._before.loc[one]
        now = None if other is None else self._after.loc[other]
        here: Any = was if now is None else now
        columns = {} if was is None or now is None else dict(_cells(self.table, was, now))
        return RowChange(
            self.table,
            ("added",) if was is None else ("removed",) if now is None else tuple(_kinds(self.table, columns)),
            id_of(self.table, here),
            seller_of(here),
            (one, other),
            (None if was is None else place_of(was), None if now is None else place_of(now)),
            columns,
        )


def matched(before: Dataset, after: Dataset) -> dict[TableName, Matched]:
    """Match the rows of all tables.

    Both must hold the same columns: pass data through `snapshot.kept` where one of them is a snapshot.
    """
    return {table: Matched(table, before.table(table), after.table(table)) for table in KEPT}


class Lacking(NamedTuple):
    """What one of two exports (0 the earlier, 1 the later) does not tell: a column, or ("") a whole table."""

    table: TableName
    column: str
    side: int


def lacking(before: Dataset, after: Dataset) -> Iterator[Lacking]:
    """The columns and tables that hold something in one export alone: figures may differ for that reason alone."""
    for table, columns in KEPT.items():
        sides = (before.table(table), after.table(table))
        empty = [rows.empty for rows in sides]
        if any(empty):
            if not all(empty):
                yield Lacking(table, "", empty.index(True))
            continue
        for name in columns:
            blank = [not (rows[name].notna() & ~_is_made(rows, name)).any() for rows in sides]
            if blank[0] != blank[1] and name not in _OURS:
                yield Lacking(table, name, blank.index(True))


def _pairs(before: pd.Series[Any], after: pd.Series[Any]) -> dict[Any, Any]:
    """Later label -> earlier label of rows with one key; of several with the same key the first goes with the first."""
    sides = [
        pd.DataFrame({"key": keys, "time": keys.groupby(keys).cumcount(), "label": keys.index})
        for keys in (after, before)
    ]
    both = sides[0].merge(sides[1], on=["key", "time"], suffixes=("_after", "_before"))
    return dict(zip(both["label_after"], both["label_before"], strict=True))


def _facts(rows: pd.DataFrame, columns: list[str]) -> pd.Series[Any]:
    """One number for all that a row says; ids made of file and line say nothing."""
    said = rows[columns]
    name = str(said.columns[0])
    if name.endswith("_id"):
        said = said.assign(**{name: said[name].mask(_is_made(rows, name))})
    return pd.Series(pd.util.hash_pandas_object(said, index=False).to_numpy(), index=rows.index)


def _names(table: TableName, rows: pd.DataFrame) -> pd.Series[Any]:
    own = _joined(rows, _IDENTITY[table])
    if table not in _NATURAL:
        return own
    name = _IDENTITY[table][0]
    nameless = rows[name].isna() | _is_made(rows, name)
    return own.where(~nameless, _joined(rows, _NATURAL[table]))


def _joined(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series[Any]:
    key = pd.Series("", index=rows.index, dtype="object")
    for name in columns:
        key = key + "\n" + rows[name].astype("object").where(rows[name].notna(), "").astype(str).astype("object")
    return key


def _is_made(rows: pd.DataFrame, name: str) -> pd.Series[bool]:
    """Whether the intake made the id of file and line, because the export has none."""
    made = rows["source_file"].astype("object") + ":" + rows["source_row"].astype(str).astype("object")
    same: pd.Series[bool] = rows[name].astype("object") == made
    return same


def id_of(table: TableName, row: pd.Series[Any]) -> str:
    """What names a row in the CRM; blank where it has no id."""
    found = row[_IDENTITY[table][0]] if table in _NATURAL else None
    return "" if found is None or pd.isna(found) else str(found)


def seller_of(row: pd.Series[Any]) -> str | None:
    """Whose row it is."""
    found = row.get("seller")
    return None if found is None or pd.isna(found) else str(found)


def place_of(row: pd.Series[Any]) -> tuple[str, int]:
    """The file and line that a row came from."""
    return str(row["source_file"]), int(row["source_row"])


def _cells(table: TableName, was: pd.Series[Any], now: pd.Series[Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name in KEPT[table]:
        one, other = (None if pd.isna(row[name]) else row[name] for row in (was, now))
        if one != other and not (name.endswith("_id") and name == _IDENTITY[table][0]):
            yield name, (one, other)


def _kinds(table: TableName, columns: Mapping[str, tuple[Any, Any]]) -> Iterator[Kind]:
    """What the differing cells mean, each kind once."""
    found: dict[Kind, None] = {}
    for name, (was, now) in columns.items():
        kind: Kind = "otherwise_changed"
        if name == "status" and now == "open":
            kind = "reopened"
        elif name == "status" and was == "open":
            kind = "decided"
        elif name in _OUTCOME:
            kind = "outcome_changed"
        elif name in _SELLER:
            kind = "seller_changed"
        elif name in _LINK:
            kind = "linked_otherwise"
        elif COLUMNS[table][name].kind == "date":
            kind = "re_dated"
        elif COLUMNS[table][name].kind == "number":
            kind = "amount_changed"
        found[kind] = None
    yield from found or {"otherwise_changed": None}
