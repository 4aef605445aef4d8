"""Meetings, contacts and the other tables: what a row must have, ids where the file has none."""

from __future__ import annotations

from kpi_core.intake.duplicates import equal_rows
from kpi_core.intake.parts import Part
from kpi_core.intake.source import Remark
from kpi_core.tables import COLUMNS, TableName

_ID: dict[TableName, str] = {"meetings": "meeting_id", "customers": "customer_id"}
_SUMMED: tuple[TableName, ...] = ("contacts", "costs", "customers", "targets")


def complete(part: Part, table: TableName) -> None:
    """Fill what follows from other columns, then exclude the rows that lack a required value."""
    frame = part.frame
    if (id_column := _ID.get(table)) and id_column not in frame:
        frame[id_column] = [f"{part.file}:{line}" for line in part.ledger.lines]
        part.notes.append(Remark("note.no_ids"))
    if table == "customers":
        _monthly_revenue(part)
    if table == "meetings":
        _outcome_from_done(part)
    if table == "absences":
        part.ledger.exclude(
            part.get("to_on") < part.get("from_on"), "absence_backwards", found=part.get("to_on").dt.date
        )
    for column, meaning in COLUMNS[table].items():
        if meaning.required and not (column == "seller" and "seller_id" in frame):
            part.ledger.exclude(part.get(column).isna(), "blank", column=part.header(column))
    if table in _SUMMED and (remark := equal_rows(part, id_column)):
        part.notes.append(remark)


def _monthly_revenue(part: Part) -> None:
    """A year's revenue / 12 where the month's is missing, or is 0 because the customer has left since."""
    monthly, ended = part.get("monthly_revenue"), part.get("ended_on").notna()
    gone = ended & (monthly == 0)
    part.frame["monthly_revenue"] = monthly.mask(gone).fillna(part.get("annual_revenue") / 12).fillna(monthly)


def _outcome_from_done(part: Part) -> None:
    """A CRM that only ticks an activity off (Pipedrive): done is held, not done is still booked."""
    if "done" in part.frame and "outcome" not in part.chosen:
        done = part.frame["done"].map({True: "held", False: "booked"}).astype("str")
        part.frame["outcome"] = part.get("outcome").fillna(done)
