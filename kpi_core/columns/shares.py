"""Shares of outcomes, as a formula asks for them: from a column of a sheet, or from two totals."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_core import totals
from kpi_core.columns.amounts import pair_of
from kpi_core.columns.column import Column
from kpi_core.columns.conditions import Condition, meeting_all
from kpi_core.columns.days import Window, in_window
from kpi_core.columns.outcomes import MEETING, STATUS
from kpi_core.measure import Measure, nothing


def win_rate(
    outcomes: Column,
    closed_on: Column | None,
    window: Window,
    conditions: Sequence[Condition] = (),
) -> Measure:
    """Share of the decided offers that were won [ratio, 0-1]: won / (won + lost).

    outcomes    status words, TRUE and FALSE, or 1 and 0; open ones and blanks do not count
    closed_on   the days of closing, which `window` bounds
    Two single numbers are the totals themselves: won and lost. Raises ColumnError for what cannot be read.
    """
    if not conditions and window.open and (pair := pair_of(outcomes, closed_on)):
        return totals.win_rate(*pair)
    found = STATUS.counts(outcomes, in_window(closed_on, window, outcomes, meeting_all(conditions, outcomes)))
    return totals.win_rate(found["won"], found["lost"])


def show_rate(
    outcomes: Column,
    meeting_on: Column | None,
    window: Window,
    conditions: Sequence[Condition] = (),
) -> Measure:
    """Share of the meetings due whose other side showed up [ratio, 0-1]: held / (held + no-show).

    Cancelled, moved and booked meetings do not count. Two single numbers are the totals: held and no-show. NaN: nothing
    due, or no outcome recorded in the whole range.
    """
    if not conditions and window.open and (pair := pair_of(outcomes, meeting_on)):
        return totals.show_rate(*pair)
    found = MEETING.counts(outcomes, in_window(meeting_on, window, outcomes, meeting_all(conditions, outcomes)))
    shown = totals.show_rate(found["held"], found["no_show"])
    if shown.reason and not MEETING.counts(outcomes).keys() & {"held", "no_show"}:
        return nothing("no_outcomes")
    return shown
