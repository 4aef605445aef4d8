"""A file as rows of cells, before anything is known about their meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kpi_core.intake.delimited import delimited_rows
from kpi_core.intake.encoding import BY_STATISTICS, decoded
from kpi_core.intake.parquet import parquet_rows
from kpi_core.intake.source import Declared, IntakeError, Remark
from kpi_core.intake.workbooks import workbook_rows

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
_OTHER_FORMATS = {b"%PDF": "PDF", b"\x1f\x8b": "gzip", b"{\\rt": "RTF", b"\x89PNG": "PNG"}


@dataclass
class RawSheet:
    """The rows of one file or sheet with the line on which each begins (1 = the first line).

    Cells are text in a text file; in a workbook and a parquet file they keep their types.
    """

    path: Path
    label: str
    sheet: str | None
    sha256: str
    size: int
    rows: Sequence[Sequence[Any]]
    lines: Sequence[int]
    encoding: str = ""
    delimiter: str = ""
    epoch_1904: bool = False
    notes: tuple[Remark, ...] = field(default=())


def raw_sheets(path: Path, label: str, declared: Declared) -> Iterator[RawSheet]:
    """Every sheet of a workbook, or the one table of another file; the content decides, not the extension.

    Raises IntakeError for what is no table: an empty, locked, encrypted or foreign file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IntakeError("unreadable", file=label, found=error.strerror or type(error).__name__) from error
    digest, size = hashlib.sha256(content).hexdigest(), len(content)
    if not content.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise IntakeError("empty_file", file=label)
    if content.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise IntakeError("password" if locked else "old_excel", file=label)
    if content.startswith(_ZIP):
        notes = () if path.suffix.casefold() in {".xlsx", ".xlsm"} else (Remark("note.content_is_xlsx"),)
        for sheet, rows, lines, epoch in workbook_rows(content, label):
            yield RawSheet(path, label, sheet, digest, size, rows, lines, "xlsx", epoch_1904=epoch, notes=notes)
        return
    if content.startswith(_PARQUET):
        columns, places = parquet_rows(content, label)
        yield RawSheet(path, label, None, digest, size, columns, places, "parquet")
        return
    for magic, name in _OTHER_FORMATS.items():
        if content.startswith(magic):
            raise IntakeError("not_a_table", file=label, found=name)
    if content.lstrip()[:100].lower().startswith((b"<html", b"<!doctype html", b"<?xml")):
        raise IntakeError("not_a_table", file=label, found="HTML")
    text, encoding = decoded(content, path, declared.encoding)
    guessed = (
        (Remark("note.encoding_guessed", {"found": encoding}),)
        if encoding in BY_STATISTICS and not declared.encoding
        else ()
    )
    records, starts, delimiter, remarks = delimited_rows(text, label, declared.delimiter)
    yield RawSheet(path, label, None, digest, size, records, starts, encoding, delimiter, notes=(*guessed, *remarks))
