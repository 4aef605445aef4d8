"""The data tables of one live workbook: which rows come along, and their cells with the audit columns behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from addin.fill.live.audit_columns import SIDES, AuditColumn
from addin.fill.live.layouts import Ledger, computed, ledgers, say
from addin.ooxml import Formula
from addin.ooxml.new_sheets import NewCell, NewColumn, NewTable
from kpi_core.audit import Audit
from kpi_core.first_meetings import final_day
from kpi_core.periods import Period
from kpi_core.table_words import word as said
from kpi_core.tables import COLUMNS, TableName
from kpi_core.tally import Side
from kpi_core.texts import Language
from kpi_core.views import Group

_CELL = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r'"(\w+)"')
_ROLES = ("numerator", "denominator", "both", "counted", "linked")


@dataclass(frozen=True)
class DataTable:
    """One data table: its rows by label out of all (`known`), and the audit columns that stand in it."""

    ledger: Ledger
    known: pd.DataFrame
    rows: pd.DataFrame
    columns: tuple[AuditColumn, ...]
    language: Language

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The canonical columns that hold anything, and those that formulas read."""
        read = {name for column in self.columns if column.rule for name in _CELL.findall(_texts(column))}
        read |= {name for text in computed(self.ledger.table).values() if read for name in _CELL.findall(text)}
        read |= {self.ledger.money, self.ledger.open}
        return tuple(name for name in self.ledger.columns if name in read or self._holds(name))

    def _holds(self, name: str) -> bool:
        if name in computed(self.ledger.table):
            return any(f"{{{name}}}" in _texts(column) for column in self.columns if column.rule)
        return name in self.rows and bool(self.rows[name].notna().any())

    def reference(self, header: str) -> str:
        """A column as formulas anywhere in the workbook name it."""
        return f"{self.ledger.name}[{header}]"

    def group_column(self, by: str) -> str:
        """The column of sellers or clients, as formulas name it."""
        return self.reference(say(f"header.{by}", self.language))

    def amounts(self, column: AuditColumn, side: Side) -> str:
        """Where what rows add to a side stands, as formulas name it; "" where each adds 1."""
        kind = column.kind(side, self.rows)
        if kind == "one":
            return ""
        if kind == "money":
            return self.reference(say(f"header.{self.ledger.money}", self.language))
        return self.reference(column.amount_header(side, self.language))

    def written(self) -> NewTable:
        """The table as a sheet takes it."""
        columns: list[NewColumn] = []
        cells: list[Sequence[NewCell]] = []
        inputs = {name for column in self.columns if column.rule for name in _CELL.findall(_texts(column))}
        inputs |= {name for text in computed(self.ledger.table).values() for name in _CELL.findall(text)}
        inputs |= {self.ledger.money}
        for name in self.shown:
            kind = "amount" if name == self.ledger.money else _kind(name)
            formula = self._formula(computed(self.ledger.table)[name]) if name in computed(self.ledger.table) else ""
            look = f"input_{kind}" if name in inputs and not formula else kind
            columns.append(NewColumn(say(f"header.{name}", self.language), look, _WIDTHS.get(name, 12), formula))
            cells.append([Formula(formula, value) if formula else value for value in self._values(name)])
        for column in self.columns:
            for head, look, formula, values in self._audit(column):
                columns.append(NewColumn(head, look, 13, formula))
                cells.append(values)
        return NewTable(self.ledger.name, tuple(columns), tuple(zip(*cells, strict=True)))

    def _values(self, name: str) -> list[Any]:
        if name == "final_on":
            return [_plain(value) for value in final_day(self.rows)]
        column = COLUMNS[self.ledger.table].get(name)
        values = [_plain(value) for value in self.rows[name]]
        if column is not None and column.kind == "flag":
            values = [None if value is None else "yes" if value else "no" for value in values]
        if column is not None and (column.words or column.kind == "flag"):
            return [None if value is None else said(value, self.language) for value in values]
        return values

    def _audit(self, column: AuditColumn) -> Iterator[tuple[str, str, str, list[NewCell]]]:
        """The role's column and those of its amounts: header, look, the formula that new rows take, cells."""
        roles = column.roles()
        words = {role: say(f"role.{role}", self.language) for role in _ROLES}
        shown = [words[roles[label]] if label in roles else "" for label in self.rows.index]
        own = [side for side in SIDES if side in column.amounts and column.kind(side, self.rows) == "own"]
        rule = column.rule
        told = self._told(column)
        header = column.header(self.language)
        amount = self._here(column.amount_header(own[0], self.language)) if own else ""
        if rule is None:
            yield header, "role", "", [word or None for word in shown]
        else:
            text = rule.role.replace("{amount}", amount)
            roled: list[NewCell] = []
            for label, word in zip(self.rows.index, shown, strict=True):
                stored = f'"{word}"'
                formula = self._formula(text.replace("{stored}", stored))
                roled.append((word or None) if label in told else Formula(formula, word))
            each = "" if "{stored}" in text or told else self._formula(text)
            yield header, "role_formula", each, roled
        for side in own:
            values: list[Any] = [_plain(value) for value in column.amounts[side].reindex(self.rows.index)]
            formula = self._formula(rule.amount) if rule is not None and rule.amount else ""
            if formula:
                values = [Formula(formula, "" if value is None else value) for value in values]
            look = "amount_formula" if formula else "amount"
            yield column.amount_header(side, self.language), look, formula, values

    def _told(self, column: AuditColumn) -> set[int]:
        """The rows whose role is stored though the others follow from their cells."""
        if column.rule is None:
            return set()
        told: set[int] = set()
        if column.rule.alone:
            told |= set(self.known.index[self.known[column.rule.alone].duplicated(keep=False)])
        if column.by:  # of rows that are nobody's, and of groups without a figure
            nobody = self.known[column.by].isna() | self.known[column.by].isin(column.silent)
            told |= set(self.known.index[nobody])
        return told

    def _formula(self, text: str) -> str:
        """A rule's text as a formula of this table's row, in the workbook's language."""
        named = _CELL.sub(lambda found: self._here(say(f"header.{found[1]}", self.language)), text)
        return _WORD.sub(lambda found: f'"{self._word(found[1])}"', named)

    def _word(self, word: str) -> str:
        if word in _ROLES:
            return say(f"role.{word}", self.language)
        known = {known for column in COLUMNS[self.ledger.table].values() for known in column.words}
        return said(word, self.language) if word in known else word

    def _here(self, header: str) -> str:
        return f"{self.ledger.name}[[#This Row],[{header}]]"


_WIDTHS: Mapping[str, float] = {"source_file": 22, "source_row": 9, "company": 24, "person": 20, "seller": 18}


def data_tables(
    found: Audit, columns: Sequence[AuditColumn], period: Period, group: Group | None, language: Language
) -> dict[TableName, DataTable]:
    """The tables that figures read: rows that are counted, rows dated in the period, and what is still open.

    A group's workbook holds the group's own rows alone, where a table tells them.
    """
    tables = {}
    for known in ledgers():
        here = tuple(column for column in columns if column.table == known.table)
        rows = found.table(known.table)
        if not here or rows.empty:
            continue
        if group is not None and group[0] in rows and rows[group[0]].notna().any():
            rows = rows[rows[group[0]] == group[1]]
        counted = {label for column in here for label in column.roles()}
        kept = pd.Series(rows.index.isin(counted), index=rows.index)
        for day in known.days:
            kept |= period.has(rows[day])
        if known.open:
            kept |= rows[known.open] == "open"
        if kept.any():
            tables[known.table] = DataTable(known, rows, rows[kept], here, language)
    return tables


def _texts(column: AuditColumn) -> str:
    return f"{column.rule.role} {column.rule.amount}" if column.rule else ""


def _kind(name: str) -> str:
    if name.endswith("_on"):
        return "date"
    if name == "source_row":
        return "count"
    numbers = {key for columns in COLUMNS.values() for key, column in columns.items() if column.kind == "number"}
    return "number" if name in numbers else "text"


def _plain(value: Any) -> Any:
    """A cell's value without pandas: a day, a number, a text, or nothing."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    item = value.item() if hasattr(value, "item") else value
    return int(item) if isinstance(item, float) and item.is_integer() and abs(item) < 1e15 else item
