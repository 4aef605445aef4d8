"""A file's numbers: decimal separator and grouping are proven by the file or declared, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeGuard

import numpy as np
import pandas as pd

from kpi_core.intake.source import IntakeError, NumberFormat, Remark
from kpi_core.numerals import (
    LONGEST,
    MINUS,
    SPACED,
    SPACES,
    Separator,
    currency_of,
    decimal_of,
    grouped_by_three,
    money,
)

BEYOND = 1e15  # no amount: a workbook's cell keeps 15 digits, and sums of larger ones may leave all numbers behind


@dataclass(frozen=True)
class Numbers:
    """A column read as numbers: NaN where the cell is blank, `bad` or `huge`; the currency that stood in the cell."""

    values: pd.Series[Any]
    bad: pd.Series[bool]
    huge: pd.Series[bool]
    currency: pd.Series[Any]


@dataclass(frozen=True)
class NumberText:
    """A column of numbers taken apart: digits with their separators, sign, currency."""

    header: str
    cells: pd.Series[Any]
    body: pd.Series[Any]
    negative: pd.Series[bool]
    currency: pd.Series[Any]
    percent: pd.Series[bool]


def take_apart(cells: pd.Series[Any], header: str) -> NumberText:
    """Split the cells of a number column; what does not look like a number has a blank body."""
    if cells.dtype == "object":
        return _apart(cells, cells.map(_as_text, na_action="ignore").astype("str"), header)
    codes, distinct = pd.factorize(cells)  # a number stands in many rows: each is taken apart once
    once = _apart(pd.Series(distinct), pd.Series(distinct, dtype="str"), header)
    return NumberText(
        header,
        cells,
        once.body.reindex(codes).set_axis(cells.index),
        once.negative.reindex(codes, fill_value=False).set_axis(cells.index),
        once.currency.reindex(codes).set_axis(cells.index),
        once.percent.reindex(codes, fill_value=False).set_axis(cells.index),
    )


def _apart(cells: pd.Series[Any], text: pd.Series[Any], header: str) -> NumberText:
    parts = text.where(text.str.len() <= LONGEST).str.extract(money())
    body = parts["body"].str.replace(SPACES, " ", regex=True).str.strip()
    body = body.where(~body.str.contains(" ", regex=False, na=False) | body.str.contains(SPACED, regex=True, na=False))
    body = body.where((parts["sign"] == "(") == text.str.contains(")", regex=False, na=False))
    currency = parts["before"].fillna(parts["before2"]).fillna(parts["after"].where(parts["after"] != "%"))
    return NumberText(
        header,
        cells,
        body,
        parts["sign"].isin(MINUS),
        currency.map(currency_of, na_action="ignore").astype("str"),
        parts["after"] == "%",
    )


def _as_text(cell: object) -> str:
    """A typed cell as unambiguous text: its own decimals need no proof, so they are marked by six digits or more."""
    return repr(float(cell)) if _is_typed(cell) else str(cell).strip()


def _is_typed(cell: object) -> TypeGuard[int | float | Decimal]:
    return isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool)


def number_format(
    columns: list[NumberText], lines: np.ndarray[Any, Any], *, file: str, declared: Separator | None
) -> NumberFormat | None:
    """The file's decimal separator, proven over all its number columns; None where no number has a separator.

    Raises IntakeError where two cells contradict each other, or "1.234" may be read both ways.
    """
    proofs: dict[str, tuple[str, int, str]] = {}
    doubtful: tuple[str, int, str] | None = None
    spaced = False
    for column in columns:
        body = column.body.dropna()
        typed = (
            column.cells.loc[body.index].map(lambda cell: not isinstance(cell, str))
            if column.cells.dtype == "object"
            else None
        )
        if typed is not None:
            body = body[~typed]
        spaced = spaced or bool(body.str.contains(" ", regex=False).any())
        separated = body[body.str.contains("[.,]", regex=True)]
        if separated.empty:
            continue
        distinct = separated.drop_duplicates()
        decimal = distinct.map(decimal_of)
        for separator in (",", "."):
            hits = decimal.index[decimal == separator]
            if len(hits) and separator not in proofs:
                proofs[separator] = (column.header, int(lines[hits[0]]), str(column.cells[hits[0]]))
        unsure = decimal.index[decimal == "?"]
        if len(unsure) and doubtful is None:
            doubtful = (column.header, int(lines[unsure[0]]), str(column.cells[unsure[0]]))
    if len(proofs) == 2:
        (one, row, found), (_, other_row, other) = proofs[","], proofs["."]
        raise IntakeError(
            "number_contradiction", file=file, column=one, row=row, found=found, other_row=other_row, other=other
        )
    grouping = " " if spaced else ""
    for separator, (_, row, found) in proofs.items():
        if declared and declared != separator:
            raise IntakeError("number_against_declared", file=file, row=row, found=found, declared=declared)
        return NumberFormat(separator, grouping, Remark("number_proof.shape", {"row": row, "found": found}))
    if declared:
        return NumberFormat(declared, grouping, Remark("number_proof.declared"))
    if doubtful:
        header, row, found = doubtful
        bare = found.replace(",", "").replace(".", "")
        raise IntakeError("number_ambiguous", file=file, column=header, row=row, found=found, whole=bare)
    return NumberFormat("", grouping, Remark("number_proof.whole")) if spaced else None


def read_numbers(column: NumberText, form: NumberFormat | None) -> Numbers:
    """The numbers of a column taken apart, by the file's format; percentages become shares."""
    decimal = form.decimal if form else ""
    body = column.body.str.replace(" ", "", regex=False)
    if column.cells.dtype == "object":  # typed cells are written with a dot, whatever the file's text uses
        typed = column.cells.map(_is_typed)
        values = pd.to_numeric(_plain(body, decimal).where(~typed, body), errors="coerce")
    else:
        values = pd.to_numeric(_plain(body, decimal), errors="coerce")
    values = values.astype("float64")
    huge = values.abs() >= BEYOND
    values = values.mask(huge)
    values = values.where(~column.negative, -values)
    values = values.where(~column.percent, values / 100)
    return Numbers(values, values.isna() & column.cells.notna() & ~huge, huge, column.currency)


def _plain(body: pd.Series[Any], decimal: str) -> pd.Series[Any]:
    """The digits with a dot for the decimal separator, grouping dropped where it groups by three."""
    if not decimal:
        return body
    grouping = "." if decimal == "," else ","
    grouped = body.str.contains(grouping, regex=False, na=False)
    good = ~grouped | body.str.contains(grouped_by_three(grouping, decimal), regex=True, na=False)
    bare = body.str.replace(grouping, "", regex=False).str.replace(decimal, ".", regex=False)
    return bare.where(good)
