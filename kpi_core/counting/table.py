"""A canonical table of opportunities as the counting takes it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kpi_core.counting.rows import Rows, rows_of
from kpi_core.counting.scorecards import Survey
from kpi_core.counting.timeline import number
from kpi_core.offers import scope_of
from kpi_core.tables import Dataset
from kpi_core.views import GroupBy, split, with_teams


def surveyed(data: Dataset, by: GroupBy | None) -> tuple[Survey, Rows]:
    """What is known of a data set's opportunities, and their rows."""
    if by == "team":
        data = with_teams(data)
    table = data.opportunities
    groups = split(data, by).names if by else []
    currencies = sorted(table["currency"].dropna().unique())
    moved = pd.concat([table["created_on"], table["first_contact_on"], table["closed_on"]]).dropna()
    ends: tuple[Any, Any] = (moved.min(), moved.max()) if len(moved) else (pd.Timestamp(0), pd.Timestamp(0))
    expected = table["expected_close_on"].dropna()
    survey = Survey(
        rows=len(table),
        groups=groups,
        currencies=currencies,
        recorded=scope_of(table),
        starts=bool(table["first_contact_on"].notna().any()),
        days=(number(ends[0].date()), number(ends[1].date())),
        span=data.span(),
        planned=(expected.min().date(), expected.max().date()) if len(expected) else None,
    )
    return survey, rows_of(table, by, groups, currencies)


def pieces(rows: Rows, size: int) -> list[Rows]:
    """The same rows, some at a time."""
    places = np.arange(len(rows))
    return [rows.where((places >= start) & (places < start + size)) for start in range(0, max(1, len(rows)), size)]
