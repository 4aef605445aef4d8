"""Who of one list stands in another: contacts that led to a meeting, meetings that led to an offer.

People and companies are told apart by name, without case and outer spaces; give ids or companies where names repeat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kpi_core import totals
from kpi_core.columns.amounts import pair_of
from kpi_core.columns.column import Cell, Column, is_blank
from kpi_core.columns.conditions import Condition, meeting_all
from kpi_core.columns.days import Window, days, in_window, same_size
from kpi_core.columns.errors import ColumnError
from kpi_core.columns.outcomes import MEETING, REACHED
from kpi_core.folding import folded_header
from kpi_core.measure import Measure
from kpi_core.words import word_list


def contact_to_meeting(
    contacts: Column,
    meetings: Column,
    reached: Column | None,
    contacted_on: Column | None,
    booked_on: Column | None,
    window: Window,
    conditions: Sequence[Condition] = (),
) -> Measure:
    """Share of the contacts reached that led to a meeting [ratio, 0-1]: met / reached.

    contacts  names of those contacted; `reached`, `contacted_on` and the conditions stand beside it, row for row
    meetings  names of those with a meeting, a list of its own; `booked_on` beside it
    Each name counts once. Where both have days, a meeting booked before the name's first contact in the window takes
    the name out of both counts, and one booked after the window does not count yet. Two single numbers are the totals:
    contacts reached and meetings booked.
    """
    if not conditions and window.open and (pair := pair_of(contacts, meetings, reached, contacted_on, booked_on)):
        if pair[1] > pair[0]:
            raise ColumnError("not_a_count", found=f"{pair[1]:g}")
        return totals.contact_to_meeting(*pair)
    rows = in_window(contacted_on, window, contacts, meeting_all(conditions, contacts))
    if reached is not None:
        same_size(contacts, reached)
        said = [meaning == "yes" for meaning in REACHED.each(reached)]
        rows = said if rows is None else [a and b for a, b in zip(rows, said, strict=True)]
    called = _earliest(contacts, contacted_on, rows)
    booked = _earliest(meetings, booked_on, _by(booked_on, window.last, blank=True))
    before = {name for name, day in called.items() if day and (agreed := booked.get(name)) and agreed < day}
    met = sum(name in booked for name in called.keys() - before)
    return totals.contact_to_meeting(len(called) - len(before), met)


def meeting_to_offer(
    meetings: Column,
    offers: Column,
    outcomes: Column | None,
    meeting_on: Column | None,
    offer_on: Column | None,
    window: Window,
    conditions: Sequence[Condition] = (),
) -> Measure:
    """Share of the held first meetings that led to an offer [ratio]: with an offer / held first meetings.

    meetings  whom a meeting was with; `outcomes`, `meeting_on` and the conditions stand beside it, row for row
    offers    who got an offer, a list of its own; `offer_on` beside it
    The first held meeting of a name is sought in the whole list and counts where it lies in the window; offers dated
    after the window do not count yet. Two single numbers are the totals: meetings held and offers made.
    """
    if not conditions and window.open and (pair := pair_of(meetings, offers, outcomes, meeting_on, offer_on)):
        return totals.meeting_to_offer(*pair)
    chosen = in_window(meeting_on, window, meetings, meeting_all(conditions, meetings))
    held = None
    if outcomes is not None:
        same_size(meetings, outcomes)
        held = [meaning == "held" for meaning in MEETING.each(outcomes)]
    firsts = first_places(meetings, meeting_on, held)
    counted = {name for name, place in firsts.items() if chosen is None or chosen[place]}
    offered = _earliest(offers, offer_on, _by(offer_on, window.last, blank=offer_on is None))
    return totals.meeting_to_offer(len(counted), len(counted & offered.keys()))


def first_places(names: Column, on: Column | None, rows: Sequence[bool] | None) -> dict[str, int]:
    """The row of each name's earliest day among the chosen rows; where there are no days, its first row."""
    if on is not None:
        same_size(names, on)
    dated = days(on) if on is not None else [date.min] * len(names.cells)
    found: dict[str, int] = {}
    for place, name in _names(names, rows):
        day = dated[place]
        if day is not None and (name not in found or day < (dated[found[name]] or day)):
            found[name] = place
    return found


def _earliest(names: Column, on: Column | None, rows: Sequence[bool] | None) -> dict[str, date | None]:
    """Each name of the chosen rows with its earliest day; None where none is known."""
    if on is not None:
        same_size(names, on)
    dated = days(on) if on is not None else None
    found: dict[str, date | None] = {}
    for place, name in _names(names, rows):
        day = dated[place] if dated else None
        known = found.get(name)
        found[name] = min(day, known) if day and known else day or known
    return found


def _by(on: Column | None, last: date | None, *, blank: bool) -> list[bool] | None:
    """The rows dated by a day; `blank` says what becomes of those without one."""
    if on is None:
        return None
    return [blank if day is None else last is None or day <= last for day in days(on)]


def _names(column: Column, rows: Sequence[bool] | None) -> Iterator[tuple[int, str]]:
    """The chosen rows' names, blanks and usual headers left out."""
    known = {cell: _name(cell) for cell in column.distinct}
    known |= {cell: "" for cell in column.heads if folded_header(str(cell)) in word_list("name_header")}
    for place, cell in enumerate(column.cells):
        if (rows is None or rows[place]) and (name := known[cell]):
            yield place, name


def _name(cell: Cell) -> str:
    if is_blank(cell):
        return ""
    return " ".join(cell.split()).casefold() if isinstance(cell, str) else repr(cell)
