"""Money, days and weeks of columns: the open pipeline, the sales cycle, the meetings a week."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

from kpi_core import totals
from kpi_core.columns.amounts import Amounts, is_number
from kpi_core.columns.amounts import number_of as number_in
from kpi_core.columns.column import Column
from kpi_core.columns.conditions import Condition, meeting_all
from kpi_core.columns.days import Window, days, in_window, same_size
from kpi_core.columns.errors import ColumnError
from kpi_core.columns.matching import first_places
from kpi_core.columns.outcomes import MEETING, STATUS
from kpi_core.measure import Measure, nothing
from kpi_core.periods import Period, Week, weeks
from kpi_core.probability import scale_of
from kpi_core.totals import Statistic

_FIRST_DAY = 36_526  # 1 January 2000: a lone number from here on is a day, not a number of meetings
_LONGEST = timedelta(days=3_660)


def pipeline_value(
    values: Column, outcomes: Column | None, probabilities: Column | None, conditions: Sequence[Condition] = ()
) -> Measure:
    """Value of the open offers [money]: the sum of their values, each times its probability where these are given.

    `outcomes` says which rows are open (without it, all are). No open offer is a true 0; blank values add nothing, but
    where no open row has a value the pipeline is unknown. NaN: that, no row at all, a negative value, unreadable
    probabilities.
    """
    amounts = Amounts(values)
    amounts.total()  # one currency in the whole range
    worth = amounts.each()
    # A blank cell of a bare range is no offer without a value; beside a status it is.
    said = ["" if math.isnan(value) else "open" for value in worth]
    if outcomes is not None:
        same_size(values, outcomes)
        said = STATUS.each(outcomes)
    chosen = meeting_all(conditions, values)
    if not any(said):
        return nothing("no_opportunities")
    open_rows = [place for place, it in enumerate(said) if it == "open" and (chosen is None or chosen[place])]
    known = [place for place in open_rows if not math.isnan(worth[place])]
    if open_rows and not known:
        return nothing("no_values", n=len(open_rows))
    if any(worth[place] < 0 for place in known):
        return nothing("negative_value", n=len(open_rows))
    if probabilities is None:
        return Measure(math.fsum(worth[place] for place in known), n=len(open_rows))
    return _weighted(values, worth, known, probabilities)


def _weighted(values: Column, worth: Sequence[float], known: Sequence[int], probabilities: Column) -> Measure:
    same_size(values, probabilities)
    chances = Amounts(probabilities).each()
    scale = scale_of(chance for chance in chances if not math.isnan(chance))
    if scale == "bad":
        return nothing("bad_probability", n=len(known))
    if scale == "mixed":
        return nothing("mixed_probability", n=len(known))
    told = [place for place in known if not math.isnan(chances[place])]
    if known and not told:
        return nothing("no_probability", n=len(known))
    whole = 100 if scale == "percent" else 1
    return Measure(math.fsum(worth[place] * chances[place] / whole for place in told), n=len(known))


def sales_cycle_days(
    started_on: Column,
    closed_on: Column,
    statistic: Statistic,
    outcomes: Column | None,
    window: Window,
    conditions: Sequence[Condition] = (),
) -> Measure:
    """Calendar days from first contact to closing [days]: median, mean or 90th percentile of the closed rows.

    `outcomes` leaves the won ones (without it, every row with both days counts), `window` those closed in it. Rows
    without a start, or closed before it, are left out. NaN: no closed row, or none with a usable start.
    """
    same_size(started_on, closed_on)
    begun, ended = days(started_on), days(closed_on)
    rows = in_window(closed_on, window, started_on, meeting_all(conditions, started_on))
    if outcomes is not None:
        same_size(started_on, outcomes)
        won = [meaning == "won" for meaning in STATUS.each(outcomes)]
        rows = won if rows is None else [a and b for a, b in zip(rows, won, strict=True)]
    closed = [
        (start, end)
        for place, (start, end) in enumerate(zip(begun, ended, strict=True))
        if end is not None and (rows is None or rows[place])
    ]
    lengths = [(end - start).days for start, end in closed if start is not None]
    if closed and not any(length >= 0 for length in lengths):
        return nothing("no_start_dates")
    return totals.sales_cycle_days([float(length) for length in lengths if length >= 0], statistic)


def meetings_per_week(
    meetings: Column,
    window: Window,
    sellers: float,
    absent_days: float,
    week: Week,
    outcomes: Column | None,
    customers: Column | None,
    conditions: Sequence[Condition] = (),
) -> Measure:
    """New meetings per working week and seller [meetings a week]: meetings of the window / seller-working-weeks.

    meetings   how many, or their days; `outcomes` leaves the held ones, `customers` the first held with each
    sellers    how many (blank: 1); absent_days: their working days of absence together, taken off working weeks
    Raises ColumnError where the window lacks a bound or is longer than ten years.
    """
    if window.first is None or window.last is None:
        raise ColumnError("day_missing")
    if window.last - window.first > _LONGEST:
        raise ColumnError("window_too_long")
    heads = 1.0 if math.isnan(sellers) else sellers
    absent = 0.0 if math.isnan(absent_days) else absent_days
    if heads < 0 or absent < 0:
        raise ColumnError("not_a_count", found=f"{min(heads, absent):g}")
    each = weeks(Period("", "range", window.first, window.last), week=week)
    seller_weeks = heads * each - (absent / 5 if week == "working" else 0.0)
    met = _meetings(meetings, window, outcomes, customers, conditions)
    return nothing("no_sellers") if heads == 0 else totals.meetings_per_week(met, seller_weeks)


def _meetings(
    meetings: Column,
    window: Window,
    outcomes: Column | None,
    customers: Column | None,
    conditions: Sequence[Condition],
) -> float:
    lone = meetings.lone
    if is_number(lone) and outcomes is None and customers is None and not conditions:
        count = number_in(lone)
        if count < 0:
            raise ColumnError("not_a_count", found=f"{count:g}")
        if count < _FIRST_DAY:
            return count
    rows = in_window(meetings, window, meetings, meeting_all(conditions, meetings)) or []
    if outcomes is not None:
        same_size(meetings, outcomes)
        held = [meaning == "held" for meaning in MEETING.each(outcomes)]
    else:
        held = [True] * len(rows)
    if customers is None:
        return float(sum(a and b for a, b in zip(rows, held, strict=True)))
    return float(sum(rows[place] for place in first_places(customers, meetings, held).values()))
