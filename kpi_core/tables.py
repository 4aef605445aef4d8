"""The input contract: the canonical tables, their columns and vocabularies, and the account of every row.

Every row of every table also carries where it came from: `source_file` and `source_row` (1 = the file's first line).
Dates are local calendar days (datetime64, at midnight). Money is in the row's `currency`. A seller or company is
named by a display name that is unique in the data (two ids that share a name are told apart as "Name (id)").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import Any, Literal, get_args

import pandas as pd

from kpi_core.errors import DataError
from kpi_core.texts import Language, load_texts

TableName = Literal[
    "contacts",
    "meetings",
    "opportunities",
    "targets",
    "costs",
    "customers",
    "absences",
    "insights",
    "sellers",
]
TABLE_NAMES: tuple[TableName, ...] = get_args(TableName)
Kind = Literal["text", "date", "number", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table: what kind of values, which words, whether a row needs it."""

    kind: Kind = "text"
    required: bool = False
    words: tuple[str, ...] = ()


_TEXT, _DATE, _NUMBER, _FLAG = Column("text"), Column("date"), Column("number"), Column("flag")
_WHO = {"seller": _TEXT, "team": _TEXT, "client": _TEXT, "company": _TEXT, "product": _TEXT}

COLUMNS: Mapping[TableName, Mapping[str, Column]] = {
    # One row an attempt to reach a person.
    "contacts": {
        "contact_id": _TEXT,
        "person": _TEXT,
        "opportunity_id": _TEXT,
        **_WHO,
        "contacted_on": Column("date", required=True),
        "channel": Column("text", words=("phone", "email", "other")),
        "reached": _FLAG,
    },
    # One row a meeting and seller: two sellers in one meeting are two rows of one `meeting_id`.
    "meetings": {
        "meeting_id": Column("text", required=True),
        "person": _TEXT,
        "opportunity_id": _TEXT,
        **_WHO,
        "booked_on": _DATE,
        "meeting_on": Column("date", required=True),
        # blank: the meeting was never marked
        "outcome": Column("text", words=("held", "no_show", "cancelled", "moved", "booked")),
        "moved_to_on": _DATE,
        "cancelled_on": _DATE,
    },
    "opportunities": {
        "opportunity_id": Column("text", required=True),
        "name": _TEXT,
        "person": _TEXT,
        **_WHO,
        "deal_type": _TEXT,
        "stage": _TEXT,
        "status": Column("text", required=True, words=("won", "lost", "open")),
        "no_decision": _FLAG,  # lost because nobody decided: no decision, expired, derailed
        "lost_reason": _TEXT,
        "value": _NUMBER,
        "currency": _TEXT,
        "probability": _NUMBER,  # as exported: 0-1 or 0-100, judged as a column by the formula
        "created_on": _DATE,
        "first_contact_on": _DATE,
        "offer_on": _DATE,
        # "column": the export records offers; "stage": the date was read from the stage history
        "offer_from": Column("text", words=("column", "stage")),
        "closed_on": _DATE,  # won and lost only: the date of an open row is an estimate, see expected_close_on
        "expected_close_on": _DATE,
        "modified_on": _DATE,
    },
    "targets": {
        **_WHO,
        "month_on": Column("date", required=True),  # the first day of the month
        "target_value": _NUMBER,
        "target_meetings": _NUMBER,
        "currency": _TEXT,
    },
    "costs": {
        **_WHO,
        "month_on": Column("date", required=True),
        "category": _TEXT,
        "amount": _NUMBER,
        "currency": _TEXT,
    },
    "customers": {
        "customer_id": Column("text", required=True),
        **_WHO,
        "first_order_on": Column("date", required=True),
        "ended_on": _DATE,
        "monthly_revenue": _NUMBER,
        "gross_margin": _NUMBER,  # a share, 0-1
        "currency": _TEXT,
    },
    "absences": {
        "seller": Column("text", required=True),
        "from_on": Column("date", required=True),
        "to_on": Column("date", required=True),  # inclusive
    },
    "insights": {
        **_WHO,
        "noted_on": Column("date", required=True),
        "role": _TEXT,
        "theme": Column("text", required=True),
        "quote": _TEXT,
        "competitor": _TEXT,
        "timing": _TEXT,
    },
    # Who is in the team, with or without a row anywhere else.
    "sellers": {
        "seller_id": _TEXT,
        "seller": Column("text", required=True),
        "team": _TEXT,
        "active_from_on": _DATE,
        "active_to_on": _DATE,
    },
}

_DTYPES: Mapping[Kind, str] = {"text": "str", "date": "datetime64[s]", "number": "float64", "flag": "boolean"}


def empty(table: TableName) -> pd.DataFrame:
    """A canonical table without rows, every column with its dtype."""
    return _empty(table).copy()


@cache
def _empty(table: TableName) -> pd.DataFrame:
    return conform(table, pd.DataFrame({"source_file": [], "source_row": []}))


def conform(table: TableName, rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` with exactly the columns of `table`, in order, missing ones blank, dtypes set.

    Raises DataError where a column cannot take its dtype, a required value is blank or a word is not of the
    vocabulary (checked by pandera). Rows without a source are numbered from 1.
    """
    columns = COLUMNS[table]
    rows = rows.reset_index(drop=True)
    data: dict[str, Any] = {
        name: rows[name] if name in rows else pd.Series([pd.NA] * len(rows), dtype="object") for name in columns
    }
    data["source_file"] = rows.get("source_file", pd.Series([""] * len(rows)))
    data["source_row"] = rows.get("source_row", pd.Series(range(1, len(rows) + 1)))
    try:
        typed = pd.DataFrame(
            {name: _typed(values, columns[name].kind) for name, values in data.items() if name in columns}
            | {
                "source_file": data["source_file"].astype("str"),
                "source_row": data["source_row"].astype("int64"),
            }
        )
    except (TypeError, ValueError) as error:
        raise DataError("tables.wrong_type", table=table, found=str(error)) from error
    return _checked(table, typed)


def _typed(values: pd.Series[Any], kind: Kind) -> pd.Series[Any]:
    if kind == "date":
        return pd.to_datetime(values).dt.normalize().astype("datetime64[s]")
    if kind == "number":
        return pd.to_numeric(values).astype("float64")
    return values.astype("str" if kind == "text" else "boolean")


def _checked(table: TableName, rows: pd.DataFrame) -> pd.DataFrame:
    import pandera.pandas as pa  # heavy, and needed only when tables are made

    schema = pa.DataFrameSchema(
        {
            name: pa.Column(
                _DTYPES[column.kind],
                checks=pa.Check.isin(column.words) if column.words else None,
                nullable=not column.required,
            )
            for name, column in COLUMNS[table].items()
        },
        strict=False,
    )
    try:
        return schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as failed:
        first = failed.failure_cases.iloc[0]
        place = rows.iloc[int(first["index"])] if pd.notna(first["index"]) else None
        raise DataError(
            "tables.not_canonical",
            table=table,
            column=first["column"],
            found=first["failure_case"],
            file="" if place is None else place["source_file"],
            row="" if place is None else place["source_row"],
        ) from failed


@dataclass(frozen=True, slots=True)
class ExcludedRow:
    """A row that could not be used: where it stands, and why (a code of sentences/rows.toml)."""

    file: str
    row: int
    code: str
    found: Mapping[str, object] = field(default_factory=dict)

    def reason(self, language: Language) -> str:
        """Why the row was excluded, in words."""
        return load_texts("kpi_core.sentences", "rows.toml")[f"excluded.{self.code}"].show(language, **self.found)


@dataclass(frozen=True, slots=True)
class RowAccount:
    """What became of every row: read = used + ignored + excluded. `ignored` counts rows by rule (rows.toml).

    Of a large log `unlisted` counts the excluded rows, by code, that are not listed in `excluded`.
    """

    used: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)
    excluded: tuple[ExcludedRow, ...] = ()
    unlisted: Mapping[str, int] = field(default_factory=dict)

    @property
    def out(self) -> int:
        """All rows excluded, listed or not."""
        return len(self.excluded) + sum(self.unlisted.values())

    @property
    def read(self) -> int:
        """All rows read, the header not among them."""
        return self.used + sum(self.ignored.values()) + self.out

    def __add__(self, other: RowAccount) -> RowAccount:
        ignored, unlisted = _summed(self.ignored, other.ignored), _summed(self.unlisted, other.unlisted)
        return RowAccount(self.used + other.used, ignored, self.excluded + other.excluded, unlisted)


def _summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in dict.fromkeys([*one, *other])}


@dataclass(frozen=True)
class Dataset:
    """All canonical tables of one run."""

    contacts: pd.DataFrame = field(default_factory=lambda: empty("contacts"))
    meetings: pd.DataFrame = field(default_factory=lambda: empty("meetings"))
    opportunities: pd.DataFrame = field(default_factory=lambda: empty("opportunities"))
    targets: pd.DataFrame = field(default_factory=lambda: empty("targets"))
    costs: pd.DataFrame = field(default_factory=lambda: empty("costs"))
    customers: pd.DataFrame = field(default_factory=lambda: empty("customers"))
    absences: pd.DataFrame = field(default_factory=lambda: empty("absences"))
    insights: pd.DataFrame = field(default_factory=lambda: empty("insights"))
    sellers: pd.DataFrame = field(default_factory=lambda: empty("sellers"))

    def table(self, name: TableName) -> pd.DataFrame:
        """One table by name."""
        rows: pd.DataFrame = getattr(self, name)
        return rows

    def items(self) -> Iterable[tuple[TableName, pd.DataFrame]]:
        """Every table with its name."""
        return ((name, self.table(name)) for name in TABLE_NAMES)

    def having(self, **tables: pd.DataFrame) -> Dataset:
        """The same data with some tables replaced."""
        return replace(self, **tables)

    def currencies(self) -> tuple[str, ...]:
        """The codes of all amounts that tell theirs, in order."""
        return self._currencies

    @cached_property
    def _currencies(self) -> tuple[str, ...]:
        told = [rows["currency"] for _, rows in self.items() if "currency" in rows]
        return tuple(sorted({code for column in told for code in column.dropna().unique()}))

    def span(self) -> tuple[date, date] | None:
        """The first and last day on which something happened, plans and estimates left out; None without rows.

        Costs and targets are plans by month, an open opportunity's expected close is an estimate, a meeting without
        an outcome may lie ahead: none of them moves the last day where days of doing or recording exist.
        """
        return self._span

    @cached_property
    def _span(self) -> tuple[date, date] | None:
        happened = [
            self.contacts["contacted_on"],
            self.meetings["booked_on"],
            self.meetings.loc[self.meetings["outcome"].isin(["held", "no_show"]), "meeting_on"],
            self.opportunities["created_on"],
            self.opportunities["first_contact_on"],
            self.opportunities["offer_on"],
            self.opportunities["closed_on"],
            self.opportunities["modified_on"],
            self.customers["first_order_on"],
            self.insights["noted_on"],
        ]
        recorded = pd.concat([days.dropna() for days in happened])
        planned = self.meetings["meeting_on"].dropna()
        if recorded.empty:
            recorded = pd.concat([planned, self.costs["month_on"].dropna()])
        if recorded.empty:
            return None
        last = recorded.max()
        first = pd.concat([recorded, planned[planned <= last]]).min()
        return first.date(), last.date()
