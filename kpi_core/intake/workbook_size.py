"""Whether a workbook can be unpacked within bounded memory: checked before anything is built from its cells.

A few kilobytes of zip can claim terabytes: parts that unpack without end, two cells in opposite corners of a sheet,
one long text shared by millions of cells. Each is measured on the bytes, never by building it.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from kpi_core.intake.source import IntakeError

MOST_BYTES = 2 * 1024**3  # of all parts unpacked, and of all texts that the cells hold
MOST_CELLS = 40_000_000  # of a sheet, from A1 to its last row and column: a full sheet of 38 columns

_PROLOGUE = 4096  # bytes of a part in which a document type could stand
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_SHARED = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="s")[^>]*>\s*<(?:\w+:)?v>(\d+)<')
_TEXT = re.compile(rb"<(?:\w+:)?si\b.*?(?:</(?:\w+:)?si>|$)", re.DOTALL)
_Bytes = np.ndarray[Any, np.dtype[np.uint8]]
_Places = np.ndarray[Any, np.dtype[np.int64]]
_Flags = np.ndarray[Any, np.dtype[np.bool_]]
_CHUNK, _LONGEST = 32 * 1024**2, 10  # bytes measured at once; XFD1048576


def check_size(package: zipfile.ZipFile, label: str) -> None:
    """Raises IntakeError where the workbook is too large to read, or holds a document type: no Excel writes one."""
    claimed = sum(part.file_size for part in package.infolist())
    if claimed > MOST_BYTES:
        raise IntakeError("workbook_too_large", file=label, found=_megabytes(claimed), most=_megabytes(MOST_BYTES))
    strings: list[int] = []
    for part in package.infolist():
        with package.open(part) as opened:
            if _DOCTYPE.search(opened.read(_PROLOGUE)):
                raise IntakeError("workbook_doctype", file=label, found=part.filename)
        # a part is never read beyond its claim: zipfile stops there and finds the checksum wrong
        if part.filename.casefold().endswith("sharedstrings.xml"):
            strings = [len(text[0]) for text in _TEXT.finditer(package.read(part))]
    for part in package.infolist():
        if "worksheets/" in part.filename.casefold() and part.filename.casefold().endswith(".xml"):
            _check_sheet(package.read(part), strings, label)


def _check_sheet(xml: bytes, strings: list[int], label: str) -> None:
    cells = _area(xml)
    if cells > MOST_CELLS:
        raise IntakeError("sheet_too_large", file=label, found=cells, most=MOST_CELLS)
    longest = max(strings, default=0)
    if longest * xml.count(b't="s"') <= MOST_BYTES:
        return
    held = sum(strings[place] * count for place, count in _shared(xml).items() if place < len(strings))
    if held > MOST_BYTES:
        raise IntakeError("workbook_too_large", file=label, found=_megabytes(held), most=_megabytes(MOST_BYTES))


def _area(xml: bytes) -> int:
    """Rows times columns up to the sheet's farthest cells."""
    width = height = 0
    for start in range(0, len(xml), _CHUNK):
        signs = np.frombuffer(xml[start : start + _CHUNK + _LONGEST] + bytes(_LONGEST), dtype="uint8")
        at = np.flatnonzero((signs[:-2] == ord("r")) & (signs[1:-1] == ord("=")) & (signs[2:] == ord('"'))) + 3
        at, column = _read_off(signs, at[_is_letter(signs[at])], _is_letter, 26, ord("A") - 1)
        at, row = _read_off(signs, at, _is_digit, 10, ord("0"))
        width, height = max(width, int(column.max(initial=0))), max(height, int(row.max(initial=0)))
    return width * height


def _read_off(
    signs: _Bytes, at: _Places, belongs: Callable[[_Bytes], _Flags], base: int, zero: int
) -> tuple[_Places, _Places]:
    """The numbers whose digits begin at these places, and where they end."""
    at, number = at.copy(), np.zeros(len(at), dtype="int64")
    going = np.arange(len(at))
    for _ in range(_LONGEST):
        going = going[belongs(signs[at[going]])]
        if not len(going):
            break
        number[going] = number[going] * base + signs[at[going]] - zero
        at[going] += 1
    return at, number


def _is_letter(signs: _Bytes) -> _Flags:
    return (signs >= ord("A")) & (signs <= ord("Z"))


def _is_digit(signs: _Bytes) -> _Flags:
    return (signs >= ord("0")) & (signs <= ord("9"))


def _shared(xml: bytes) -> Counter[int]:
    return Counter(int(found[1]) for found in _SHARED.finditer(xml))


def _megabytes(size: int) -> int:
    return size // 1024**2
