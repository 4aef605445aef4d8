"""Weeks, months, quarters, years; working days with Finnish public holidays and absences taken out."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from kpi_core.errors import UsageError
from kpi_core.texts import Language, load_texts

if TYPE_CHECKING:
    import pandas as pd

PeriodKind = Literal["week", "month", "quarter", "year", "range"]
Week = Literal["working", "calendar", "iso"]
Unit = Literal["week", "month", "quarter", "year"]

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_YEAR = re.compile(r"\d{4}")
_FIRST_YEAR, _LAST_YEAR = "1900", "2200"  # beyond them lie slips of the keyboard


@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole days, both ends included, with the key it was asked by (2017-12, 2017-W50, ...)."""

    key: str
    kind: PeriodKind
    start: date
    end: date

    def has(self, days: pd.Series[Any]) -> pd.Series[bool]:
        """Which days lie in the period; a blank day does not."""
        import numpy as np  # only tables need them: a worksheet function's dates come without
        import pandas as pd

        known = days.to_numpy()
        inside = (known >= np.datetime64(self.start)) & (known <= np.datetime64(self.end))
        return pd.Series(inside, index=days.index)

    def until(self, last: date) -> Period:
        """The part of the period that has elapsed by `last` (its end moved back, never its start)."""
        return Period(self.key, self.kind, self.start, min(self.end, last))

    def months(self) -> list[Period]:
        """The calendar months that the period touches, in order."""
        return list(_months(self.start, self.end))

    def each(self, unit: Unit) -> list[Period]:
        """The whole weeks, months, quarters or years that the period touches, in order."""
        if unit == "week":
            return weeks_of(self)
        keys = {"month": "{0:%Y-%m}", "quarter": "{0:%Y}-Q{1}", "year": "{0:%Y}"}
        named = [keys[unit].format(month.start, (month.start.month + 2) // 3) for month in self.months()]
        return [period(key) for key in dict.fromkeys(named)]

    def trailing(self, months: int) -> Period:
        """The `months` calendar months that end with the period's last month."""
        last = month_of(self.end)
        first = shift_month(last, 1 - months)
        return Period(f"{first.key}..{last.key}", "range", first.start, last.end)

    def title(self, language: Language) -> str:
        """The period in words: "joulukuu 2017", "week 50/2017"."""
        words = load_texts("kpi_core.sentences", "periods.toml")
        if self.key == "all":
            return words["all"].show(language)
        if self.kind == "month":
            return f"{words[f'month.{self.start.month}'].show(language)} {self.start.year}"
        if self.kind == "week":
            return words["week"].show(language, year=self.key[:4], week=int(self.key[-2:]))
        if self.kind == "quarter":
            return words["quarter"].show(language, year=self.start.year, quarter=self.key[-1])
        return self.key.replace("..", " – ")


def period(key: str, span: tuple[date, date] | None = None) -> Period:
    """The period that a key names: 2017-12, 2017-W50 (ISO week), 2017-Q4, 2017, 2017-03..2017-12, all.

    `span`, the first and last day of the data, is what "all" means. Raises UsageError for anything else.
    """
    key = key.strip()
    if key == "all":
        if span is None:
            raise UsageError("period.no_data")
        return Period("all", "range", *span)
    if ".." in key:
        first, last = (_single(part.strip(), key) for part in key.split("..", 1))
        if last.end < first.start:
            raise UsageError("period.backwards", found=key)
        return Period(key, "range", first.start, last.end)
    return _single(key, key)


def _single(key: str, asked: str) -> Period:
    if not _FIRST_YEAR <= key[:4] <= _LAST_YEAR:
        raise UsageError("period.unknown", found=asked)
    try:
        if found := _MONTH.fullmatch(key):
            return month(int(found[1]), int(found[2]))
        if found := _WEEK.fullmatch(key):
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return Period(key, "week", monday, monday + timedelta(days=6))
        if found := _QUARTER.fullmatch(key):
            first, last = month(int(found[1]), int(found[2]) * 3 - 2), month(int(found[1]), int(found[2]) * 3)
            return Period(key, "quarter", first.start, last.end)
        if _YEAR.fullmatch(key):
            return Period(key, "year", date(int(key), 1, 1), date(int(key), 12, 31))
    except ValueError:
        pass
    raise UsageError("period.unknown", found=asked)


@lru_cache(maxsize=4096)
def month(year: int, number: int) -> Period:
    """A calendar month. Raises ValueError where there is none."""
    first = date(year, number, 1)
    return Period(f"{year:04}-{number:02}", "month", first, first.replace(day=monthrange(year, number)[1]))


def month_of(day: date) -> Period:
    """The calendar month of a day."""
    return month(day.year, day.month)


def shift_month(of: Period, months: int) -> Period:
    """The month that lies `months` later (earlier where negative)."""
    number = of.start.year * 12 + of.start.month - 1 + months
    return month(number // 12, number % 12 + 1)


def week_of(day: date) -> Period:
    """The ISO week (Monday to Sunday) of a day; the key holds the ISO year: 1 Jan 2027 is of 2026-W53."""
    year, number, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    return Period(f"{year:04}-W{number:02}", "week", monday, monday + timedelta(days=6))


def weeks_of(of: Period) -> list[Period]:
    """The whole ISO weeks that the period touches, in order."""
    weeks = [week_of(of.start)]
    while weeks[-1].end < of.end:
        weeks.append(week_of(weeks[-1].end + timedelta(days=1)))
    return weeks


def _months(start: date, end: date) -> Iterator[Period]:
    current = month_of(start)
    while current.start <= end:
        yield current
        current = shift_month(current, 1)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Finland's public holidays of a year, from the `holidays` library."""
    import holidays

    return frozenset(holidays.country_holidays("FI", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no Finnish public holiday."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


@cache
def working_days(start: date, end: date) -> frozenset[date]:
    """The working days from `start` to `end`, both included."""
    days = (start + timedelta(days=i) for i in range((end - start).days + 1))
    return frozenset(day for day in days if is_working_day(day))


def weeks(within: Period, absent: frozenset[date] = frozenset(), week: Week = "working") -> float:
    """The length of a period in weeks [weeks].

    working   working days / 5, less the `absent` ones (default)
    calendar  days / 7
    iso       ISO weeks touched, each counted whole
    """
    if within.end < within.start:
        return 0.0
    if week == "calendar":
        return ((within.end - within.start).days + 1) / 7
    if week == "iso":
        return float(len(weeks_of(within)))
    return len(working_days(within.start, within.end) - absent) / 5
