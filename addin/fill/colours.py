"""The content's colours as conditional formats: one look for each status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from addin.fill.cell_formulas import CellFormulas
from addin.fill.content import Colour
from addin.fill.looks import LOOKS
from addin.ooxml import ConditionalFormat, Look
from addin.ooxml.targets import Spot


def cell_formats(
    colours: Iterable[Colour], named: Mapping[str, tuple[Spot, ...]], formulas: CellFormulas
) -> Iterator[ConditionalFormat]:
    """A rule for each status of each named cell, over the limits' cells where the workbook has them.

    A cell whose rule names what the workbook lacks is passed over.
    """
    for colour in colours:
        for spot in named.get(colour.target, ()) if not colour.table else ():
            for rule in colour.rules:
                yield from _format(spot.address, rule.status, formulas.anywhere(rule.formula))


def table_formats(
    colours: Iterable[Colour], rows: Mapping[str, int], formulas: CellFormulas
) -> Iterator[ConditionalFormat]:
    """The same for the columns of tables, or one row of them; `rows` are the tables' numbers of rows."""
    for colour in colours:
        if colour.table not in rows:
            continue
        first, last = (colour.row, colour.row) if colour.row is not None else (0, rows[colour.table] - 1)
        cells = formulas.cells_of(colour.table, colour.target, first, last)
        for rule in colour.rules if cells else ():
            yield from _format(cells or "", rule.status, formulas.in_row(rule.formula, colour.table, first))


def _format(cells: str, status: str, formula: str | None) -> Iterator[ConditionalFormat]:
    letters, ground, bold = LOOKS[status]
    if formula is not None:
        yield ConditionalFormat(cells, Look(fill=ground, font=letters, bold=bold or None), (formula,), stop=True)
