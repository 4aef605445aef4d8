"""Finding the places of a sheet part: one pass of expat, which reports where in the bytes it is."""

from __future__ import annotations

from addin.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, column_of, read_area
from addin.ooxml.errors import FillError
from addin.ooxml.sheet_map import CellSpan, FormulaSpan, RowSpan, SheetMap
from addin.ooxml.workbook_part import MAIN
from addin.ooxml.xml_part import Element, Part, parse, parser_of, tag_end, unescaped, whole_number

_DIGITS = "0123456789"
_MOST_NESTED = 60
_MOST_CELLS = {True: 5_000_000, False: 20_000_000}  # of a sheet that is filled (about 1.5 GB), of one looked through


def scan_sheet(part: Part, *, whole: bool) -> SheetMap:
    """Find the places of a sheet part. Raises FillError: not_xml, not_a_worksheet, no_rows, too_many_elements."""
    data = part.data
    parser = parser_of(part)
    depth = count = 0
    most = _MOST_CELLS[whole]
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
    row_digits = ""
    cell_attributes: dict[str, str] = {}
    formula_start = value_start = -1
    formula_attributes: dict[str, str] = {}
    formula: FormulaSpan | None = None
    value: tuple[int, int] | None = None

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count, in_data, row, row_digits, column, cell_start, cell_attributes, formula, value, ordered
        nonlocal formula_start, formula_attributes, value_start
        depth += 1
        if depth <= 4 or not in_data:
            count += 1
            if count > most:
                raise FillError("too_many_elements", file=part.file, part=part.name, most=most)
        if in_data:
            if depth == 4:
                cell_start = parser.CurrentByteIndex
                cell_attributes = attributes
                formula = value = None
                address = attributes.get("r")
                if address:
                    name = address.rstrip(_DIGITS)
                    previous, column = column, column_of(name)
                    if column <= previous or column > LAST_COLUMN or address[len(name) :] != row_digits:
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
                row_digits = str(number)
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
    if all(each.name != data_tag for each in sections):
        raise FillError("no_rows", file=part.file, part=part.name)
    return SheetMap(part, whole, prefix, found, sections, rows, numbers, ordered, formulas, spilled)
