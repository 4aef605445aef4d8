"""The shipped templates by name: their sentence, what is in them, and where the file of each language is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from kpi_core.texts import Language, Text, texts


@dataclass(frozen=True)
class Template:
    """One shipped template. `kpis` stand on the summary, `economics` on the sheet of unit economics,
    `sellers` and `clients` in the tables of those names.
    """

    id: str
    title: Text
    sentence: Text
    sheets: tuple[str, ...]
    kpis: tuple[str, ...]
    economics: tuple[str, ...] = ()
    sellers: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()

    def path(self, language: Language) -> Path:
        """The template's file in a language."""
        return Path(str(files("workbook_templates").joinpath(f"{self.id}.{language}.xlsx")))

    def all_kpis(self) -> list[str]:
        """Every KPI of the template, once."""
        return list(dict.fromkeys([*self.kpis, *(self.economics if "economics" in self.sheets else ())]))


@cache
def shipped() -> Mapping[str, Template]:
    """The shipped templates by name."""
    tree = tomllib.loads(files("workbook_templates").joinpath("shipped.toml").read_text(encoding="utf-8"))
    words = texts(tree)
    return {
        name: Template(
            name,
            words[f"{name}.title"],
            words[f"{name}.sentence"],
            tuple(leaf["sheets"]),
            tuple(leaf["kpis"]),
            tuple(leaf.get("economics", ())),
            tuple(leaf.get("sellers", ())),
            tuple(leaf.get("clients", ())),
        )
        for name, leaf in tree.items()
    }
