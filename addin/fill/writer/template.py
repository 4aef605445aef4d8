"""Content into a template: the only module of the filler that knows how a workbook is written (openpyxl)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from addin.fill.content import Cell, Content, Formula, Outline, Rows, Value
from addin.fill.words import FillError
from addin.fill.writer.cached import with_figures, with_values
from addin.fill.writer.charts import drop, follow, restored
from addin.fill.writer.colours import coloured
from addin.fill.writer.places import Body, bounds, column_width
from addin.fill.writer.row_heights import height
from workbook_templates import contract
from workbook_templates.archive import STILL, packed

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_REPEATED = re.compile(r"=([A-Za-z_]\w*)")


class Template:
    """A template workbook in memory, filled as often as wanted."""

    def __init__(self, path: Path) -> None:
        """Read it. Raises FillError where that cannot be done."""
        self._path = path
        try:
            self._bytes = path.read_bytes()
            workbook = self._load()
        except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
            raise FillError("errors.unreadable_template", file=path.name, why=_first_line(error)) from error
        self.outline = Outline(frozenset(_places(workbook)), _columns(workbook))

    def filled(self, content: Content) -> bytes:
        """The workbook with the content in it. The same content gives the same bytes."""
        sheets = _Filling(self._path.name, self._load())
        sheets.fill(content)
        return packed(sheets.workbook, content.created or STILL, sheets.with_cached_values)

    def _load(self) -> Workbook:
        return load_workbook(io.BytesIO(self._bytes), rich_text=True)


@dataclass
class _Filling:
    file: str
    workbook: Workbook
    cached: dict[str, dict[str, str | float]] = field(default_factory=dict)  # by sheet title, by address
    figures: dict[str, dict[str, float]] = field(default_factory=dict)  # by sheet title, by address
    shown: dict[str, Value] = field(default_factory=dict)  # the values of the filled names

    def fill(self, content: Content) -> None:
        bodies = {name: self._table(name, rows) for name, rows in content.tables.items() if name in self._tables()}
        places = _places(self.workbook)
        for name, cell in content.cells.items():
            for sheet, at in places.get(name, ()):
                self._named(name, sheet[at], cell)
        self._repeat()
        coloured(content.colours, places, bodies)
        drop(self.workbook, content.without_charts, bodies)
        for sheet in self.workbook.worksheets:
            self._fit_rows(sheet)
        restored(self.workbook)
        if content.title:
            self.workbook.properties.title = content.title
        self.workbook.calculation.fullCalcOnLoad = True
        self.workbook.active = 0

    def with_cached_values(self, part: str, data: bytes) -> bytes:
        """A sheet's part with the values of its formulas; every other part as it is."""
        for number, sheet in enumerate(self.workbook.worksheets, start=1):
            if part == f"xl/worksheets/sheet{number}.xml":
                data = with_figures(data, self.figures.get(sheet.title, {}))
                return with_values(data, self.cached.get(sheet.title, {}))
        return data

    def _tables(self) -> dict[str, tuple[Worksheet, Table]]:
        return {
            table.displayName: (sheet, table) for sheet in self.workbook.worksheets for table in sheet.tables.values()
        }

    def _named(self, name: str, target: Any, cell: Cell) -> None:
        if isinstance(target, MergedCell):
            raise FillError("errors.merged_cell", name=name, cell=target.coordinate)
        if target.data_type == "f" and not isinstance(cell.value, Formula):
            raise FillError("errors.formula_cell", name=name, cell=target.coordinate)
        self._write(target, cell.value, cell.number_format)
        if cell.value not in (None, ""):
            target.parent.row_dimensions[target.row].hidden = False  # rows wait hidden for what is seldom said
        self.shown[name] = cell.value.value if isinstance(cell.value, Formula) else cell.value

    def _write(self, target: Any, value: Value, number_format: str = "") -> None:
        """Set a value. Text stays text: "=1+1", "#N/A" and "0012" are never formulas, errors or numbers."""
        shape = number_format or target.number_format
        if isinstance(value, Formula):
            target.value = f"={value.text}"
            self.cached.setdefault(target.parent.title, {})[target.coordinate] = value.value
        elif isinstance(value, str):
            target.value = _written(value)
            if value:
                target.data_type = "s"
            target.quotePrefix = value.startswith(_RISKY)
        else:
            target.value = value
            if isinstance(value, float) and float(f"{value:.16g}") != value:
                self.figures.setdefault(target.parent.title, {})[target.coordinate] = value
        if not (isinstance(value, date) and shape == "General"):
            target.number_format = shape

    def _table(self, name: str, rows: Rows) -> Body:
        sheet, table = self._tables()[name]
        left, top, right, bottom = bounds(table.ref)
        first = top + 1
        ids = _ids(sheet, table)
        body = Body(sheet, {column: left + i for i, column in enumerate(ids) if column}, first, bottom)
        last = top + max(1, len(rows.rows))
        self._room(sheet, table, bottom, last)
        self._rows_styled(sheet, left, right, first, bottom, last)
        self._clear(body, max(last, bottom))
        for i, row in enumerate(rows.rows):
            for key, value in row.items():
                if key in body.columns:
                    given = value if isinstance(value, Cell) else Cell(value, rows.formats.get(key, ""))
                    target = sheet.cell(first + i, body.columns[key])
                    self._write(target, self._in_row(given.value, body, first + i), given.number_format)
        if not rows.rows and rows.empty:
            self._write(sheet.cell(first, left), rows.empty)
        for key, text in rows.headers.items():
            if key in body.columns:
                sheet.cell(top, body.columns[key]).value = text
                table.tableColumns[body.columns[key] - left].name = text
        grown = Body(sheet, body.columns, first, last)
        follow(self.workbook, body, grown)
        table.ref = f"{sheet.cell(top, left).coordinate}:{sheet.cell(last, right).coordinate}"
        if table.autoFilter is not None:
            table.autoFilter.ref = table.ref
        return grown

    def _room(self, sheet: Worksheet, table: Table, bottom: int, last: int) -> None:
        left, _, right, _ = bounds(table.ref)
        for number in range(bottom + 1, last + 1):
            if any(sheet.cell(number, column).value is not None for column in range(left, right + 1)):
                wanted = last - bottom + 1
                raise FillError("errors.no_room", table=table.displayName, sheet=sheet.title, row=number, rows=wanted)

    def _rows_styled(self, sheet: Worksheet, left: int, right: int, first: int, bottom: int, last: int) -> None:
        """New rows look like the first one."""
        for number in range(bottom + 1, last + 1):
            for column in range(left, right + 1):
                like: Any = sheet.cell(first, column)
                new: Any = sheet.cell(number, column)
                new._style = copy(like._style)

    def _clear(self, body: Body, last: int) -> None:
        for column in body.columns.values():
            for number in range(body.first, last + 1):
                cell: Any = body.sheet.cell(number, column)
                cell.value = None

    def _in_row(self, value: Value, body: Body, row: int) -> Value:
        if not isinstance(value, Formula):
            return value
        text = body.formula(value.text, row)
        return value.value if text is None else Formula(text, value.value)

    def _repeat(self) -> None:
        """Formulas that only repeat a filled name (=report_subtitle) get its value as their stored one."""
        for sheet in self.workbook.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    found = (
                        _REPEATED.fullmatch(cell.value)
                        if cell.data_type == "f" and isinstance(cell.value, str)
                        else None
                    )
                    if found and found[1] in self.shown:
                        value = self.shown[found[1]]
                        known = self.cached.setdefault(sheet.title, {})
                        known.setdefault(cell.coordinate, _stored(value))

    def _fit_rows(self, sheet: Worksheet) -> None:
        """Give rows with wrapped text the height that it needs, unless the template sets one."""
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if sheet.row_dimensions[number].height is not None:
                continue
            heights = [self._height(sheet, cell) for cell in row if cell.alignment.wrap_text and cell.value is not None]
            needed = max(heights, default=0.0)
            if needed > 15:
                sheet.row_dimensions[number].height = round(needed * 4) / 4

    def _height(self, sheet: Worksheet, cell: Any) -> float:
        text = cell.value
        if cell.data_type == "f":
            text = self.cached.get(sheet.title, {}).get(cell.coordinate, "")
        font = cell.font
        return height(str(text), column_width(sheet, cell.column), float(font.sz or 10), bold=bool(font.b))


def _places(workbook: Workbook) -> dict[str, list[tuple[Worksheet, str]]]:
    """Where each defined name points; those that point at nothing (any more) are left out."""
    found: dict[str, list[tuple[Worksheet, str]]] = {}
    for name, defined in _defined(workbook):
        for title, ref in defined.destinations:
            if title in workbook.sheetnames:
                first = ref.replace("$", "").partition(":")[0]  # of a merged area, the cell that holds its value
                found.setdefault(name, []).append((workbook[title], first))
    return found


def _defined(workbook: Workbook) -> Iterator[tuple[str, Any]]:
    yield from workbook.defined_names.items()
    for sheet in workbook.worksheets:
        yield from sheet.defined_names.items()


def _columns(workbook: Workbook) -> Mapping[str, tuple[str, ...]]:
    return {
        table.displayName: tuple(_ids(sheet, table))
        for sheet in workbook.worksheets
        for table in sheet.tables.values()
        if table.displayName in contract.tables()
    }


def _ids(sheet: Worksheet, table: Table) -> list[str]:
    left, top, right, _ = bounds(table.ref)
    headers = [str(sheet.cell(top, column).value or "") for column in range(left, right + 1)]
    return contract.column_ids(table.displayName, headers)


def _written(text: str) -> str:
    """Text as the file format wants it: control characters and what looks like their escapes are escaped."""
    escaped = _ESCAPED.sub("_x005F_", text)
    return _ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", escaped)


def _stored(value: Value) -> str | float:
    if isinstance(value, date):
        return float((value - date(1899, 12, 30)).days)
    return value if isinstance(value, str | int | float) else ""


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
