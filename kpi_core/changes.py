"""What changed afterwards: a report's figures of closed periods, computed again from later data, and the rows behind.

Both sides are seen from the day of the earlier report, so that the mere passing of time changes nothing: an offer made
since then does not count, one dated back does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from kpi_core.catalogue import definition
from kpi_core.measure import Measure
from kpi_core.row_changes import Matched, RowChange, id_of, matched, place_of, seller_of
from kpi_core.run import Run, only
from kpi_core.snapshot import Printed, Snapshot
from kpi_core.tables import Dataset, TableName
from kpi_core.tally import Side, money_sides
from kpi_core.views import View

Cause = Literal["rows", "program"]
_SAME = 1e-9  # more than rounding in the last digits

# A row on both sides: its table, and its earlier label, or ("new", its later one), or a seller's name.
_Key = tuple[TableName, Any]
# What a row adds: amounts by term and side.
_Added = dict[tuple[str, str], float]


@dataclass(frozen=True)
class FigureChange:
    """A figure that is no longer what was printed; `after` and the counts are NaN where there is nothing to measure.

    rows   the rows that make the difference: by their own changes, or counted otherwise because of another row's
    cause  "program": the same rows give another figure now, so a definition or the program has changed
    money  the sides, numerator and denominator, that are money
    currencies  of the money before and after; blank where there are several or none
    """

    printed: Printed
    after: float
    numerator: float
    denominator: float
    rows: tuple[RowChange, ...]
    cause: Cause
    currencies: tuple[str, str] = ("", "")
    money: frozenset[Side] = frozenset()


def figure_changes(before: Snapshot, after: Dataset) -> tuple[FigureChange, ...]:
    """The figures of closed periods to which later data gives another value, numerator or denominator.

    `after` must hold the same columns as the snapshot's data: pass it through `snapshot.kept`.
    """
    closed = [figure for figure in before.figures if figure.closed]
    if not closed:
        return ()
    pairs = matched(before.data, after)
    then, now = _Side(before, before.data), _Side(before, after)
    money_in = _currencies(before.data, after)
    found = []
    for figure in closed:
        is_now = now.measured(figure)
        if not _agrees(figure, is_now):
            was = then.measured(figure)
            cause: Cause = "rows" if _agrees(figure, was) else "program"
            rows = tuple(_rows(_Counted(was, then.view(figure)), _Counted(is_now, now.view(figure)), pairs))
            counts = (is_now.numerator, is_now.denominator)
            sides = money_sides(it for measure in (was, is_now) for it in measure.tallies if not it.term)
            found.append(FigureChange(figure, is_now.value, *counts, rows, cause, money_in, sides))
    return tuple(found)


def _currencies(before: Dataset, after: Dataset) -> tuple[str, str]:
    """The one currency of each side; a side that tells none has the other's."""
    one, other = before.currencies(), after.currencies()
    return only(one or other), only(other or one)


class _Side:
    """One of the two exports, its figures measured as the snapshot's report did."""

    def __init__(self, snapshot: Snapshot, data: Dataset) -> None:
        self.run = Run(data, snapshot.options, {})
        self.data_on = snapshot.data_on

    def view(self, figure: Printed) -> View:
        view = replace(self.run.view(figure.period, figure.as_of), data_on=self.data_on)
        if figure.group is None:
            return view
        return view.of(figure.group, self.run.groups(figure.group[0]))

    def measured(self, figure: Printed) -> Measure:
        return self.run.measure(definition(figure.kpi), self.view(figure))


def _agrees(figure: Printed, measured: Measure) -> bool:
    pairs = (
        (figure.value, measured.value),
        (figure.numerator, measured.numerator),
        (figure.denominator, measured.denominator),
    )
    return all(_equal(math.nan if was is None else was, now) for was, now in pairs)


def _equal(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=_SAME, abs_tol=_SAME)


@dataclass(frozen=True)
class _Counted:
    measure: Measure
    view: View

    def added(self, pairs: dict[TableName, Matched], *, later: bool) -> dict[_Key, tuple[Any, _Added]]:
        """What each row adds, with its label; rows that add nothing are left out."""
        found: dict[_Key, tuple[Any, _Added]] = {}
        for side in self.measure.tallies:
            if side.side != "linked":
                for label, amount in side.amounts.items():
                    key = self._key(side.table, label, pairs, later=later)
                    found.setdefault(key, (label, {}))[1][side.term, side.side] = float(amount)
        return found

    def linked(self) -> Iterator[tuple[TableName, Any]]:
        """The rows that decide what becomes of others."""
        for side in self.measure.tallies:
            if side.side == "linked":
                yield from ((side.table, label) for label in side.amounts.index)

    def _key(self, table: TableName, label: Any, pairs: dict[TableName, Matched], *, later: bool) -> _Key:
        if table == "sellers":
            return table, self.seller(label)
        if not later:
            return table, label
        partner = pairs[table].partner
        return table, partner.get(label, ("new", label))

    def seller(self, label: Any) -> str:
        """A seller of the roster, listed or only seen at work."""
        return str(self.view.roster().loc[label, "seller"])


def _rows(was: _Counted, now: _Counted, pairs: dict[TableName, Matched]) -> Iterator[RowChange]:
    """The rows that add otherwise than they did; where the cause is another row, the linked rows that changed too."""
    then, today = was.added(pairs, later=False), now.added(pairs, later=True)
    measurable = bool(then and today)
    indirect = False
    for key in dict.fromkeys([*then, *today]):
        one, other = then.get(key), today.get(key)
        if one is not None and other is not None and _adds_the_same(one[1], other[1]):
            continue
        table = key[0]
        change = _own_change(pairs[table], one, other)
        indirect |= change is None
        if change is not None:
            yield change
        elif measurable:  # else every row is counted otherwise
            yield _counted_otherwise(table, key, was, now, one, other)
    if indirect:
        linked = [pairs[table].earlier(label) for table, label in was.linked()]
        linked += [pairs[table].later(label) for table, label in now.linked()]
        yield from {(it.table, it.label): it for it in linked if it is not None}.values()


def _adds_the_same(one: _Added, other: _Added) -> bool:
    return one.keys() == other.keys() and all(_equal(one[side], other[side]) for side in one)


def _own_change(pairs: Matched, one: tuple[Any, _Added] | None, other: tuple[Any, _Added] | None) -> RowChange | None:
    found = None if one is None else pairs.earlier(one[0])
    return pairs.later(other[0]) if found is None and other is not None else found


def _counted_otherwise(
    table: TableName,
    key: _Key,
    was: _Counted,
    now: _Counted,
    one: tuple[Any, _Added] | None,
    other: tuple[Any, _Added] | None,
) -> RowChange:
    """A row that says what it said."""
    if table == "sellers":
        return RowChange(table, ("counted_otherwise",), "", str(key[1]), (None, None), (None, None))
    side, label = (now, other[0]) if other is not None else (was, one[0] if one is not None else None)
    row = side.view.whole.table(table).loc[label]
    labels = (one[0] if one else None, other[0] if other else None)
    places = (place_of(row), None) if side is was else (None, place_of(row))
    return RowChange(table, ("counted_otherwise",), id_of(table, row), seller_of(row), labels, places)
