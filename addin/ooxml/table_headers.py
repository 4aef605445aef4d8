"""Headers of a table that depend on what is filled (weeks, months): the cell and the column's name together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from addin.ooxml.addresses import Area, Cell
from addin.ooxml.cells import Place, cell_xml
from addin.ooxml.changes import Changes
from addin.ooxml.dependents import Located
from addin.ooxml.errors import FillError
from addin.ooxml.references import uses
from addin.ooxml.tables import Table, header_text
from addin.ooxml.template import Template

_LONGEST = 255
_UNFIT = re.compile(r"[\x00-\x1f]|_x[0-9A-Fa-f]{4}_")  # the cell and the column's name escape these differently


def lay_out_headers(changes: Changes, table: Table, headers: Mapping[int, str]) -> None:
    """Write the headers of the columns at these places into the sheet; the table's part is written with its rows.

    Raises FillError: header_missing, header_twice, header_unfit, header_in_formula.
    """
    if not headers:
        return
    template = changes.template
    if not table.headers:
        raise FillError("header_missing", file=template.file, sheet=table.sheet.name, table=table.name)
    new = [headers.get(place, header_text(column.name)) for place, column in enumerate(table.columns)]
    folded = [text.casefold() for text in new]
    twice = next((text for text in new if folded.count(text.casefold()) > 1 or not text), None)
    if twice is not None:
        raise FillError("header_twice", file=template.file, sheet=table.sheet.name, table=table.name, header=twice)
    unfit = next((text for text in headers.values() if len(text) > _LONGEST or _UNFIT.search(text)), None)
    if unfit is not None:
        raise FillError("header_unfit", file=template.file, sheet=table.sheet.name, table=table.name, header=unfit[:80])
    changed = [place for place, text in headers.items() if text != header_text(table.columns[place].name)]
    _check_formulas(template, table, [header_text(table.columns[place].name) for place in changed])
    cut = changes.cut(table.sheet)
    for place in changed:
        row, column = table.area.top, table.area.left + place
        cell = cut.map.cell(row, column)
        opening = cut.opening(row, column, cut.style_of(row, column), cell)
        where = Place(template.file, table.sheet.name, str(Cell(row, column)))
        text = cell_xml(opening, cut.map.prefix, headers[place], where, epoch_1904=template.book.epoch_1904)
        cut.write(row, column, column, text)
        changes.filled.append(Located(table.sheet.place, Area(row, column, row, column)))


def _check_formulas(template: Template, table: Table, headers: list[str]) -> None:
    """A formula that names a column by its header (tblWeeks[Week 1]) would lose it."""
    for where, formula in _formulas(template):
        if table.name.casefold() not in (name.casefold() for name in uses(formula).tables):
            continue
        named = formula.casefold().replace("'", "")
        for header in headers:
            if f"[{header.casefold().replace(chr(39), '')}]" in named:
                raise FillError(
                    "header_in_formula",
                    file=template.file,
                    sheet=table.sheet.name,
                    table=table.name,
                    header=header,
                    where=where,
                    formula=formula,
                )


def _formulas(template: Template) -> Iterator[tuple[str, str]]:
    """Every formula that can name a table's column, and where it stands."""
    for sheet in template.book.sheets:
        for cell in template.map(sheet, whole=False).formulas:
            if cell.formula and cell.formula.text:
                yield f"{sheet.name}!{Cell(cell.row, cell.column)}", cell.formula.text
    for name in template.book.names:
        yield name.name, name.text
    for table in template.tables.values():
        for column in table.columns:
            if column.formula:
                yield f"{table.name}[{header_text(column.name)}]", column.formula
