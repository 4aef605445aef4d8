"""Which meetings are new: the first one with that company, and whether it was held."""

from __future__ import annotations

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
    happened = due(whole, last)
    if count == "booked":
        happened = happened[~happened["outcome"].isin(["cancelled", "moved"])]
    elif outcomes_recorded(whole):
        happened = happened[happened["outcome"] == "held"]
    ordered = happened.assign(counterpart=counterpart(happened)).sort_values(
        ["meeting_on", "meeting_id"], kind="stable"
    )
    firsts = ordered.drop_duplicates("counterpart")["meeting_id"]
    return meetings[meetings["meeting_id"].isin(firsts)]
