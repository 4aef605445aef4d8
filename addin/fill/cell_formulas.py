"""Formulas of the content as a workbook must write them: the contract's names and {columns} as its own cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from addin.ooxml.table_target import TableTarget

_NAME = re.compile(r"\b(?:kpi|limit|status|band|report|plan|rows|funnel)_\w+")
_TEXT = re.compile(r'("[^"]*")')
_COLUMN = re.compile(r"\{(\w+)\}")
_WHOLE = re.compile(r"\{(\w+)\.(\w+)\}")  # {table.column}: all of it, however many rows it has
_SPECIAL = re.compile(r"(['\[\]#@])")  # what a header inside a formula must mark


class CellFormulas:
    """Words formulas for one workbook; None where it lacks a cell that a formula names.

    cells     what a formula writes for each name of the contract: a cell, or the name itself
    tables    the tables, and `columns` the ids of their columns that take values
    """

    def __init__(
        self, cells: Mapping[str, str], tables: Mapping[str, TableTarget], columns: Mapping[str, Sequence[str]]
    ) -> None:
        self._cells = cells
        self._tables = tables
        self._headers = {name: dict(zip(columns[name], table.columns, strict=True)) for name, table in tables.items()}
        self._letters = {name: dict(zip(columns[name], table.letters, strict=True)) for name, table in tables.items()}

    def anywhere(self, text: str) -> str | None:
        """A formula that names cells, and whole columns of tables."""
        if any(column not in self._headers.get(table, ()) for table, column in _WHOLE.findall(text)):
            return None
        text = _WHOLE.sub(self._whole, text)
        pieces = _TEXT.split(text)
        if any(name not in self._cells for name in _NAME.findall("".join(pieces[::2]))):
            return None
        return "".join(
            piece if place % 2 else _NAME.sub(lambda found: self._cells[found[0]], piece)
            for place, piece in enumerate(pieces)
        )

    def _whole(self, found: re.Match[str]) -> str:
        header = _SPECIAL.sub(r"'\1", self._headers[found[1]][found[2]])
        return f"{found[1]}[{header}]"

    def in_row(self, text: str, table: str, row: int) -> str | None:
        """A formula of a table's row, counted from 0, where {column} is that row's cell."""
        letters = self._letters[table]
        named = self.anywhere(text)
        if named is None or any(column not in letters for column in _COLUMN.findall(text)):
            return None
        number = self._tables[table].first + row
        return _COLUMN.sub(lambda found: f"${letters[found[1]]}{number}", named)

    def cells_of(self, table: str, column: str, first: int, last: int) -> str | None:
        """The cells of a table's column from one row to another, with their sheet; None where it lacks the column."""
        letter = self._letters[table].get(column) if table in self._tables else None
        if not letter:
            return None
        top = self._tables[table].first
        sheet = self._tables[table].sheet.replace("'", "''")
        cells = f"{letter}{top + first}" if first == last else f"{letter}{top + first}:{letter}{top + last}"
        return f"'{sheet}'!{cells}"
