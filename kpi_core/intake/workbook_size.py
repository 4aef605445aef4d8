"""Whether a workbook can be unpacked within bounded memory: checked before anything is built from its cells.

A few kilobytes of zip can claim terabytes: parts that unpack without end, two cells in opposite corners of a sheet,
one long text shared by millions of cells. Each is measured on the bytes, never by building it.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kpi_core.intake.source import IntakeError

MOST_BYTES = 2 * 1024**3  # of all parts unpacked, and of all texts that the cells hold
EMPTY_CELLS = 4_000_000  # of an area in which hardly a cell is filled: a stray cell far below or far to the right
MOST_CELLS = 40_000_000  # of all sheets, each from A1 to its last row and column: a full sheet of 38 columns

_SPARSEST = 20  # cells of an area to one that is there
_COLUMN_BITS = 26  # in which MOST_CELLS has room
_PROLOGUE = 4096  # bytes of a part in which a document type could stand
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_SHARED = re.compile(rb'<(?:\w+:)?c\b(?=[^<>]*\bt="s")[^<>]*>\s*<(?:\w+:)?v>(\d+)<')
_TEXT = re.compile(rb"<(?:\w+:)?si\b.*?(?:</(?:\w+:)?si>|$)", re.DOTALL)
_Bytes = np.ndarray[Any, np.dtype[np.uint8]]
_Places = np.ndarray[Any, np.dtype[np.int64]]
_Flags = np.ndarray[Any, np.dtype[np.bool_]]
_CHUNK = 32 * 1024**2  # bytes measured at once
_LONGEST = 10  # letters, and digits, of a cell's place that are read
_PLACE = 4 + 2 * _LONGEST  # the bytes of ' r="XFD1048576'


def check_size(package: zipfile.ZipFile, label: str) -> None:
    """Raises IntakeError where the workbook is too large to read, or holds what Excel never writes.

    That is a document type, a part twice, and a cell twice, of which readers would show one and drop the other.
    """
    names = Counter(part.filename.casefold() for part in package.infolist())
    if twice := next((name for name, count in names.items() if count > 1), None):
        raise IntakeError("workbook_part_twice", file=label, found=twice)
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
    cells = filled = 0
    for part in package.infolist():
        if "worksheets/" in part.filename.casefold() and part.filename.casefold().endswith(".xml"):
            xml = package.read(part)
            area, there = _area(xml)
            cells, filled = cells + area, filled + there
            most = min(MOST_CELLS, max(EMPTY_CELLS, _SPARSEST * filled))
            if cells > most:
                raise IntakeError("sheet_too_large", file=label, found=cells, most=most)
            _check_sheet(xml, strings, label)


def _check_sheet(xml: bytes, strings: list[int], label: str) -> None:
    if place := _twice(xml):
        raise IntakeError("cell_twice", file=label, found=place)
    longest = max(strings, default=0)
    if longest * xml.count(b't="s"') <= MOST_BYTES:
        return
    held = sum(strings[place] * count for place, count in _shared(xml).items() if place < len(strings))
    if held > MOST_BYTES:
        raise IntakeError("workbook_too_large", file=label, found=_megabytes(held), most=_megabytes(MOST_BYTES))


def _area(xml: bytes) -> tuple[int, int]:
    """Rows times columns up to the sheet's farthest cells, and how many cells are there at all."""
    width = height = there = 0
    for column, row in _cells(xml):
        width, height = max(width, int(column.max(initial=0))), max(height, int(row.max(initial=0)))
        there += len(row)
    return width * height, there


def _twice(xml: bytes) -> str:
    """A cell that stands twice in a sheet, "" where none does. Cells in ascending order need no list of all of them."""
    last = -1
    for column, row in _cells(xml):
        keys = row << _COLUMN_BITS | column
        if len(keys) and (keys[0] <= last or (np.diff(keys) <= 0).any()):
            break
        last = int(keys[-1]) if len(keys) else last
    else:
        return ""
    keys, counts = np.unique(
        np.concatenate([row << _COLUMN_BITS | column for column, row in _cells(xml)]), return_counts=True
    )
    if (counts < 2).all():
        return ""
    line, place = divmod(int(keys[counts > 1][0]), 1 << _COLUMN_BITS)
    letters = ""
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{line}"


def _cells(xml: bytes) -> Iterator[tuple[_Places, _Places]]:
    """Columns and rows of the cells, chunk by chunk: what stands in r="..." with letters and digits."""
    for start in range(0, len(xml), _CHUNK):
        signs = np.frombuffer(xml[start : start + _CHUNK + _PLACE] + bytes(_PLACE), dtype="uint8")
        here = signs[: _CHUNK + 3]
        begins = (here[:-3] <= ord(" ")) & (here[1:-2] == ord("r")) & (here[2:-1] == ord("=")) & (here[3:] == ord('"'))
        at = np.flatnonzero(begins) + 4
        at, column = _read_off(signs, at[_is_letter(signs[at])], _is_letter, 26, ord("A") - 1)
        at, row = _read_off(signs, at, _is_digit, 10, ord("0"))
        yield column, row


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
