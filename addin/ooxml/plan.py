"""A template compiled once, to be filled many times."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence, Set
from difflib import get_close_matches
from typing import NamedTuple

from addin.ooxml.conditional_formats import ConditionalFormat
from addin.ooxml.errors import FillError
from addin.ooxml.filling import filled, filled_again, stencil_again
from addin.ooxml.layout import Layout, lay_out
from addin.ooxml.properties import Properties
from addin.ooxml.refusals import Refusal, refusals
from addin.ooxml.request import Fit, Link, Note, Request, shape_of
from addin.ooxml.sheet_cut import SheetCut
from addin.ooxml.slots import Show, plain_text
from addin.ooxml.stencils import Stencil
from addin.ooxml.table_target import TableTarget, table_target, tables_given
from addin.ooxml.targets import Spot, Targets, Unusable
from addin.ooxml.template import Template
from addin.ooxml.validations import Validation, validation_of
from addin.ooxml.values import Given

_LAYOUTS_KEPT = 32
_UNTOLD = Properties()

# The names, the kinds of their values, and the formats of a fill of cells alone: fills alike in it differ in values.
_Alike = tuple[tuple[str, ...], tuple[type, ...], tuple[ConditionalFormat, ...]]


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
        self._again: OrderedDict[_Alike, tuple[Layout, Stencil]] = OrderedDict()

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
        return {table.name: table_target(self._template, table) for table in self._template.tables.values()}

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

    def refused(self, keys: Collection[str], formulas: Collection[str], tables: Collection[str]) -> tuple[Refusal, ...]:
        """Targets among `keys` that a fill of them and of `tables` refuses; the values of `formulas` are formulas."""
        spots = {key: spots for key, spots in self.targets.items() if key in keys}
        return refusals(self._template, spots, formulas, tables)

    @property
    def signed(self) -> bool:
        """Whether the workbook has a digital signature: any change breaks it."""
        return self._template.book.signed

    def fill(
        self,
        values: Mapping[str, Given],
        tables: Mapping[str, Sequence[Sequence[Given]]] | None = None,
        formats: Sequence[ConditionalFormat] = (),
        *,
        headers: Mapping[str, Mapping[str, str]] | None = None,
        links: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
        overwrite_formulas: bool = False,
        show: Show = plain_text,
        fit: Fit | None = None,
        without_charts: Set[tuple[str, str]] = frozenset(),
        properties: Properties = _UNTOLD,
    ) -> bytes:
        """The filled workbook. Equal input gives equal bytes; targets without a value stay as they are.

        `values` by name (`win_rate` fills the cells named kpi_win_rate and the placeholders {{ win_rate }}); `tables`
        by the table's name, rows in the order of its columns without those that Excel computes; `links` and `notes` by
        target. `show` words a value inside a sentence.

        In a workbook that is made for it: `headers` are a table's new headers by the present ones; with `fit` rows and
        bar charts get the room that they need, and hidden rows show once they have a value; `without_charts` are
        (table, header) pairs, and charts that draw such a column are left out; `properties` are the document's.
        Raises FillError.
        """
        cells_alone = not (tables or headers or links or notes or overwrite_formulas or fit or without_charts)
        key = (tuple(values), tuple(map(type, values.values())), tuple(formats)) if cells_alone else None
        known = self._again.get(key) if key and properties is _UNTOLD else None
        if known and (data := filled_again(*known, tuple(values.values()))) is not None:
            return data
        shape = shape_of(self._named(values))
        bodies, shapes = tables_given(self._template, tables or {}, headers or {}, overwrite=overwrite_formulas)
        told = properties.values()
        request = Request(
            frozenset(shape.values),
            shape.dated,
            shape.formulas,
            shapes,
            tuple(formats),
            tuple(Link(*each) for each in (links or {}).items()),
            tuple(Note(*each) for each in (notes or {}).items()),
            overwrite_formulas,
            shape.number_formats,
            fit,
            frozenset(without_charts),
            frozenset(told),
        )
        named = {**shape.values, **told} if told else shape.values
        layout = self._layout(request)
        data = filled(layout, named, bodies, show)
        if key and properties is _UNTOLD and (stencil := stencil_again(layout, named)):
            self._again[key] = layout, stencil
            if len(self._again) > _LAYOUTS_KEPT:
                self._again.popitem(last=False)
        return data

    def _layout(self, request: Request) -> Layout:
        found = self._layouts.get(request)
        if found is None:
            found = self._layouts[request] = lay_out(self._template, self._targets.spots, request)
            if len(self._layouts) > _LAYOUTS_KEPT:
                self._layouts.popitem(last=False)
        return found

    def _named(self, values: Mapping[str, Given]) -> Mapping[str, Given]:
        """The values by their targets' keys: kpi_win_rate is win_rate."""
        try:
            named = dict(zip(map(self._keys.__getitem__, values), values.values(), strict=True))
        except KeyError:
            self._keys |= {name: self._key(name) for name in values}
            return self._named(values)
        if len(named) < len(values):
            keys = [self._keys[name] for name in values]
            twice = next(name for name, key in zip(values, keys, strict=True) if keys.count(key) > 1)
            raise FillError("given_twice", file=self.file, name=twice)
        return named

    def _key(self, name: str) -> str:
        """The key of the targets that a value's name means; names know no case, as in Excel."""
        spots = self._targets.spots
        spelled = {key.casefold(): key for key in spots}
        folded = name.casefold()
        key = spelled.get(folded) or spelled.get(folded.removeprefix("kpi_"))
        if key is None:
            nearest = get_close_matches(name, spots, 1)
            raise FillError("unknown_target", file=self.file, name=name, nearest=nearest[0] if nearest else "–")
        return key

    def _style(self, spot: Spot) -> str | None:
        return SheetCut(self._template.map(spot.sheet)).style_of(*spot.cell)
