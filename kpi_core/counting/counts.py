"""Counting: what each row adds to its group's figures, for all windows and days of looking at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from kpi_core.counting.cells import Cells
from kpi_core.counting.rows import BLANK_DAY, LOST, OPEN, WON, Ints, Rows
from kpi_core.counting.timeline import Timeline

Scope = Literal["offers", "all"]


@dataclass(frozen=True, slots=True)
class Asked:
    """The options that decide what is counted, and how far the data reaches.

    from_created: the sales cycle starts on the creation day. earliest and latest are the rows' first and last day.
    """

    scopes: tuple[Scope, Scope, Scope]  # of the win rate, the pipeline and its coverage
    narrow: bool
    closed_deals: bool
    from_created: bool
    currencies: int
    earliest: int
    latest: int


class Counts:
    """What has been counted so far. Group 0 holds the rows that belong to none."""

    def __init__(self, groups: int, timeline: Timeline, asked: Asked) -> None:
        self.timeline, self.asked, self.groups = timeline, asked, groups
        spans, money = timeline.spans, max(1, asked.currencies)
        self.begins = asked.earliest
        self.longest = max(1, asked.latest - asked.earliest + 2)
        self.decided = Decisions(groups, spans, money)
        self.open = {scope: Stock(groups, timeline.looks, money) for scope in set(asked.scopes)}
        self.won_value = Cells(groups, spans, kind=float)
        self.deals = Cells(groups, spans, 3)  # closed; of those without a start; closed before it
        self.lengths = Cells(groups, spans, self.longest)
        self.ages = Cells(groups, timeline.looks + 1, self.longest)
        self.money = Cells(groups, money)
        self.probabilities: set[float] = set()

    def add(self, rows: Rows) -> None:
        """Count some rows."""
        asked, timeline = self.asked, self.timeline
        span = timeline.span(rows.closed_on)
        decided_by = timeline.first_look(rows.closed_on)
        still = rows.status == OPEN
        until = np.where(still, np.int32(timeline.looks), decided_by)
        is_won = rows.status == WON
        known = rows.currency > 0
        self.money.add(rows.group[known], rows.currency[known] - np.int32(1))
        value = rows.value
        blank = np.isnan(value)
        money = np.where(blank, 0.0, value)
        self.decided.add(rows, span, money, blank, is_won, asked)
        won = np.flatnonzero(is_won)
        self.won_value.add(rows.group[won], span[won], money[won])
        self._pipelines(rows, until, money, blank)
        self._cycles(rows, span, is_won, until)
        if rows.probability is not None:
            self._scale(rows.probability)

    def _pipelines(self, rows: Rows, until: Ints, money: Any, blank: Any) -> None:
        stale_from = self.timeline.first_look(rows.expected_close_on + np.int32(1))
        stale_from[rows.expected_close_on == BLANK_DAY] = self.timeline.looks
        for scope, stock in self.open.items():
            if scope == "offers":
                since = self.timeline.first_look(rows.offer_on)
                since[rows.offer_on == BLANK_DAY] = self.timeline.looks  # no offer: never among them
            else:
                since = self.timeline.first_look(_first_known(rows.created_on, rows.first_contact_on))
            stock.add(rows, since, until, stale_from, money, blank)

    def _cycles(self, rows: Rows, span: Ints, is_won: Any, until: Ints) -> None:
        asked = self.asked
        begun = rows.created_on if asked.from_created else rows.first_contact_on
        closed = np.flatnonzero(rows.status != OPEN if asked.closed_deals else is_won)
        group, place = rows.group[closed], span[closed]
        start = begun[closed]
        days = rows.closed_on[closed] - start
        known = start != BLANK_DAY
        width = np.int32(3)
        self.deals.add(group, place * width)
        self.deals.add(group[~known], place[~known] * width + np.int32(1))
        backwards = known & (days < 0)
        self.deals.add(group[backwards], place[backwards] * width + np.int32(2))
        good = known & ~backwards
        self.lengths.add(group[good], place[good] * np.int32(self.longest) + days[good])

        since = self.timeline.first_look(_first_known(rows.created_on, rows.first_contact_on))
        since = np.maximum(since, self.timeline.first_look(begun))
        aged = np.flatnonzero((since < until) & (begun != BLANK_DAY))
        group, day = rows.group[aged], begun[aged] - np.int32(self.begins)
        self.ages.add(group, since[aged] * np.int32(self.longest) + day)
        self.ages.add(group, until[aged] * np.int32(self.longest) + day, sign=-1)

    def _scale(self, probability: Any) -> None:
        """The least and largest probability and one between 0 and 1 tell how the whole column is written."""
        known = probability[~np.isnan(probability)]
        if len(known):
            shares = known[(known > 0) & (known < 1)]
            self.probabilities |= {float(known.min()), float(known.max()), *map(float, shares[:1])}


def _first_known(one: Ints, other: Ints) -> Ints:
    return np.where(one == BLANK_DAY, other, one)


class Decisions:
    """Won and lost opportunities by the span in which they were closed."""

    def __init__(self, groups: int, spans: int, currencies: int) -> None:
        self.rows = Cells(groups, spans, 2)
        self.value = Cells(groups, spans, kind=float)
        self.valued = Cells(groups, spans)
        self.money = Cells(groups, spans, currencies)
        self.won = Cells(groups, 2)  # all, whenever they were won; of those without an offer

    def add(self, rows: Rows, span: Ints, money: Any, blank: Any, is_won: Any, asked: Asked) -> None:
        """Count some rows."""
        was_lost = rows.status == LOST
        if asked.narrow:
            was_lost &= ~rows.no_decision
        if asked.scopes[0] == "offers":
            offered = rows.offer_on != BLANK_DAY
            self.won.add(rows.group[is_won], np.where(offered[is_won], np.int32(0), np.int32(1)))
            is_won, was_lost = is_won & offered, was_lost & offered
        decided = np.flatnonzero(is_won | was_lost)
        self.rows.add(rows.group[decided], span[decided] * np.int32(2) + was_lost[decided])
        won = np.flatnonzero(is_won)
        self.value.add(rows.group[won], span[won], money[won])
        valued = won[~blank[won]]
        self.valued.add(rows.group[valued], span[valued])
        if asked.currencies > 1:
            known = won[rows.currency[won] > 0]
            place = span[known] * np.int32(asked.currencies) + rows.currency[known] - np.int32(1)
            self.money.add(rows.group[known], place)


class Stock:
    """The opportunities that are open on each day of looking.

    A row open from look a to look b stands in the cell (a, b), so that nothing is ever subtracted from a sum of money.
    """

    def __init__(self, groups: int, looks: int, currencies: int) -> None:
        self.looks, self.currencies = looks, currencies
        side = looks + 1
        since, until = np.indices((side, side)).reshape(2, -1, 1)
        self._seen = (since <= np.arange(looks)) & (np.arange(looks) < until)  # which cells are open on each look
        self._cells = {
            name: Cells(groups, side, side, kind=kind)
            for name, kind in {
                "rows": int, "unvalued": int, "worthless": int, "negative": int, "value": float, "rated": int,
                "weighted": float, "stale": int, "stale_value": float, "stale_rated": int, "stale_weighted": float,
            }.items()
        }  # fmt: skip
        self._money = Cells(groups, currencies, side, side)

    def add(self, rows: Rows, since: Ints, until: Ints, stale_from: Ints, money: Any, blank: Any) -> None:
        """Count some rows."""
        side = np.int32(self.looks + 1)
        here = np.flatnonzero(since < until)
        group, place, until, money, blank = rows.group[here], since[here] * side, until[here], money[here], blank[here]
        place += until
        self._add("rows", group, place)
        self._add("unvalued", group, place, chosen=blank)
        self._add("worthless", group, place, chosen=money == 0)  # blank or 0
        self._add("negative", group, place, chosen=money < 0)
        self._add("value", group, place, money)
        stale_since = np.maximum(since[here], stale_from[here])
        stale = np.flatnonzero(stale_since < until)
        later = stale_since[stale] * side + until[stale]
        self._add("stale", group[stale], later)
        self._add("stale_value", group[stale], later, money[stale])
        if rows.probability is not None:
            chance = rows.probability[here]
            known = ~np.isnan(chance)
            weighed = np.where(known, money * chance, 0.0)
            self._add("rated", group, place, chosen=known)
            self._add("weighted", group, place, weighed)
            self._add("stale_rated", group[stale], later, chosen=known[stale])
            self._add("stale_weighted", group[stale], later, weighed[stale])
        if self.currencies > 1:
            known = rows.currency[here] > 0
            code = rows.currency[here][known] - np.int32(1)
            self._money.add(group[known], code * side * side + place[known])

    def _add(self, name: str, group: Ints, place: Ints, amounts: Any = None, chosen: Any = None) -> None:
        if chosen is not None:
            places = np.flatnonzero(chosen)
            group, place = group[places], place[places]
        self._cells[name].add(group, place, amounts)

    def of(self, group: int | None) -> dict[str, list[Any]]:
        """Each sum of a group (None: of all) on every day of looking, and in how many currencies the rows are."""
        found = {name: self._on_each(block(cells, group)).tolist() for name, cells in self._cells.items()}
        money = self._on_each(block(self._money, group))
        return {**found, "currencies": (money > 0).sum(-2).tolist()}

    def _on_each(self, cells: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        flat = cells.reshape(*cells.shape[:-2], -1)
        return np.asarray(flat @ self._seen.astype(flat.dtype))


def block(cells: Cells, group: int | None) -> np.ndarray[Any, Any]:
    """The sums of a group; None: of all."""
    return cells.whole() if group is None else cells.of(group)
