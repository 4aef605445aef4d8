"""Periods: what a key means, ISO weeks, Finnish working days."""

from datetime import date

import pandas as pd
import pytest

from kpi_core.errors import UsageError
from kpi_core.periods import Period, is_working_day, month, period, shift_month, week_of, weeks, weeks_of, working_days


@pytest.mark.parametrize(
    ("key", "start", "end"),
    [
        ("2017-12", date(2017, 12, 1), date(2017, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2017-W50", date(2017, 12, 11), date(2017, 12, 17)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2017-Q4", date(2017, 10, 1), date(2017, 12, 31)),
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("2017-03..2017-12", date(2017, 3, 1), date(2017, 12, 31)),
        ("2016-Q4..2017-02", date(2016, 10, 1), date(2017, 2, 28)),
    ],
)
def test_a_key_names_whole_days(key: str, start: date, end: date) -> None:
    found = period(key)
    assert (found.start, found.end, found.key) == (start, end, key)


def test_all_is_the_span_of_the_data() -> None:
    found = period("all", (date(2016, 10, 20), date(2017, 12, 31)))
    assert (found.start, found.end) == (date(2016, 10, 20), date(2017, 12, 31))


@pytest.mark.parametrize(
    "key",
    [
        "2017-13",
        "2017-00",
        "2017-W54",
        "2027-W53",
        "2017-Q5",
        "17-12",
        "",
        "joulukuu",
        "2017-1",
        "2017..9999",
        "0001-01",
    ],
)
def test_an_impossible_key_is_refused_with_what_to_write(key: str) -> None:
    with pytest.raises(UsageError) as caught:
        period(key)
    assert "2017-W50" in caught.value.message("fi")
    assert key in caught.value.message("en")


def test_a_backwards_range_is_refused() -> None:
    with pytest.raises(UsageError, match="before"):
        period("2017-12..2017-03")


def test_all_without_a_dated_row_is_refused() -> None:
    with pytest.raises(UsageError, match="no dated row"):
        period("all", None)


# worked_examples.json D1, D2, D_*, DB_*: published ISO weeks
@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2015, 5, 9), "2015-W19"),
        (date(2010, 1, 7), "2010-W01"),
        (date(2020, 1, 1), "2020-W01"),
        (date(2017, 1, 1), "2016-W52"),
        (date(2022, 5, 15), "2022-W19"),
        (date(2024, 12, 30), "2025-W01"),
        (date(2026, 12, 31), "2026-W53"),
        (date(2027, 1, 1), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
    ],
)
def test_a_week_is_named_by_its_iso_year(day: date, key: str) -> None:
    assert week_of(day).key == key
    assert week_of(day).start <= day <= week_of(day).end


def test_may_2026_has_19_finnish_working_days() -> None:
    """21 weekdays, less 1 May and Ascension Day (14 May)."""
    may = month(2026, 5)
    assert len(working_days(may.start, may.end)) == 19
    assert weeks(may) == pytest.approx(3.8)
    assert not is_working_day(date(2026, 5, 14))


def test_five_days_of_leave_take_a_working_week() -> None:
    leave = frozenset(date(2026, 5, day) for day in range(4, 9))
    assert weeks(month(2026, 5), leave) == pytest.approx(2.8)


def test_an_absence_on_a_holiday_takes_nothing() -> None:
    assert weeks(month(2026, 5), frozenset({date(2026, 5, 14), date(2026, 5, 16)})) == pytest.approx(3.8)


def test_calendar_weeks_are_days_by_seven() -> None:
    assert weeks(month(2026, 5), week="calendar") == pytest.approx(31 / 7)


@pytest.mark.parametrize(
    "holiday",
    [date(2026, 1, 1), date(2026, 1, 6), date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25), date(2027, 12, 6)],
)
def test_finnish_public_holidays_on_weekdays_are_no_working_days(holiday: date) -> None:
    assert holiday.weekday() < 5
    assert not is_working_day(holiday)


def test_a_month_touches_its_iso_weeks_whole() -> None:
    keys = [week.key for week in weeks_of(month(2026, 12))]
    assert keys == ["2026-W49", "2026-W50", "2026-W51", "2026-W52", "2026-W53"]
    assert weeks(month(2026, 12), week="iso") == 5


def test_trailing_months_end_with_the_period() -> None:
    found = month(2017, 12).trailing(12)
    assert (found.start, found.end) == (date(2017, 1, 1), date(2017, 12, 31))
    assert len(found.months()) == 12


def test_months_shift_over_the_year() -> None:
    assert shift_month(month(2017, 1), -1).key == "2016-12"
    assert shift_month(month(2017, 12), 1).key == "2018-01"


def test_both_ends_belong_to_a_period_and_a_blank_day_does_not() -> None:
    days = pd.Series(pd.to_datetime(["2017-11-30", "2017-12-01", "2017-12-31", "2018-01-01", None]))
    assert month(2017, 12).has(days).tolist() == [False, True, True, False, False]


def test_a_running_period_ends_at_the_last_elapsed_day() -> None:
    assert month(2017, 12).until(date(2017, 12, 10)) == Period(
        "2017-12", "month", date(2017, 12, 1), date(2017, 12, 10)
    )


def test_titles_are_in_both_languages() -> None:
    assert month(2017, 12).title("fi") == "joulukuu 2017"
    assert month(2017, 12).title("en") == "December 2017"
    assert period("2017-W50").title("fi") == "viikko 50/2017"
    assert period("2017-Q4").title("en") == "Q4 2017"
