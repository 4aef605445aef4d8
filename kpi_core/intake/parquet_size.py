"""Whether a parquet file can be unpacked within bounded memory: ten kilobytes can claim terabytes.

Rows are counted in runs, values of lists too, pages are compressed, and one long text stands for all that share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_core.intake.source import IntakeError
from kpi_core.intake.workbook_size import MOST_BYTES, MOST_CELLS

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MOST_LISTED = 1_000_000  # values in lists, which no figure is computed from


def check_size(file: pq.ParquetFile, label: str) -> None:
    """Raises IntakeError where the file's own directory claims too many values or bytes; nothing is read yet."""
    about = file.metadata
    groups = [about.row_group(number) for number in range(about.num_row_groups)]
    chunks = [group.column(place) for group in groups for place in range(group.num_columns)]
    values = max(about.num_rows * about.num_columns, sum(chunk.num_values for chunk in chunks))
    if values > MOST_CELLS:
        raise IntakeError("table_too_large", file=label, found=values, most=MOST_CELLS)
    listed = [place for place in range(len(file.schema)) if file.schema.column(place).max_repetition_level]
    values = sum(group.column(place).num_values for group in groups for place in listed)
    if values > MOST_LISTED:
        raise IntakeError("lists_too_long", file=label, found=values, most=MOST_LISTED)
    _check_bytes(sum(chunk.total_uncompressed_size for chunk in chunks), label)


def texts_of(file: pq.ParquetFile) -> list[str]:
    """The columns of texts, to be read as dictionaries: a text that many rows share is then held once."""
    kinds = [file.schema.column(place) for place in range(len(file.schema))]
    return [kind.path for kind in kinds if kind.physical_type == "BYTE_ARRAY" and kind.max_repetition_level == 0]


def check_texts(table: pa.Table, label: str) -> None:
    """Raises IntakeError where the texts of all rows, each written out, would be too large."""
    import pyarrow as pa
    import pyarrow.compute as pc

    total = 0
    for column in table.columns:
        for chunk in column.chunks:
            if pa.types.is_dictionary(chunk.type) and _is_text(chunk.type.value_type):
                lengths = pc.binary_length(chunk.dictionary).cast(pa.int64())
                total += pc.sum(lengths.take(chunk.indices)).as_py() or 0
                _check_bytes(total, label)


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    known = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(is_kind(kind) for is_kind in known)


def _check_bytes(found: int, label: str) -> None:
    if found > MOST_BYTES:
        raise IntakeError("texts_too_large", file=label, found=found // 1024**2, most=MOST_BYTES // 1024**2)
