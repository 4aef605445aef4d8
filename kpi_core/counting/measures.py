"""From the counts to the measures of one group: each KPI of a period, seen from a day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from kpi_core.counted.closed import Closed, Lengths, length_of
from kpi_core.counted.decided import Decided, share_won, skipped_offers
from kpi_core.counted.open_offers import OpenOffers, coverage, target_month, value_of_open
from kpi_core.counting.counts import Counts, Scope, block
from kpi_core.counting.goals import Goals
from kpi_core.counting.timeline import Window, running
from kpi_core.measure import Measure, Note
from kpi_core.periods import Period
from kpi_core.probability import scale_of

Options = Mapping[str, Any]
COUNTED = ("win_rate", "pipeline_value", "pipeline_coverage", "sales_cycle_days")
_YEAR_MONTHS = 12


@dataclass(frozen=True)
class Moment:
    """A period and the day from which it is seen; data_on is the data's last day."""

    period: Period
    as_of: date
    data_on: date | None

    def over(self, period: Period) -> Moment:
        """Another period, seen from the same day."""
        return Moment(period, self.as_of, self.data_on)

    @cached_property
    def window(self) -> Window:
        """The days of the period that have elapsed."""
        return Window(self.period.start, min(self.period.end, self.as_of))

    @cached_property
    def year(self) -> Moment:
        """The twelve months that end with the period's last."""
        return self.over(self.period.trailing(_YEAR_MONTHS))

    @cached_property
    def month(self) -> Moment:
        """The month whose target counts."""
        return self.over(target_month(self.period, self.as_of))


class Measures:
    """The measures of one group (None: of all rows), by the options `used`."""

    def __init__(
        self, counts: Counts, group: int | None, used: Mapping[str, Options], goals: Goals, *, stands_in: bool
    ) -> None:
        self._counts, self._group, self._options, self._goals = counts, group, used, goals
        self._stands_in = stands_in
        self._open: dict[Scope, dict[str, list[Any]]] = {}
        self.of = {
            "win_rate": self.win_rate,
            "pipeline_value": self.pipeline_value,
            "pipeline_coverage": self.pipeline_coverage,
            "sales_cycle_days": self.sales_cycle_days,
        }

    def win_rate(self, moment: Moment) -> Measure:
        """The win rate."""
        chosen = {"basis": "count", "date": "closed", "denominator": "closed", **self._options["win_rate"]}
        chosen.pop("lost", None)
        scope: Scope = chosen["scope"]
        spans = self._counts.timeline.within(moment.window)
        before, after = self._decided[spans.start], self._decided[spans.stop]
        won, lost = after[0] - before[0], after[1] - before[1]
        still_open = self._opened(scope)["rows"][self._look(moment)]
        counted = won + lost + (still_open if chosen["denominator"] == "all" else 0)
        found = Decided(
            won=won,
            lost=lost,
            still_open=still_open,
            won_value=self._won_value(spans),
            successes=won,
            base=counted,
        )
        return share_won(found, chosen, self._skipped if scope == "offers" else [])

    def pipeline_value(self, moment: Moment) -> Measure:
        """The value of the open offers."""
        won = self.win_rate(moment.year).value
        return self._pipeline("pipeline_value", moment, None if math.isnan(won) else won)

    def pipeline_coverage(self, moment: Moment) -> Measure:
        """The open offers against the target."""
        pipeline = self._pipeline("pipeline_coverage", moment, None)
        target = self._options["pipeline_coverage"].get("target", "period")
        month = moment.month
        spans = self._counts.timeline.within(month.window)
        goal = self._goals.of(self._group, month.period, self._currencies, float(self._won_month[spans].sum()))
        return coverage(pipeline, goal, {**pipeline.basis, "target": target})

    def sales_cycle_days(self, moment: Moment) -> Measure:
        """The length of the sales cycle."""
        used = {"stat": "median", "deals": "won", "start": "first_contact", **self._options["sales_cycle_days"]}
        if self._stands_in:
            used["start"] = "created"
        spans = self._counts.timeline.within(moment.window)
        deals, without, backwards = (self._deals[spans.stop] - self._deals[spans.start]).tolist()
        lengths = (self._lengths[spans.stop] - self._lengths[spans.start]).astype("int64")
        found = Closed(deals, without, backwards, _lengths(lengths), self._ages[self._look(moment)])
        return length_of(found, used, stands_in=self._stands_in)

    def _pipeline(self, kpi: str, moment: Moment, win_rate: float | None) -> Measure:
        used = {"weighted": "no", "stale": "include", **self._options[kpi]}
        used.pop("target", None)
        look = self._look(moment)
        sums = {name: values[look] for name, values in self._opened(used["scope"]).items()}
        left_out = "stale" if used["stale"] == "exclude" else ""

        def kept(name: str) -> Any:
            return sums[name] - sums["stale" if name == "rows" else f"stale_{name}"] if left_out else sums[name]

        scale = scale_of(self._counts.probabilities)
        found = OpenOffers(
            rows=sums["rows"],
            valued=sums["rows"] - sums["unvalued"],
            blank=sums["worthless"],
            mixed_currency=sums["currencies"] > 1,
            negative=sums["negative"] > 0,
            value=sums["value"],
            stale=sums["stale"],
            stale_value=sums["stale_value"],
            kept=kept("rows"),
            kept_value=kept("value"),
            rated=kept("rated"),
            weighted_value=kept("weighted") / (100 if scale == "percent" else 1),
        )
        ordered = {name: used[name] for name in ("scope", "weighted", "stale")}
        return value_of_open(
            found, ordered, moment.period, moment.as_of, data_on=moment.data_on, win_rate=win_rate, scale=scale
        )

    def _look(self, moment: Moment) -> int:
        return self._counts.timeline.look(moment.as_of)

    def _opened(self, scope: Scope) -> dict[str, list[Any]]:
        if scope not in self._open:
            self._open[scope] = self._counts.open[scope].of(self._group)
        return self._open[scope]

    @cached_property
    def _decided(self) -> list[list[int]]:
        """Won and lost before each span."""
        return running(block(self._counts.decided.rows, self._group)).tolist()  # type: ignore[no-any-return]

    @cached_property
    def _skipped(self) -> list[Note]:
        won, without_offer = block(self._counts.decided.won, self._group).tolist()
        return skipped_offers(won + without_offer, without_offer)

    @cached_property
    def _won_money(self) -> tuple[Any, Any, Any]:
        decided = self._counts.decided
        return block(decided.value, self._group), block(decided.valued, self._group), block(decided.money, self._group)

    def _won_value(self, spans: slice) -> float | None:
        """The money won; None where it has several currencies or no value."""
        value, valued, money = self._won_money
        if not valued[spans].any() or (money[spans].sum(0) > 0).sum() > 1:
            return None
        return float(value[spans].sum())

    @cached_property
    def _won_month(self) -> Any:
        return block(self._counts.won_value, self._group)

    @cached_property
    def _currencies(self) -> frozenset[int]:
        """The codes of the currencies of all rows."""
        return frozenset(np.flatnonzero(block(self._counts.money, self._group)).tolist())

    @cached_property
    def _deals(self) -> Any:
        return running(block(self._counts.deals, self._group))

    @cached_property
    def _lengths(self) -> Any:
        return running(block(self._counts.lengths, self._group))

    @cached_property
    def _ages(self) -> list[float | None]:
        """The median age of the open opportunities on each day of looking [days]."""
        begun = block(self._counts.ages, self._group).cumsum(0)
        ages: list[float | None] = []
        for look, day in enumerate(self._counts.timeline.looked):
            days = _lengths(begun[look])
            middle = (days.ranked((days.n - 1) // 2) + days.ranked(days.n // 2)) / 2 if days.n else 0.0
            ages.append(day - self._counts.begins - middle if days.n else None)
        return ages


def _lengths(counts: Any) -> Lengths:
    """How often each number of days occurs, as lengths."""
    ends = counts.cumsum()
    total = int(counts @ np.arange(len(counts)))
    return Lengths(int(ends[-1]), total, lambda place: int(ends.searchsorted(place, "right")))
