"""Which of a file's columns are read, and which rows are left out on purpose before anything else is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kpi_core.folding import folded_header
from kpi_core.intake.parts import Part, as_text
from kpi_core.intake.source import IntakeError, Remark
from kpi_core.intake.steering import unsteered_cells
from kpi_core.intake.words import is_any_of, meanings
from kpi_core.words import vocabulary, word_list

# Columns whose words have a list of their own in words.toml; a layout's words for other columns serve its rules.
GENERAL_LISTS = {"outcome": "outcome", "channel": "channel"}
# Columns in which a total's word can be nothing else; a company may be called Total.
_NEVER_TOTAL = ("seller", "team", "category")
_JUDGED_LATER = {*GENERAL_LISTS, "status", "stage", "reached"}


def chosen_cells(part: Part, matches: Mapping[str, list[int]]) -> dict[str, pd.Series[Any]]:
    """The cells of the one header that each column is read from, and a remark on every other header that fits.

    A CRM's layout prefers its headers in the order in which it lists them. Raises IntakeError where two headers of the
    same name, or of a plain file, fit one column and their values differ: no choice between them is silent.
    """
    cells: dict[str, pd.Series[Any]] = {}
    for column, (first, *others) in matches.items():
        cells[column], steering = unsteered_cells(part.grid.column(first))
        if steering:
            found = {"column": part.grid.headers[first], "count": steering}
            part.notes.append(Remark("note.control_characters", found))
        part.chosen[column] = first
        for other in others:
            one, two = part.grid.headers[first], part.grid.headers[other]
            told_apart = part.layout.exact and folded_header(one) != folded_header(two)
            if not told_apart and not as_text(cells[column]).equals(as_text(part.grid.column(other))):
                raise IntakeError("duplicate_mapping", file=part.file, one=one, other=two, column=column)
            part.notes.append(Remark("note.also_fits", {"one": one, "other": two, "column": column}))
    return cells


def ignore_by_rule(part: Part, cells: dict[str, pd.Series[Any]]) -> None:
    """Ignore deleted rows, totals and those under the layout's rules.

    Words that only serve a rule are put into its terms. A table of targets or costs by seller, team or category may
    hold its totals as rows like all others, which would be counted twice.
    """
    for column in _NEVER_TOTAL:
        if column in cells:
            part.ledger.ignore(is_any_of(as_text(cells[column]), sorted(word_list("total"))), "total_row")
    if "is_deleted" in cells:
        yes = [word for word, meaning in vocabulary("flag").items() if meaning == "yes"]
        part.ledger.ignore(is_any_of(as_text(cells["is_deleted"]), yes), "deleted")
    for column, own in part.layout.values.items():
        if column in cells and column not in _JUDGED_LATER:
            cells[column], listed = meanings(column, as_text(cells[column]).where(part.open), own, {})
            part.words += listed
    for rule in part.layout.ignore:
        if rule.column not in cells:
            continue
        words = as_text(cells[rule.column])
        if rule.words:
            part.ledger.ignore(is_any_of(words, rule.words), rule.rule)
        if rule.unless:
            part.ledger.ignore(words.notna() & ~is_any_of(words, rule.unless), rule.rule)
        if rule.blank:
            part.ledger.ignore(words.isna(), rule.rule)
