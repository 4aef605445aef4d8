"""Which opportunities count as offers, and which of them were won, lost or open on a given day."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import pandas as pd

from kpi_core.probability import Scale, scale_of

Scope = Literal["auto", "offers", "all"]


def scope_of(opportunities: pd.DataFrame, scope: Scope = "auto") -> Literal["offers", "all"]:
    """What `auto` means for these rows: offers where the export itself records offers, else all opportunities.

    Offer dates read from a stage history do not make the choice: stages are often skipped when they are recorded.
    """
    if scope != "auto":
        return scope
    return "offers" if (opportunities["offer_from"] == "column").any() else "all"


def within_scope(opportunities: pd.DataFrame, scope: Literal["offers", "all"]) -> pd.DataFrame:
    """The rows that belong to the scope: those with an offer date, or all."""
    return opportunities[opportunities["offer_on"].notna()] if scope == "offers" else opportunities


def started_on(opportunities: pd.DataFrame, scope: Literal["offers", "all"]) -> pd.Series[pd.Timestamp]:
    """The day from which a row is counted: the offer's day, or its creation (first contact where blank)."""
    if scope == "offers":
        return opportunities["offer_on"]
    return opportunities["created_on"].fillna(opportunities["first_contact_on"])


def open_on(opportunities: pd.DataFrame, day: date, scope: Literal["offers", "all"]) -> pd.DataFrame:
    """The rows that were open at the end of a day: started by then, and open still or closed only later.

    For a past day this is read from today's rows: what was deleted or revalued since is not known.
    """
    at = pd.Timestamp(day)
    rows = within_scope(opportunities, scope)
    started = started_on(rows, scope)
    is_open = (rows["status"] == "open") | (rows["closed_on"] > at)
    return rows[is_open & ~(started > at)]


def without_value(opportunities: pd.DataFrame) -> int:
    """How many rows have a blank or zero value."""
    return int((opportunities["value"].fillna(0) == 0).sum())


def mixed_currency(rows: pd.DataFrame) -> bool:
    """Whether the rows' money is in more than one currency."""
    return rows["currency"].nunique() > 1


def probability_scale(probability: pd.Series[Any]) -> Scale:
    """How a column writes probabilities, its blanks left out."""
    return scale_of(probability.dropna().unique().tolist())
