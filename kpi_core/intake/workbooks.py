"""An .xlsx workbook: every sheet's cells with their types, error cells by name, and the date system."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from kpi_core.intake.filled_workbooks import is_filled
from kpi_core.intake.source import IntakeError
from kpi_core.intake.workbook_size import check_size

# How a formula that no program has computed comes out: no value is not a blank.
UNCALCULATED = "#UNCALCULATED"

_FORMULA = rb"<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b([^<>]*\bt="e"[^<>]*)>\s*(?:' + _FORMULA + rb")?(?:<(?:\w+:)?v>([^<]*)<)?")
_FORMULA_ALONE = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*)>\s*" + _FORMULA + rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# What zipfile and the XML parser raise for a damaged package: RuntimeError for an encrypted or unknown member.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    KeyError,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
)
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def workbook_rows(content: bytes, label: str) -> Iterator[tuple[str, list[list[Any]], list[int], bool]]:
    """Name, rows, line numbers and whether days count from 1904, sheet by sheet; empty sheets are left out."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if is_filled(package):
                raise IntakeError("filled_workbook", file=label)
            check_size(package, label)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        parts, epoch_1904 = _parts(content)
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if not any(cell != "" for row in rows for cell in row):
                continue
            # calamine hands an error and a formula without a value over as blanks, which they are not
            for row, column, error in _not_blank(content, parts.get(name, "")):
                if row < len(rows) and column < len(rows[row]):
                    rows[row][column] = error
            yield name, rows, list(range(1, len(rows) + 1)), epoch_1904
    except (CalamineError, *_DAMAGED) as error:
        raise IntakeError("not_a_workbook", file=label) from error


def _parts(content: bytes) -> tuple[dict[str, str], bool]:
    """Which part of the package holds which sheet, and the date system."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))
        links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id", ""): link.get("Target", "").lstrip("/") for link in links}
    parts = {sheet.get("name", ""): targets.get(sheet.get(_LINK, ""), "") for sheet in book.iter(f"{_NS}sheet")}
    properties = book.find(f"{_NS}workbookPr")
    epoch = properties is not None and properties.get("date1904", "0") in {"1", "true"}
    return {name: part if part.startswith("xl/") else f"xl/{part}" for name, part in parts.items()}, epoch


def _not_blank(content: bytes, part: str) -> Iterator[tuple[int, int, str]]:
    """Row, column and error of each error cell, and of each formula without a value; "" stands for an empty text."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        xml = package.read(part)  # KeyError where the workbook names a part that is not there
    if b't="e"' in xml:
        for attributes, error in _ERROR_CELL.findall(xml):
            yield from _placed(attributes, error.decode() or UNCALCULATED)
    if b"<f" in xml or b":f" in xml:
        for attributes in _FORMULA_ALONE.findall(xml):
            if b't="str"' not in attributes:
                yield from _placed(attributes, UNCALCULATED)


def _placed(attributes: bytes, error: str) -> Iterator[tuple[int, int, str]]:
    if found := _PLACE.search(attributes):
        column = 0
        for letter in found[1]:
            column = column * 26 + letter - 64
        yield int(found[2]) - 1, column - 1, error
