"""Opportunities: the status decides what a row is, never the presence of a date."""

from __future__ import annotations

from datetime import date

import pandas as pd

from kpi_core.intake.parts import Part
from kpi_core.intake.source import Remark, Word
from kpi_core.intake.words import is_any_of, meanings
from kpi_core.words import vocabulary, word_list


def settle(part: Part, today: date | None) -> None:
    """Status, closing date, value, type and offer of every row; rows that cannot be judged are excluded."""
    frame, ledger = part.frame, part.ledger
    if "opportunity_id" not in frame:
        frame["opportunity_id"] = [f"{part.file}:{line}" for line in ledger.lines]
        part.notes.append(Remark("note.no_ids"))
    ledger.exclude(frame["opportunity_id"].isna(), "blank", column=part.header("opportunity_id"))
    _status(part)
    _closing(part, today)
    frame["value"] = part.get("value").fillna(part.get("estimated_value"))
    renewal = part.get("is_renewal").map({True: "renewal", False: "new"}).astype("str")
    frame["deal_type"] = part.get("deal_type").fillna(renewal)
    if "offer_on" in part.chosen and "offer_from" not in frame:
        frame["offer_from"] = "column"


def _status(part: Part) -> None:
    """IsClosed and IsWon first, then the status column's words, then the stage's; an unknown word is never guessed."""
    closed, won, lost = (part.get(flag).astype("boolean") for flag in ("is_closed", "is_won", "is_lost"))
    part.ledger.exclude((won & ~closed).fillna(False) | (won & lost).fillna(False), "status_contradiction")
    status = pd.Series(None, index=part.frame.index, dtype="str")
    status[(won.fillna(False))] = "won"
    status[(lost.fillna(False)) | (closed & ~won).fillna(False)] = "lost"
    status[(~closed).fillna(False)] = "open"

    words = part.get("status").fillna(part.get("stage"))
    unknown = pd.Series(False, index=part.frame.index)  # a status word that nobody knows is not settled by the stage
    for column in ("status", "stage"):
        if column not in part.frame:
            continue
        own = {**part.layout.values.get("stage", {}), **part.layout.values.get("status", {})}
        needed = part.frame[column].where(status.isna() & part.open & ~unknown)
        found, listed = meanings(column, needed, own, vocabulary("status"))
        unknown |= needed.notna() & found.isna()
        last = column == "stage" or "stage" not in part.frame
        part.words += [
            word if word.meaning != "neither" else Word(column, word.word, None, word.count)
            for word in listed
            if last or word.meaning != "neither"
        ]
        status = status.fillna(found.where(found != "neither"))
    header = part.header("status" if "status" in part.chosen else "stage")
    neither = is_any_of(words, [word for word, meaning in vocabulary("status").items() if meaning == "neither"])
    part.ledger.exclude(status.isna() & words.isna(), "blank", column=header)
    part.ledger.exclude(status.isna() & neither, "status_neither", column=header, found=words)
    part.ledger.exclude(status.isna(), "status_unknown", column=header, found=words)

    undecided = pd.Series(False, index=part.frame.index)
    for column in ("status", "stage", "lost_reason"):
        undecided |= is_any_of(part.get(column), sorted(word_list("no_decision")))
    part.frame["no_decision"] = undecided.astype("boolean").where(status == "lost")
    part.frame["status"] = status
    if "stage" not in part.frame:
        part.frame["stage"] = words


def _closing(part: Part, today: date | None) -> None:
    """Won and lost need a closing date in the past; the date of an open row is an estimate."""
    frame, status = part.frame, part.frame["status"]
    own = part.get("won_on").where(status == "won", part.get("lost_on").where(status == "lost"))
    closed_on = part.get("closed_on").fillna(own)
    is_open = status == "open"
    estimate = part.get("closed_on").where(is_open)
    frame["expected_close_on"] = part.get("expected_close_on").fillna(estimate)
    frame["closed_on"] = closed_on.mask(is_open)
    decided = ~is_open & status.notna()
    header = part.header("closed_on")
    part.ledger.exclude(decided & closed_on.isna(), "closed_without_date", column=header, found=status)
    if today is not None:
        late = decided & (closed_on > pd.Timestamp(today))
        part.ledger.exclude(late, "closed_in_future", column=header, found=closed_on.dt.date, today=today)
