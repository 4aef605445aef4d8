"""What must follow when a table gets another number of rows: references, names, charts, rules, validations."""

from __future__ import annotations

import re
from typing import NamedTuple

from addin.ooxml.addresses import Area, Cell, read_area
from addin.ooxml.chart_parts import references
from addin.ooxml.errors import FillError
from addin.ooxml.references import extended, uses
from addin.ooxml.sheet_map import SheetMap
from addin.ooxml.tables import Table
from addin.ooxml.workbook_part import Workbook
from addin.ooxml.xml_part import Edit, Element, Part, attribute, content, escaped, tag_end, unescaped

_EXTENSION_REFERENCE = re.compile(rb"<(\w+:(?:f|sqref))>([^<]*)</\1>")


class Growth(NamedTuple):
    """A table with its new number of rows."""

    table: Table
    rows: int

    def follow(self, sheet: str | None, area: Area, home: str, *, single: bool = True) -> Area | None:
        """The area that a reference to the table's rows must have now, None where it stays.

        A reference to all body rows of some columns grows with them, header and totals included where it had them; one
        to the totals moves. `single` false leaves references to one lone body row as they are: those mean that row.
        """
        table, body = self.table, self.table.body
        if (sheet or home).casefold() != table.sheet.name.casefold() or self.rows == table.rows:
            return None
        if area.left < table.area.left or area.right > table.area.right:
            return None
        shift = self.rows - table.rows
        if table.totals and area.top > body.bottom and area.bottom <= table.area.bottom:
            return area._replace(top=area.top + shift, bottom=area.bottom + shift)
        if area.top not in (body.top, table.area.top) or area.bottom not in (body.bottom, table.area.bottom):
            return None
        if not single and area.top == area.bottom:
            return None
        return area._replace(bottom=area.bottom + shift)


def followed(formula: str, growths: list[Growth], home: str, *, single: bool = True) -> str:
    """The formula with its references to growing tables followed."""
    for growth in growths:
        formula = extended(
            formula,
            lambda sheet, area, growth=growth: growth.follow(sheet, area, home, single=single),  # type: ignore[misc]
        )
    return formula


def formula_edits(sheet: SheetMap, home: str, growths: list[Growth], skipped: set[tuple[int, int]]) -> list[Edit]:
    """The edits of a sheet's formulas; cells in `skipped` are written anyway."""
    edits = []
    for cell in sheet.formulas:
        formula = cell.formula
        assert formula is not None, "listed as a formula"
        if not formula.text or (cell.row, cell.column) in skipped:
            continue
        new = followed(formula.text, growths, home, single=False)
        if new == formula.text:
            continue
        if formula.kind == "shared" and not all(_fixed(formula.text, each) for each in uses(formula.text).areas):
            place = str(Cell(cell.row, cell.column))
            raise FillError("shared_formula_over_table", file=sheet.part.file, sheet=home, cell=place)
        inner = tag_end(sheet.part.data, formula.start)
        after = sheet.part.data.rfind(b"</", inner, formula.end)
        edits.append(Edit(inner, after, escaped(new).encode()))
    return edits


def _fixed(formula: str, reference: object) -> bool:
    start, end = reference[0], reference[1]  # type: ignore[index]
    return all("$" in corner[1:] for corner in formula[start:end].split(":"))


def rule_edits(sheet: SheetMap, home: str, growths: list[Growth]) -> list[Edit]:
    """The edits of a sheet's conditional formats and data validations, and of what Excel 2010 keeps apart."""
    edits: list[Edit] = []
    part = sheet.part
    for section in sheet.sections:
        if section.local in ("conditionalFormatting", "dataValidations"):
            for element in section.walk():
                edits += _areas_edit(part, element, home, growths)
                if element.local in ("formula", "formula1", "formula2"):
                    edits += _content_edit(part, element, home, growths)
        elif section.local == "extLst":
            for found in _EXTENSION_REFERENCE.finditer(part.data, section.start, section.end):
                old = unescaped(found[2])
                new = _areas(old, home, growths) if found[1].endswith(b"sqref") else followed(old, growths, home)
                if new != old:
                    edits.append(Edit(found.start(2), found.end(2), escaped(new).encode()))
    return edits


def _areas(text: str, home: str, growths: list[Growth]) -> str:
    """A list of areas (sqref): those that end with the table's last row end with the new one, its totals' move."""
    words = []
    for word in text.split():
        for growth in growths:
            try:
                area = read_area(word)
            except ValueError:
                break
            table, body = growth.table, growth.table.body
            inside = (
                table.sheet.name.casefold() == home.casefold() and body.left <= area.left <= area.right <= body.right
            )
            bottom = area.bottom + growth.rows - table.rows
            if not inside or area.top < table.area.top or area.bottom not in (body.bottom, table.area.bottom):
                continue
            if area.top > body.bottom:
                word = str(area._replace(top=area.top + growth.rows - table.rows, bottom=bottom))
            elif area.bottom >= body.top:
                word = str(area._replace(bottom=max(area.top, bottom)))
        words.append(word)
    return " ".join(words)


def _areas_edit(part: Part, element: Element, home: str, growths: list[Growth]) -> list[Edit]:
    old = element.attributes.get("sqref")
    if not old or (new := _areas(old, home, growths)) == old:
        return []
    return [attribute(part, element, "sqref", new)]


def _content_edit(part: Part, element: Element, home: str, growths: list[Growth]) -> list[Edit]:
    old = content(part, element)
    new = followed(old, growths, home, single=False)
    return [] if new == old else [Edit(element.inner, element.after, escaped(new).encode())]


def name_edits(book: Workbook, growths: list[Growth]) -> list[Edit]:
    """The edits of the defined names."""
    edits = []
    for name in book.names:
        new = followed(name.text, growths, "")
        if new != name.text:
            edits.append(Edit(name.element.inner, name.element.after, escaped(new).encode()))
    return edits


def chart_edits(part: Part, growths: list[Growth]) -> list[Edit]:
    """The edits of a chart's references."""
    edits = []
    for element in references(part):
        old = content(part, element)
        new = followed(old, growths, "")
        if new != old:
            edits.append(Edit(element.inner, element.after, escaped(new).encode()))
    return edits
