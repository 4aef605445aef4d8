"""Layouts: how a CRM names the columns of one table. Data in layouts/*.toml; a user's mapping has the same form."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from kpi_core.folding import folded_header
from kpi_core.intake.mapping_form import check_form
from kpi_core.intake.source import IntakeError, LookupName
from kpi_core.tables import COLUMNS, TABLE_NAMES, Column, Kind, TableName
from kpi_core.texts import load_texts

LOOKUPS: tuple[str, ...] = get_args(LookupName)

# Columns that a file may have beside the canonical ones: ids to be joined, flags that decide a status, parts of a name.
HELPERS: Mapping[str, Kind] = {
    "seller_id": "text",
    "company_id": "text",
    "company_domain": "text",
    "product_id": "text",
    "price_id": "text",
    "what_id": "text",  # what an activity is about: an opportunity or an account
    "role": "text",
    "first_name": "text",
    "last_name": "text",
    "domain": "text",
    "email": "text",
    "activity": "text",
    "subject": "text",
    "call_type": "text",
    "is_child": "text",  # an invitee's copy of somebody else's event
    "is_closed": "flag",
    "is_won": "flag",
    "is_lost": "flag",
    "is_renewal": "flag",
    "is_deleted": "flag",
    "done": "flag",
    "won_on": "date",
    "lost_on": "date",
    "stage_on": "date",
    "estimated_value": "number",
    "annual_revenue": "number",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows that are left out on purpose: those with one of `words` in `column`, or without one of `unless`."""

    rule: str
    column: str
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    blank: bool = False  # rows without a value fall under the rule too


@dataclass(frozen=True)
class Layout:
    """One kind of file.

    signature    headers that must all be there; an inner list means any of them
    needs        canonical columns that must be found; an inner list means any of them
    columns      canonical or helper column -> the headers that it may have, the preferred one first
    exact        whether several headers of the file for one column are settled by that preference (else an error)
    values       column -> the file's word -> the canonical word; * matches anything
    ignore       rules for rows that are left out on purpose
    not_needed   the rule under which all rows of a recognised, unneeded file are ignored
    constants    column -> value for every row, e.g. offer_from = "column"
    stage_dates  the beginning of headers that hold the day on which a stage was entered
    """

    name: str
    system: str
    table: TableName | LookupName | None
    signature: tuple[tuple[str, ...], ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exact: bool = True
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignore: tuple[Rule, ...] = ()
    not_needed: str = ""
    constants: Mapping[str, Any] = field(default_factory=dict)
    stage_dates: tuple[str, ...] = ()
    also: str = ""
    primary: bool = True  # False: only reached through another layout's `also`
    own: bool = False  # the user's mapping: it goes before all others

    @property
    def canonical(self) -> TableName | None:
        """The canonical table that the rows feed; None for a lookup and an unneeded file."""
        return self.table if self.table in TABLE_NAMES else None

    @property
    def fields(self) -> Mapping[str, Column]:
        """The canonical table's columns; none for a lookup."""
        return COLUMNS[self.canonical] if self.canonical else {}

    def kind(self, column: str) -> Kind:
        """What kind of values a canonical or helper column has."""
        if column in self.fields:
            return self.fields[column].kind
        return HELPERS.get(column, "date" if column.endswith("_on") else "text")

    def match(self, headers: Sequence[str]) -> dict[str, list[int]]:
        """Column -> positions of the file's headers that it may have, in the layout's order of preference."""
        places: dict[str, list[int]] = {}
        for place, header in enumerate(headers):
            places.setdefault(folded_header(header), []).append(place)
        taken: set[int] = set()
        found: dict[str, list[int]] = {}
        for column, aliases in self.columns.items():
            here = [
                place
                for alias in dict.fromkeys(folded_header(alias) for alias in aliases)
                for place in places.get(alias, ())
                if place not in taken
            ]
            if here:
                found[column] = here
                taken.update(here)
        return found

    def signed(self, headers: frozenset[str]) -> bool:
        """Whether all headers of the signature are among the folded headers."""
        return all(any(folded_header(name) in headers for name in names) for names in self.signature)


def layout_of(tree: dict[str, Any], *, where: str, own: bool = False) -> Layout:
    """A layout from its TOML. Raises IntakeError naming what is wrong in a mapping."""
    if own:
        check_form(tree, where)
    table = tree.get("table")
    if table not in (None, *TABLE_NAMES, *LOOKUPS):
        raise IntakeError("mapping_table", file=where, found=table, known=", ".join(TABLE_NAMES))
    fields: Mapping[str, Column] = COLUMNS.get(table, {}) if table else {}
    columns = {column: _many(headers) for column, headers in tree.get("columns", {}).items()}
    for column in columns:
        if column not in {*HELPERS, *fields, *_LOOKUP_COLUMNS}:
            known = ", ".join(fields or _LOOKUP_COLUMNS)
            raise IntakeError("mapping_column", file=where, found=column, table=table, known=known)
    for column, words in tree.get("values", {}).items():
        for word in words.values():
            if column in fields and fields[column].words and word not in fields[column].words:
                known = ", ".join(fields[column].words)
                raise IntakeError("mapping_word", file=where, column=column, found=word, known=known)
    if own and not (columns or tree.get("not_needed")):
        raise IntakeError("mapping_empty", file=where)
    rules = load_texts("kpi_core.sentences", "rows.toml")
    signature = tuple(_many(entry) for entry in tree.get("signature", ()))
    if own and not signature:
        signature = tuple(columns.values())
    return Layout(
        name=tree.get("name", where),
        system=tree.get("system", "plain"),
        table=table,
        signature=signature,
        needs=tuple(_many(entry) for entry in tree.get("needs", ())),
        columns=columns,
        exact=tree.get("exact", True),
        values=tree.get("values", {}),
        ignore=tuple(
            Rule(
                rule["rule"] if not own or f"ignored.{rule['rule']}" in rules else "mapping",
                rule["column"],
                tuple(rule.get("words", ())),
                tuple(rule.get("unless", ())),
                rule.get("blank", False),
            )
            for rule in tree.get("ignore", ())
        ),
        not_needed=tree.get("not_needed", ""),
        constants=tree.get("constants", {}),
        stage_dates=tuple(tree.get("stage_dates", ())),
        also=tree.get("also", ""),
        primary=tree.get("primary", True),
        own=own,
    )


_LOOKUP_COLUMNS = ("account_id", "name", "product", "person", "opportunity_id", "stage", "company", "team")


@cache
def shipped_layouts() -> tuple[Layout, ...]:
    """The layouts that come with the program, by file name."""
    folder = files("kpi_core.intake").joinpath("layouts")
    return tuple(
        layout_of(tomllib.loads(file.read_text(encoding="utf-8")), where=file.name)
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    )


def own_layouts(mappings: Sequence[Path]) -> tuple[Layout, ...]:
    """The user's mappings: files, or all .toml files of a folder. Raises IntakeError for one that cannot be read."""
    found: dict[Path, Layout] = {}
    for path in mappings:
        for file in sorted(path.glob("*.toml")) if path.is_dir() else [path]:
            try:
                tree = tomllib.loads(file.read_text(encoding="utf-8"))
            except OSError as error:
                raise IntakeError("missing_file", file=file) from error
            except RecursionError as error:
                raise IntakeError("mapping_deep", file=file) from error
            except ValueError as error:  # of TOML, of UTF-8, and of a number with thousands of digits
                raise IntakeError("mapping_syntax", file=file, found=str(error)) from error
            found[file] = layout_of(tree, where=file.name, own=True)
    for file, layout in found.items():
        _check_also(file, layout, (*found.values(), *shipped_layouts()))
    return tuple(found.values())


def _check_also(file: Path, layout: Layout, layouts: Sequence[Layout]) -> None:
    """Raises IntakeError where a mapping's second layout is none, or would put the rows into the same table again."""
    others = sorted({other.name for other in layouts if other.canonical not in (None, layout.canonical)})
    if layout.also and layout.also not in others:
        raise IntakeError("mapping_also", file=file, found=layout.also, known=", ".join(others))


def _many(entry: str | Sequence[str]) -> tuple[str, ...]:
    return (entry,) if isinstance(entry, str) else tuple(entry)
