"""Which meetings are new: the first one with that company, and whether it was held."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import pandas as pd

from kpi_core.found_once import found_once

_TOLD = ("meeting_id", "company", "person", "opportunity_id", "seller")  # of a first meeting


def outcomes_recorded(meetings: pd.DataFrame) -> bool:
    """Whether the export says of any meeting that it was held or missed; a bare calendar does not."""
    return found_once(_any_outcome, meetings)


def _any_outcome(meetings: pd.DataFrame) -> bool:
    return bool(meetings["outcome"].isin(["held", "no_show"]).any())


def counterpart(meetings: pd.DataFrame) -> pd.Series[Any]:
    """With whom a meeting was: the company, else the person, else the opportunity, else the meeting alone."""
    return (
        meetings["company"].fillna(meetings["person"]).fillna(meetings["opportunity_id"]).fillna(meetings["meeting_id"])
    )


def identities(key: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """How the rows of two tables are told to be of the same person, company or opportunity.

    A person is the name with the company where both tables know companies: two people may share a name.
    """
    joined = with_company(key, ours, theirs)
    return identity(key, ours, joined=joined), identity(key, theirs, joined=joined)


def with_company(key: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> bool:
    """Whether two tables' persons are told apart by their companies too."""
    return key == "person" and not (ours["company"].isna().all() or theirs["company"].isna().all())


def identity(key: str, rows: pd.DataFrame, *, joined: bool) -> pd.Series[Any]:
    """Of which person, company or opportunity each row is; `joined` the person with the company."""
    if not joined:
        return rows[key]
    return rows["person"].str.cat(rows["company"], sep="\n", na_rep="").where(rows["person"].notna())


def earliest(whose: pd.Series[Any], day: pd.Series[Any]) -> pd.DataFrame:
    """The row of each person (company, opportunity) with its earliest day: columns whose and day, by row label."""
    dated = pd.DataFrame({"whose": whose, "day": day}).dropna()
    return dated.sort_values("day", kind="stable").drop_duplicates("whose")


def found_of(whose: pd.Series[Any], found: pd.DataFrame) -> pd.DataFrame:
    """The rows of `earliest` that are of these people (companies, opportunities), in its order."""
    # Looked up by name: isin() would go through all that were found for each group anew.
    names = pd.Index(whose.dropna().unique(), dtype=object)
    places = found_once(_by_name, found).get_indexer(names)
    return found.take(sorted(places[places >= 0]))


def _by_name(found: pd.DataFrame) -> pd.Index[Any]:
    names: pd.Index[Any] = pd.Index(found["whose"], dtype=object)
    return names


def day_of(whose: pd.Series[Any], found: pd.DataFrame) -> pd.Series[Any]:
    """For each row the day that `earliest` found of its person (company, opportunity); blank where none."""
    return pd.Series(found.set_index("whose")["day"].reindex(whose).to_numpy(), index=whose.index)


def final_day(meetings: pd.DataFrame) -> pd.Series[Any]:
    """The day a meeting is judged by: the new one where it was moved and then held or missed, else its own."""
    ended = meetings["outcome"].isin(["held", "no_show"])
    return meetings["moved_to_on"].where(ended).fillna(meetings["meeting_on"])


def due(meetings: pd.DataFrame, last: date) -> pd.DataFrame:
    """The meetings whose day has come by `last`."""
    return meetings[final_day(meetings) <= pd.Timestamp(last)]


def one_row_each(meetings: pd.DataFrame) -> pd.DataFrame:
    """One row a meeting, whoever took part: held if any row says so, else missed, whatever the order of the rows."""
    if found_once(_is_one_row_each, meetings):
        return meetings
    rank = meetings["outcome"].map({"held": 0, "no_show": 1}).fillna(2)
    return meetings.loc[rank.sort_values(kind="stable").index].drop_duplicates("meeting_id").sort_index()


def _is_one_row_each(meetings: pd.DataFrame) -> bool:
    return not meetings["meeting_id"].duplicated().any() and meetings.index.is_monotonic_increasing


def first_meetings(
    meetings: pd.DataFrame,
    last: date,
    *,
    count: Literal["held", "booked"] = "held",
    history: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The rows of `meetings` that are the first meeting with their counterpart, by `last`: each with its met_on.

    `history` is the whole table in which the first one is sought (default: `meetings` itself). `count` held takes
    held meetings only; where the export records no outcome at all, every meeting whose day has come. `count` booked
    takes every meeting but the cancelled and moved ones.
    """
    whole = meetings if history is None else history
    firsts = found_once(_firsts, meetings, whole, by=(count,))
    return firsts[firsts["met_on"] <= pd.Timestamp(last)]


def _firsts(meetings: pd.DataFrame, whole: pd.DataFrame, count: str) -> pd.DataFrame:
    """Of the meetings those that are the first of all; whether their day has come is not asked yet."""
    # Asked row by row: isin() would convert all of them for each group anew.
    ids = found_once(_first_ids, whole, by=(count,))
    firsts = meetings.loc[[meeting in ids for meeting in meetings["meeting_id"]], list(_TOLD)]
    return firsts.assign(met_on=final_day(meetings), counterpart=counterpart(firsts))


def _first_ids(whole: pd.DataFrame, count: str) -> frozenset[str]:
    """The ids of the first meetings."""
    return frozenset(_sought(whole, count))


def _sought(whole: pd.DataFrame, count: str) -> pd.Series[Any]:
    """The earliest meeting with each counterpart; whether its day has come does not change which one it is."""
    happened = whole
    if count == "booked":
        happened = whole[~whole["outcome"].isin(["cancelled", "moved"])]
    elif outcomes_recorded(whole):
        happened = whole[whole["outcome"] == "held"]
    ordered = happened.assign(counterpart=counterpart(happened), day=final_day(happened))
    ordered = ordered.sort_values(["day", "meeting_id"], kind="stable")
    return ordered.drop_duplicates("counterpart")["meeting_id"]
