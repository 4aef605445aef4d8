"""A table laid out for a number of rows: its cells cut out of the sheet, what lies below kept or refused."""

from __future__ import annotations

from typing import NamedTuple

from addin.ooxml.addresses import LAST_ROW, Area, Cell, letters
from addin.ooxml.errors import FillError
from addin.ooxml.references import moved, uses
from addin.ooxml.request import TableShape
from addin.ooxml.sheet_cut import SheetCut
from addin.ooxml.sheet_map import CellSpan, SheetMap
from addin.ooxml.slots import RowSlot
from addin.ooxml.styles import StyleAdditions
from addin.ooxml.table_frame import ColumnFrame, TableFrame, column_frame
from addin.ooxml.table_growth import Growth, followed
from addin.ooxml.tables import Table
from addin.ooxml.template import Template
from addin.ooxml.xml_part import escaped


class Computed(NamedTuple):
    """The formula of a column that Excel computes, as it reads in the first body row."""

    text: str
    array: bool


def calculated(sheet: SheetMap, table: Table) -> tuple[Computed | None, ...]:
    """The formulas of the columns that Excel computes, None for those that take values."""
    body = table.body
    formulas: list[Computed | None] = []
    for place, column in enumerate(table.columns):
        cell = sheet.cell(body.top, body.left + place)
        if cell and cell.formula and (text := formula_text(sheet, cell)):
            formulas.append(Computed(text, cell.formula.kind == "array"))
        else:
            formulas.append(Computed(column.formula, array=False) if column.formula else None)
    return tuple(formulas)


def formula_text(sheet: SheetMap, cell: CellSpan) -> str:
    """A cell's formula as it reads in that cell, the shared ones moved from their master."""
    formula = cell.formula
    if formula is None or formula.text or formula.kind != "shared":
        return formula.text if formula else ""
    for master in sheet.formulas:
        other = master.formula
        if other and other.group == formula.group and other.kind == "shared" and other.text:
            return moved(other.text, cell.row - master.row, cell.column - master.column)
    return ""


def lay_out_table(
    template: Template,
    cut: SheetCut,
    growth: Growth,
    shape: TableShape,
    styles: StyleAdditions,
    growths: list[Growth],
    *,
    overwrite: bool,
) -> TableFrame:
    """Write the table's rows into the cut. `shape` tells the formats that its cells need.

    Raises FillError: table_filtered, table_is_query, table_blocked, table_too_long, shared_in_table, array_in_table.
    """
    table, rows = growth
    _check(template, cut.map, table, rows)
    body = table.body
    formulas = (None,) * len(table.columns) if overwrite else calculated(cut.map, table)
    columns = []
    for place, formula in enumerate(formulas):
        columns.append(_column(template, cut, growth, place, formula, shape, styles, growths))
    for index in range(rows):
        cut.write(body.top + index, body.left, body.right, RowSlot(table.name, index))
    _fit_rows(template, cut, growth, [place for place, formula in enumerate(formulas) if formula is None])
    if rows < table.rows or (table.totals and rows > table.rows):
        _empty_rows(cut, table, body.top + rows, table.area.bottom)
    _move_totals(cut, growth, growths)
    addresses = tuple(letters(body.left + place) for place in range(len(table.columns)))
    return TableFrame(
        template.file, table.sheet.name, body.top, cut.map.prefix, tuple(columns), addresses, template.book.epoch_1904
    )


def _column(
    template: Template,
    cut: SheetCut,
    growth: Growth,
    place: int,
    formula: Computed | None,
    shape: TableShape,
    styles: StyleAdditions,
    growths: list[Growth],
) -> ColumnFrame:
    table, rows = growth
    body = table.body
    column = body.left + place
    first = cut.style_of(body.top, column)
    openings: list[str] = []
    dates: list[str] = []
    styled: list[str | None] = []
    dated = dict(shape.dated).get(place)
    formats = {each.row: each for each in shape.formats if each.place == place}
    for index in range(rows):
        row = body.top + index
        own = cut.map.cell(row, column) if index < table.rows else None
        style = own.style if own else first if index >= table.rows else cut.style_of(row, column)
        given = formats.get(index, formats.get(-1))
        if given:
            style = styles.formatted(style, given.number_format, prefixed=given.quoted)
        styled.append(style)
        openings.append(cut.opening(row, column, style))
        if dated is not None and template.styles.is_general(style):
            dates.append(cut.opening(row, column, styles.dated(style, dated)))
        else:
            dates.append(openings[-1])
    if formula is None:
        return column_frame(openings, dates, None, cut.map.prefix)
    written = []
    model = cut.map.cell(body.top, column)
    for index in range(rows):
        own = cut.map.cell(body.top + index, column) if index < table.rows else None
        element = _formula_element(cut.map, growth, formula, own, Cell(body.top + index, column), growths)
        style = styled[index]
        opening = cut.opening(body.top + index, column, style, own if own and own.formula else model, formula=True)
        written.append(f"{opening}>{element}</{cut.map.prefix}c>")
    return column_frame(openings, dates, written, cut.map.prefix)


def _fit_rows(template: Template, cut: SheetCut, growth: Growth, places: list[int]) -> None:
    """Let the rows follow the height of what is filled in the columns that take values, those at `places`."""
    if cut.text_height is None:
        return
    table, rows = growth
    body = table.body
    for number, place in enumerate(places):
        column = body.left + place
        look = template.styles.wrapping(cut.style_of(body.top, column))
        for index in range(rows):
            cut.fit(body.top + index, column, table.name, (index, number), look)


def _formula_element(
    sheet: SheetMap, growth: Growth, formula: Computed, own: CellSpan | None, place: Cell, growths: list[Growth]
) -> str:
    """A cell's f element: its own where it has one that need not follow the table's length, else the first row's."""
    home = growth.table.sheet.name
    if own and own.formula:
        text = formula_text(sheet, own)
        if followed(text, growths, home, single=False) == text:
            return sheet.part.data[own.formula.start : own.formula.end].decode("utf-8")
    text = moved(formula.text, place.row - growth.table.body.top) if uses(formula.text).areas else formula.text
    text = followed(text, growths, home, single=False)
    kind = f' t="array" ref="{place}"' if formula.array else ""
    return f"<{sheet.prefix}f{kind}>{escaped(text)}</{sheet.prefix}f>"


def _empty_rows(cut: SheetCut, table: Table, top: int, bottom: int) -> None:
    """Empty the table's cells in rows that it leaves; their look stays."""
    for row in range(top, bottom + 1):
        found = cut.map.rows.get(row)
        cells = [cell for cell in found.cells if table.area.left <= cell.column <= table.area.right] if found else []
        if cells:
            text = "".join(f"{cut.opening(row, cell.column, cell.style)}/>" for cell in cells)
            cut.write(row, table.area.left, table.area.right, text)


def _move_totals(cut: SheetCut, growth: Growth, growths: list[Growth]) -> None:
    """Write the totals below the last row. Their formulas name columns, so they read the same there."""
    table, rows = growth
    if not table.totals or rows == table.rows:
        return
    prefix, sheet = cut.map.prefix, cut.map
    data = sheet.part.data
    shift = rows - table.rows
    for row in range(table.body.bottom + 1, table.area.bottom + 1):
        pieces = []
        for column in range(table.area.left, table.area.right + 1):
            cell = sheet.cell(row, column)
            if cell is None:
                continue
            opening = cut.opening(row + shift, column, cell.style)
            if cell.formula:
                text = followed(formula_text(sheet, cell), growths, table.sheet.name, single=False)
                opening = cut.opening(row + shift, column, cell.style, cell, formula=True)
                pieces.append(f"{opening}><{prefix}f>{escaped(text)}</{prefix}f></{prefix}c>")
            elif cell.value:
                kind = f' t="{cell.kind}"' if cell.kind != "n" else ""
                pieces.append(f"{opening}{kind}>{data[cell.value[0] : cell.value[1]].decode()}</{prefix}c>")
            else:
                pieces.append(f"{opening}/>")
        cut.write(row + shift, table.area.left, table.area.right, "".join(pieces))


def _check(template: Template, sheet: SheetMap, table: Table, rows: int) -> None:
    file, home = template.file, table.sheet.name
    if table.filtered:
        raise FillError("table_filtered", file=file, sheet=home, table=table.name)
    if table.queried:
        raise FillError("table_is_query", file=file, sheet=home, table=table.name)
    new = table.area_with(rows)
    if new.bottom > LAST_ROW:
        raise FillError("table_too_long", file=file, sheet=home, table=table.name, rows=rows)
    _check_formulas(template, sheet, table)
    if new.bottom <= table.area.bottom:
        return
    taken = Area(table.area.bottom + 1, table.area.left, new.bottom, table.area.right)
    for number in (
        range(taken.top, taken.bottom + 1) if taken.bottom - taken.top < len(sheet.numbers) else sheet.numbers
    ):
        row = sheet.rows.get(number)
        for cell in row.cells if row and taken.top <= number <= taken.bottom else ():
            if taken.left <= cell.column <= taken.right and not cell.empty:
                blocked = str(Cell(number, cell.column))
                raise FillError("table_blocked", file=file, sheet=home, table=table.name, cell=blocked, rows=rows)
    others = [other.area for other in template.tables_on(table.sheet) if other is not table]
    for area in (*sheet.merged(), *others, *template.pivot_areas(table.sheet)):
        if area.meets(taken):
            blocked = str(area.first)
            raise FillError("table_blocked", file=file, sheet=home, table=table.name, cell=blocked, rows=rows)


def _check_formulas(template: Template, sheet: SheetMap, table: Table) -> None:
    """Formulas that stand in the table and beyond it cannot be cut."""
    inside = table.area
    shared: dict[str, set[bool]] = {}
    for cell in sheet.formulas:
        formula = cell.formula
        assert formula is not None, "listed as a formula"
        here = inside.holds(cell.row, cell.column)
        if formula.kind == "shared" and formula.group is not None:
            shared.setdefault(formula.group, set()).add(here)
        elif (
            formula.kind == "array"
            and formula.area
            and formula.area.top == formula.area.bottom == cell.row
            and (formula.area.left == formula.area.right)
        ):
            continue
        elif formula.area and formula.kind in ("array", "dataTable") and formula.area.meets(inside):
            where = str(Cell(cell.row, cell.column))
            raise FillError("array_in_table", file=template.file, sheet=table.sheet.name, table=table.name, cell=where)
        if formula.kind == "shared" and formula.group and len(shared[formula.group]) > 1:
            where = str(Cell(cell.row, cell.column))
            raise FillError("shared_in_table", file=template.file, sheet=table.sheet.name, table=table.name, cell=where)
