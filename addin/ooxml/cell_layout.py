"""The cells that take values, cut out of their sheets: checked, styled, with the formulas that they keep."""

from __future__ import annotations

from collections.abc import Mapping

from addin.ooxml.addresses import Area, Cell
from addin.ooxml.cells import Place
from addin.ooxml.changes import Changes
from addin.ooxml.dependents import Located
from addin.ooxml.request import Request
from addin.ooxml.sheet_cut import SheetCut
from addin.ooxml.slots import SentenceSlot, Slot
from addin.ooxml.styles import StyleAdditions
from addin.ooxml.targets import Spot
from addin.ooxml.validations import validation_of


class CellLayout:
    """Lays out the cells of a request.

    Raises FillError: two_values, formula_cell, shared_formula, inside_merge, inside_pivot, inside_array, table_header,
    inside_filled_table.
    """

    def __init__(self, changes: Changes, request: Request, styles: StyleAdditions) -> None:
        self._changes = changes
        self._template = changes.template
        self._request = request
        self._styles = styles
        self._dated, self._formulas = dict(request.dated), dict(request.formulas)
        self._formats = {key: (code, quoted) for key, code, quoted in request.number_formats}
        self._written: dict[tuple[int, Cell], str] = {}

    def lay_out(self, spots: Mapping[str, tuple[Spot, ...]]) -> dict[Located, str]:
        """Cut the cells out; which of them show the whole of which value."""
        shown = {}
        for key in sorted(self._request.names):
            for spot in spots[key]:
                where = (spot.sheet.place, spot.cell)
                if where in self._written:
                    other = self._written[where]
                    if spot.sentence is None or not {key, other} <= set(spot.sentence.keys):
                        raise self._place(spot).refused("two_values", key=key, other=other)
                    continue
                self._written[where] = key
                self._cell(key, spot)
                located = Located(spot.sheet.place, Area(*spot.cell, *spot.cell))
                self._changes.filled.append(located)
                if spot.sentence is None:
                    shown[located] = key
        return shown

    def _place(self, spot: Spot) -> Place:
        return Place(self._template.file, spot.sheet.name, str(spot.cell))

    def _cell(self, key: str, spot: Spot) -> None:
        cut, place = self._changes.cut(spot.sheet), self._place(spot)
        keeps = self._formulas.get(key)
        row, column = spot.cell
        cell = cut.map.cell(row, column)
        self._check_cell(spot, place, cut)
        kept = ""
        if cell and cell.formula:
            if keeps is None and not self._request.overwrite_formulas:
                raise place.refused("formula_cell", key=key, formula=cell.formula.text or "…")
            if keeps:
                kept = cut.map.part.data[cell.formula.start : cell.formula.end].decode("utf-8")
            else:
                self._check_formula(cut, spot, place)
        if (keeps is None) == bool(cell and cell.formula) or keeps is False:
            self._changes.formulas_changed = True
        style = self._style(key, cut.style_of(row, column))
        opening = cut.opening(row, column, style, cell, formula=bool(kept))
        prefix = cut.map.prefix
        cut.fit(row, column, key, look=self._template.styles.wrapping(cut.style_of(row, column)))
        if spot.sentence is not None:
            cut.write(row, column, column, SentenceSlot(opening, prefix, place, *spot.sentence[1:3]))
        else:
            rule = validation_of(cut.map, row, column)
            slot = Slot(key, opening, prefix, place, self._template.book.epoch_1904, kept, rule)
            cut.write(row, column, column, slot)

    def _style(self, key: str, style: str | None) -> str | None:
        code, quoted = self._formats.get(key, ("", False))
        dated = self._dated.get(key)
        if code or quoted:
            style = self._styles.formatted(style, code, prefixed=quoted)
        if dated is not None and not code and self._template.styles.is_general(style):
            style = self._styles.dated(style, dated)
        return style

    def _check_cell(self, spot: Spot, place: Place, cut: SheetCut) -> None:
        for area in cut.map.merged():
            if area.holds(*spot.cell) and spot.cell != area.first:
                raise place.refused("inside_merge", area=area)
        for table in self._template.tables_on(spot.sheet):
            if table.area.holds(*spot.cell) and spot.cell.row < table.body.top:
                raise place.refused("table_header", table=table.name)
            if table.area.holds(*spot.cell) and any(
                table.name.casefold() == shape.name for shape in self._request.tables
            ):
                raise place.refused("inside_filled_table", table=table.name)
        if any(area.holds(*spot.cell) for area in self._template.pivot_areas(spot.sheet)):
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
