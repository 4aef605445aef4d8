"""The funnel's conversions: contact to meeting, meeting to offer, offer to deal."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from kpi_core.counted.decided import Decided, share_won, skipped_offers
from kpi_core.first_meetings import (
    day_of,
    due,
    earliest,
    first_meetings,
    found_of,
    identities,
    identity,
    outcomes_recorded,
    with_company,
)
from kpi_core.found_once import found_once
from kpi_core.measure import Measure, Note, nothing
from kpi_core.offers import Scope, mixed_currency, open_on, scope_of, started_on, within_scope, without_value
from kpi_core.periods import Period
from kpi_core.tally import Tally, linked, one_each


def contact_to_meeting(
    contacts: pd.DataFrame,
    meetings: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    basis: Literal["reached", "dials", "companies"] = "reached",
) -> Measure:
    """Share of the contacts reached by phone that led to a first meeting [ratio, 0-1].

    contact_to_meeting = unique contacts reached with a first meeting booked / unique contacts reached

    A person is known by name and company together, since names repeat. Whoever had booked a first meeting before the
    period's first call is in neither count: there was no first meeting left to win.

    contacts: contacted_on, channel, reached, person, company, opportunity_id; meetings: person, company,
    opportunity_id, booked_on, meeting_on. `basis` dials divides by every call made, companies counts companies
    instead of persons. NaN: nobody reached, or contacts and meetings share no person, company or opportunity.
    Source: definition of the agency's article ("3-10 % of phone contacts"), basis decided by this project.
    """
    last = as_of or period.end
    used = {"basis": basis}
    seen = period.until(last)
    calls = found_once(_by_phone, contacts)
    calls = calls[seen.has(calls["contacted_on"])]
    notes = []
    if unknown := int(calls["channel"].isna().sum()):
        notes.append(Note("channel_unknown", {"count": unknown}))
    base = calls if basis == "dials" else calls[calls["reached"].fillna(False).astype(bool)]
    if base.empty and basis != "dials" and len(calls) and calls["reached"].isna().all():
        return nothing("reach_not_recorded", *notes, basis=used)
    if base.empty:
        return nothing("nobody_reached", *notes, numerator=0, denominator=0, basis=used)

    keys = ["company"] if basis == "companies" else ["person", "opportunity_id", "company"]
    key = next((name for name in keys if base[name].notna().any() and meetings[name].notna().any()), None)
    if key is None:
        return nothing("no_link", *notes, basis=used)
    known = base.dropna(subset=[key])
    if len(known) < len(base):
        notes.append(Note("without_link", {"count": len(base) - len(known)}))
    joined = with_company(key, known, meetings)
    whose = identity(key, known, joined=joined)
    called = earliest(whose, known["contacted_on"])
    ours = _agreed(meetings, key, last, joined, called["whose"])
    met_on = day_of(called["whose"], ours)
    before = called[met_on < called["day"]]
    if len(before):
        notes.append(Note("already_met", {"count": len(before)}))
    in_period = found_once(_agreed_in, meetings, by=(key, last, joined, seen))
    if uncalled := in_period - int(seen.has(ours["day"]).sum()):
        notes.append(Note("meetings_without_contact", {"count": uncalled}))

    counted = known[~whose.isin(before["whose"])] if basis == "dials" else called.drop(index=before.index)
    if counted.empty:
        return nothing("nobody_reached", *notes, numerator=0, denominator=0, basis=used)
    converted = Tally("contacts", "numerator", one_each(called[met_on >= called["day"]]), called["day"])
    reached = Tally("contacts", "denominator", one_each(counted), known["contacted_on"])
    with_whom = linked("meetings", ours, ours["day"])
    return Measure(
        converted.total / reached.total,
        converted.total,
        reached.total,
        len(counted),
        notes=tuple(notes),
        basis=used,
        tallies=(converted, reached, with_whom),
    )


def _by_phone(contacts: pd.DataFrame) -> pd.DataFrame:
    told = contacts[["contacted_on", "channel", "reached", "person", "company", "opportunity_id"]]
    return told[~told["channel"].isin(["email", "other"])]


def _agreed(
    meetings: pd.DataFrame, key: str, last: date, joined: bool, whose: pd.Series[Any] | None = None
) -> pd.DataFrame:
    """The row of each person's (company's, opportunity's) first booking by a day, as `earliest` has it; or of these."""
    if found_once(_all_booked, meetings):
        first = found_once(_booked, meetings, by=(key, joined))
        first = first if whose is None else found_of(whose, first)
        return first[first["day"] <= pd.Timestamp(last)]
    # A booking without a date stands in the export of the report date, so it was made by then.
    by_report = (meetings["booked_on"] <= pd.Timestamp(last)) | meetings["booked_on"].isna()
    day = meetings["booked_on"].fillna(meetings["meeting_on"])
    first = earliest(identity(key, meetings, joined=joined)[by_report], day[by_report])
    return first if whose is None else found_of(whose, first)


def _agreed_in(meetings: pd.DataFrame, key: str, last: date, joined: bool, seen: Period) -> int:
    """How many were booked first in a period."""
    return int(seen.has(_agreed(meetings, key, last, joined)["day"]).sum())


def _booked(meetings: pd.DataFrame, key: str, joined: bool) -> pd.DataFrame:
    return earliest(identity(key, meetings, joined=joined), meetings["booked_on"])


def _all_booked(meetings: pd.DataFrame) -> bool:
    return bool(meetings["booked_on"].notna().all())


def meeting_to_offer(
    meetings: pd.DataFrame,
    opportunities: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    history: pd.DataFrame | None = None,
    method: Literal["cohort", "period"] = "cohort",
    lag_days: float = 30,
) -> Measure:
    """Share of the held first meetings that led to an offer by the report date [ratio, 0-1].

    meeting_to_offer = held first meetings of the period with an offer / held first meetings of the period

    meetings: meeting_on, outcome, company, person, opportunity_id; opportunities: offer_on and the same links.
    `history` is the table in which first meetings are sought (default: `meetings`). `method` period divides the
    offers dated in the period by its held first meetings and may exceed 1. `best` counts the meetings younger than
    `lag_days` as converted: their offer may still come. NaN: no held meeting, no offer date anywhere, or no link.
    Source: cohort against period ratio: TelemetryDeck issue 500; the choice is this project's.
    """
    last = as_of or period.end
    used = {"method": method}
    notes = []
    if not outcomes_recorded(meetings if history is None else history):
        notes.append(Note("outcomes_not_recorded", {"count": len(due(meetings, last))}))
    firsts = first_meetings(meetings, last, history=history)
    firsts = firsts[period.until(last).has(firsts["met_on"])].drop_duplicates("counterpart")
    if not found_once(_any_offer, opportunities):
        return nothing("no_offers_recorded", *notes, basis=used)
    if firsts.empty:
        return nothing("no_held_meetings", *notes, numerator=0, denominator=0, basis=used)
    told = found_once(_told_by, opportunities, by=(last,))
    links = [key for key in ("opportunity_id", "person", "company") if key in told and meetings[key].notna().any()]
    if not links:
        return nothing("no_link", *notes, basis=used)

    by_link, followed = [], set[Any]()
    for key in links:
        joined = key == "person" and "company" in told and bool(firsts["company"].notna().any())
        whose = identity(key, firsts, joined=joined)
        made = found_of(whose, found_once(_made, opportunities, by=(key, joined)))
        made = made[made["day"] <= pd.Timestamp(last)]
        by_link.append(day_of(whose, made))
        followed |= set(made.index)
    offered_on = pd.concat(by_link, axis=1).min(axis=1)
    converted = offered_on.notna()
    if early := int((offered_on < firsts["met_on"]).sum()):
        notes.append(Note("offer_before_meeting", {"count": early}))
    unmet = found_once(_unmet, opportunities, meetings if history is None else history, by=(tuple(links), period, last))
    parts = {"offers_without_meeting": float(unmet)}
    if unmet:
        notes.append(Note("offers_without_meeting", {"count": unmet}))
    held = Tally("meetings", "denominator", one_each(firsts), firsts["met_on"])
    others: tuple[Tally, ...] = ()
    if method == "period":
        dated = opportunities[period.until(last).has(opportunities["offer_on"])]
        offered = Tally("opportunities", "numerator", one_each(dated), dated["offer_on"])
        best = math.nan
    else:
        offered = Tally("meetings", "numerator", one_each(firsts[converted]), firsts["met_on"])
        by_offer = opportunities["offer_on"][opportunities.index.isin(followed)]
        others = (linked("opportunities", by_offer, by_offer),)
        young = (firsts["met_on"] > pd.Timestamp(last) - pd.Timedelta(days=lag_days)) & ~converted
        best = (offered.total + int(young.sum())) / held.total
        if young.any():
            notes.append(Note("young_meetings", {"count": int(young.sum()), "lag_days": f"{lag_days:g}"}))
    return Measure(
        offered.total / held.total,
        offered.total,
        held.total,
        len(firsts),
        notes=tuple(notes),
        parts=parts,
        basis=used,
        best=best,
        tallies=(offered, held, *others),
    )


def _any_offer(opportunities: pd.DataFrame) -> bool:
    return bool(opportunities["offer_on"].notna().any())


def _told_by(opportunities: pd.DataFrame, last: date) -> frozenset[str]:
    """What the offers made by a day are told apart by: the links that any of them has."""
    made = opportunities["offer_on"] <= pd.Timestamp(last)
    keys = ("opportunity_id", "person", "company")
    return frozenset(key for key in keys if opportunities.loc[made, key].notna().any())


def _made(opportunities: pd.DataFrame, key: str, joined: bool) -> pd.DataFrame:
    """The first offer of each; of those made by a day the first is the same, unless it is later."""
    return earliest(identity(key, opportunities, joined=joined), opportunities["offer_on"])


def _unmet(
    opportunities: pd.DataFrame, history: pd.DataFrame, links: tuple[str, ...], period: Period, last: date
) -> int:
    """How many offers of the period are of nobody met before: set against all meetings ever held, not the period's."""
    met = first_meetings(history, last)
    unmet = opportunities[period.until(last).has(opportunities["offer_on"])]
    for key in links:
        whose, whom = identities(key, unmet, met)
        known = frozenset(whom.dropna())
        unmet = unmet[np.array([it not in known for it in whose], dtype=bool)]
    return len(unmet)


def win_rate(
    opportunities: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    basis: Literal["count", "value"] = "count",
    denominator: Literal["closed", "all"] = "closed",
    date: Literal["closed", "offer"] = "closed",
    lost: Literal["broad", "narrow"] = "broad",
    scope: Scope = "auto",
    stale_days: float | None = None,
    deal_type: str = "",
) -> Measure:
    """Share of the decided offers that were won [ratio, 0-1].

    win_rate = won / (won + lost)

    opportunities: status, closed_on, and by option offer_on, created_on, value, currency, no_decision, deal_type.
    By default the rows closed in the period count, each as one; `basis` value weighs them by value, `date` offer takes
    the cohort offered (with scope all: created) in the period, `denominator` all adds the open ones, `lost` narrow
    leaves out no-decisions, `stale_days` counts open ones older than that as lost on the day they became so.
    NaN: nothing decided (never 0 %), a negative value or mixed currencies with basis value.
    Sources: Salesforce help 000387867, Pipeline CRM "win ratio", Severa hit rate (definitions.md A1).
    """
    last = as_of or period.end
    at = pd.Timestamp(last)
    chosen = scope_of(opportunities, scope)
    used = {"scope": chosen, "basis": basis, "date": date, "denominator": denominator}
    rows = opportunities[opportunities["deal_type"] == deal_type] if deal_type else opportunities
    notes = []
    if chosen == "offers":
        all_won = rows[rows["status"] == "won"]
        notes += skipped_offers(len(all_won), int(all_won["offer_on"].isna().sum()))
    rows = within_scope(rows, chosen)
    started = started_on(rows, chosen)
    decided_on = rows["closed_on"].where((rows["status"] != "open") & (rows["closed_on"] <= at))
    was_lost = (rows["status"] == "lost") & decided_on.notna()
    if lost == "narrow":
        was_lost &= ~rows["no_decision"].fillna(False).astype(bool)
    if stale_days is not None:
        stale_on = started + pd.Timedelta(days=stale_days)
        stale = decided_on.isna() & (stale_on <= at)
        decided_on = decided_on.fillna(stale_on.where(stale))
        was_lost |= stale
    counted_on = decided_on if date == "closed" else started
    in_period = period.until(last).has(counted_on)
    won = (rows["status"] == "won") & decided_on.notna() & in_period
    was_lost &= in_period
    open_then = rows.index.isin(open_on(rows, last, chosen).index)
    still_open = decided_on.isna() & (in_period if date == "offer" else open_then)
    if stale_days is not None:
        notes.append(Note("stale_as_lost", {"count": int((stale & in_period).sum())}))

    decided = won | was_lost
    counted = decided | still_open if denominator == "all" else decided
    rows_won, weighed = rows[won], rows[counted]
    by_value = basis == "value"
    weight = rows["value"].fillna(0) if by_value else one_each(rows)
    successes = Tally("opportunities", "numerator", weight[won], counted_on, money=by_value)
    base = Tally("opportunities", "denominator", weight[counted], counted_on.fillna(started), money=by_value)
    priced = not mixed_currency(rows_won) and rows_won["value"].notna().any()
    found = Decided(
        won=int(won.sum()),
        lost=int(was_lost.sum()),
        still_open=int(still_open.sum()),
        won_value=float(rows_won["value"].sum()) if priced else None,
        successes=successes.total,
        base=base.total,
        mixed_currency=mixed_currency(weighed),
        negative=bool((weighed["value"] < 0).any()),
        blank=without_value(weighed),
        biggest=float(weighed["value"].max()),
    )
    measured = share_won(found, used, notes)
    return measured if measured.reason else replace(measured, tallies=(successes, base))
