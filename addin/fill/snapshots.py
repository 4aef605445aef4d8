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
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from addin.fill.files import safe
from addin.fill.places import Place
from addin.fill.words import FillError
from kpi_core.catalogue import definition
from kpi_core.errors import DataError, UsageError
from kpi_core.periods import Period
from kpi_core.snapshot import KEPT, Printed, Snapshot
from kpi_core.tables import Dataset, conform

FOLDER = "kpi-snapshots"
SCHEMA = 1  # raise it when a reader of the old files would read the new ones wrongly
_KEY = b"kpi_snapshot"
_FIGURE = "figure_"
_AT_ONCE = 50_000  # figures, written together
_NUMBERED = re.compile(r"(.+)_(\d{4,})\.parquet")


def as_bytes(snapshot: Snapshot, figures: Iterable[Printed] | None = None) -> bytes:
    """The file's bytes; `figures`, in place of the snapshot's own, may be more than memory should hold."""
    tables = [snapshot.data.table(table)[[*columns, "source_file", "source_row"]] for table, columns in KEPT.items()]
    coming = iter(snapshot.figures if figures is None else figures)
    first = _figures(tuple(islice(coming, _AT_ONCE)))
    rows = pd.concat([rows.assign(table=table) for table, rows in zip(KEPT, tables, strict=True)] + [first])
    rows = rows[["table", *(name for name in rows if name != "table")]]
    said = {
        "schema": SCHEMA,
        "data_on": snapshot.data_on.isoformat() if snapshot.data_on else None,
        "options": snapshot.options,
        "rows": _digest(tables),
    }
    arrow = pa.Table.from_pandas(rows, preserve_index=False)
    schema = arrow.schema.with_metadata({_KEY: json.dumps(said, sort_keys=True).encode()})
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, schema, compression="zstd") as file:
        file.write_table(arrow.cast(schema))
        while more := tuple(islice(coming, _AT_ONCE)):
            next_ = pd.concat([rows.iloc[:0], _figures(more)])
            file.write_table(pa.Table.from_pandas(next_, schema=schema, preserve_index=False))
    return buffer.getvalue()


def read(path: Path) -> Snapshot:
    """A snapshot from its file.

    Raises FillError where it is none, is damaged, is a later version's, or knows a KPI or option that is gone.
    """
    return _snapshot(_bytes(path), path)


def read_at(place: Place, name: str) -> Snapshot:
    """The same from a run's place."""
    return _snapshot(place.read(name) or b"", place.label(name))


def _snapshot(raw: bytes, file: object) -> Snapshot:
    said = _said(raw, file)
    try:
        rows = pq.read_table(pa.BufferReader(raw)).to_pandas()
        data = Dataset(**{str(table): conform(table, rows[rows["table"] == table][_columns(table)]) for table in KEPT})
        figures = tuple(_printed(row) for row in rows[rows["table"] == "figures"].to_dict("records"))
        data_on = date.fromisoformat(said["data_on"]) if said["data_on"] else None
        for kpi, chosen in said["options"].items():
            definition(kpi).arguments(chosen)
        for figure in figures:
            definition(figure.kpi)
        return Snapshot(data, figures, said["options"], data_on)
    except UsageError as error:
        raise FillError("errors.snapshot_outdated", file=file) from error
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError, AttributeError, DataError) as error:
        raise FillError("errors.snapshot_damaged", file=file, why=str(error).partition("\n")[0]) from error


def is_snapshot(path: Path) -> bool:
    """Whether a file is a snapshot, be it a damaged one of our folder or a later version's; an export is none."""
    try:
        _said(_bytes(path), path)
    except FillError as error:
        return error.code == "errors.snapshot_newer" or path.absolute().parent.name == FOLDER
    return True


def latest(out: Path) -> tuple[Path, ...]:
    """The last snapshot of each series of an output folder, or of a folder of snapshots; the newest data first.

    Raises FillError where several are there and one of them is damaged or of a later version.
    """
    last: dict[str, tuple[int, Path]] = {}
    for path in (path for place in (out, out / FOLDER) if place.is_dir() for path in place.glob("*.parquet")):
        if name := _NUMBERED.fullmatch(path.name):
            last[name[1]] = max(last.get(name[1], (0, path)), (int(name[2]), path))
    found = [path for _, path in last.values()]
    return tuple(sorted(found, key=_newest, reverse=True) if len(found) > 1 else found)


def _newest(path: Path) -> tuple[str, str]:
    return _said(_bytes(path), path).get("data_on") or "", path.name


def previous(place: Place, series: str, current: Snapshot) -> str | None:
    """The last run of this series (a template) on other rows than now; a run repeated on the same rows is none."""
    rows = _digest([current.data.table(table)[_columns(table)] for table in KEPT])
    for name in reversed(_series(place, series)):
        if _said(place.read(name) or b"", place.label(name)).get("rows") != rows:
            return name
    return None


def keep(place: Place, series: str, snapshot: Snapshot, figures: Iterable[Printed]) -> str:
    """Write the run's snapshot as the next of its series; where the last one says the same, that stays the last."""
    data, before = as_bytes(snapshot, figures), _series(place, series)
    if before and place.read(before[-1]) == data:
        return before[-1]
    number = _NUMBERED.fullmatch(PurePosixPath(before[-1]).name) if before else None
    name = f"{FOLDER}/{safe(series)}_{int(number[2]) + 1 if number else 1:04}.parquet"
    place.write(name, data)
    return name


def _series(place: Place, series: str) -> list[str]:
    found = []
    for file in place.names(FOLDER):
        name = _NUMBERED.fullmatch(file)
        if name and name[1] == safe(series):
            found.append((int(name[2]), f"{FOLDER}/{file}"))
    return [name for _, name in sorted(found)]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FillError("errors.snapshot_damaged", file=path, why=error.strerror or error) from error


def _said(raw: bytes, file: object) -> dict[str, Any]:
    try:
        told = (pq.read_schema(pa.BufferReader(raw)).metadata or {}).get(_KEY)
    except (pa.ArrowException, OSError) as error:
        raise FillError("errors.snapshot_damaged", file=file, why=str(error).partition("\n")[0]) from error
    if told is None:
        raise FillError("errors.no_snapshot", file=file)
    try:
        said: dict[str, Any] = json.loads(told)
        newer = said["schema"] > SCHEMA
    except (ValueError, KeyError, TypeError) as error:
        raise FillError("errors.snapshot_damaged", file=file, why=_KEY.decode()) from error
    if newer:
        raise FillError("errors.snapshot_newer", file=file, found=said["schema"], known=SCHEMA)
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


def _figures(figures: Iterable[Printed]) -> pd.DataFrame:
    rows = []
    for it in figures:
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
