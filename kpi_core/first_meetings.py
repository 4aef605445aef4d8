"""Which meetings are new: the first one with that company, and whether it was held."""

from __future__ import annotations

import weakref
from datetime import date
from typing import Any, Literal

import pandas as pd


def outcomes_recorded(meetings: pd.DataFrame) -> bool:
    """Whether the export says of any meeting that it was held or missed; a bare calendar does not."""
    return bool(meetings["outcome"].isin(["held", "no_show"]).any())


def counterpart(meetings: pd.DataFrame) -> pd.Series[Any]:
    """With whom a meeting was: the company, else the person, else the opportunity, else the meeting alone."""
    return (
        meetings["company"].fillna(meetings["person"]).fillna(meetings["opportunity_id"]).fillna(meetings["meeting_id"])
    )


def due(meetings: pd.DataFrame, last: date) -> pd.DataFrame:
    """The meetings whose day has come by `last`."""
    return meetings[meetings["meeting_on"] <= pd.Timestamp(last)]


def first_meetings(
    meetings: pd.DataFrame,
    last: date,
    *,
    count: Literal["held", "booked"] = "held",
    history: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The rows of `meetings` that are the first meeting with their counterpart, by `last`.

    `history` is the whole table in which the first one is sought (default: `meetings` itself). `count` held takes
    held meetings only; where the export records no outcome at all, every meeting whose day has come. `count` booked
    takes every meeting but the cancelled and moved ones.
    """
    whole = meetings if history is None else history
    return due(meetings[meetings["meeting_id"].isin(_firsts(whole, count))], last)


# Canonical tables are never changed in place, so what was found of one holds as long as it lives.
_FOUND: dict[tuple[int, str], tuple[weakref.ref[pd.DataFrame], frozenset[str]]] = {}


def _firsts(whole: pd.DataFrame, count: str) -> frozenset[str]:
    """The ids of the first meetings; found once a table, though every group of every period asks."""
    key = (id(whole), count)
    known = _FOUND.get(key)
    if known is None or known[0]() is not whole:
        _FOUND[key] = known = (weakref.ref(whole, lambda _: _FOUND.pop(key, None)), frozenset(_sought(whole, count)))
    return known[1]


def _sought(whole: pd.DataFrame, count: str) -> pd.Series[Any]:
    """The earliest meeting with each counterpart; whether its day has come does not change which one it is."""
    happened = whole
    if count == "booked":
        happened = whole[~whole["outcome"].isin(["cancelled", "moved"])]
    elif outcomes_recorded(whole):
        happened = whole[whole["outcome"] == "held"]
    ordered = happened.assign(counterpart=counterpart(happened)).sort_values(
        ["meeting_on", "meeting_id"], kind="stable"
    )
    return ordered.drop_duplicates("counterpart")["meeting_id"]
