"""Whether a filled workbook is its template but for the filled cells: told from the bytes alone, by other means than
those that filled it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from openpyxl.utils import get_column_letter, range_boundaries

_CELL = re.compile(rb"<((?:\w+:)?)c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
_ADDRESS = re.compile(rb'\br="([A-Z]+[0-9]+)"')
_TYPE = re.compile(rb'\st="[^"]*"')
_VALUE = re.compile(rb"<((?:\w+:)?)v(?:/>|(?:\s[^>]*)?>.*?</\1v>)", re.DOTALL)
_FORMULA_TEXT = re.compile(rb"(<(?:\w+:)?f\b[^>]*>)[^<]*")
_SPANS = re.compile(rb'(<(?:\w+:)?row\b[^>]*?)\sspans="[^"]*"')
_NEW_ROW = re.compile(rb'<((?:\w+:)?)row r="\d+"(?:/>|></\1row>)')
_OPEN_ROW = re.compile(rb"<((?:\w+:)?)row([^>]*?)(?<!/)></\1row>")
_OPEN_DATA = re.compile(rb"<((?:\w+:)?)sheetData\s*(?:/>|></\1sheetData>)")
_DIMENSION = re.compile(rb'(<(?:\w+:)?dimension\b[^>]*?\sref=)"[^"]*"')
_ARRAY = re.compile(rb'<(?:\w+:)?f\b[^>]*?\bt="(?:array|dataTable)"[^>]*?\bref="([^"]*)"')
_RULE = re.compile(rb"<((?:\w+:)?)conditionalFormatting\b.*?</\1conditionalFormatting>", re.DOTALL)


class Parts(NamedTuple):
    """How the parts of a filled workbook compare with those of its template."""

    verbatim: int
    touched: tuple[str, ...]
    lost: tuple[str, ...]
    added: tuple[str, ...]


def members(data: bytes) -> dict[str, bytes]:
    """The unpacked members of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def raw_members(data: bytes) -> dict[str, bytes]:
    """The members of a workbook as they lie in the file, compressed."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for info in package.infolist():
            at = info.header_offset
            start = at + 30 + int.from_bytes(data[at + 26 : at + 28], "little")
            start += int.from_bytes(data[at + 28 : at + 30], "little")
            found[info.filename] = data[start : start + info.compress_size]
    return found


def compare(template: bytes, result: bytes) -> Parts:
    """The parts that are the same byte for byte, those that differ, and those that came or went."""
    old, new = members(template), members(result)
    touched = tuple(name for name in old if name in new and old[name] != new[name])
    lost = tuple(name for name in old if name not in new)
    added = tuple(name for name in new if name not in old)
    return Parts(len(old) - len(touched) - len(lost), touched, lost, added)


def _cells_of(area: bytes) -> Iterator[bytes]:
    """The addresses of an area."""
    first, _, last = area.partition(b":")
    (left, top), (right, bottom) = (range_boundaries(corner.decode())[:2] for corner in (first, last or first))
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield f"{get_column_letter(column)}{row}".encode()


def without_fill(sheet: bytes, filled: Collection[str], rules: int = 0, *, lengths: bool = False) -> bytes:
    """A sheet without what a fill may change: the filled cells, results of formulas, the last `rules` conditional
    formats, the extent that the sheet tells. With `lengths` also formulas' texts, which follow a table's length."""
    wanted = {address.encode() for address in filled}
    spilled = {cell for found in _ARRAY.findall(sheet) for cell in _cells_of(found)}

    def cell(found: re.Match[bytes]) -> bytes:
        address = _ADDRESS.search(found[2])
        if address and address[1] in wanted:
            return b""
        inside = found[3] or b""
        if b"<f" not in inside and b":f" not in inside and not (address and address[1] in spilled):
            return found[0]
        attributes = _TYPE.sub(b"", found[2])
        inside = _VALUE.sub(b"", inside)
        if lengths:
            inside = _FORMULA_TEXT.sub(rb"\1", inside)
        return b"<c" + attributes + b">" + inside + b"</c>"

    text = _SPANS.sub(rb"\1", sheet)
    text = _CELL.sub(cell, text)
    text = _NEW_ROW.sub(b"", text)
    text = _OPEN_ROW.sub(rb"<\1row\2/>", text)
    text = _OPEN_DATA.sub(rb"<\1sheetData/>", text)
    text = _DIMENSION.sub(rb'\1""', text)
    if rules:
        prefix = re.search(rb"<((?:\w+:)?)worksheet\b", text)
        own = [found for found in _RULE.finditer(text) if prefix and found[1] == prefix[1]]
        for found in own[-rules:][::-1]:
            text = text[: found.start()] + text[found.end() :]
    return text


def same_but_for(
    template: Mapping[str, bytes],
    result: Mapping[str, bytes],
    filled: Mapping[str, Collection[str]],
    rules: Mapping[str, int],
) -> list[str]:
    """The sheet parts that differ in more than the fill; `filled` and `rules` by the part's name."""
    return [
        part
        for part in template
        if part in result
        and "/worksheets/" in part
        and "_rels" not in part
        and without_fill(template[part], filled.get(part, ()))
        != without_fill(result[part], filled.get(part, ()), rules.get(part, 0))
    ]
