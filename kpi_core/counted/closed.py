"""The sales cycle from how many deals took how many days."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from kpi_core.evidence import median_depth
from kpi_core.measure import Measure, Note, nothing
from kpi_core.totals import p90_of


@dataclass(frozen=True, slots=True)
class Lengths:
    """Whole days by length, in ascending order, and how many deals took each: what a list of them, sorted, says."""

    days: Sequence[int]
    counts: Sequence[int]


def lengths_of(days: Iterable[int]) -> Lengths:
    """A list of lengths, counted."""
    counted = sorted(Counter(int(length) for length in days).items())
    return Lengths([length for length, _ in counted], [count for _, count in counted])


@dataclass(frozen=True, slots=True)
class Closed:
    """What a sales cycle is made of: the deals closed, those of them that cannot be measured, the others' lengths.

    open_age is the median age of those still open [days]; None where none is.
    """

    deals: int
    without_start: int
    backwards: int
    days: Lengths
    open_age: float | None


def length_of(found: Closed, used: Mapping[str, str], *, stands_in: bool) -> Measure:
    """The sales cycle of what was counted, by the options `used`; the formula's last step."""
    notes = [Note("start_from_created", {"count": found.deals})] if stands_in and found.deals else []
    parts = {"open_age": found.open_age} if found.open_age is not None else {}
    if not found.deals:
        return nothing("no_won_deals", *notes, parts=parts, basis=used)
    if found.without_start:
        notes.append(Note("without_start", {"count": found.without_start}))
    if found.backwards:
        notes.append(Note("closed_before_start", {"count": found.backwards}))
    ends = list(accumulate(found.days.counts))  # the rank of the last deal of each length
    if not ends:
        return nothing("no_start_dates", *notes, parts=parts, basis=used)
    n = ends[-1]

    def ranked(place: int) -> int:
        return found.days.days[bisect_right(ends, place)]

    total = sum(length * count for length, count in zip(found.days.days, found.days.counts, strict=True))
    middle = (ranked((n - 1) // 2) + ranked(n // 2)) / 2
    parts |= {"mean": total / n, "median": middle, "p90": p90_of(ranked, n)}
    if depth := median_depth(n):
        parts |= {"low": float(ranked(depth - 1)), "high": float(ranked(n - depth))}
    return Measure(parts[used["stat"]], n=n, notes=tuple(notes), parts=parts, basis=used)
