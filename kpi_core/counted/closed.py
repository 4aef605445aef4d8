"""The sales cycle from how many deals took how many days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kpi_core.evidence import median_depth
from kpi_core.measure import Measure, Note, nothing
from kpi_core.totals import p90_of


@dataclass(frozen=True, slots=True)
class Lengths:
    """Whole days: how many lengths, their sum, and the one of each rank, 0 the shortest."""

    n: int
    total: int
    ranked: Callable[[int], int]


def lengths_of(days: Iterable[int]) -> Lengths:
    """A list of lengths."""
    ordered = sorted(days)
    return Lengths(len(ordered), sum(ordered), ordered.__getitem__)


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
    n, ranked = found.days.n, found.days.ranked
    if not n:
        return nothing("no_start_dates", *notes, parts=parts, basis=used)
    middle = (ranked((n - 1) // 2) + ranked(n // 2)) / 2
    parts |= {"mean": found.days.total / n, "median": middle, "p90": p90_of(ranked, n)}
    if depth := median_depth(n):
        parts |= {"low": float(ranked(depth - 1)), "high": float(ranked(n - depth))}
    return Measure(parts[used["stat"]], n=n, notes=tuple(notes), parts=parts, basis=used)
