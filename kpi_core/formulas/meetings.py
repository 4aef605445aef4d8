"""Meetings: new ones per week and seller, agreed ones per month, the share of people who showed up."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from kpi_core.first_meetings import counterpart, final_day, first_meetings, one_row_each, outcomes_recorded
from kpi_core.found_once import found_once
from kpi_core.measure import Measure, Note, nothing
from kpi_core.periods import Period, Week, weeks
from kpi_core.tally import Tally, linked, one_each

# Above this share of past meetings without an outcome, the show rate says more about the records than about customers.
_MOSTLY = 0.20


def meetings_per_week(
    meetings: pd.DataFrame,
    sellers: pd.DataFrame,
    absences: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    history: pd.DataFrame | None = None,
    count: Literal["held", "booked"] = "held",
    week: Week = "working",
    credit: Literal["each", "split"] = "each",
) -> Measure:
    """New meetings per working week and seller [meetings a week].

    meetings_per_week = first meetings held in the period / seller-working-weeks
    seller-working-weeks = sum over active sellers of (working days of the period - absence days) / 5

    meetings: meeting_id, meeting_on, outcome, seller, company, person; sellers: seller, active_from_on, active_to_on;
    absences: seller, from_on, to_on. Sellers without a meeting stay in the denominator. Finnish public holidays are
    no working days. A meeting of two sellers is one for the team and one for each (`credit` split: one half).
    `history` is the table in which first meetings are sought. NaN: no active seller or no working day.
    Source: the agency's article (under 3 is a warning); working weeks: this project's decision.
    """
    elapsed = period.until(as_of or period.end)
    used = {"count": count, "week": week}
    whole = meetings if history is None else history
    notes = []
    firsts = first_meetings(meetings, elapsed.end, count=count, history=history)
    firsts = firsts[elapsed.has(firsts["met_on"])]
    if count == "held" and not outcomes_recorded(whole):
        notes.append(Note("outcomes_not_recorded", {"count": firsts["meeting_id"].nunique()}))
    if unassigned := int(firsts.loc[firsts["seller"].isna(), "meeting_id"].nunique()):
        notes.append(Note("without_seller", {"count": unassigned}))
    if unknown := int(firsts.loc[firsts["company"].isna(), "meeting_id"].nunique()):
        notes.append(Note("company_unknown", {"count": unknown}))
    if elapsed.end < period.end:
        notes.append(Note("running", {"days": max(0, (elapsed.end - elapsed.start).days + 1)}))

    credited = _shares(firsts, whole) if credit == "split" else one_each(firsts.drop_duplicates("meeting_id"))
    met = Tally("meetings", "numerator", credited.astype("float64"), firsts["met_on"])
    active = _active(sellers, elapsed)
    lengths = [weeks(_employed(it, elapsed), _absent(absences, it, elapsed), week) for it in active.itertuples()]
    seller_weeks = Tally("sellers", "denominator", pd.Series(lengths, index=active.index, dtype="float64"))
    n = int(met.total)
    parts = {"meetings": met.total, "seller_weeks": seller_weeks.total, "sellers": float(len(active))}
    if active.empty:
        return nothing("no_sellers", *notes, n=n, parts=parts, basis=used)
    if seller_weeks.total <= 0:
        return nothing("no_working_days", *notes, numerator=met.total, denominator=0, n=n, parts=parts, basis=used)
    away = absences[absences["seller"].isin(active["seller"])]
    away = away[(away["from_on"] <= pd.Timestamp(elapsed.end)) & (away["to_on"] >= pd.Timestamp(elapsed.start))]
    value = met.total / seller_weeks.total
    made_of = (met, seller_weeks, linked("absences", away, away["from_on"]))
    return Measure(value, met.total, seller_weeks.total, n, "", tuple(notes), parts, used, tallies=made_of)


def _shares(firsts: pd.DataFrame, whole: pd.DataFrame) -> pd.Series[Any]:
    """Each meeting divided among all its sellers, of whom only some may be in `firsts`."""
    sellers = whole.groupby("meeting_id")["seller"].nunique().clip(lower=1)
    return 1 / firsts["meeting_id"].map(sellers).astype("float64")


def _active(sellers: pd.DataFrame, elapsed: Period) -> pd.DataFrame:
    start, end = pd.Timestamp(elapsed.start), pd.Timestamp(elapsed.end)
    gone = (sellers["active_from_on"] > end) | (sellers["active_to_on"] < start)
    return sellers[~gone]


def _employed(seller: Any, elapsed: Period) -> Period:
    start, end = elapsed.start, elapsed.end
    if not pd.isna(seller.active_from_on):
        start = max(start, seller.active_from_on.date())
    if not pd.isna(seller.active_to_on):
        end = min(end, seller.active_to_on.date())
    return Period(elapsed.key, elapsed.kind, start, end)


def _absent(absences: pd.DataFrame, seller: Any, elapsed: Period) -> frozenset[date]:
    days: set[date] = set()
    for absence in absences[absences["seller"] == seller.seller].itertuples():
        first, last = max(absence.from_on.date(), elapsed.start), min(absence.to_on.date(), elapsed.end)
        days |= {day.date() for day in pd.date_range(first, last)}
    return frozenset(days)


def meetings_agreed(
    meetings: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    date: Literal["booked", "meeting"] = "booked",
) -> Measure:
    """Meetings agreed in the period, whatever became of them later [count].

    meetings_agreed = meetings booked in the period

    meetings: meeting_id, booked_on, meeting_on, outcome. By the day of booking (the vendor's work), or by the
    meeting's own day (capacity) with `date` meeting. 0 is a true figure. NaN: booking days are not recorded.
    Source: the agency's article; both dates: definitions.md A9.
    """
    elapsed = period.until(as_of or period.end)
    agreed = one_row_each(meetings)
    booked, dated = elapsed.has(agreed["booked_on"]), period.has(agreed["meeting_on"])
    counted = booked if date == "booked" else dated
    cancelled = int((agreed["outcome"] == "cancelled")[counted].sum())
    parts = {"by_meeting_date": float(dated.sum()), "cancelled": float(cancelled)}
    used = {"date": date}
    if agreed["booked_on"].notna().any():
        parts["by_booking_date"] = float(booked.sum())
    elif date == "booked" and len(agreed):
        return nothing("no_booking_dates", parts=parts, basis=used)
    notes = [Note("cancelled_later", {"count": cancelled})] if cancelled else []
    undated = int(agreed["booked_on"].isna()[dated].sum())
    if date == "booked" and undated:
        notes.append(Note("without_booking_day", {"count": undated}))
    day = agreed["booked_on" if date == "booked" else "meeting_on"][counted]
    made = Tally("meetings", "numerator", one_each(day), day)
    return Measure(made.total, n=len(day), notes=tuple(notes), parts=parts, basis=used, tallies=(made,))


def show_rate(
    meetings: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    history: pd.DataFrame | None = None,
    strict: Literal["no", "yes"] = "no",
    reschedule_days: float = 30,
) -> Measure:
    """Share of the meetings due whose other side showed up [ratio, 0-1].

    show_rate = held / (held + no-show)

    meetings: meeting_id, meeting_on, outcome, moved_to_on, cancelled_on. Past meetings only, by their final day.
    Cancelled before the day: left out, counted beside. Cancelled on the day: no-show. Moved to a new day: judged there
    (unrecorded where that day has passed and no row tells of it); moved without a new day for `reschedule_days`:
    no-show, where the export records new days at all.
    `strict` yes divides by all meetings due. NaN: no outcome recorded, or nothing due.
    Sources: theclose.agency 16.8 (cancelled excluded), schedly no-show glossary (definitions.md A9).
    """
    last = as_of or period.end
    used = {"strict": strict}
    whole = meetings if history is None else history
    if len(whole) and not outcomes_recorded(whole):
        return nothing("no_outcomes", basis=used)
    past = found_once(_judged, meetings)
    past = past[period.until(last).has(past["day"])]
    outcome, moved_to = past["outcome"].to_numpy(dtype=object), past["moved_to_on"].to_numpy()
    same_day = (outcome == "cancelled") & (past["cancelled_on"].to_numpy() == past["meeting_on"].to_numpy())
    given_up = (outcome == "moved") & np.isnat(moved_to)
    if found_once(_any_moved, whole):
        waited = pd.Timestamp(last) - pd.Timedelta(days=reschedule_days)
        given_up &= past["meeting_on"].to_numpy() <= waited.to_datetime64()
    else:
        given_up &= False
    held = outcome == "held"
    missed = (outcome == "no_show") | same_day | given_up
    cancelled = int(((outcome == "cancelled") & ~same_day).sum())
    gone = (outcome == "moved") & ~given_up
    lost_sight = gone & (moved_to <= np.datetime64(last))
    if lost_sight.any():
        lost_sight[lost_sight] = ~_seen_again(meetings.loc[past.index[lost_sight]], whole).to_numpy()
    moved = int((gone & ~lost_sight).sum())
    unrecorded = int((pd.isna(outcome) | (outcome == "booked") | lost_sight).sum())

    notes = []
    if cancelled:
        notes.append(Note("cancelled", {"count": cancelled}))
    if moved:
        notes.append(Note("moved", {"count": moved}))
    if unrecorded:
        notes.append(Note("unrecorded", {"count": unrecorded, "share": unrecorded / len(past)}))
    came = Tally("meetings", "numerator", one_each(past[held]), past["day"])
    base = Tally("meetings", "denominator", one_each(past if strict == "yes" else past[held | missed]), past["day"])
    if base.total == 0:
        return nothing("nothing_due", *notes, numerator=0, denominator=0, basis=used)
    doubt = ""
    if unrecorded / len(past) > _MOSTLY:
        doubt = "mostly_unrecorded"
        notes.append(Note(doubt, {"share": unrecorded / len(past)}))
    return Measure(
        came.total / base.total,
        came.total,
        base.total,
        int(base.total),
        notes=tuple(notes),
        basis=used,
        doubt=doubt,
        tallies=(came, base),
    )


def _judged(meetings: pd.DataFrame) -> pd.DataFrame:
    """One row a meeting: its final day, and what it is judged by there."""
    past = one_row_each(meetings)
    return past[["outcome", "meeting_on", "moved_to_on", "cancelled_on"]].assign(day=final_day(past))


def _any_moved(meetings: pd.DataFrame) -> bool:
    return bool(meetings["moved_to_on"].notna().any())


def _seen_again(moved: pd.DataFrame, whole: pd.DataFrame) -> pd.Series[bool]:
    """Whether another row has the same counterpart on the day that a meeting was moved to."""
    who = counterpart(moved)
    theirs = found_once(counterpart, whole)
    theirs = theirs[theirs.isin(who)]
    known = set(zip(theirs, whole.loc[theirs.index, "meeting_on"], strict=True))
    pairs = zip(who, moved["moved_to_on"], strict=True)
    return pd.Series([pair in known for pair in pairs], index=moved.index, dtype=bool)
