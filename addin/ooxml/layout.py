"""A template laid out for one kind of fill: what stays, what is rewritten once, and the parts with their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from addin.ooxml.additions import Additions
from addin.ooxml.addresses import Area, Cell
from addin.ooxml.assembly import Assembly
from addin.ooxml.calc_chain import chain_of, without_chain
from addin.ooxml.cell_layout import CellLayout
from addin.ooxml.cell_sources import Sources
from addin.ooxml.cells import Place
from addin.ooxml.changes import Changes
from addin.ooxml.chart_caches import refreshed
from addin.ooxml.dependents import FormulaCell, Located, located
from addin.ooxml.drawn_charts import with_room, without_charts
from addin.ooxml.echoes import EchoSlot, repeated
from addin.ooxml.linked_shapes import linked_shapes
from addin.ooxml.pivot_caches import refreshing
from addin.ooxml.properties import properties_page
from addin.ooxml.request import Request, TableShape
from addin.ooxml.sheet_cut import SheetCut
from addin.ooxml.sheet_page import SheetPage, page_of
from addin.ooxml.stencils import Stencil
from addin.ooxml.styles import StyleAdditions
from addin.ooxml.table_frame import TableFrame
from addin.ooxml.table_growth import Growth, chart_edits, formula_edits, name_edits, rule_edits
from addin.ooxml.table_headers import lay_out_headers
from addin.ooxml.table_layout import lay_out_table
from addin.ooxml.targets import Spot
from addin.ooxml.template import Template


@dataclass(frozen=True, slots=True)
class Layout:
    """All that a fill needs: join the pages' pieces, pack them, close the package."""

    assembly: Assembly
    pages: tuple[SheetPage, ...]
    tables: dict[str, TableFrame]
    stencils: dict[tuple[Sequence[str], Sequence[type]], Stencil] = field(default_factory=dict)


class LayoutBuilder:
    """Gathers the changes that a request means for a template."""

    def __init__(self, template: Template, spots: dict[str, tuple[Spot, ...]], request: Request) -> None:
        self._template = template
        self._spots = spots
        self._request = request
        self._changes = Changes(template, text_height=request.fit.text if request.fit else None)
        self._frames: dict[str, TableFrame] = {}
        self._shown: dict[Located, str] = {}

    def layout(self) -> Layout:
        """The layout of the request."""
        request, changes = self._request, self._changes
        styles = StyleAdditions(self._template.styles)
        growths = [Growth(self._template.tables[shape.name], shape.rows) for shape in request.tables]
        self._shown = CellLayout(changes, request, styles).lay_out(self._spots)
        for growth, shape in zip(growths, request.tables, strict=True):
            self._table(growth, shape, growths, styles)
        if request.without_charts:
            without_charts(changes, request.without_charts)
        if request.fit:
            with_room(changes, growths, request.fit)
        late = self._dependents()
        self._growth([growth for growth in growths if growth.rows != growth.table.rows])
        self._drawn(late, growths)
        Additions(changes, self._spots, styles).add(request)
        self._workbook()
        return Layout(*changes.assembled(), self._frames)

    def _table(self, growth: Growth, shape: TableShape, growths: list[Growth], styles: StyleAdditions) -> None:
        table, rows = growth
        cut = self._changes.cut(table.sheet)
        overwrite = self._request.overwrite_formulas
        frame = lay_out_table(self._template, cut, growth, shape, styles, growths, overwrite=overwrite)
        self._frames[table.name] = frame
        self._changes.filled += [
            Located(table.sheet.place, table.area),
            Located(table.sheet.place, table.area_with(rows)),
        ]
        moving = any(self._formulas_move(cut, growth, place) for place in range(len(frame.columns)))
        if overwrite or shape.formulas or moving:
            self._changes.formulas_changed = True
        headers = dict(shape.headers)
        lay_out_headers(self._changes, table, headers)
        if rows != table.rows or headers:
            self._changes.replaced[table.part.name] = table.part.stored(table.written(rows, headers))

    def _formulas_move(self, cut: SheetCut, growth: Growth, place: int) -> bool:
        """Whether cells of a table's column get or lose formulas."""
        table, rows = growth
        column = table.area.left + place
        cells = [cut.map.cell(row, column) for row in range(table.body.top, table.area.bottom + 1)]
        before = [bool(cell and cell.formula) for cell in cells]
        computed = self._frames[table.name].columns[place].written is not None
        return any(before) if not computed else rows != table.rows or not all(before[: table.rows])

    def _growth(self, growths: list[Growth]) -> None:
        if not growths:
            return
        for sheet in self._template.book.sheets:
            cut = self._changes.cuts.get(sheet.place)
            map_ = cut.map if cut else self._template.map(sheet, whole=False)
            skipped = {(cell.row, cell.column) for cell in map_.formulas if cut and cut.covers(cell.row, cell.column)}
            edits = formula_edits(map_, sheet.name, growths, skipped) + rule_edits(map_, sheet.name, growths)
            if edits:
                self._changes.edit_sheet(sheet, edits)
        self._changes.edit(self._template.book.part, name_edits(self._template.book, growths))
        for name in self._template.charts:
            self._changes.edit(self._template.part(name), chart_edits(self._template.part(name), growths))

    def _dependents(self) -> list[Located]:
        """Follow up the formulas whose results the fill puts out of date; the areas of those results."""
        cells, results = self._template.dependents.of(self._changes.filled)
        for found in self._late(cells):
            self._forget(found)
        self._changes.results_late = bool(cells)
        return results

    def _drawn(self, late: list[Located], growths: list[Growth]) -> None:
        """Charts and pivot caches that read what changes."""
        template, changes = self._template, self._changes
        changed = [*changes.filled, *late]

        def is_stale(formula: str, tab: int = -1) -> bool:
            areas, blind = located(template.words, formula, tab)
            return blind or any(
                each.tab == other.tab and each.area.meets(other.area) for each in areas for other in changed
            )

        if not changed:
            return
        known = Sources(template, self._shown, changes.filled, growths, self._frames, late)
        for part in (template.part(name) for name in template.charts if name not in changes.removed):
            edits = changes.edits.pop(part.name, [])
            pieces = refreshed(part, edits, is_stale, known.of_formula, epoch_1904=template.book.epoch_1904)
            if pieces:
                changes.pages.append(page_of(part, pieces))
        for tab, name in template.drawings:
            drawing = template.part(name)
            before = changes.edits.get(name, [])
            shapes = linked_shapes(drawing, before, partial(is_stale, tab=tab), partial(known.of_link, tab=tab))
            if shapes and name not in changes.removed:
                changes.edits.pop(name, None)
                changes.pages.append(page_of(drawing, shapes))
                changes.results_late = True  # Excel then renews what shapes show
        for name in template.pivot_caches:
            changes.edit(template.part(name), refreshing(template.part(name), is_stale))

    def _late(self, cells: list[FormulaCell]) -> list[FormulaCell]:
        """The formulas whose results nobody knows; those that repeat a filled cell are given its value here."""
        sheets = {sheet.place: sheet for sheet in self._template.book.sheets}
        unknown = []
        for found in cells:
            tab, cell = found
            cut = self._changes.cuts.get(tab)
            if cut and cut.covers(cell.row, cell.column):
                continue
            formula = cell.formula
            plain = formula and formula.kind == "normal" and repeated(self._template.words, formula.text, tab)
            if not formula or not plain or plain not in self._shown:
                unknown.append(found)
                continue
            cut = self._changes.cut(sheets[tab])
            place = Place(self._template.file, sheets[tab].name, str(Cell(cell.row, cell.column)))
            opening = cut.opening(cell.row, cell.column, cell.style, cell, formula=True)
            kept = cut.map.part.data[formula.start : formula.end].decode("utf-8")
            key = self._shown[plain]
            self._shown[Located(tab, Area(cell.row, cell.column, cell.row, cell.column))] = key
            slot = EchoSlot(key, opening, cut.map.prefix, place, self._template.book.epoch_1904, kept)
            cut.write(cell.row, cell.column, cell.column, slot)
            cut.fit(cell.row, cell.column, key, look=self._template.styles.wrapping(cell.style))
        return unknown

    def _forget(self, found: FormulaCell) -> None:
        """Take away a result that is out of date."""
        sheet = next(sheet for sheet in self._template.book.sheets if sheet.place == found.tab)
        cut = self._changes.cuts.get(found.tab)
        worker = cut or SheetCut(self._template.map(sheet, whole=False))
        before = len(worker.edits)
        worker.forget_result(found.cell)
        if cut is None:
            self._changes.edit(self._template.part(sheet.part), worker.edits[before:])

    def _workbook(self) -> None:
        book, types, changes = self._template.book, self._template.types, self._changes
        if changes.results_late or changes.formulas_changed:
            changes.edit(book.part, book.calculating())
        chain = chain_of(book)
        if changes.formulas_changed and chain:
            rels, entries = without_chain(book, types, chain)
            assert book.rels.part is not None, "the chain was found through it"
            changes.edit(book.rels.part, rels)
            changes.edit(types.part, entries)
            changes.removed.add(chain)
        page = properties_page(self._template, self._request.properties)
        if page:
            changes.pages.append(page)


def lay_out(template: Template, spots: dict[str, tuple[Spot, ...]], request: Request) -> Layout:
    """The layout of a request."""
    return LayoutBuilder(template, spots, request).layout()
