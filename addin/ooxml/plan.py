"""A template compiled once, to be filled many times."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from addin.ooxml.conditional_formats import ConditionalFormat
from addin.ooxml.errors import FillError
from addin.ooxml.filling import Columns, filled
from addin.ooxml.layout import Layout, lay_out
from addin.ooxml.mapping import read_mapping
from addin.ooxml.package import read_package
from addin.ooxml.request import Link, Note, Request, TableShape, dated_columns, shape_of
from addin.ooxml.sheet_cut import SheetCut
from addin.ooxml.slots import Show, plain_text
from addin.ooxml.table_layout import calculated
from addin.ooxml.tables import Table, header_text
from addin.ooxml.targets import Spot, Targets, Unusable, find_targets
from addin.ooxml.template import Template
from addin.ooxml.validations import Validation, validation_of
from addin.ooxml.values import Value

_LAYOUTS_KEPT = 32


class TableTarget(NamedTuple):
    """A table that can be filled: the headers of the columns that take values, and of those that Excel computes."""

    name: str
    sheet: str
    area: str
    columns: tuple[str, ...]
    computed: tuple[str, ...]


class Unknown(NamedTuple):
    """A target that nobody has a value for, and the nearest name that somebody has."""

    key: str
    where: str
    nearest: str | None


class Plan:
    """A workbook's targets and how to fill them. Reusable and picklable; it never writes to the template."""

    def __init__(self, template: Template, targets: Targets, known: frozenset[str] | None) -> None:
        self._template = template
        self._targets = targets
        self._known = known
        self._layouts: OrderedDict[Request, Layout] = OrderedDict()
        self._keys: dict[str, str] = {}

    @property
    def file(self) -> str:
        """How messages name the template."""
        return self._template.file

    @property
    def targets(self) -> Mapping[str, tuple[Spot, ...]]:
        """The cells that take each value."""
        return self._targets.spots

    @property
    def tables(self) -> dict[str, TableTarget]:
        """The workbook's tables."""
        return {table.name: self._table_target(table) for table in self._template.tables.values()}

    @property
    def unusable(self) -> tuple[Unusable, ...]:
        """What looks like a target and cannot be filled, with the reason."""
        return self._targets.unusable

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """Targets that are none of the names known at compile time; other defined names are not meant."""
        if self._known is None:
            return ()
        found = []
        for key, spots in self.targets.items():
            meant = [spot for spot in spots if spot.binding != "name" or spot.label != key]
            if key not in self._known and meant:
                nearest = get_close_matches(key, self._known, 1)
                found.append(Unknown(key, meant[0].address, nearest[0] if nearest else None))
        return tuple(found)

    @property
    def locked(self) -> tuple[Spot, ...]:
        """Targets that people cannot change, as their sheet is protected; filling writes them and keeps the lock."""
        template = self._template
        protected = set()
        for sheet in {spot.sheet for spots in self.targets.values() for spot in spots}:
            found = template.map(sheet).section("sheetProtection")
            if found is not None and found.attributes.get("sheet") in ("1", "true"):
                protected.add(sheet.place)
        return tuple(
            spot
            for spots in self.targets.values()
            for spot in spots
            if spot.sheet.place in protected and template.styles.is_locked(self._style(spot))
        )

    @property
    def validated(self) -> tuple[tuple[Spot, Validation], ...]:
        """Targets with a data validation; a value that breaks one that is written out is refused."""
        found = []
        for spots in self.targets.values():
            for spot in spots:
                rule = validation_of(self._template.map(spot.sheet), *spot.cell)
                if rule is not None:
                    found.append((spot, rule))
        return tuple(found)

    @property
    def signed(self) -> bool:
        """Whether the workbook has a digital signature: any change breaks it."""
        return self._template.book.signed

    def fill(
        self,
        values: Mapping[str, Value],
        tables: Mapping[str, Sequence[Sequence[Value]]] | None = None,
        formats: Sequence[ConditionalFormat] = (),
        *,
        links: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
        overwrite_formulas: bool = False,
        show: Show = plain_text,
    ) -> bytes:
        """The filled workbook. Equal input gives equal bytes; targets without a value stay as they are.

        `values` by name (`win_rate` fills the cells named kpi_win_rate and the placeholders {{ win_rate }}); `tables`
        by the table's name, rows in the order of its columns without those that Excel computes; `links` and `notes` by
        target. `show` words a value inside a sentence. Raises FillError.
        """
        named = self._named(values)
        dated, formulas = shape_of(named)
        bodies, shapes = self._bodies(tables or {}, overwrite_formulas)
        request = Request(
            frozenset(named),
            dated,
            formulas,
            shapes,
            tuple(formats),
            tuple(Link(*each) for each in (links or {}).items()),
            tuple(Note(*each) for each in (notes or {}).items()),
            overwrite_formulas,
        )
        return filled(self._layout(request), named, bodies, show)

    def _layout(self, request: Request) -> Layout:
        found = self._layouts.get(request)
        if found is None:
            found = self._layouts[request] = lay_out(self._template, self._targets.spots, request)
            if len(self._layouts) > _LAYOUTS_KEPT:
                self._layouts.popitem(last=False)
        return found

    def _named(self, values: Mapping[str, Value]) -> Mapping[str, Value]:
        """The values by their targets' keys: kpi_win_rate is win_rate."""
        try:
            return {self._keys[name]: value for name, value in values.items()}
        except KeyError:
            self._keys |= {name: self._key(name) for name in values}
            return self._named(values)

    def _key(self, name: str) -> str:
        """The key of the targets that a value's name means."""
        spots = self._targets.spots
        key = name if name in spots else name.removeprefix("kpi_")
        if key not in spots:
            nearest = get_close_matches(name, spots, 1)
            raise FillError("unknown_target", file=self.file, name=name, nearest=nearest[0] if nearest else "–")
        return key

    def _bodies(
        self, tables: Mapping[str, Sequence[Sequence[Value]]], overwrite: bool
    ) -> tuple[dict[str, Columns], tuple[TableShape, ...]]:
        bodies: dict[str, Columns] = {}
        shapes = []
        for name, rows in tables.items():
            table = self._template.tables.get(name.casefold())
            if table is None:
                known = ", ".join(each.name for each in self._template.tables.values()) or "–"
                raise FillError("unknown_table", file=self.file, table=name, known=known)
            places = self._places(table, overwrite)
            rows = rows or [(None,) * len(places)]  # Excel has no table without a row: an empty one stays
            if set(map(len, rows)) != {len(places)}:
                raise self._wrong_width(table, rows, places)
            columns: Columns = tuple(zip(*rows, strict=True))
            bodies[table.name] = columns
            shapes.append(TableShape(table.name.casefold(), len(rows), dated_columns(columns, places)))
        return bodies, tuple(shapes)

    def _wrong_width(self, table: Table, rows: Sequence[Sequence[Value]], places: Sequence[int]) -> FillError:
        number = next(number for number, row in enumerate(rows) if len(row) != len(places))
        return FillError(
            "row_width",
            file=self.file,
            table=table.name,
            row=number + 1,
            found=len(rows[number]),
            wanted=len(places),
            columns=", ".join(header_text(table.columns[place].name) for place in places),
        )

    def _places(self, table: Table, overwrite: bool) -> tuple[int, ...]:
        """Where the columns that take values stand in the table."""
        if overwrite:
            return tuple(range(len(table.columns)))
        formulas = calculated(self._template.map(table.sheet), table)
        return tuple(place for place, formula in enumerate(formulas) if formula is None)

    def _table_target(self, table: Table) -> TableTarget:
        places = self._places(table, overwrite=False)
        headers = [header_text(column.name) for column in table.columns]
        computed = tuple(header for place, header in enumerate(headers) if place not in places)
        return TableTarget(
            table.name, table.sheet.name, str(table.area), tuple(headers[place] for place in places), computed
        )

    def _style(self, spot: Spot) -> str | None:
        return SheetCut(self._template.map(spot.sheet)).style_of(*spot.cell)


def compile_template(
    source: str | Path | bytes,
    *,
    name: str | None = None,
    mapping: Mapping[str, str] | str | Path | None = None,
    known: frozenset[str] | set[str] | None = None,
    meant: Callable[[str], bool] | None = None,
) -> Plan:
    """Find the targets of a template, given by its path or its bytes.

    `name` is how messages call it; `mapping` binds cells of a workbook that has no names: {"Sheet1!B4": "win_rate"}, or
    the path of a TOML file that holds such lines;
    `known` are the names that somebody has values for, to tell which targets nobody can fill;
    `meant` tells which defined names are targets at all (every one, where it is not given). Raises FillError.
    """
    if isinstance(source, bytes):
        data, file = source, name or "template.xlsx"
    else:
        path = Path(source)
        file = name or path.name
        try:
            data = path.read_bytes()
        except OSError:
            raise FillError("unreadable", file=str(path)) from None
    bound = read_mapping(mapping) if isinstance(mapping, str | Path) else mapping or {}
    template = Template(read_package(data, file))
    targets = find_targets(template, bound, meant or (lambda name: True))
    return Plan(template, targets, None if known is None else frozenset(known))
