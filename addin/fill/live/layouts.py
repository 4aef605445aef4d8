"""How the data tables of a live workbook are laid out and worded: ledgers.toml; and the rules of roles: rules.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kpi_core.tables import TableName
from kpi_core.tally import Side
from kpi_core.texts import Language, load_texts

PACKAGE = "addin.fill.live"


def say(key: str, language: Language, **found: object) -> str:
    """A text of ledgers.toml."""
    return load_texts(PACKAGE, "ledgers.toml")[key].show(language, **found)


@dataclass(frozen=True)
class Ledger:
    """One data table: its name in formulas, the columns that come along, the days that place a row in a period.

    open   the column whose word "open" keeps a row in the workbook; money the column of what a row is worth
    """

    table: TableName
    name: str
    columns: tuple[str, ...]
    days: tuple[str, ...]
    open: str = ""
    money: str = ""


@dataclass(frozen=True)
class Rule:
    """How a role follows from a row's own cells, and for which basis of a measure.

    alone   the column whose repeated values take their role from the trace
    blank   the reasons of having no figure for which the rule counts no row either
    """

    table: TableName
    basis: Mapping[str, str]
    role: str
    amount: str = ""
    alone: str = ""
    free: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()

    def holds(self, basis: Mapping[str, str]) -> bool:
        """Whether a measure of this basis is computed as the rule says, with no other option chosen."""
        known = {*self.basis, *self.free}
        return set(basis) <= known and all(basis.get(key) == word for key, word in self.basis.items())


@cache
def ledgers() -> tuple[Ledger, ...]:
    """The data tables in the order of their sheets."""
    return tuple(
        Ledger(
            table,
            told["name"],
            tuple(told["columns"]),
            tuple(told["days"]),
            told.get("open", ""),
            told.get("money", ""),
        )
        for table, told in _toml("ledgers.toml")["tables"].items()
    )


@cache
def ledger(table: TableName) -> Ledger:
    """The data table of a canonical table."""
    return next(it for it in ledgers() if it.table == table)


def rule_for(kpi: str, table: TableName, basis: Mapping[str, str]) -> Rule | None:
    """The rule by which a KPI's roles follow from the rows of a table; None where they have to be stored."""
    for rule in _rules().get(kpi, ()):
        if rule.table == table and rule.holds(basis):
            return rule
    return None


@cache
def _rules() -> Mapping[str, tuple[Rule, ...]]:
    told = {kpi: found for kpi, found in _toml("rules.toml").items() if kpi not in _OTHERS}
    return {
        kpi: tuple(
            Rule(
                it["table"],
                it["basis"],
                it["role"],
                it.get("amount", ""),
                it.get("alone", ""),
                tuple(it.get("free", ())),
                tuple(it.get("blank", ())),
            )
            for it in found.values()
        )
        for kpi, found in told.items()
    }


_OTHERS = ("computed", "amounts", "n", "powers", "parts")


def computed(table: TableName) -> Mapping[str, str]:
    """The formulas of a table's columns that follow from the row's other cells, apart from roles."""
    found: Mapping[str, str] = _toml("rules.toml")["computed"].get(table, {})
    return found


def kind_of_amount(name: str, side: Side) -> str:
    """What rows add on a side of a KPI or of its part (ltv.churn): "one" each, "money" or amounts of their "own"."""
    found: str = _toml("rules.toml")["amounts"].get(name, {}).get(side, "one")
    return found


def counted_side(kpi: str) -> Side | None:
    """On which side the observations of a KPI stand; None where they are not rows."""
    found: Side | None = _toml("rules.toml")["n"].get(kpi)
    return found


def powers(kpi: str) -> Mapping[str, int]:
    """The quotients that a KPI is made of with their powers; empty where it is a single one."""
    found: Mapping[str, int] = _toml("rules.toml")["powers"].get(kpi, {})
    return found


def parts(kpi: str) -> Mapping[str, Mapping[str, int]]:
    """The parts of a KPI that rows make: a side of its quotient, or quotients with their powers."""
    found: Mapping[str, Mapping[str, int]] = _toml("rules.toml")["parts"].get(kpi, {})
    return found


@cache
def _toml(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files(PACKAGE).joinpath(name).read_text(encoding="utf-8"))
