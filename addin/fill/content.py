"""What goes into a template, as plain data: the narrow interface between the figures and whatever writes a workbook.

A writer reads a template's Outline, is given a Content and returns a workbook. Nothing here knows the file format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kpi_core.scorecard import Status


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula (English names, commas, no "=") with the value it has now, for viewers that do not recalculate.

    In a table's cell `{column id}` stands for the cell of that column in the same row.
    """

    text: str
    value: str | float


Value = str | float | int | date | datetime | Formula | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and the number format where the template's own does not fit (money in the data's currency)."""

    value: Value
    number_format: str = ""


@dataclass(frozen=True)
class Rows:
    """A table's body: one mapping of column id to value (or Cell, where the format differs by row) a row.

    headers    column headers that depend on the period, e.g. the weeks
    formats    number formats of columns where the template's own does not fit
    empty      the sentence that stands in the first column where there are no rows
    """

    rows: tuple[Mapping[str, Value | Cell], ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A status and the formula that says when it holds; formulas name cells as Formula does."""

    status: Status
    formula: str


@dataclass(frozen=True, slots=True)
class Colour:
    """A conditional format of a named cell or, with `table`, of a column: all its rows, or `row` alone."""

    target: str
    rules: tuple[Rule, ...]
    table: str = ""
    row: int | None = None


@dataclass(frozen=True)
class Content:
    """All that goes into one workbook. Cells and tables that the template lacks are passed over.

    without_charts   (table, column) pairs with nothing to draw: charts that show nothing else are left out
    links            named cells that lead elsewhere in the workbook: "#'Sheet'!A1"
    checks_failed    how many checks the workbook shows as failed
    """

    cells: Mapping[str, Cell]
    tables: Mapping[str, Rows]
    colours: tuple[Colour, ...] = ()
    without_charts: frozenset[tuple[str, str]] = frozenset()
    title: str = ""
    created: datetime | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    checks_failed: int = 0


@dataclass(frozen=True)
class Outline:
    """What a template asks for: its defined names, and of each table the columns' ids ("" for an unknown header)."""

    names: frozenset[str]
    tables: Mapping[str, tuple[str, ...]]
