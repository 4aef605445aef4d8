"""Text with a delimiter: which one, and the records with the physical line on which each begins."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from itertools import islice

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
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    stated = text[:6].lower().startswith("sep=") and len(text) > 4  # Excel's own way to name the delimiter
    delimiter = declared or (text[4] if stated else delimiter_of(text))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    line = 1
    for row in reader:
        rows.append(row)
        lines.append(line)
        line = reader.line_num + 1
    if reader.line_num > len(lines):
        notes += _quoted_lines(text, rows, [*lines, line], delimiter, label)
    return rows, lines, delimiter, tuple(notes)


def _quoted_lines(
    text: str, rows: Sequence[Sequence[str]], starts: Sequence[int], delimiter: str, label: str
) -> list[Remark]:
    """Remarks on records of several lines. Raises IntakeError where a quote that nobody closed swallows lines.

    Such a quote is closed by the next one that opens, so that text follows where a delimiter should: strictly read it
    is no record. Where that happens to look right, two lines of the record have as many delimiters as the whole.
    """
    physical = iter(io.StringIO(text, newline=""))
    swallowed: list[int] = []
    for row, first, after in zip(rows, starts, starts[1:], strict=False):
        lines = list(islice(physical, after - first))
        if len(lines) == 1:
            continue
        try:
            list(csv.reader(lines, delimiter=delimiter, strict=True))
        except csv.Error as error:
            raise IntakeError("quote_open", file=label, row=first) from error
        if len(row) > 2 and sum(line.count(delimiter) == len(row) - 1 for line in lines) > 1:
            swallowed.append(first)
    if not swallowed:
        return []
    return [Remark("note.rows_in_cell", {"count": len(swallowed), "row": swallowed[0]})]


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
