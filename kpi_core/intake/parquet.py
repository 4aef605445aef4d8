"""A parquet file as rows of typed cells."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from kpi_core.intake.parquet_size import check_size, check_texts, texts_of
from kpi_core.intake.source import IntakeError

if TYPE_CHECKING:
    import pyarrow as pa


def parquet_rows(content: bytes, label: str) -> tuple[list[list[Any]], list[int]]:
    """The names and the rows, numbered from 1. Raises IntakeError for what cannot be read or claims too much."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(content))
        check_size(file, label)
        file = pq.ParquetFile(io.BytesIO(content), read_dictionary=texts_of(file))
        table = file.read()
        check_texts(table, label)
        columns = [cells(column) for column in table.columns]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise IntakeError("not_parquet", file=label, found=type(error).__name__) from error
    rows = [list(table.column_names), *(list(row) for row in zip(*columns, strict=True))]
    return rows, list(range(1, len(rows) + 1))


def cells(column: pa.ChunkedArray) -> list[Any]:
    """A column's values, "" for a null; bytes and nested values as text."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        return [cell for chunk in column.chunks for cell in _shared_cells(chunk)]
    values = column.to_pylist()
    if pa.types.is_nested(column.type):
        return ["" if cell is None else str(cell) for cell in values]
    return ["" if cell is None else _text(cell) if isinstance(cell, bytes) else cell for cell in values]


def _shared_cells(chunk: pa.DictionaryArray) -> list[Any]:
    """The values of a column that many rows share, each of them made once."""
    import pyarrow as pa

    distinct = cells(pa.chunked_array([chunk.dictionary]))
    return ["" if place is None else distinct[place] for place in chunk.indices.to_pylist()]


def _text(cell: bytes) -> str:
    """Bytes that are UTF-8 as text, others by their hexadecimal digits."""
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return cell.hex()
