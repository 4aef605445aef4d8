"""What a template may hold: defined names of cells, tables and their columns. Read from contract.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from kpi_core.catalogue import catalogue
from kpi_core.texts import LANGUAGES, Language, Text, texts

_KPI_NAME = re.compile(r"kpi_(?P<rest>\w+)")


@cache
def _contract() -> Mapping[str, Any]:
    source = files("workbook_templates").joinpath("contract.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


@cache
def names() -> Mapping[str, Text]:
    """The defined names that are no KPI's, with what each holds."""
    return {**texts(_contract()["names"]), **_plan_names("assumption"), **_plan_names("result")}


def _plan_names(kind: str) -> dict[str, Text]:
    """The cells of the planning sheet: plan_<name>, alone and with each ending."""
    found = {}
    for name, meant in texts(_contract()["plan"][f"{kind}s"]).items():
        found[f"plan_{name}"] = meant
        for end, more in texts(_contract()["plan"][kind]).items():
            found[f"plan_{name}_{end}"] = Text(f"{meant.fi}, {more.fi}", f"{meant.en}, {more.en}")
    return found


def plan_label(name: str, language: Language) -> str:
    """How a row of the planning sheet is called."""
    plan = _contract()["plan"]
    return texts({**plan["assumptions"], **plan["results"]})[name].show(language)


@cache
def suffixes() -> Mapping[str, Text]:
    """What may follow `kpi_<id>_`, with what each holds. A KPI's parts may follow as well."""
    return texts(_contract()["suffixes"])


@cache
def tables() -> tuple[str, ...]:
    """The names of the tables."""
    return tuple(_contract()["tables"])


def table_title(table: str, language: Language) -> str:
    """A table's heading."""
    return texts(_contract()["tables"][table])["title"].show(language)


def columns(table: str) -> tuple[str, ...]:
    """The ids of a table's own columns; those of KPIs come in addition."""
    return tuple(_contract()["tables"][table]["columns"])


def header(table: str, column: str, language: Language) -> str:
    """The header of a column, e.g. of `win_rate_n`. Raises KeyError for an unknown one."""
    own = texts(_contract()["tables"][table]["columns"])
    if column in own:
        return own[column].show(language)
    kpi, suffix = split(column)
    return texts(_contract()["columns"])[suffix].show(language, short=catalogue()[kpi].short.show(language))


def split(name: str) -> tuple[str, str]:
    """A KPI's id and what follows it: "win_rate_n" is ("win_rate", "n"); nothing follows: "value". Raises KeyError."""
    for kpi in sorted(catalogue(), key=len, reverse=True):
        if name == kpi:
            return kpi, "value"
        if name.startswith(f"{kpi}_"):
            return kpi, name.removeprefix(f"{kpi}_")
    raise KeyError(name)


def kpi_of(name: str) -> tuple[str, str]:
    """The KPI and the suffix that a defined name asks for. Raises KeyError where the name is no KPI's that we know."""
    found = _KPI_NAME.fullmatch(name)
    if not found:
        raise KeyError(name)
    kpi, suffix = split(found["rest"])
    if suffix != "value" and suffix not in suffixes() and suffix not in catalogue()[kpi].parts:
        raise KeyError(name)
    return kpi, suffix


def known_names() -> list[str]:
    """Every KPI name that a template may use, for telling the nearest one."""
    known = []
    for kpi, meaning in catalogue().items():
        known += [f"kpi_{kpi}", *(f"kpi_{kpi}_{suffix}" for suffix in (*suffixes(), *meaning.parts))]
    return known


def column_ids(table: str, headers: Iterable[str]) -> list[str]:
    """The column id behind each header of a table: the id itself, or the header in either language; "" if unknown."""
    return [_column_id(table, found) for found in headers]


def _column_id(table: str, found: str) -> str:
    wanted = found.strip().casefold()
    ids = [*columns(table), *(_kpi_columns())]
    for column in ids:
        shown = (header(table, column, language).casefold() for language in LANGUAGES)
        if wanted == column or wanted in shown:
            return column
    return ""


@cache
def _kpi_columns() -> tuple[str, ...]:
    ends = ["", *(f"_{suffix}" for suffix in _contract()["columns"] if suffix != "value")]
    return tuple(f"{kpi}{end}" for kpi in catalogue() for end in ends)
