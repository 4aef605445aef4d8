"""Meetings, contacts and the other tables: what a row must have, ids where the file has none."""

from __future__ import annotations

import pandas as pd

from kpi_core.intake.parts import Part
from kpi_core.intake.source import Remark
from kpi_core.tables import COLUMNS, TableName

_ID: dict[TableName, str] = {"meetings": "meeting_id", "customers": "customer_id"}


def complete(part: Part, table: TableName) -> None:
    """Fill what follows from other columns, then exclude the rows that lack a required value."""
    frame = part.frame
    if (id_column := _ID.get(table)) and id_column not in frame:
        frame[id_column] = [f"{part.file}:{line}" for line in part.ledger.lines]
        part.notes.append(Remark("note.no_ids"))
    if table == "customers" and "annual_revenue" in frame:
        frame["monthly_revenue"] = part.get("monthly_revenue").fillna(frame["annual_revenue"] / 12)
    if table == "meetings":
        _outcome_from_done(part)
    for column, meaning in COLUMNS[table].items():
        if meaning.required and not (column == "seller" and "seller_id" in frame):
            header = part.grid.headers[part.chosen[column]] if column in part.chosen else column
            part.ledger.exclude(part.get(column).isna(), "blank", column=header)


def _outcome_from_done(part: Part) -> None:
    """A CRM that only ticks an activity off (Pipedrive): done is held, not done is still booked."""
    if "done" in part.frame and "outcome" not in part.chosen:
        done = part.frame["done"].map({True: "held", False: "booked"}).astype("str")
        part.frame["outcome"] = part.get("outcome").fillna(done)


def outcome_unknown(part: Part) -> None:
    """A meeting whose outcome word is unknown is excluded: blank would say that it was never marked."""
    if "outcome" not in part.chosen:
        return
    cells = part.grid.column(part.chosen["outcome"])
    unknown = cells.notna() & part.get("outcome").isna()
    part.ledger.exclude(unknown, "word_unknown", column=part.grid.headers[part.chosen["outcome"]], found=cells.astype("str"))


def several(words: pd.Series) -> bool:  # type: ignore[type-arg]
    """Whether a column holds more than one distinct word."""
    return bool(words.nunique() > 1)
