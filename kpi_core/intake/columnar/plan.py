"""Whether a parquet file can be read by columns: a log of opportunities whose days and numbers are typed as such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi_core.errors import DataError
from kpi_core.intake.layouts import Layout
from kpi_core.intake.recognition import fitting_layout
from kpi_core.views import GroupBy

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_MAGIC = b"PAR1"
# What a row is counted by, beside the words that are looked up once for each combination.
COUNTED_DAYS = ("created_on", "first_contact_on", "offer_on", "closed_on", "expected_close_on")
DAYS = (*COUNTED_DAYS, "modified_on", "won_on", "lost_on")
NUMBERS = ("value", "estimated_value", "probability")
_STATUS = ("status", "stage", "is_closed", "is_won", "is_lost", "is_deleted", "currency")
_GROUPS: Mapping[GroupBy, tuple[str, ...]] = {
    "seller": ("seller", "seller_id"),
    "team": ("team", "seller", "seller_id"),
    "client": ("client", "company", "company_id", "company_domain"),
    "product": ("product", "product_id"),
}
_TOTALLED = ("seller", "team")  # a row of "Total" among them is no opportunity


@dataclass(frozen=True)
class Plan:
    """One file and the headers that are read of it: `columns` tells which column each is, in the layout's words."""

    path: Path
    label: str
    layout: Layout
    columns: Mapping[str, str]
    status: tuple[str, ...]
    group: tuple[str, ...]
    rows: int

    def open(self) -> pq.ParquetFile:
        """The file, its words read as codes."""
        import pyarrow.parquet as pq

        words = [self.columns[name] for name in {*self.status, *self.group}]
        return pq.ParquetFile(self.path, read_dictionary=words)

    def headers(self) -> list[str]:
        """All headers of the file."""
        import pyarrow.parquet as pq

        return list(pq.read_schema(self.path).names)

    @property
    def first(self) -> str:
        """The header of the first column, where a total's word stands."""
        return self.headers()[0]

    def having(self, names: Sequence[str]) -> list[str]:
        """Those of some columns that the file has."""
        return [name for name in dict.fromkeys(names) if name in self.columns]


def plan_of(path: Path, label: str, layouts: Sequence[Layout], by: GroupBy | None, *, narrow: bool) -> Plan | None:
    """How a file is read by columns; None where it is no log of opportunities, or has to be read cell by cell."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as start:
            if start.read(4) != _MAGIC:
                return None
        schema, rows = pq.read_schema(path), pq.read_metadata(path).num_rows
        fitting = fitting_layout(schema.names, layouts, label)
    except (pa.ArrowException, OSError, ValueError, DataError):
        return None  # the ordinary way says what is wrong with it
    if fitting is None or fitting[0].table != "opportunities" or not rows:
        return None
    if len(set(schema.names)) < len(schema.names) or not schema.names[-1].strip():
        return None  # columns are asked for by name; a last one without a name makes ragged rows
    layout, matches = fitting
    status = [*_STATUS, *(rule.column for rule in layout.ignore), *(["lost_reason"] if narrow else [])]
    group = _GROUPS[by] if by else ()
    status += [name for name in _TOTALLED if name not in group]
    needed = ["opportunity_id", *DAYS, *NUMBERS, *status, *group]
    columns = {name: schema.names[matches[name][0]] for name in dict.fromkeys(needed) if name in matches}
    one_each = all(layout.exact or len(matches[name]) == 1 for name in columns)
    plain = not (layout.also or layout.not_needed or _has_stages(layout, schema.names))
    own_words = {name for name in layout.values if name in columns} - {"status", "stage"}
    typed = all(_is_typed(layout, name, schema.field(header).type) for name, header in columns.items())
    if not (one_each and plain and typed) or own_words or "opportunity_id" not in columns:
        return None
    have = set(columns)
    return Plan(
        path,
        label,
        layout,
        columns,
        tuple(name for name in dict.fromkeys(status) if name in have),
        tuple(name for name in group if name in have),
        rows,
    )


def _has_stages(layout: Layout, headers: Sequence[str]) -> bool:
    return any(header.casefold().startswith(beginning) for header in headers for beginning in layout.stage_dates)


def _is_typed(layout: Layout, column: str, kind: Any) -> bool:
    """Whether a column's values need no reading: days are days, numbers numbers; words are words, marks or numbers."""
    import pyarrow.types as is_

    if layout.kind(column) == "date":
        return bool(is_.is_date(kind) or is_.is_timestamp(kind))
    if layout.kind(column) == "number":
        return bool(is_.is_integer(kind) or is_.is_floating(kind) or is_.is_decimal(kind))
    if is_.is_dictionary(kind):
        kind = kind.value_type
    words = is_.is_string(kind) or is_.is_large_string(kind) or is_.is_integer(kind)
    return bool(words or (layout.kind(column) == "flag" and is_.is_boolean(kind)))
