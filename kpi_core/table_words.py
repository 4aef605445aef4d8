"""Tables, their columns and cells and the systems that they come from, as a reader of either language calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi_core.figures import exact, figure
from kpi_core.tables import COLUMNS, TableName
from kpi_core.texts import Language, Text, day, load_texts

# The columns whose numbers are money, in the data's currency.
MONEY: Mapping[TableName, str] = {
    "opportunities": "value",
    "targets": "target_value",
    "costs": "amount",
    "customers": "monthly_revenue",
}


def table_name(table: str, language: Language) -> str:
    """What a table is called: "yhteydenotot"."""
    return _texts()[f"table.{table}"].show(language)


def system_name(system: str, language: Language) -> str:
    """What an export comes from: a CRM's own name, else what kind of a table it is."""
    known = _texts().get(f"system.{system}")
    return known.show(language) if known else system


def column_name(column: str, language: Language) -> str:
    """What a column is called: "closing date"."""
    return _texts()[f"column.{column}"].show(language)


def word(said: str, language: Language) -> str:
    """A word of the contract's vocabularies, e.g. a status; any other as the export has it."""
    known = _texts().get(f"word.{said}")
    return known.show(language) if known else said


def cell(table: TableName, column: str, value: Any, language: Language, currency: str = "") -> str:
    """A cell's value; money with its currency, a dash for a blank."""
    kind = COLUMNS[table][column]
    if value is None:
        return "–"
    if kind.kind == "date":
        return day(value.date(), language)
    if kind.kind == "flag":
        return word("yes" if value else "no", language)
    if column == "gross_margin":
        return figure(value, "ratio", language)
    if kind.kind == "number":
        return exact(value, language, currency if MONEY.get(table) == column else "")
    return word(value, language) if kind.words else str(value)


def _texts() -> Mapping[str, Text]:
    return load_texts("kpi_core.sentences", "tables.toml")
