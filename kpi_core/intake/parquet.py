"""A parquet file as rows of typed cells."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from kpi_core.intake.source import IntakeError
from kpi_core.intake.workbook_size import MOST_CELLS

if TYPE_CHECKING:
    import pyarrow as pa


def parquet_rows(content: bytes, label: str) -> tuple[list[list[Any]], list[int]]:
    """The names and the rows, numbered from 1. Raises IntakeError for what cannot be read or claims too much."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(content))
        cells = file.metadata.num_rows * file.metadata.num_columns
        if cells > MOST_CELLS:
            raise IntakeError("table_too_large", file=label, found=cells, most=MOST_CELLS)
        table = file.read()
        columns = [_cells(column) for column in table.columns]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise IntakeError("not_parquet", file=label, found=type(error).__name__) from error
    rows = [list(table.column_names), *(list(row) for row in zip(*columns, strict=True))]
    return rows, list(range(1, len(rows) + 1))


def _cells(column: pa.ChunkedArray) -> list[Any]:
    """A column's values, "" for a null; bytes and nested values as text."""
    import pyarrow as pa

    values = column.to_pylist()
    if pa.types.is_nested(column.type):
        return ["" if cell is None else str(cell) for cell in values]
    return ["" if cell is None else _text(cell) if isinstance(cell, bytes) else cell for cell in values]


def _text(cell: bytes) -> str:
    """Bytes that are UTF-8 as text, others by their hexadecimal digits."""
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return cell.hex()
