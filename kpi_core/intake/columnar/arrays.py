"""Parquet columns as arrays: days counted from 1970, numbers with NaN for a blank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kpi_core.counting.rows import BLANK_DAY, Flags, Floats, Ints
from kpi_core.intake.dates import NO_END, PLACEHOLDERS, YEARS

if TYPE_CHECKING:
    import pyarrow as pa

_TICKS = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_FIRST, _LAST = (int(np.datetime64(f"{year}", "D").astype(int)) for year in (YEARS[0], YEARS[1] + 1))
_PLACEHOLDERS = np.array(PLACEHOLDERS, dtype="datetime64[D]").astype("int32")
_NO_END = int(np.datetime64(NO_END, "D").astype(int))


def days(column: pa.ChunkedArray, timezone: str) -> tuple[Ints, Flags | None]:
    """The local day of each value, and which are no days although they are typed as such (None: none is)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_date32(kind):
        found = _filled(column.cast(pa.int32()), BLANK_DAY).astype("int32", copy=False)
    else:
        if pa.types.is_timestamp(kind) and kind.tz is not None:
            column = pc.local_timestamp(column.cast(pa.timestamp(kind.unit, tz=timezone)))
        ticks = _TICKS["ms" if pa.types.is_date64(kind) else kind.unit]
        count = _filled(column.cast(pa.int64()), BLANK_DAY * ticks if ticks < 10**9 else np.iinfo("int64").min)
        found = np.clip(count // ticks, BLANK_DAY, 2**30).astype("int32")
        if column.null_count:  # a moment in microseconds reaches no day so far back
            found[column.is_null().to_numpy()] = BLANK_DAY
    known = found[found != BLANK_DAY] if column.null_count else found
    if not len(known) or (known.min() > _PLACEHOLDERS.max() and known.max() < _LAST):
        return found, None
    # a zone east of Greenwich makes the last moment of all the day after
    found = np.where((found == _NO_END) | (found == _NO_END + 1), np.int32(BLANK_DAY), found)
    odd = (found < _FIRST) | (found >= _LAST) | np.isin(found, _PLACEHOLDERS)
    return found, odd & (found != BLANK_DAY)


def numbers(column: pa.ChunkedArray) -> Floats:
    """The numbers; NaN for a blank."""
    import pyarrow as pa

    found: Floats = _filled(column.cast(pa.float64(), safe=False), np.nan)
    return found


def _filled(column: pa.ChunkedArray, blank: Any) -> Any:
    if column.null_count:
        column = column.fill_null(blank)
    return column.to_numpy()
