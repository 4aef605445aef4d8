"""Text with a delimiter: which one, and the records with the physical line on which each begins."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence

from kpi_core.intake.source import IntakeError, Remark

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 200_000


def delimited_rows(
    text: str, label: str, declared: str | None = None
) -> tuple[Sequence[Sequence[str]], Sequence[int], str, tuple[Remark, ...]]:
    """All records, their first lines, the delimiter and remarks. Raises IntakeError where a quote never closes."""
    notes: list[Remark] = []
    if nulls := text.count("\0"):
        text = text.replace("\0", "")
        notes.append(Remark("note.null_bytes", {"count": nulls}))
    stated = text[:6].lower().startswith("sep=") and len(text) > 4  # Excel's own way to name the delimiter
    delimiter = declared or (text[4] if stated else delimiter_of(text))
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    line = 1
    for row in reader:
        rows.append(row)
        lines.append(line)
        line = reader.line_num + 1
    if lines and reader.line_num - lines[-1] >= 1:
        tail = "".join(text.splitlines(keepends=True)[lines[-1] - 1 :])
        if tail.count('"') % 2:
            raise IntakeError("quote_open", file=label, row=lines[-1])
    return rows, lines, delimiter, tuple(notes)


def delimiter_of(text: str) -> str:
    """The character that splits the most lines into the same number of cells; a comma where none does."""
    sample = text[:_SAMPLE] if len(text) <= _SAMPLE else text[: text.rfind("\n", 0, _SAMPLE) + 1 or _SAMPLE]
    best, most = ",", 0
    for delimiter in _DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row)
        agreement = max((count * (width - 1) for width, count in widths.items()), default=0)
        if agreement > most:
            best, most = delimiter, agreement
    return best
