"""A template workbook taken apart: its parts read once, the sheets' places found when they are first asked for."""

from __future__ import annotations

from functools import cached_property

from addin.ooxml.addresses import Area, read_area
from addin.ooxml.chart_parts import CONTENT_TYPES as CHART_TYPES
from addin.ooxml.content_types import ContentTypes
from addin.ooxml.dependents import Book, Dependents, Located
from addin.ooxml.errors import FillError
from addin.ooxml.package import Package
from addin.ooxml.pivot_caches import CONTENT_TYPE as CACHE_TYPE
from addin.ooxml.placeholders import SharedSentences
from addin.ooxml.relationships import relationships
from addin.ooxml.sheet_map import SheetMap
from addin.ooxml.sheet_scan import scan_sheet
from addin.ooxml.stored_values import SharedTexts
from addin.ooxml.styles import Styles, read_styles
from addin.ooxml.tables import Table, read_tables
from addin.ooxml.workbook_part import Sheet, read_workbook
from addin.ooxml.xml_part import Part, elements, read_part

_WORKBOOKS = ("sheet.main+xml", "sheet.macroEnabled.main+xml", "template.main+xml", "template.macroEnabled.main+xml")


class Template:
    """The parts of one workbook that filling has to know."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.file = package.file
        self.types = ContentTypes(package)
        self.book = read_workbook(package)
        if not self.types.of(self.book.part.name).endswith(_WORKBOOKS):
            raise FillError("not_a_workbook", file=self.file)
        self.tables: dict[str, Table] = {table.name.casefold(): table for table in read_tables(package, self.book)}
        self._parts: dict[str, Part] = {}
        self._maps: dict[str, SheetMap] = {}

    def __getstate__(self) -> dict[str, object]:
        """What travels to a worker: the parts, without the places found in them, which are quickly found anew."""
        kept = ("package", "file", "types", "book", "tables")
        return {name: self.__dict__[name] for name in kept} | {"_parts": {}, "_maps": {}}

    def part(self, name: str) -> Part:
        """A part of the package, read once."""
        if name not in self._parts:
            self._parts[name] = read_part(self.package, name)
        return self._parts[name]

    def map(self, sheet: Sheet, *, whole: bool = True) -> SheetMap:
        """The places of a sheet. Raises FillError("out_of_order") where rows or cells do not follow each other."""
        found = self._maps.get(sheet.part)
        if found is None or (whole and not found.whole):
            found = self._maps[sheet.part] = scan_sheet(self.part(sheet.part), whole=whole)
        if whole and not found.ordered:
            raise FillError("out_of_order", file=self.file, sheet=sheet.name)
        return found

    @cached_property
    def styles(self) -> Styles:
        """The workbook's styles."""
        return read_styles(self.package, self.book.related("styles"), strict=self.book.strict, file=self.file)

    @cached_property
    def shared_sentences(self) -> SharedSentences:
        """The shared strings with placeholders."""
        return SharedSentences(self.package, self.book.related("sharedStrings"))

    @cached_property
    def shared_texts(self) -> SharedTexts:
        """The texts that cells share."""
        return SharedTexts(self.package, self.book.related("sharedStrings"))

    @cached_property
    def words(self) -> Book:
        """What the words of formulas mean in this workbook."""
        tabs = {name.casefold(): place for place, name in enumerate(self.book.tabs)}
        names: dict[str, tuple[str, ...]] = {}
        for name in self.book.names:
            key = name.name.casefold()
            names[key] = (*names.get(key, ()), name.text)
        tables = {key: Located(table.sheet.place, table.area) for key, table in self.tables.items()}
        return Book(tabs, names, tables)

    @cached_property
    def dependents(self) -> Dependents:
        """The workbook's formulas by what they read. Only sheets that hold formulas are looked into."""
        maps = {}
        for sheet in self.book.sheets:
            data = self.part(sheet.part).data
            if b"<f>" in data or b"<f " in data or b":f>" in data or b":f " in data or b"<f\n" in data:
                maps[sheet.place] = self.map(sheet, whole=False)
        return Dependents(self.words, maps)

    @cached_property
    def charts(self) -> tuple[str, ...]:
        """The names of the chart parts."""
        return tuple(name for name in self.package.members if self.types.of(name) in CHART_TYPES)

    @cached_property
    def drawings(self) -> tuple[tuple[int, str], ...]:
        """The drawings, each with its sheet's tab; those of shapes inside charts have none, -1."""
        sheets = (*self.book.sheets, *self.book.chart_sheets)
        holders = [(sheet.place, sheet.part, "drawing") for sheet in sheets]
        holders += [(-1, chart, "chartUserShapes") for chart in self.charts]
        return tuple(
            (tab, each.target)
            for tab, part, kind in holders
            for each in relationships(self.package, part).of_kind(kind)
            if self.package.find(each.target)
        )

    @cached_property
    def pivot_caches(self) -> tuple[str, ...]:
        """The names of the pivot caches' definitions."""
        return tuple(name for name in self.package.members if self.types.of(name) == CACHE_TYPE)

    def pivot_areas(self, sheet: Sheet) -> list[Area]:
        """Where the sheet shows pivot tables: Excel writes those cells itself."""
        areas = []
        for each in relationships(self.package, sheet.part).of_kind("pivotTable"):
            location = elements(self.part(each.target), 1).child("location")
            try:
                areas.append(read_area(location.attributes.get("ref", "") if location else ""))
            except ValueError:
                continue
        return areas

    def tables_on(self, sheet: Sheet) -> list[Table]:
        """The sheet's tables."""
        return [table for table in self.tables.values() if table.sheet == sheet]
