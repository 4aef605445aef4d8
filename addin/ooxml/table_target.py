"""Tables as they are asked to be filled: the columns that take values, and what is given held against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from addin.ooxml.addresses import letters
from addin.ooxml.errors import FillError
from addin.ooxml.request import TableShape, table_shape
from addin.ooxml.table_layout import calculated
from addin.ooxml.tables import Table, header_text
from addin.ooxml.template import Template
from addin.ooxml.values import Bodies, Given, Value


class TableTarget(NamedTuple):
    """A table that can be filled: the headers of the columns that take values, and of those that Excel computes.

    `letters` are those of the columns that take values, `first` is the number of the first body row.
    """

    name: str
    sheet: str
    area: str
    columns: tuple[str, ...]
    computed: tuple[str, ...]
    letters: tuple[str, ...]
    first: int


def table_target(template: Template, table: Table) -> TableTarget:
    """What can be filled of a table."""
    places = _places(template, table, overwrite=False)
    headers = [header_text(column.name) for column in table.columns]
    computed = tuple(header for place, header in enumerate(headers) if place not in places)
    return TableTarget(
        table.name,
        table.sheet.name,
        str(table.area),
        tuple(headers[place] for place in places),
        computed,
        tuple(letters(table.body.left + place) for place in places),
        table.body.top,
    )


def tables_given(
    template: Template,
    tables: Mapping[str, Sequence[Sequence[Given]]],
    headers: Mapping[str, Mapping[str, str]],
    *,
    overwrite: bool,
) -> tuple[Bodies, tuple[TableShape, ...]]:
    """The bodies of tables by their columns, and their shapes.

    Raises FillError: unknown_table, given_twice, unknown_header, row_width.
    """
    bodies: dict[str, tuple[tuple[Value, ...], ...]] = {}
    shapes = []
    for name, rows in tables.items():
        table = template.tables.get(name.casefold())
        if table is None:
            known = ", ".join(each.name for each in template.tables.values()) or "–"
            raise FillError("unknown_table", file=template.file, table=name, known=known)
        if table.name in bodies:
            raise FillError("given_twice", file=template.file, name=table.name)
        places = _places(template, table, overwrite=overwrite)
        rows = rows or [(None,) * len(places)]  # Excel has no table without a row: an empty one stays
        if set(map(len, rows)) != {len(places)}:
            raise _wrong_width(template, table, rows, places)
        new = tuple((_place(template, table, old), text) for old, text in headers.get(name, {}).items())
        bodies[table.name], shape = table_shape(name.casefold(), rows, places, new)
        shapes.append(shape)
    return bodies, tuple(shapes)


def _place(template: Template, table: Table, header: str) -> int:
    known = [header_text(column.name) for column in table.columns]
    if header not in known:
        nearest = (get_close_matches(header, known, 1) or known)[0]
        raise FillError("unknown_header", file=template.file, table=table.name, header=header, nearest=nearest)
    return known.index(header)


def _wrong_width(template: Template, table: Table, rows: Sequence[Sequence[Given]], places: Sequence[int]) -> FillError:
    number = next(number for number, row in enumerate(rows) if len(row) != len(places))
    return FillError(
        "row_width",
        file=template.file,
        table=table.name,
        row=number + 1,
        found=len(rows[number]),
        wanted=len(places),
        columns=", ".join(header_text(table.columns[place].name) for place in places),
    )


def _places(template: Template, table: Table, *, overwrite: bool) -> tuple[int, ...]:
    """Where the columns that take values stand in the table."""
    if overwrite:
        return tuple(range(len(table.columns)))
    formulas = calculated(template.map(table.sheet), table)
    return tuple(place for place, formula in enumerate(formulas) if formula is None)
