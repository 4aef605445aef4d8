"""The audit columns of the data tables: what each row is to each figure, read from the tallies that made them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from addin.fill.live.layouts import Rule, kind_of_amount, ledger, rule_for, say
from kpi_core.audit import Audit
from kpi_core.catalogue import definition
from kpi_core.tables import TableName
from kpi_core.tally import Side, Tally
from kpi_core.texts import Language
from kpi_core.views import GroupBy

SIDES: tuple[Side, ...] = ("numerator", "denominator")
# Parts of a figure that are figures of their own, or parts of one: they share its columns.
_HOME: Mapping[str, tuple[str, str]] = {
    "arpa": ("ltv", "arpa"),
    "gross_margin": ("ltv", "gross_margin"),
    "churn": ("ltv", "churn"),
    "cac": ("cac", ""),
}


class Term(NamedTuple):
    """A quotient, sum or median that rows make: a KPI's own (part "") or a part of one."""

    kpi: str
    part: str = ""

    @property
    def id(self) -> str:
        """As rules.toml names it."""
        return f"{self.kpi}.{self.part}" if self.part else self.kpi

    def name(self, language: Language) -> str:
        """The heading of its columns."""
        known = definition(self.kpi)
        return known.parts[self.part].name.show(language) if self.part else known.short.show(language)


def home(kpi: str, part: str) -> Term:
    """Whose columns the rows of a part stand in."""
    return Term(*_HOME[part]) if part else Term(kpi)


@dataclass(frozen=True, eq=False)
class AuditColumn:
    """One term in one table, for all rows of the workbook or (`by`) for each group by itself.

    amounts   by side what each row adds; a row that adds nothing to a side is not in it
    linked    the rows that settle what becomes of others
    silent    the groups that have no figure though the rule would count their rows, e.g. values of which are unknown
    """

    term: Term
    table: TableName
    by: GroupBy | None
    amounts: Mapping[Side, pd.Series[Any]]
    linked: frozenset[int]
    divides: bool
    rule: Rule | None = None
    silent: frozenset[str] = frozenset()

    def roles(self) -> dict[int, str]:
        """Each counted row's role by its label."""
        top, base = (set(self.amounts[side].index) if side in self.amounts else set() for side in SIDES)
        found = dict.fromkeys(self.linked, "linked")
        found |= dict.fromkeys(top, "numerator" if self.divides else "counted")
        return found | dict.fromkeys(base, "denominator") | dict.fromkeys(top & base, "both")

    def words(self, side: Side) -> list[str]:
        """The roles that add to a side, of those that the column can hold."""
        able = set(self.roles().values())
        if self.rule:
            able |= {word for word in ("numerator", "denominator", "both", "counted") if f'"{word}"' in self.rule.role}
        adding = ("both", side) if self.divides else ("counted",)
        return [word for word in adding if word in able] or [adding[-1]]

    def kind(self, side: Side, rows: pd.DataFrame) -> str:
        """Where the amounts of a side stand: "one" each, in the table's "money", or in a column of their "own"."""
        amounts = self.amounts[side]
        told = kind_of_amount(self.term.id, side)
        money = ledger(self.table).money
        if told == "money" and money and (rows.loc[amounts.index, money].fillna(0) == amounts.fillna(0)).all():
            return "money"
        return "one" if told == "one" and (amounts == 1).all() else "own"

    def header(self, language: Language) -> str:
        """The heading of the role's column."""
        key = f"audit.role_by_{self.by}" if self.by else "audit.role"
        return say(key, language, name=self.term.name(language))

    def amount_header(self, side: Side, language: Language) -> str:
        """The heading of the column of amounts of their own."""
        return say(f"audit.{side if self.divides else 'amount'}", language, role=self.header(language))


def audit_columns(found: Audit, by: GroupBy | None) -> Iterator[AuditColumn]:
    """The columns of an audit: of its one view, or with `by` of its groups put side by side.

    A term whose groups share rows has none: a column says one thing of a row.
    """
    sides: dict[tuple[Term, TableName], dict[Side, list[Tally]]] = {}
    dividing: set[Term] = set()
    bases: dict[str, Mapping[str, str]] = {}
    brought: dict[Term, str] = {}  # a part of several KPIs stands in one column
    refused: dict[str, set[tuple[str, str]]] = {}
    for (kpi, group), measure in found.measures.items():
        if math.isnan(measure.value):
            if group is not None:
                refused.setdefault(kpi, set()).add((group[1], measure.reason))
            continue  # rows without a figure made none
        bases.setdefault(kpi, measure.basis)
        for tally in measure.tallies:
            term = home(kpi, tally.term)
            if brought.setdefault(term, kpi) != kpi:
                continue
            sides.setdefault((term, tally.table), {}).setdefault(tally.side, []).append(tally)
            if tally.side == "denominator":
                dividing.add(term)
    for (term, table), tallies in sides.items():
        amounts = {side: pd.concat([it.amounts for it in tallies[side]]) for side in SIDES if side in tallies}
        if any(it.index.has_duplicates for it in amounts.values()):
            continue
        linked = frozenset(label for it in tallies.get("linked", ()) for label in it.amounts.index)
        rule = None if term.part or term.kpi not in bases else rule_for(term.kpi, table, bases[term.kpi])
        silent = {name for name, reason in refused.get(term.kpi, ()) if rule and by and reason not in rule.blank}
        yield AuditColumn(term, table, by, amounts, linked, term in dividing, rule, frozenset(silent))


def distinct(columns: Iterable[AuditColumn]) -> list[AuditColumn]:
    """The columns without those by group that say of every row what the column for all says."""
    listed = list(columns)
    whole = {(it.term, it.table): it for it in listed if it.by is None}
    return [it for it in listed if it.by is None or not _alike(it, whole.get((it.term, it.table)))]


def _alike(one: AuditColumn, other: AuditColumn | None) -> bool:
    if other is None or one.divides != other.divides or set(one.amounts) != set(other.amounts):
        return False
    return all(amounts.sort_index().equals(other.amounts[side].sort_index()) for side, amounts in one.amounts.items())
