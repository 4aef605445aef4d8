"""A workbook to be filled, one of ours or a user's own: what it asks for, and the content as its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from addin.fill import own_names
from addin.fill.cell_formulas import CellFormulas
from addin.fill.colours import cell_formats, table_formats
from addin.fill.content import Cell, Content, Formula, Outline, Rows, Value
from addin.fill.sentences import Figure, in_words
from addin.ooxml import Fit, Formatted, Given, Properties, compile_template
from addin.ooxml import Formula as Written
from addin.ooxml import Value as WrittenValue
from addin.ooxml.addresses import letters
from addin.ooxml.refusals import Refusal
from addin.ooxml.targets import Spot
from addin.ooxml.validations import Validation
from kpi_core.texts import Language
from workbook_templates import contract
from workbook_templates.number_formats import in_language, literals
from workbook_templates.row_heights import height

_RISKY = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so becomes a formula once somebody edits its cell
_FORMULAS = re.compile(r"(?:plan|band)_\w+|report_banner|kpi_\w+_(?:status|changed|limits)")  # written as formulas
_FIT = Fit(height, bar=200_000, frame=1_500_000)  # about 5.5 mm a bar; title, axis and legend around them


class UnknownWord(NamedTuple):
    """Something that asks for a value that nobody has: the word, where it stands, the nearest known word."""

    word: str
    where: str
    nearest: str


class Template:
    """A workbook with names, tables and placeholders, or with cells bound by a mapping file.

    A shipped one also gets what it leaves to the filler: number formats by the data's currency, headers by the period,
    heights, colours in tables, no empty charts, a title. Everything in a user's own that is not filled stays as it is.

    `shipped` tells which it is, `outline` what it asks for; `filled` gives the workbook. Raises addin.ooxml.FillError.
    """

    def __init__(self, path: Path, language: Language, cells: Path | None = None, *, shipped: bool = False) -> None:
        self._language, self._show = language, in_words(language)
        self.shipped = shipped
        self.plan = compile_template(path, mapping=cells, meant=own_names.is_meant)
        self._names = {key: own_names.content_name(key) for key in self.plan.targets}
        self._tables = {name: table for name, table in self.plan.tables.items() if name in contract.tables()}
        self._ids = {name: tuple(contract.column_ids(name, table.columns)) for name, table in self._tables.items()}
        self._formulas = CellFormulas(self._cells(), self._tables, self._ids)
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

    def refused(self) -> tuple[Refusal, ...]:
        """Cells that ask for something we know and still cannot be filled, with the reason."""
        known = {key: name for key, name in self._names.items() if name}
        live = {key for key, name in known.items() if _FORMULAS.fullmatch(name)}
        return self.plan.refused(known, live, self.outline.tables)

    def unknown_columns(self, table: str) -> list[str]:
        """The headers of a table's columns that ask for nothing we know; they are emptied, as rows change."""
        return [
            header for header, known in zip(self._tables[table].columns, self._ids[table], strict=True) if not known
        ]

    def filled(self, content: Content) -> bytes:
        """The workbook with the content in it. The same content gives the same bytes."""
        values: dict[str, Given] = {}
        for key, name in self._names.items():
            if name in content.cells:
                values[key] = self._value(key, name, content.cells[name])
            elif name == "report_title":
                values[key] = content.title
            elif name and any(spot.binding == "placeholder" for spot in self.plan.targets[key]):
                values[key] = None  # rather nothing than a placeholder left standing in a report
        lists = {name: rows for name, rows in content.tables.items() if name in self.outline.tables}
        tables = {name: self._rows(name, rows) for name, rows in lists.items()}
        formats = list(cell_formats(content.colours, self._named, self._formulas))
        if not self.shipped:
            return self.plan.fill(values, tables, formats, show=self._show)
        counts = {name: len(rows) for name, rows in tables.items()}
        return self.plan.fill(
            values,
            tables,
            [*formats, *table_formats(content.colours, counts, self._formulas)],
            headers={name: self._by_header(name, rows.headers) for name, rows in lists.items()},
            links={name: place for name, place in content.links.items() if name in self._named},
            show=self._show,
            fit=_FIT,
            without_charts={
                (table, header)
                for table, column in content.without_charts
                if table in self.outline.tables
                for header in self._by_header(table, {column: ""})
            },
            properties=Properties(content.title, content.created),
        )

    def _by_header(self, table: str, by_id: Mapping[str, str]) -> dict[str, str]:
        """What is said of columns by their ids, by their headers; of columns that the table lacks nothing."""
        headers = zip(self._ids[table], self._tables[table].columns, strict=True)
        return {header: by_id[column] for column, header in headers if column in by_id}

    def _value(self, key: str, name: str, cell: Cell) -> Given:
        value = cell.value
        if isinstance(value, Formula):
            text = self._formulas.anywhere(value.text)
            return self._formatted(value.value if text is None else Written(text, value.value), cell.number_format)
        if isinstance(value, int | float) and any(spot.sentence for spot in self.plan.targets[key]):
            return Figure.of(value, own_names.unit_of(name), literals(cell.number_format))
        if isinstance(value, str) and not self._allowed(key, value):
            return None  # where only numbers may stand, nothing to measure is a blank, not a dash
        return self._formatted(value, cell.number_format)

    def _formatted(self, value: WrittenValue, number_format: str) -> Given:
        """A value with the format that the data decides, which a user's own cells do not take."""
        quoted = isinstance(value, str) and value.startswith(_RISKY)
        told = in_language(number_format, self._language) if self.shipped else ""
        return Formatted(value, told, quoted) if told or quoted else value

    def _allowed(self, key: str, text: str) -> bool:
        """Whether the cells' own data validations let a text stand."""
        whole = [spot for spot in self.plan.targets[key] if spot.sentence is None]
        return all(rule.allows(text, epoch_1904=False) for spot, rule in self._validated if spot in whole)

    @cached_property
    def _validated(self) -> tuple[tuple[Spot, Validation], ...]:
        return self.plan.validated

    def _cells(self) -> dict[str, str]:
        """What formulas write for each name of the contract: in a user's workbook the first cell of its own."""
        found = {}
        for key, name in self._names.items():
            whole = [spot for spot in self.plan.targets[key] if spot.sentence is None]
            if name and whole:
                found[name] = name if self.shipped else address(whole[0])
        return found

    @cached_property
    def _named(self) -> Mapping[str, tuple[Spot, ...]]:
        """The cells with a defined name of the contract: only their colours are ours."""
        return {
            name: tuple(spot for spot in self.plan.targets[key] if spot.binding == "name")
            for key, name in self._names.items()
        }

    def _rows(self, table: str, rows: Rows) -> list[list[Given]]:
        """The rows in the order of the columns that take values; unknown columns stay empty."""
        ids = self._ids[table]
        if not rows.rows:
            return [[rows.empty or None, *[None] * (len(ids) - 1)]]
        return [
            [self._in_row(row.get(column), rows.formats.get(column, ""), table, number) for column in ids]
            for number, row in enumerate(rows.rows)
        ]

    def _in_row(self, given: Value | Cell, number_format: str, table: str, row: int) -> Given:
        value, shape = (given.value, given.number_format) if isinstance(given, Cell) else (given, number_format)
        if not isinstance(value, Formula):
            return self._formatted(value, shape)
        text = self._formulas.in_row(value.text, table, row)
        return self._formatted(value.value if text is None else Written(text, value.value), shape)


def _nearest(key: str, spot: Spot) -> str:
    found = own_names.nearest(key)
    return own_names.content_name(found) if spot.binding == "name" else found


def address(spot: Spot) -> str:
    """A cell with its sheet and dollar signs, as formulas anywhere in the workbook name it."""
    sheet = spot.address.rpartition("!")[0]
    return f"{sheet}!${letters(spot.cell.column)}${spot.cell.row}"
