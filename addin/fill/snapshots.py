"""Snapshots beside the workbooks: one parquet file a run, by which the next run knows what has changed since.

`<out>/kpi-snapshots/<template>_0001.parquet`: the rows of all tables under one another (`table` says which), among them
the figures printed (`figures`). What is kept of a row, and what is hidden: kpi_core/snapshot.py, docs/audit.en.md. The
same input gives the same bytes: no clock is read and nothing is drawn by lot.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from addin.fill.files import folder, safe, write
from addin.fill.words import FillError
from kpi_core.periods import Period
from kpi_core.snapshot import KEPT, Printed, Snapshot
from kpi_core.tables import Dataset, conform

FOLDER = "kpi-snapshots"
SCHEMA = 1  # raise it when a reader of the old files would read the new ones wrongly
_KEY = b"kpi_snapshot"
_FIGURE = "figure_"
_NUMBERED = re.compile(r"(.+)_(\d{4,})\.parquet")


def as_bytes(snapshot: Snapshot) -> bytes:
    """The file's bytes."""
    tables = [snapshot.data.table(table)[[*columns, "source_file", "source_row"]] for table, columns in KEPT.items()]
    rows = pd.concat(
        [rows.assign(table=table) for table, rows in zip(KEPT, tables, strict=True)] + [_figures(snapshot)]
    )
    rows = rows[["table", *(name for name in rows if name != "table")]]
    arrow = pa.Table.from_pandas(rows, preserve_index=False)
    said = {
        "schema": SCHEMA,
        "data_on": snapshot.data_on.isoformat() if snapshot.data_on else None,
        "options": snapshot.options,
        "rows": _digest(tables),
    }
    buffer = io.BytesIO()
    described = arrow.replace_schema_metadata({_KEY: json.dumps(said, sort_keys=True).encode()})
    pq.write_table(described, buffer, compression="zstd")
    return buffer.getvalue()


def read(path: Path) -> Snapshot:
    """A snapshot from its file. Raises FillError where it is none, is damaged or was written by a later version."""
    said = _said(path)
    try:
        rows = pq.read_table(path).to_pandas()
        data = Dataset(**{str(table): conform(table, rows[rows["table"] == table][_columns(table)]) for table in KEPT})
        figures = tuple(_printed(row) for row in rows[rows["table"] == "figures"].to_dict("records"))
        data_on = date.fromisoformat(said["data_on"]) if said["data_on"] else None
        return Snapshot(data, figures, said["options"], data_on)
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError) as error:
        raise FillError("errors.snapshot_damaged", file=path, why=str(error).partition("\n")[0]) from error


def is_snapshot(path: Path) -> bool:
    """Whether a file is a snapshot; an export in parquet is none."""
    try:
        _said(path)
    except FillError:
        return False
    return True


def latest(out: Path) -> Path | None:
    """The newest snapshot of an output folder, or of a folder of snapshots."""
    found = [path for place in (out, out / FOLDER) if place.is_dir() for path in place.glob("*.parquet")]
    numbered = [(int(name[2]), path.name, path) for path in found if (name := _NUMBERED.fullmatch(path.name))]
    return max(numbered)[-1] if numbered else None


def previous(out: Path, series: str, current: Snapshot) -> Snapshot | None:
    """The last run of this series (a template) on other rows than now; a run repeated on the same rows is none."""
    rows = _digest([current.data.table(table)[_columns(table)] for table in KEPT])
    for path in reversed(_series(out, series)):
        if _said(path)["rows"] != rows:
            return read(path)
    return None


def keep(out: Path, series: str, snapshot: Snapshot) -> Path:
    """Write the run's snapshot as the next of its series; where the last one says the same, that stays the last."""
    data, before = as_bytes(snapshot), _series(out, series)
    if before and before[-1].read_bytes() == data:
        return before[-1]
    folder(out / FOLDER)
    name = _NUMBERED.fullmatch(before[-1].name) if before else None
    path = out / FOLDER / f"{safe(series)}_{int(name[2]) + 1 if name else 1:04}.parquet"
    write(path, data)
    return path


def with_figures(snapshot: Snapshot, figures: Iterable[Printed]) -> Snapshot:
    """The snapshot with what was printed, each figure once."""
    own = {(it.kpi, it.period.key, it.group, it.as_of): it for it in figures}
    return replace(snapshot, figures=tuple(own.values()))


def _series(out: Path, series: str) -> list[Path]:
    found = []
    for path in (out / FOLDER).glob("*.parquet") if (out / FOLDER).is_dir() else ():
        name = _NUMBERED.fullmatch(path.name)
        if name and name[1] == safe(series):
            found.append((int(name[2]), path))
    return [path for _, path in sorted(found)]


def _said(path: Path) -> dict[str, Any]:
    try:
        told = (pq.read_schema(path).metadata or {}).get(_KEY)
    except (pa.ArrowException, OSError) as error:
        raise FillError("errors.snapshot_damaged", file=path, why=str(error).partition("\n")[0]) from error
    if told is None:
        raise FillError("errors.no_snapshot", file=path)
    said: dict[str, Any] = json.loads(told)
    if said["schema"] > SCHEMA:
        raise FillError("errors.snapshot_newer", file=path, found=said["schema"], known=SCHEMA)
    return said


def _columns(table: Any) -> list[str]:
    return [*KEPT[table], "source_file", "source_row"]


def _digest(tables: Iterable[pd.DataFrame]) -> str:
    """What the rows say, whatever files they stand in."""
    digest = sha256()
    for rows in tables:
        said = rows.drop(columns=["source_file", "source_row"])
        digest.update(pd.util.hash_pandas_object(said, index=False).to_numpy().tobytes() + b"|")
    return digest.hexdigest()


def _figures(snapshot: Snapshot) -> pd.DataFrame:
    rows = []
    for it in snapshot.figures:
        of = asdict(it.period)
        row = {"kpi": it.kpi, **{f"period_{name}": value for name, value in of.items()}, "as_of": it.as_of}
        row |= {"group_by": it.group[0] if it.group else None, "group": it.group[1] if it.group else None}
        row |= {"value": it.value, "numerator": it.numerator, "denominator": it.denominator, "n": it.n}
        rows.append({f"{_FIGURE}{name}": value for name, value in row.items()})
    typed = pd.DataFrame(rows, columns=pd.Index([f"{_FIGURE}{name}" for name in _PRINTED]))
    days = [f"{_FIGURE}{name}" for name in ("period_start", "period_end", "as_of")]
    numbers = [f"{_FIGURE}{name}" for name in ("value", "numerator", "denominator", "n")]
    typed = typed.astype(dict.fromkeys(days, "datetime64[s]") | dict.fromkeys(numbers, "float64"))
    return typed.astype({f"{_FIGURE}{name}": "str" for name in _WORDS}).assign(table="figures")


_WORDS = ("kpi", "period_key", "period_kind", "group_by", "group")
_PRINTED = (*_WORDS, "period_start", "period_end", "as_of", "value", "numerator", "denominator", "n")


def _printed(row: dict[str, Any]) -> Printed:
    def said(name: str) -> Any:
        value = row[f"{_FIGURE}{name}"]
        return None if pd.isna(value) else value

    period = Period(said("period_key"), said("period_kind"), said("period_start").date(), said("period_end").date())
    group = (said("group_by"), said("group")) if said("group_by") else None
    values = (said("value"), said("numerator"), said("denominator"))
    return Printed(said("kpi"), period, group, said("as_of").date(), *values, int(said("n") or 0))
