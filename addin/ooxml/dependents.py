"""Which formulas depend on which cells, through sheets, names and tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from addin.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area
from addin.ooxml.references import is_relative, moved, uses
from addin.ooxml.sheet_map import CellSpan, SheetMap

_BAND = 6  # rows are looked up in bands of 64
_NARROW, _SHORT = 64, 8


class Located(NamedTuple):
    """An area of one sheet; the sheet by its place among the tabs."""

    tab: int
    area: Area


class Book(NamedTuple):
    """What a formula's words can mean: tabs by folded name, texts of defined names and areas of tables by folded name.

    A name has several texts where sheets have names of their own.
    """

    tabs: Mapping[str, int]
    names: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Located]


def located(book: Book, formula: str, tab: int, seen: frozenset[str] = frozenset()) -> tuple[list[Located], bool]:
    """The areas that a formula on a tab reads, and whether it also reads cells that it does not name."""
    found = uses(formula)
    areas: list[Located] = []
    blind = found.blind
    for reference in found.areas:
        first = tab if reference.sheet is None else book.tabs.get(reference.sheet.casefold(), -1)
        last = first if reference.last_sheet is None else book.tabs.get(reference.last_sheet.casefold(), -1)
        areas += (Located(place, reference.area) for place in range(min(first, last), max(first, last) + 1))
    for word in (*found.words, *found.tables):
        folded = word.casefold()
        if folded in book.tables:
            areas.append(book.tables[folded])
        elif folded in book.names and folded not in seen:
            for text in book.names[folded]:
                inner, inner_blind = located(book, text, tab, seen | {folded})
                areas += inner
                blind = blind or inner_blind or is_relative(text)
    return areas, blind


class FormulaCell(NamedTuple):
    """A formula cell with what must be emptied when its result is out of date: itself and what it spills into."""

    tab: int
    cell: CellSpan


class Dependents:
    """The formulas of a workbook, found by the cells that they read."""

    def __init__(self, book: Book, sheets: Mapping[int, SheetMap]) -> None:
        self._readers: dict[Located, list[int]] = defaultdict(list)
        self._results: list[tuple[int, Area]] = []
        self.cells: list[list[FormulaCell]] = []
        self._blind: list[int] = []
        for tab, sheet in sheets.items():
            self._add_sheet(book, tab, sheet)
        self._index()

    def _add_sheet(self, book: Book, tab: int, sheet: SheetMap) -> None:
        masters: dict[str, CellSpan] = {}
        spills: dict[Area, list[FormulaCell]] = defaultdict(list)
        for cell, area in sheet.spilled:
            spills[area].append(FormulaCell(tab, cell))
        for cell in sheet.formulas:
            formula = cell.formula
            assert formula is not None, "listed as a formula"
            text = formula.text
            result = Area(cell.row, cell.column, cell.row, cell.column)
            also: list[FormulaCell] = []
            if formula.kind == "shared" and formula.group is not None:
                if text:
                    masters[formula.group] = cell
                elif master := masters.get(formula.group):
                    assert master.formula is not None, "a master has a formula"
                    text = moved(master.formula.text, cell.row - master.row, cell.column - master.column)
            elif formula.kind in ("array", "dataTable") and formula.area:
                result, also = formula.area, spills.get(formula.area, [])
            number = len(self.cells)
            self.cells.append([FormulaCell(tab, cell), *also])
            self._results.append((tab, result))
            areas, blind = located(book, text, tab)
            if blind or formula.kind == "dataTable":
                self._blind.append(number)
            for read in areas:
                self._readers[read].append(number)

    def _index(self) -> None:
        self._areas = list(self._readers)
        self._near: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        self._tall: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._wide: dict[int, list[int]] = defaultdict(list)
        for place, (tab, area) in enumerate(self._areas):
            if area.right - area.left >= _NARROW:
                self._wide[tab].append(place)
                continue
            bands = range(area.top >> _BAND, (area.bottom >> _BAND) + 1)
            for column in range(area.left, area.right + 1):
                if len(bands) > _SHORT:
                    self._tall[tab, column].append(place)
                else:
                    for band in bands:
                        self._near[tab, column, band].append(place)

    def of(self, filled: Iterable[Located]) -> tuple[list[FormulaCell], list[Located]]:
        """The formula cells whose results are out of date when these cells change, and the areas of those results."""
        todo = list(filled)
        if not todo:
            return [], []
        late: set[int] = set()
        read: set[int] = set()
        for number in self._blind:
            late.add(number)
            todo.append(Located(*self._results[number]))
        while todo:
            changed = todo.pop()
            for place in self._touching(changed):
                if place in read or not self._areas[place].area.meets(changed.area):
                    continue
                read.add(place)
                for number in self._readers[self._areas[place]]:
                    if number not in late:
                        late.add(number)
                        todo.append(Located(*self._results[number]))
        order = sorted(late)
        return (
            [cell for number in order for cell in self.cells[number]],
            [Located(*self._results[number]) for number in order],
        )

    def _touching(self, changed: Located) -> Iterable[int]:
        tab, area = changed
        if area.right - area.left >= _NARROW or area.bottom - area.top >= LAST_ROW // 16 or area.right > LAST_COLUMN:
            return [place for place, (other, _) in enumerate(self._areas) if other == tab]
        found: list[int] = list(self._wide.get(tab, ()))
        for column in range(area.left, area.right + 1):
            found += self._tall.get((tab, column), ())
            for band in range(area.top >> _BAND, (area.bottom >> _BAND) + 1):
                found += self._near.get((tab, column, band), ())
        return found
