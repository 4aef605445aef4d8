"""A user's own workbook, filled without touching anything around the filled cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from addin.fill import own_names
from addin.fill.content import Cell, Content, Formula, Outline, Rows, Value
from addin.fill.own_colours import formats
from addin.ooxml import Formula as Written
from addin.ooxml import Value as WrittenValue
from addin.ooxml import compile_template
from addin.ooxml.addresses import letters
from addin.ooxml.slots import plain_text
from addin.ooxml.table_target import TableTarget
from addin.ooxml.targets import Spot
from addin.ooxml.validations import Validation
from addin.ooxml.values import Constant
from kpi_core.figures import Unit, figure
from kpi_core.figures import fill as filled_text
from kpi_core.texts import Language, Text
from workbook_templates import contract

_NAME = re.compile(r"\b(?:kpi|limit|status|band|report)_\w+")
_TEXT = re.compile(r'("[^"]*")')
_COLUMN = re.compile(r"\{(\w+)\}")
_HEADER_SIGNS = re.compile(r"(['\[\]#@])")
_CURRENCY = re.compile(r'"(.+)"')


class UnknownWord(NamedTuple):
    """Something that asks for a value that nobody has: the word, where it stands, the nearest known word."""

    word: str
    where: str
    nearest: str


class Figure(float):
    """A figure that knows its unit, for the sentences that it stands in; in a cell it is a plain number."""

    unit: Unit
    currency: str

    @classmethod
    def of(cls, value: float, unit: Unit, currency: str) -> Figure:
        """The figure with its unit; an amount with its currency's sign."""
        found = cls(value)
        found.unit, found.currency = unit, currency
        return found


class OwnTemplate:
    """A workbook with names, tables and placeholders, or with cells bound by a mapping file.

    `outline` says what it asks for; `filled` gives the workbook. Raises addin.ooxml.FillError.
    """

    def __init__(self, path: Path, language: Language, cells: Path | None = None) -> None:
        self._language = language
        self.plan = compile_template(path, mapping=cells, meant=own_names.is_meant)
        self._names = {key: own_names.content_name(key) for key in self.plan.targets}
        self._tables = {name: table for name, table in self.plan.tables.items() if name in contract.tables()}
        self._ids = {name: tuple(contract.column_ids(name, table.columns)) for name, table in self._tables.items()}
        self.outline = Outline(
            frozenset(name for name in self._names.values() if name),
            {name: ids for name, ids in self._ids.items() if any(ids)},
        )

    def unknown(self) -> list[UnknownWord]:
        """Names, placeholders and bound cells that ask for nothing we know. They stay as they are."""
        return [
            UnknownWord(spots[0].label, ", ".join(spot.address for spot in spots), _nearest(key, spots[0]))
            for key, spots in self.plan.targets.items()
            if not self._names[key]
        ]

    def unknown_columns(self, table: str) -> list[str]:
        """The headers of a table's columns that ask for nothing we know; they are emptied, as rows change."""
        return [
            header for header, known in zip(self._tables[table].columns, self._ids[table], strict=True) if not known
        ]

    def filled(self, content: Content) -> bytes:
        """The workbook with the content in it. The same content gives the same bytes."""
        values: dict[str, WrittenValue] = {}
        for key, name in self._names.items():
            if name in content.cells:
                values[key] = self._value(key, name, content.cells[name])
            elif name == "report_title":
                values[key] = content.title
            elif name and any(spot.binding == "placeholder" for spot in self.plan.targets[key]):
                values[key] = None  # rather nothing than a placeholder left standing in a report
        tables = {
            name: self._rows(self._tables[name], self._ids[name], rows)
            for name, rows in content.tables.items()
            if name in self.outline.tables
        }
        return self.plan.fill(values, tables, formats(content.colours, self._named, self._formula), show=self._show)

    def _value(self, key: str, name: str, cell: Cell) -> WrittenValue:
        value = cell.value
        if isinstance(value, Formula):
            text = self._formula(value.text)
            return value.value if text is None else Written(text, value.value)
        if isinstance(value, int | float) and any(spot.sentence for spot in self.plan.targets[key]):
            currency = _CURRENCY.search(cell.number_format)
            return Figure.of(value, own_names.unit_of(name), currency[1] if currency else "")
        if isinstance(value, str) and not self._allowed(key, value):
            return None  # where only numbers may stand, nothing to measure is a blank, not a dash
        return value

    def _allowed(self, key: str, text: str) -> bool:
        """Whether the cells' own data validations let a text stand."""
        whole = [spot for spot in self.plan.targets[key] if spot.sentence is None]
        return all(rule.allows(text, epoch_1904=False) for spot, rule in self._validated if spot in whole)

    @cached_property
    def _validated(self) -> tuple[tuple[Spot, Validation], ...]:
        return self.plan.validated

    def _formula(self, text: str) -> str | None:
        """A formula with the cells in place of the contract's names; None where the workbook lacks one of them."""
        pieces = _TEXT.split(text)
        code = "".join(pieces[::2])
        if any(name not in self._cells for name in _NAME.findall(code)):
            return None
        return "".join(
            piece if place % 2 else _NAME.sub(lambda found: self._cells[found[0]], piece)
            for place, piece in enumerate(pieces)
        )

    @cached_property
    def _cells(self) -> Mapping[str, str]:
        """The first cell of its own that each name of the contract has, as formulas write it."""
        found = {}
        for key, name in self._names.items():
            whole = [spot for spot in self.plan.targets[key] if spot.sentence is None]
            if name and whole:
                found[name] = address(whole[0])
        return found

    @cached_property
    def _named(self) -> Mapping[str, tuple[Spot, ...]]:
        """The cells with a defined name of the contract: only their colours are ours."""
        return {
            name: tuple(spot for spot in self.plan.targets[key] if spot.binding == "name")
            for key, name in self._names.items()
        }

    def _rows(self, table: TableTarget, ids: Sequence[str], rows: Rows) -> list[list[WrittenValue]]:
        """The rows in the order of the columns that take values; unknown columns stay empty."""
        if not rows.rows and rows.empty:
            return [[rows.empty, *[None] * (len(ids) - 1)]]
        headers = dict(zip(ids, table.columns, strict=True))
        return [[self._in_row(row.get(column), table.name, headers) for column in ids] for row in rows.rows]

    def _in_row(self, given: Value | Cell, table: str, headers: Mapping[str, str]) -> WrittenValue:
        value = given.value if isinstance(given, Cell) else given
        if not isinstance(value, Formula):
            return value
        text = self._formula(value.text)
        if text is None or any(column not in headers for column in _COLUMN.findall(text)):
            return value.value

        def cell(found: re.Match[str]) -> str:
            header = _HEADER_SIGNS.sub(r"'\1", headers[found[1]])
            return f"{table}[[#This Row],[{header}]]"

        return Written(_COLUMN.sub(cell, text), value.value)

    def _show(self, value: Constant) -> str:
        """A value inside a sentence, in the words of the language."""
        if isinstance(value, Figure):
            return figure(value, value.unit, self._language, value.currency)
        if isinstance(value, date):
            return filled_text(Text("{day}", "{day}"), {"day": value}).show(self._language)
        return plain_text(value)


def _nearest(key: str, spot: Spot) -> str:
    found = own_names.nearest(key)
    return own_names.content_name(found) if spot.binding == "name" else found


def address(spot: Spot) -> str:
    """A cell with its sheet and dollar signs, as formulas anywhere in the workbook name it."""
    sheet = spot.address.rpartition("!")[0]
    return f"{sheet}!${letters(spot.cell.column)}${spot.cell.row}"
