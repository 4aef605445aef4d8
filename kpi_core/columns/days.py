"""Days as cells hold them: a date, a day number of the 1900 system, or a text; and the rows that lie in a period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from kpi_core.columns.column import Cell, Column, is_blank
from kpi_core.columns.errors import ColumnError

_EPOCH = date(1899, 12, 30)  # day 1 is 1 January 1900; 29 February 1900, which never was, is day 60
_LEAP_BUG, _LAST = 60, 2_958_465
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_FINNISH = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: .*)?")
_BARE = re.compile(r"[\d.-]+")
_TIMED = re.compile(r"([\d.-]+)[T ]\s*(?:klo\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?")


@dataclass(frozen=True)
class Window:
    """From one day to another, both included; None is without end."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise ColumnError("days_backwards")

    @property
    def open(self) -> bool:
        """Whether it has no bound at all."""
        return self.first is None and self.last is None

    def has(self, day: date | None) -> bool:
        """Whether a day lies in it; a blank one does not."""
        return day is not None and (self.first or date.min) <= day <= (self.last or date.max)


def day_of(cell: Cell) -> date | None:
    """The day of a cell, its time of day dropped; None where it is blank. Raises ColumnError where it is no day.

    >>> day_of(46143), day_of("1.5.2026")
    (datetime.date(2026, 5, 1), datetime.date(2026, 5, 1))
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, str):
        return _written_day(cell)
    if cell is None:
        return None
    if isinstance(cell, bool):
        raise ColumnError("not_a_day", found=cell)
    number = int(cell // 1) if 1 <= cell < _LAST + 1 else 0
    if number in (0, _LEAP_BUG):
        raise ColumnError("no_such_day", found=cell)
    return _EPOCH + timedelta(days=number + (number < _LEAP_BUG))


def number_of(day: date) -> float:
    """A day's number in the 1900 system, the time of day as its fraction."""
    number = (date(day.year, day.month, day.day) - _EPOCH).days
    number -= number <= _LEAP_BUG
    if not isinstance(day, datetime):
        return float(number)
    return number + (day.hour * 3600 + day.minute * 60 + day.second) / 86_400


def moment_of(text: str) -> float | None:
    """The day number of a written day, its time of day as the fraction; None where the text is neither.

    >>> moment_of("1.5.2026"), moment_of("2026-05-01 12:00")
    (46143.0, 46143.5)
    """
    bare = text.strip()
    found = _TIMED.fullmatch(bare)
    try:
        day = day_of(found[1] if found else bare)
        if day is None or (not found and not _BARE.fullmatch(bare)):
            return None
        hour, minute, second = (int(part or 0) for part in found.groups()[1:]) if found else (0, 0, 0)
        at = time(hour, minute, second)
    except (ColumnError, ValueError):
        return None
    return number_of(datetime.combine(day, at))


def days(column: Column) -> list[date | None]:
    """Every row's day, None for blanks and for a header. Raises ColumnError for any other text that is no day."""
    found: dict[Cell, date | None] = {}
    for cell in column.distinct:
        try:
            found[cell] = day_of(cell)
        except ColumnError:
            if cell not in column.heads:
                raise
            found[cell] = None
    return [found[cell] for cell in column.cells]


def within(column: Column, window: Window) -> list[bool]:
    """Which rows lie in a window."""
    found = days(column)
    known = {day: window.has(day) for day in set(found)}
    return [known[day] for day in found]


def in_window(
    column: Column | None, window: Window, like: Column, rows: Sequence[bool] | None = None
) -> Sequence[bool] | None:
    """The rows (None: all) that lie in a window too, the days standing beside `like`, row for row.

    Raises ColumnError where the window has a bound and there are no days, or where the sizes differ.
    """
    if column is not None:
        same_size(like, column)
    if window.open:
        return rows
    if column is None:
        raise ColumnError("no_days")
    inside = within(column, window)
    return inside if rows is None else [a and b for a, b in zip(rows, inside, strict=True)]


def same_size(one: Column, other: Column) -> None:
    """Raises ColumnError where two ranges differ in rows or columns."""
    if one.shape != other.shape:
        sizes = (f"{rows} x {columns}" for rows, columns in (one.shape, other.shape))
        raise ColumnError("unequal", one=next(sizes), other=next(sizes))


@lru_cache(maxsize=65_536)
def _written_day(text: str) -> date | None:
    if is_blank(text):
        return None
    bare = text.strip()
    if found := _ISO.fullmatch(bare):
        parts = found[1], found[2], found[3]
    elif found := _FINNISH.fullmatch(bare):
        parts = found[3], found[2], found[1]
    else:
        raise ColumnError("not_a_day", found=text)
    try:
        return date(*map(int, parts))
    except ValueError as error:
        raise ColumnError("not_a_day", found=text) from error
