"""A template laid out for one kind of fill: what stays, what is rewritten once, and the sheets with their places."""

from __future__ import annotations

from dataclasses import dataclass, field

from addin.ooxml.addresses import Area, Cell, read_cell
from addin.ooxml.assembly import Assembly, Frame, Packed, assemble, frame_of, frame_of_new, pack
from addin.ooxml.calc_chain import chain_of, without_chain
from addin.ooxml.cells import Place
from addin.ooxml.chart_caches import stale_caches
from addin.ooxml.conditional_formats import ConditionalFormat, rules_edit
from addin.ooxml.dependents import Located, located
from addin.ooxml.errors import FillError
from addin.ooxml.hyperlinks import links_edits
from addin.ooxml.notes import NotesParts, notes_parts
from addin.ooxml.pivot_caches import refreshing
from addin.ooxml.relationships import relationship, relationships, with_added
from addin.ooxml.request import Request
from addin.ooxml.sheet_cut import SheetCut
from addin.ooxml.sheet_page import SheetPage, page_of
from addin.ooxml.slots import SentenceSlot, Slot
from addin.ooxml.styles import StyleAdditions, added_to_package
from addin.ooxml.table_frame import TableFrame
from addin.ooxml.table_growth import Growth, chart_edits, formula_edits, name_edits, rule_edits
from addin.ooxml.table_layout import lay_out_table
from addin.ooxml.targets import Spot
from addin.ooxml.template import Template
from addin.ooxml.validations import validation_of
from addin.ooxml.workbook_part import Sheet
from addin.ooxml.xml_part import Edit, Part, splice


@dataclass(frozen=True, slots=True)
class Layout:
    """All that a fill needs: join the pages' pieces, pack them, close the package."""

    assembly: Assembly
    pages: tuple[SheetPage, ...]
    tables: dict[str, TableFrame]


@dataclass(slots=True)
class LayoutBuilder:
    """Gathers the changes that a request means for a template."""

    template: Template
    spots: dict[str, tuple[Spot, ...]]
    request: Request
    cuts: dict[int, SheetCut] = field(default_factory=dict)
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    added: dict[str, bytes] = field(default_factory=dict)
    replaced: dict[str, bytes] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    filled: list[Located] = field(default_factory=list)
    frames: dict[str, TableFrame] = field(default_factory=dict)
    formulas_changed: bool = False
    results_late: bool = False

    def layout(self) -> Layout:
        """The layout of the request."""
        styles = StyleAdditions(self.template.styles)
        growths = [Growth(self.template.tables[name], rows) for name, rows, _ in self.request.tables]
        self._cells(styles)
        self._tables(growths, styles)
        self._dependents()
        self._growth([growth for growth in growths if growth.rows != growth.table.rows])
        self._rules(styles)
        self._links_and_notes()
        if styles.any:
            self._styles(styles)
        self._workbook()
        return self._assembled()

    # --- cells ------------------------------------------------------------------------------------------------

    def _cut(self, sheet: Sheet) -> SheetCut:
        if sheet.place not in self.cuts:
            self.cuts[sheet.place] = SheetCut(self.template.map(sheet))
        return self.cuts[sheet.place]

    def _cells(self, styles: StyleAdditions) -> None:
        dated, formulas = dict(self.request.dated), dict(self.request.formulas)
        written: dict[tuple[int, Cell], str] = {}
        for key in sorted(self.request.names):
            for spot in self.spots[key]:
                where = (spot.sheet.place, spot.cell)
                if where in written:
                    if (
                        spot.sentence is None
                        or key not in spot.sentence.keys
                        or written[where] not in spot.sentence.keys
                    ):
                        raise self._place(spot).refused("two_values", key=key, other=written[where])
                    continue
                written[where] = key
                self._cell(key, spot, dated.get(key), formulas.get(key), styles)
                self.filled.append(Located(spot.sheet.place, Area(*spot.cell, *spot.cell)))

    def _place(self, spot: Spot) -> Place:
        return Place(self.template.file, spot.sheet.name, str(spot.cell))

    def _cell(self, key: str, spot: Spot, dated: int | None, keeps: bool | None, styles: StyleAdditions) -> None:
        cut, place = self._cut(spot.sheet), self._place(spot)
        row, column = spot.cell
        cell = cut.map.cell(row, column)
        self._check_cell(spot, place, cut)
        kept = ""
        if cell and cell.formula:
            if keeps is None and not self.request.overwrite_formulas:
                raise place.refused("formula_cell", key=key, formula=cell.formula.text or "…")
            if keeps:
                kept = cut.map.part.data[cell.formula.start : cell.formula.end].decode("utf-8")
            else:
                self._check_formula(cut, spot, place)
        if (keeps is None) == bool(cell and cell.formula) or keeps is False:
            self.formulas_changed = True
        style = cut.style_of(row, column)
        if dated is not None and self.template.styles.is_general(style):
            style = styles.dated(style, dated)
        opening = cut.opening(row, column, style, cell, formula=bool(kept))
        prefix = cut.map.prefix
        if spot.sentence is not None:
            cut.write(row, column, column, SentenceSlot(opening, prefix, place, *spot.sentence[1:3]))
        else:
            rule = validation_of(cut.map, row, column)
            slot = Slot(key, opening, prefix, place, self.template.book.epoch_1904, kept, rule)
            cut.write(row, column, column, slot)

    def _check_cell(self, spot: Spot, place: Place, cut: SheetCut) -> None:
        for area in cut.map.merged():
            if area.holds(*spot.cell) and spot.cell != area.first:
                raise place.refused("inside_merge", area=area)
        for table in self.template.tables_on(spot.sheet):
            if table.area.holds(*spot.cell) and spot.cell.row < table.body.top:
                raise place.refused("table_header", table=table.name)
            if table.area.holds(*spot.cell) and any(
                table.name.casefold() == name for name, _, _ in self.request.tables
            ):
                raise place.refused("inside_filled_table", table=table.name)
        if any(area.holds(*spot.cell) for area in self.template.pivot_areas(spot.sheet)):
            raise place.refused("inside_pivot")
        for each in cut.map.formulas:
            formula = each.formula
            if formula and formula.area and formula.kind in ("array", "dataTable") and formula.area.holds(*spot.cell):
                single = formula.area.first == spot.cell and str(formula.area) == str(spot.cell)
                if not single:
                    raise place.refused("inside_array", area=formula.area)

    def _check_formula(self, cut: SheetCut, spot: Spot, place: Place) -> None:
        """The master of a shared formula carries the text for the others."""
        cell = cut.map.cell(*spot.cell)
        formula = cell.formula if cell else None
        if formula and formula.kind == "shared" and formula.text:
            for other in cut.map.formulas:
                if other.formula and other is not cell and other.formula.group == formula.group:
                    raise place.refused("shared_formula", other=str(Cell(other.row, other.column)))

    # --- tables -----------------------------------------------------------------------------------------------

    def _tables(self, growths: list[Growth], styles: StyleAdditions) -> None:
        for growth, (_, rows, dated) in zip(growths, self.request.tables, strict=True):
            table = growth.table
            cut = self._cut(table.sheet)
            overwrite = self.request.overwrite_formulas
            frame = lay_out_table(self.template, cut, growth, dated, styles, growths, overwrite=overwrite)
            self.frames[table.name] = frame
            self.filled += [
                Located(table.sheet.place, table.area),
                Located(table.sheet.place, table.area_with(rows)),
            ]
            if overwrite or any(self._formulas_move(cut, growth, place) for place in range(len(frame.columns))):
                self.formulas_changed = True
            if rows != table.rows:
                self.replaced[table.part.name] = table.part.stored(table.written(rows))

    def _formulas_move(self, cut: SheetCut, growth: Growth, place: int) -> bool:
        """Whether cells of a table's column get or lose formulas."""
        table, rows = growth
        column = table.area.left + place
        cells = [cut.map.cell(row, column) for row in range(table.body.top, table.area.bottom + 1)]
        before = [bool(cell and cell.formula) for cell in cells]
        computed = self.frames[table.name].columns[place].written is not None
        return any(before) if not computed else rows != table.rows or not all(before[: table.rows])

    def _growth(self, growths: list[Growth]) -> None:
        if not growths:
            return
        for sheet in self.template.book.sheets:
            map_ = self.cuts[sheet.place].map if sheet.place in self.cuts else self.template.map(sheet, whole=False)
            cut = self.cuts.get(sheet.place)
            skipped = {(cell.row, cell.column) for cell in map_.formulas if cut and cut.covers(cell.row, cell.column)}
            edits = formula_edits(map_, sheet.name, growths, skipped) + rule_edits(map_, sheet.name, growths)
            if edits:
                self._sheet_edits(sheet, edits)
        self._edit(self.template.book.part, name_edits(self.template.book, growths))
        for name in self.template.charts:
            self._edit(self.template.part(name), chart_edits(self.template.part(name), growths))

    def _sheet_edits(self, sheet: Sheet, edits: list[Edit]) -> None:
        if sheet.place in self.cuts:
            self.cuts[sheet.place].edits += edits
        else:
            self._edit(self.template.part(sheet.part), edits)

    def _edit(self, part: Part, edits: list[Edit]) -> None:
        if edits:
            self.edits.setdefault(part.name, []).extend(edits)

    # --- what depends on the filled cells ---------------------------------------------------------------------

    def _dependents(self) -> None:
        cells, results = self.template.dependents.of(self.filled)
        sheets = {sheet.place: sheet for sheet in self.template.book.sheets}
        for tab, cell in cells:
            sheet = sheets[tab]
            cut = self.cuts.get(tab)
            if cut and cut.covers(cell.row, cell.column):
                continue
            worker = cut or SheetCut(self.template.map(sheet, whole=False))
            before = len(worker.edits)
            worker.forget_result(cell)
            if cut is None:
                self._edit(self.template.part(sheet.part), worker.edits[before:])
        changed = [*self.filled, *results]
        self.results_late = bool(cells)

        def is_stale(formula: str) -> bool:
            areas, blind = located(self.template.words, formula, -1)
            return blind or any(
                each.tab == other.tab and each.area.meets(other.area) for each in areas for other in changed
            )

        if changed:
            for name in self.template.charts:
                self._edit(self.template.part(name), stale_caches(self.template.part(name), is_stale))
            for name in self.template.pivot_caches:
                self._edit(self.template.part(name), refreshing(self.template.part(name), is_stale))

    # --- additions --------------------------------------------------------------------------------------------

    def _rules(self, styles: StyleAdditions) -> None:
        by_sheet: dict[int, list[tuple[str, ConditionalFormat]]] = {}
        sheets = {sheet.place: sheet for sheet in self.template.book.sheets}
        for rule in self.request.formats:
            for sheet, cells in self._where(rule.cells):
                by_sheet.setdefault(sheet.place, []).append((cells, rule))
        for place, rules in by_sheet.items():
            cut = self._cut(sheets[place])
            cut.edits.append(rules_edit(cut.map, rules, styles))

    def _where(self, cells: str) -> list[tuple[Sheet, str]]:
        """The sheet and the cells (sqref) that a rule, link or note is for: a target's name or an address."""
        key = cells if cells in self.spots else cells.removeprefix("kpi_")
        if key in self.spots:
            return [(spot.sheet, str(spot.cell)) for spot in self.spots[key]]
        name, mark, areas = cells.rpartition("!")
        sheet = self.template.book.sheet(name.strip("'").replace("''", "'")) if mark else None
        if sheet is None:
            raise FillError("unknown_cells", file=self.template.file, cells=cells)
        return [(sheet, areas.replace("$", "").replace(",", " "))]

    def _links_and_notes(self) -> None:
        links: dict[int, list[tuple[str, str]]] = {}
        notes: dict[int, list[tuple[Cell, str]]] = {}
        sheets = {sheet.place: sheet for sheet in self.template.book.sheets}
        for target, address in self.request.links:
            for sheet, cells in self._where(target):
                links.setdefault(sheet.place, []).append((cells, address))
        for target, text in self.request.notes:
            for sheet, cells in self._where(target):
                notes.setdefault(sheet.place, []).append((read_cell(cells), text))
        for place in sorted({*links, *notes}):
            sheet, cut = sheets[place], self._cut(sheets[place])
            rels = relationships(self.template.package, sheet.part)
            added = b""
            if place in links:
                edits, new = links_edits(cut.map, links[place], rels, strict=self.template.book.strict)
                cut.edits += edits
                added += new
            if place in notes:
                made = notes_parts(self.template, sheet, cut.map, notes[place], rels, taken=added.count(b"<Rel"))
                added += self._notes(cut, made)
            if added:
                target_parts = self.replaced if rels.part else self.added
                target_parts[rels.name] = with_added(rels, added)

    def _notes(self, cut: SheetCut, made: NotesParts) -> bytes:
        cut.edits += made.sheet_edits
        self.replaced |= made.replaced
        self.added |= made.added
        if made.overrides or made.defaults:
            self._edit(self.template.types.part, self.template.types.adding(made.overrides, made.defaults))
        return made.relationships

    def _styles(self, styles: StyleAdditions) -> None:
        old = self.template.styles
        data = old.part.stored(styles.written())
        if not old.made:
            self.replaced[old.part.name] = data
            return
        self.added[old.part.name] = data
        self._edit(self.template.types.part, added_to_package(self.template.types, old.part.name))
        rels = self.template.book.rels
        new = relationship(rels.new_id(), "styles", f"/{old.part.name}", strict=self.template.book.strict)
        assert rels.part is not None, "a workbook with sheets has relationships"
        at = rels.part.data.rindex(b"</")
        self._edit(rels.part, [Edit(at, at, new)])

    def _workbook(self) -> None:
        book, types = self.template.book, self.template.types
        if self.results_late or self.formulas_changed:
            self._edit(book.part, book.calculating())
        chain = chain_of(book)
        if self.formulas_changed and chain:
            rels, entries = without_chain(book, types, chain)
            assert book.rels.part is not None, "the chain was found through it"
            self._edit(book.rels.part, rels)
            self._edit(types.part, entries)
            self.removed.add(chain)

    # --- the package ------------------------------------------------------------------------------------------

    def _assembled(self) -> Layout:
        package = self.template.package
        pages, frames = [], []
        rewritten: list[tuple[Frame, Packed]] = []
        cut_parts = {cut.map.part.name: cut for cut in self.cuts.values()}
        done: set[str] = set(self.removed)
        for name, cut in cut_parts.items():
            done.add(name)
            page = page_of(cut.map.part, cut.pieces())
            if page.changes:
                pages.append(page)
                frames.append(frame_of(package.members[name]))
            else:
                rewritten.append((frame_of(package.members[name]), page.packed()))
        for name, edits in self.edits.items():
            part = self.template.part(name)
            done.add(name)
            rewritten.append((frame_of(package.members[name]), pack(part.stored(splice(part.data, edits)))))
        for name, data in self.replaced.items():
            done.add(name)
            rewritten.append((frame_of(package.members[name]), pack(data)))
        like = frame_of(next(iter(package.members.values())))
        for name, data in self.added.items():
            rewritten.append((frame_of_new(name, like), pack(data)))
        staying = [member for name, member in package.members.items() if name not in done]
        return Layout(assemble(staying, rewritten, frames), tuple(pages), self.frames)


def lay_out(template: Template, spots: dict[str, tuple[Spot, ...]], request: Request) -> Layout:
    """The layout of a request."""
    return LayoutBuilder(template, spots, request).layout()
