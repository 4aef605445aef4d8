"""The days that matter: the spans between the ends of all windows, and the days of looking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from kpi_core.counting.rows import Ints

_EPOCH = date(1970, 1, 1).toordinal()


def number(day: date) -> int:
    """A day counted from 1970."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The day of such a number."""
    return date.fromordinal(number + _EPOCH)


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, both included; none where last comes before first."""

    first: date
    last: date


class Lookup:
    """How many of some days lie before a day: for every day of an array at once."""

    def __init__(self, days: Sequence[int]) -> None:
        ordered = np.unique(np.array(days, dtype="int64"))
        self._base = int(ordered[0])
        span = np.arange(self._base, int(ordered[-1]) + 2)
        self._before = np.searchsorted(ordered, span, side="left").astype("int32")

    def of(self, days: Ints) -> Ints:
        """For each day how many lie before it; a blank day is before all."""
        return self._before.take(days - np.int32(self._base), mode="clip")


class Timeline:
    """Windows cut into spans that none of them divides, and the distinct days of looking in order."""

    def __init__(self, windows: Iterable[Window], looked: Iterable[date]) -> None:
        kept = [window for window in windows if window.first <= window.last]
        ends = {number(window.first) for window in kept} | {number(window.last) + 1 for window in kept}
        self.cuts = sorted(ends) or [0]
        self.looked = sorted({number(day) for day in looked})
        self._within: dict[Window, slice] = {}
        self._spans = Lookup([cut - 1 for cut in self.cuts])
        self._looks = Lookup(self.looked)

    @property
    def spans(self) -> int:
        """How many spans there are; the first lies before every window, the last after."""
        return len(self.cuts) + 1

    @property
    def looks(self) -> int:
        """How many days of looking there are."""
        return len(self.looked)

    def span(self, days: Ints) -> Ints:
        """The span of each day."""
        return self._spans.of(days)

    def first_look(self, days: Ints) -> Ints:
        """The first day of looking that is not before each day: `looks` where all are."""
        return self._looks.of(days)

    def within(self, window: Window) -> slice:
        """The spans of a window."""
        if window not in self._within:
            self._within[window] = self._found(window)
        return self._within[window]

    def _found(self, window: Window) -> slice:
        if window.last < window.first:
            return slice(0, 0)
        first, after = np.searchsorted(self.cuts, [number(window.first), number(window.last + timedelta(1))])
        return slice(int(first) + 1, int(after) + 1)

    def look(self, day: date) -> int:
        """The place of a day of looking."""
        return self.looked.index(number(day))


def running(cells: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """What lies before each span, over the first axis: the sum of spans a to b is running[b] - running[a]."""
    return np.concatenate([np.zeros((1, *cells.shape[1:]), cells.dtype), cells.cumsum(0)])
