"""Where everything lies in a sheet's XML: its sections, rows and cells, by byte offsets that expat reports."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from addin.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, column_of, read_area
from addin.ooxml.errors import FillError
from addin.ooxml.workbook_part import MAIN
from addin.ooxml.xml_part import Element, Part, parse, parser_of, tag_end, unescaped, whole_number

_DIGITS = "0123456789"
_MOST_NESTED = 60
_RULE_PRIORITY = re.compile(rb"""\bpriority\s*=\s*["'](\d{1,9})["']""")


class FormulaSpan(NamedTuple):
    """A cell's formula: data[start:end] is its element; `kind` is normal, shared, array or dataTable."""

    start: int
    end: int
    kind: str
    text: str
    area: Area | None
    group: str | None


class CellSpan(NamedTuple):
    """A cell: data[start:end] is its element, `value` the extent of its v or is element."""

    row: int
    column: int
    start: int
    inner: int
    end: int
    style: str | None
    kind: str
    phonetic: bool
    metadata: str | None
    formula: FormulaSpan | None
    value: tuple[int, int] | None

    @property
    def empty(self) -> bool:
        """Whether the cell holds neither value nor formula: only a look."""
        return self.value is None and self.formula is None


@dataclass(slots=True)
class RowSpan:
    """A row: data[start:inner] is its start tag, data[inner:after] its cells, data[start:end] all of it."""

    number: int
    start: int
    inner: int
    attributes: dict[str, str]
    after: int = 0
    end: int = 0
    cells: list[CellSpan] = field(default_factory=list)

    @property
    def style(self) -> str | None:
        """The style that the row gives to cells that it does not list."""
        return self.attributes.get("s") if self.attributes.get("customFormat") in ("1", "true") else None

    @property
    def hidden(self) -> bool:
        """Whether the row is hidden, by hand or by a filter."""
        return self.attributes.get("hidden") in ("1", "true")

    def cell(self, column: int) -> CellSpan | None:
        """The cell of a column, where the row lists it."""
        place = bisect_left(self.cells, column, key=lambda cell: cell.column)
        return self.cells[place] if place < len(self.cells) and self.cells[place].column == column else None

    def place_of(self, column: int) -> int:
        """Where in the bytes a cell of this column that the row does not list belongs."""
        place = bisect_left(self.cells, column, key=lambda cell: cell.column)
        return self.cells[place].start if place < len(self.cells) else self.after


@dataclass(slots=True)
class SheetMap:
    """The places of a sheet part. With `whole` false only cells with formulas are listed."""

    part: Part
    whole: bool
    prefix: str
    root: Element
    sections: list[Element]
    rows: dict[int, RowSpan]
    numbers: list[int]
    ordered: bool
    formulas: list[CellSpan]
    spilled: list[tuple[CellSpan, Area]]

    def section(self, name: str) -> Element | None:
        """The first child of the worksheet of this name."""
        return next((each for each in self.sections if each.local == name), None)

    def cell(self, row: int, column: int) -> CellSpan | None:
        """The cell, where the sheet lists it."""
        found = self.rows.get(row)
        return found.cell(column) if found else None

    def row_place(self, number: int) -> int:
        """Where in the bytes a row that the sheet does not list belongs."""
        place = bisect_left(self.numbers, number)
        if place < len(self.numbers):
            return self.rows[self.numbers[place]].start
        data = self.section("sheetData")
        assert data is not None, "a sheet has sheetData"
        return data.after

    def column_style(self, column: int) -> str | None:
        """The style that a column gives to cells that the sheet does not list."""
        columns = self.section("cols")
        for each in columns.children if columns else ():
            first, last = (whole_number(self.part, each.attributes, edge, 0) for edge in ("min", "max"))
            if first <= column <= last:
                return each.attributes.get("style")
        return None

    def merged(self) -> list[Area]:
        """The merged areas."""
        found = self.section("mergeCells")
        areas = []
        for each in found.children if found else ():
            try:
                areas.append(read_area(each.attributes.get("ref", "")))
            except ValueError:
                continue
        return areas

    def text(self, cell: CellSpan) -> str:
        """The text of a cell's v element: a number, an index of the shared strings, a result."""
        if cell.value is None:
            return ""
        start, end = cell.value
        inner = tag_end(self.part.data, start)
        after = self.part.data.rfind(b"</", inner, end)
        return unescaped(self.part.data[inner:after]) if after >= inner else ""

    def highest_priority(self) -> int:
        """The highest priority of the sheet's conditional formats, those of Excel 2010 included."""
        found = _RULE_PRIORITY.findall(self.part.data)
        return max(map(int, found), default=0)


def scan_sheet(part: Part, *, whole: bool) -> SheetMap:
    """Find the places of a sheet part. Raises FillError: not_xml, not_a_worksheet."""
    data = part.data
    parser = parser_of(part)
    depth = 0
    prefix = cell_tag = row_tag = formula_tag = value_tag = text_tag = data_tag = ""
    in_data = False
    root = Element("", {}, 0)
    stack: list[Element] = [root]
    sections: list[Element] = []
    rows: dict[int, RowSpan] = {}
    numbers: list[int] = []
    formulas: list[CellSpan] = []
    spilled: list[tuple[CellSpan, Area]] = []
    arrays: list[Area] = []
    ordered = True
    row: RowSpan | None = None
    column = cell_start = 0
    cell_attributes: dict[str, str] = {}
    formula_start = value_start = -1
    formula_attributes: dict[str, str] = {}
    formula: FormulaSpan | None = None
    value: tuple[int, int] | None = None

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, in_data, row, column, cell_start, cell_attributes, formula, value, ordered
        nonlocal formula_start, formula_attributes, value_start
        depth += 1
        if in_data:
            if depth == 4:
                cell_start = parser.CurrentByteIndex
                cell_attributes = attributes
                formula = value = None
                address = attributes.get("r")
                if address:
                    previous, column = column, column_of(address.rstrip(_DIGITS))
                    if column <= previous or column > LAST_COLUMN:
                        ordered = False
                else:
                    column += 1
            elif depth == 5:
                if name in (value_tag, text_tag):
                    value_start = parser.CurrentByteIndex
                elif name == formula_tag:
                    formula_start = parser.CurrentByteIndex
                    formula_attributes = attributes
            elif depth == 3:
                start = parser.CurrentByteIndex
                number = whole_number(part, attributes, "r", numbers[-1] + 1 if numbers else 1)
                if (numbers and number <= numbers[-1]) or number > LAST_ROW:
                    ordered = False
                row = RowSpan(number, start, tag_end(data, start), attributes)
                column = 0
            return
        if depth > _MOST_NESTED:
            raise FillError("not_xml", file=part.file, part=part.name, reason=f"> {_MOST_NESTED}")
        start = parser.CurrentByteIndex
        element = Element(name, attributes, start, tag_end(data, start))
        if depth == 1:
            begin(element)
        elif depth == 2:
            sections.append(element)
            in_data = name == data_tag
        stack[-1].children.append(element)
        stack.append(element)

    def begin(element: Element) -> None:
        nonlocal prefix, cell_tag, row_tag, formula_tag, value_tag, text_tag, data_tag
        prefix = element.name.rpartition(":")[0]
        namespace = element.attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        if element.local != "worksheet" or namespace not in MAIN:
            raise FillError("not_a_worksheet", file=part.file, part=part.name)
        prefix += ":" if prefix else ""
        formula_tag, value_tag, text_tag, data_tag = (f"{prefix}{each}" for each in ("f", "v", "is", "sheetData"))

    def closed(name: str) -> None:
        nonlocal depth, in_data, row, formula, value
        depth -= 1
        if in_data and depth > 1:
            if depth == 3:
                end_cell()
            elif depth == 4:
                if name in (value_tag, text_tag):
                    value = (value_start, element_end(value_start))
                elif name == formula_tag:
                    formula = read_formula()
            elif depth == 2 and row is not None:
                if data[row.inner - 2] == 0x2F:
                    row.after = row.end = row.inner
                else:
                    row.after = parser.CurrentByteIndex
                    row.end = tag_end(data, row.after)
                numbers.append(row.number)
                if whole:
                    rows[row.number] = row
            return
        element = stack.pop()
        if data[element.inner - 2] == 0x2F:
            element.after = element.end = element.inner
        else:
            element.after = parser.CurrentByteIndex
            element.end = tag_end(data, element.after)
        in_data = False

    def element_end(start: int) -> int:
        inner = tag_end(data, start)
        return inner if data[inner - 2] == 0x2F else tag_end(data, parser.CurrentByteIndex)

    def read_formula() -> FormulaSpan:
        end = element_end(formula_start)
        inner = tag_end(data, formula_start)
        text = "" if end == inner else unescaped(data[inner : parser.CurrentByteIndex])
        try:
            area = read_area(formula_attributes["ref"]) if "ref" in formula_attributes else None
        except ValueError:
            area = None
        kind = formula_attributes.get("t", "normal")
        if area and kind in ("array", "dataTable"):
            arrays.append(area)
        return FormulaSpan(formula_start, end, kind, text, area, formula_attributes.get("si"))

    def end_cell() -> None:
        assert row is not None, "a cell stands in a row"
        inside = [area for area in arrays if area.holds(row.number, column)] if arrays else []
        if not (whole or formula or inside):
            return
        inner = tag_end(data, cell_start)
        end = inner if data[inner - 2] == 0x2F else tag_end(data, parser.CurrentByteIndex)
        cell = CellSpan(
            row.number,
            column,
            cell_start,
            inner,
            end,
            cell_attributes.get("s"),
            cell_attributes.get("t", "n"),
            cell_attributes.get("ph") in ("1", "true"),
            cell_attributes.get("cm"),
            formula,
            value,
        )
        if formula:
            formulas.append(cell)
        elif inside:
            spilled.append((cell, inside[0]))
        if whole:
            row.cells.append(cell)

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parse(parser, part)
    found = root.children[0]
    return SheetMap(part, whole, prefix, found, sections, rows, numbers, ordered, formulas, spilled)
