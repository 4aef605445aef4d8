"""The win rate from counts of what was won, lost and still open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi_core.measure import Measure, Note, nothing

# Above this share of won opportunities that never passed the offer stage, the stage is not reliably recorded.
_UNRELIABLE = 0.20


@dataclass(frozen=True, slots=True)
class Decided:
    """What a win rate is made of, counted.

    won, lost, still_open are rows; won_value is the money won, None where it has several currencies or no value.
    successes and base are the two sides of the quotient, in rows or in money; the rest tells of the rows of the base
    whether money can be summed: their currencies, a negative value, how many lack one, the biggest.
    """

    won: int
    lost: int
    still_open: int
    won_value: float | None
    successes: float
    base: float
    mixed_currency: bool = False
    negative: bool = False
    blank: int = 0
    biggest: float = math.nan


def skipped_offers(won: int, without_offer: int) -> list[Note]:
    """A remark where so many won opportunities never were an offer that the stage is not reliably recorded."""
    if won and without_offer / won > _UNRELIABLE:
        return [Note("offer_stage_unreliable", {"share": without_offer / won, "count": without_offer})]
    return []


def share_won(found: Decided, used: Mapping[str, str], remarks: Sequence[Note] = ()) -> Measure:
    """The win rate of what was counted, by the options `used`; the formula's last step."""
    notes = list(remarks)
    parts = {"won": float(found.won), "lost": float(found.lost), "open": float(found.still_open)}
    if found.won_value is not None:
        parts["won_value"] = found.won_value
    n = found.won + found.lost + (found.still_open if used["denominator"] == "all" else 0)
    if not n:
        return nothing("nothing_decided", *notes, numerator=0, denominator=0, parts=parts, basis=used)
    if used["date"] == "offer" and found.still_open:
        notes.append(Note("cohort_running", {"count": found.still_open}))
    best = math.nan
    if used["basis"] == "count" and used["denominator"] == "all":
        best = (found.successes + found.still_open) / n
    if used["basis"] == "value":
        if found.mixed_currency:
            return nothing("mixed_currency", *notes, n=n, parts=parts, basis=used)
        if found.negative:
            return nothing("negative_value", *notes, n=n, parts=parts, basis=used)
        if found.blank:
            notes.append(Note("without_value", {"count": found.blank}))
        if found.base == 0:
            return nothing("no_value", *notes, n=n, parts=parts, basis=used)
        notes.append(Note("biggest_deal", {"share": found.biggest / found.base}))
    value = found.successes / found.base
    return Measure(value, found.successes, found.base, n, "", tuple(notes), parts, used, best=best)
