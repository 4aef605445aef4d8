"""Sheets added behind a workbook's own, each with lines of text and a table; its other members stay as they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from textwrap import wrap

from addin.ooxml.addresses import Area, Cell, letters, read_cell
from addin.ooxml.assembly import assemble, frame_of, frame_of_new, pack
from addin.ooxml.cells import Place, cell_xml
from addin.ooxml.content_types import ContentTypes
from addin.ooxml.defined_names import NewName, adding_names
from addin.ooxml.errors import FillError
from addin.ooxml.new_looks import NewLooks
from addin.ooxml.package import Package, read_package
from addin.ooxml.relationships import STRICT, TRANSITIONAL, relationship, relationships, with_added
from addin.ooxml.styles import read_styles
from addin.ooxml.tables import read_tables, stored_header
from addin.ooxml.values import Value
from addin.ooxml.workbook_part import MAIN, Workbook, read_workbook
from addin.ooxml.xml_part import Edit, escaped, quoted, splice

NewCell = Value
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so becomes a formula once somebody edits its cell
_TAB = "1F3A5F"
_TALL = ' ht="26" customHeight="1"'
_LINE, _FILTER = 13, 2  # a header's line in points; the letters that its filter button takes


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A table's column: its header, the look of its cells (new_looks), its width in letters, and the formula that new
    rows take.
    """

    header: str
    look: str = "text"
    width: float = 12
    formula: str = ""


@dataclass(frozen=True, slots=True)
class NewTable:
    """A table of at least one row; headers differ from each other, whatever their case."""

    name: str
    columns: tuple[NewColumn, ...]
    rows: Sequence[Sequence[NewCell]]


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet: a title, lines of text, cells by address with their looks, and the table with its header at `row`.

    links   the places inside the workbook that cells lead to, by address
    looks   of the table's cells that look otherwise than their column, by address
    page    the word before a printed page's number
    """

    name: str
    title: str
    lines: tuple[str, ...]
    table: NewTable
    row: int
    cells: Mapping[str, tuple[NewCell, str]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    looks: Mapping[str, str] = field(default_factory=dict)
    page: str = ""

    def place(self, header: str) -> str:
        """Where a column's header stands, as links name it."""
        place = [column.header for column in self.table.columns].index(header)
        return f"{self._quoted}!{letters(place + 1)}{self.row}"

    @property
    def titles(self) -> str:
        """The header's row, which each printed page repeats."""
        return f"{self._quoted}!${self.row}:${self.row}"

    @property
    def _quoted(self) -> str:
        name = self.name.replace("'", "''")
        return f"'{name}'"


def with_sheets(data: bytes, sheets: Sequence[NewSheet], file: str) -> bytes:
    """The workbook in `data` with the sheets added, in their order. `file` is how messages name it.

    Raises FillError: sheet_taken, table_taken, and those of read_package and read_workbook.
    """
    package = read_package(data, file)
    return _Added(package, read_workbook(package)).written(sheets)


class _Added:
    """The parts that new sheets bring, and the edits of those that list them."""

    def __init__(self, package: Package, book: Workbook) -> None:
        self._package = package
        self._book = book
        self._types = ContentTypes(package)
        styles = read_styles(package, book.related("styles"), strict=book.strict, file=package.file)
        self._styles = styles
        self._looks = NewLooks(styles)
        self._parts: dict[str, bytes] = {}
        self._overrides: dict[str, str] = {}

    def written(self, sheets: Sequence[NewSheet]) -> bytes:
        """The package with the sheets."""
        self._check(sheets)
        book, package = self._book, self._package
        tables = [int(found) for table in read_tables(package, book) if (found := table.root.attributes.get("id", "0"))]
        listed = book.root.child("sheets")
        assert listed is not None, "a workbook lists its sheets"
        ids = [int(tab.attributes.get("sheetId", "0")) for tab in listed.all("sheet")]
        prefix = book.root.name.rpartition("workbook")[0]
        space = STRICT if book.strict else TRANSITIONAL
        tabs, related = "", b""
        for number, sheet in enumerate(sheets):
            part = self._sheet(sheet, max(tables, default=0) + number + 1)
            identity = book.rels.new_id(number)
            related += relationship(identity, "worksheet", f"/{part}", strict=book.strict)
            tabs += (
                f'<{prefix}sheet xmlns:r="{space}" name="{quoted(sheet.name)}"'
                f' sheetId="{max(ids, default=0) + number + 1}" r:id="{identity}"/>'
            )
        titles = [
            NewName("_xlnm.Print_Titles", sheet.titles, sheet=place)
            for place, sheet in enumerate(sheets, start=len(book.tabs))
        ]
        listing = [Edit(listed.after, listed.after, tabs.encode()), adding_names(book, titles), *book.calculating()]
        changed = {
            book.part.name: book.part.stored(splice(book.part.data, listing)),
            book.rels.name: with_added(book.rels, related),
            self._types.part.name: self._types.part.stored(
                splice(self._types.part.data, self._types.adding(self._overrides, {}))
            ),
            self._styles.part.name: self._looks.written(),
        }
        staying = [it for name, it in package.members.items() if name not in changed]
        like = frame_of(next(iter(package.members.values())))
        rewritten = [(frame_of(package.members[name]), pack(text)) for name, text in changed.items()]
        rewritten += [(frame_of_new(name, like), pack(text)) for name, text in self._parts.items()]
        return assemble(staying, rewritten, ()).close(())

    def _check(self, sheets: Sequence[NewSheet]) -> None:
        taken = {tab.casefold() for tab in self._book.tabs}
        tables = {table.name.casefold() for table in read_tables(self._package, self._book)}
        for sheet in sheets:
            if sheet.name.casefold() in taken:
                raise FillError("sheet_taken", file=self._package.file, sheet=sheet.name)
            if sheet.table.name.casefold() in tables:
                raise FillError("table_taken", file=self._package.file, table=sheet.table.name)

    def _free(self, pattern: str) -> str:
        names = (pattern.format(number) for number in count(1))
        return next(name for name in names if name not in self._parts and self._package.find(name) is None)

    def _sheet(self, sheet: NewSheet, table_id: int) -> str:
        """Write a sheet with its table and the relationship between them; the sheet's part."""
        part, table = self._free("xl/worksheets/sheet{}.xml"), self._free("xl/tables/table{}.xml")
        self._parts[part] = self._sheet_xml(sheet).encode()
        self._parts[table] = _table_xml(sheet, table_id, MAIN[int(self._book.strict)]).encode()
        rels = relationships(self._package, part)
        self._parts[rels.name] = with_added(rels, relationship("rId1", "table", f"/{table}", strict=self._book.strict))
        self._overrides |= {part: _SHEET_TYPE, table: _TABLE_TYPE}
        return part

    def _sheet_xml(self, sheet: NewSheet) -> str:
        space = STRICT if self._book.strict else TRANSITIONAL
        columns, area = sheet.table.columns, _area(sheet)
        widths = "".join(
            f'<col min="{place}" max="{place}" width="{_width(column):g}" customWidth="1"/>'
            for place, column in enumerate(columns, start=1)
        )
        links = "".join(f'<hyperlink ref="{cell}" location="{quoted(place)}"/>' for cell, place in sheet.links.items())
        return (
            f'{_HEAD}<worksheet xmlns="{MAIN[int(self._book.strict)]}" xmlns:r="{space}">'
            f'<sheetPr><tabColor rgb="FF{_TAB}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<dimension ref="A1:{Cell(area.bottom, area.right)}"/>'
            '<sheetViews><sheetView showGridLines="0" zoomScale="90" workbookViewId="0">'
            f'<pane ySplit="{sheet.row}" topLeftCell="A{sheet.row + 1}" activePane="bottomLeft" state="frozen"/>'
            '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="13"/>'
            f"<cols>{widths}</cols><sheetData>{self._rows(sheet)}</sheetData>{self._marks(sheet)}"
            + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
            + '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            f"<headerFooter><oddFooter>{_footer(sheet.page)}</oddFooter></headerFooter>"
            '<tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>'
        )

    def _rows(self, sheet: NewSheet) -> str:
        above: dict[int, dict[int, str]] = {}
        texts = {"A1": (sheet.title, "title")} | {
            f"A{i}": (line, "note") for i, line in enumerate(sheet.lines, start=2)
        }
        for address, (value, look) in {**texts, **sheet.cells}.items():
            cell = read_cell(address)
            above.setdefault(cell.row, {})[cell.column] = self._cell(sheet, address, value, look)
        rows = []
        for row, written in sorted(above.items()):
            text = "".join(cell for _, cell in sorted(written.items()))
            rows.append(f'<row r="{row}"{_TALL if row == 1 else ""}>{text}</row>')
        names = [letters(place) for place in range(1, len(sheet.table.columns) + 1)]
        heads = [
            self._cell(sheet, f"{letter}{sheet.row}", column.header, NewLooks.header(column.look))
            for letter, column in zip(names, sheet.table.columns, strict=True)
        ]
        height = _LINE * max(2, max(map(_lines, sheet.table.columns)))
        rows.append(f'<row r="{sheet.row}" ht="{height}" customHeight="1">{"".join(heads)}</row>')
        looks = [column.look for column in sheet.table.columns]
        for number, values in enumerate(sheet.table.rows, start=sheet.row + 1):
            cells = [
                self._cell(sheet, f"{letter}{number}", value, sheet.looks.get(f"{letter}{number}", look))
                for letter, value, look in zip(names, values, looks, strict=True)
            ]
            rows.append(f'<row r="{number}">{"".join(cells)}</row>')
        return "".join(rows)

    def _cell(self, sheet: NewSheet, address: str, value: NewCell, look: str) -> str:
        risky = isinstance(value, str) and value.startswith(_RISKY)
        opening = f'<c r="{address}" s="{self._looks.number(f"quoted_{look}" if risky else look)}"'
        place = Place(self._package.file, sheet.name, address)
        return cell_xml(opening, "", value, place, epoch_1904=self._book.epoch_1904)

    def _marks(self, sheet: NewSheet) -> str:
        """A ground behind the roles of rows that are counted."""
        area, found = _area(sheet), ""
        for place, column in enumerate(sheet.table.columns, start=1):
            if column.look.startswith("role"):
                letter, first = letters(place), area.top + 1
                found += (
                    f'<conditionalFormatting sqref="{letter}{first}:{letter}{area.bottom}">'
                    f'<cfRule type="expression" dxfId="{self._looks.counted}" priority="{place}">'
                    f"<formula>LEN({letter}{first})&gt;0</formula></cfRule></conditionalFormatting>"
                )
        return found


def _width(column: NewColumn) -> float:
    """The column's width: no word of its header is broken."""
    return max([column.width, *(len(word) + _FILTER for word in column.header.split())])


def _lines(column: NewColumn) -> int:
    return len(wrap(column.header, int(_width(column)) - _FILTER))


def _footer(page: str) -> str:
    """File, sheet and day, page: as on the workbook's own sheets."""
    number = f"{escaped(page)} &amp;P / &amp;N".strip()
    return f"&amp;L&amp;8&amp;F&amp;C&amp;8&amp;A  ·  &amp;D&amp;R&amp;8{number}"


def _area(sheet: NewSheet) -> Area:
    return Area(sheet.row, 1, sheet.row + len(sheet.table.rows), len(sheet.table.columns))


def _table_xml(sheet: NewSheet, number: int, namespace: str) -> str:
    """The table's part, with the formulas that Excel gives to rows that are added."""
    ref = str(_area(sheet))
    columns = "".join(
        f'<tableColumn id="{place}" name="{quoted(stored_header(column.header))}"'
        + (
            f"><calculatedColumnFormula>{escaped(column.formula)}</calculatedColumnFormula></tableColumn>"
            if column.formula
            else "/>"
        )
        for place, column in enumerate(sheet.table.columns, start=1)
    )
    name = quoted(sheet.table.name)
    return (
        f'{_HEAD}<table xmlns="{namespace}" id="{number}" name="{name}" displayName="{name}" ref="{ref}"'
        f' totalsRowShown="0"><autoFilter ref="{ref}"/><tableColumns count="{len(sheet.table.columns)}">{columns}'
        '</tableColumns><tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0"'
        ' showRowStripes="0" showColumnStripes="0"/></table>'
    )
