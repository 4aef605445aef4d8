"""Excel tables: what a table part says, and the same part for another number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from addin.ooxml.addresses import Area, read_area
from addin.ooxml.errors import FillError
from addin.ooxml.package import Package
from addin.ooxml.relationships import relationships
from addin.ooxml.workbook_part import Sheet, Workbook
from addin.ooxml.xml_part import Edit, Element, Part, attribute, content, elements, read_part, splice


class TableColumn(NamedTuple):
    """A column by its header; `formula` is the one that Excel gives to new rows."""

    name: str
    formula: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """An Excel table and where it lies."""

    name: str
    part: Part
    root: Element
    sheet: Sheet
    area: Area
    headers: int
    totals: int
    columns: tuple[TableColumn, ...]

    @property
    def body(self) -> Area:
        """The rows between header and totals."""
        return self.area._replace(top=self.area.top + self.headers, bottom=self.area.bottom - self.totals)

    @property
    def rows(self) -> int:
        """How many body rows the template has."""
        return self.body.bottom - self.body.top + 1

    @property
    def filtered(self) -> bool:
        """Whether a filter is set: it would hide rows, or show the wrong ones, after filling."""
        found = self.root.child("autoFilter")
        return found is not None and any(column.children for column in found.children if column.local == "filterColumn")

    @property
    def queried(self) -> bool:
        """Whether the rows come from a query, which would overwrite what is filled."""
        return self.root.attributes.get("tableType", "worksheet") != "worksheet"

    def area_with(self, rows: int) -> Area:
        """The table's area with another number of body rows."""
        return self.area._replace(bottom=self.area.top + self.headers + rows - 1 + self.totals)

    def written(self, rows: int, headers: Mapping[int, str]) -> bytes:
        """The table's part with another number of body rows and other headers of the columns at these places."""
        shift = rows - self.rows
        edits: list[Edit] = []
        for element in self.root.walk():
            if element.local not in ("table", "autoFilter", "sortState", "sortCondition"):
                continue
            if element.local == "table" and element is not self.root:
                continue
            try:
                area = read_area(element.attributes.get("ref", ""))
            except ValueError:
                continue
            grown = str(area._replace(bottom=area.bottom + shift))
            edits.append(attribute(self.part, element, "ref", grown))
        listed = self.root.child("tableColumns")
        for place, column in enumerate(listed.all("tableColumn") if listed else ()):
            if place in headers:
                edits.append(attribute(self.part, column, "name", stored_header(headers[place])))
        return splice(self.part.data, edits)


def read_tables(package: Package, book: Workbook) -> tuple[Table, ...]:
    """The tables of every worksheet. Raises FillError("broken_table")."""
    found = []
    for sheet in book.sheets:
        parts = [each.target for each in relationships(package, sheet.part).of_kind("table")]
        found += [_table(read_part(package, part), sheet) for part in parts if package.find(part)]
    return tuple(found)


def _table(part: Part, sheet: Sheet) -> Table:
    root = elements(part)
    listed = root.child("tableColumns")
    columns = []
    for column in listed.all("tableColumn") if listed else ():
        formula = column.child("calculatedColumnFormula")
        columns.append(
            TableColumn(column.attributes.get("name", ""), content(part, formula) if formula is not None else None)
        )
    name = root.attributes.get("displayName") or root.attributes.get("name", "")
    try:
        area = read_area(root.attributes.get("ref", ""))
        headers = int(root.attributes.get("headerRowCount", 1))
        totals = int(root.attributes.get("totalsRowCount", 0))
    except ValueError:
        raise FillError("broken_table", file=part.file, part=part.name, table=name) from None
    table = Table(name, part, root, sheet, area, headers, totals, tuple(columns))
    if table.rows < 1 or len(columns) != area.right - area.left + 1:
        raise FillError("broken_table", file=part.file, part=part.name, table=name)
    return table


def stored_header(text: str) -> str:
    """A column's header as the table's part holds it."""
    return text.replace("\n", "_x000a_")


def header_text(name: str) -> str:
    """A column's header as people read it: line ends are stored as _x000a_."""
    return name.replace("_x000a_", "\n").replace("_x000d_", "").replace("_x000A_", "\n")
