"""Templates for tests: made by XlsxWriter, and changed as other programs would have written them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import xlsxwriter
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from benchmarks.sameness import members

SHEET = "xl/worksheets/sheet1.xml"


def made(write: Callable[[xlsxwriter.Workbook], object], **options: object) -> bytes:
    """The workbook that `write` makes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, **options})
    write(book)
    book.close()
    return target.getvalue()


def board(
    cells: Mapping[str, object] | None = None, names: Mapping[str, str] | None = None, **options: object
) -> bytes:
    """A workbook with one sheet "Board" that holds these cells and defined names."""

    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        for address, value in (cells or {}).items():
            sheet.write(address, value)
        for name, reference in (names or {}).items():
            book.define_name(name, f"={reference}")

    return made(write, **options)


def repacked(data: bytes, changes: Mapping[str, bytes | Callable[[bytes], bytes] | None]) -> bytes:
    """The package with parts replaced, changed, added or (None) left out."""
    parts: dict[str, bytes] = members(data)
    for name, change in changes.items():
        if change is None:
            del parts[name]
        else:
            parts[name] = change(parts[name]) if callable(change) else change
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def part(data: bytes, name: str = SHEET) -> str:
    """The text of a part."""
    return members(data)[name].decode("utf-8")


def read_back(data: bytes, sheet: str = "Board") -> Callable[[str], Any]:
    """What openpyxl reads in a cell of the workbook."""
    book = load_workbook(io.BytesIO(data), data_only=True)
    return lambda address: book[sheet][address].value


def formulas(data: bytes, sheet: str = "Board") -> Callable[[str], Any]:
    """What openpyxl reads in a cell, formulas as text."""
    book = load_workbook(io.BytesIO(data))
    return lambda address: book[sheet][address].value


def calamine_rows(data: bytes, sheet: str = "Board") -> list[list[Any]]:
    """What calamine reads on a sheet, from A1 on."""
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
