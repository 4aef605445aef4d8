"""The counting is held to `scorecard`: the same readings for every group, period, option and awkward row."""

from __future__ import annotations

import os
import re
from datetime import date
from typing import Any

import pandas as pd
import pytest

from kpi_core.counting import cells
from kpi_core.counting.measures import COUNTED
from kpi_core.counting.scorecards import count, uncounted
from kpi_core.counting.table import pieces, surveyed
from kpi_core.periods import Period, period
from kpi_core.scorecard import scorecard
from kpi_core.series import measurable, series
from kpi_core.tables import Dataset, conform
from kpi_core.views import GroupBy
from tests.counting.alike import differences
from tests.counting.any_log import any_opportunities, any_targets

FULL = bool(os.environ.get("KPI_FULL"))
MONTHS = [period(f"2025-{month:02}") for month in range(2, 13, 1 if FULL else 2)]
Options = dict[str, dict[str, str]]


def compared(
    data: Dataset, periods: list[Period], by: GroupBy | None = "seller", size: int = 150, **asked: Any
) -> list[str]:
    """The differences between the counting and a scorecard of each period."""
    survey, rows = surveyed(data, by)
    counted = count(survey, pieces(rows, size), data, periods, by=by, **asked)
    faults = []
    for found, wanted in zip(counted, periods, strict=True):
        card = scorecard(data, wanted, by=by, kpis=COUNTED, **asked)
        assert (found.period, found.as_of) == (card.period, card.as_of)
        faults += differences(found.readings, card.readings)
    return faults


def log(seed: int, **kind: Any) -> Dataset:
    return Dataset(opportunities=any_opportunities(seed, **kind), targets=any_targets(seed))


@pytest.mark.parametrize("seed", range(40 if FULL else 4))
def test_every_month_of_every_seller_is_the_scorecards(seed: int) -> None:
    assert not compared(log(seed, tidy=seed % 2 == 0), MONTHS)


FEW = [period("2025-03"), period("2025-08"), period("2025-12")]
CHOSEN: dict[str, Options] = {
    "offers": {kpi: {"scope": "offers"} for kpi in COUNTED[:3]},
    "all": {kpi: {"scope": "all"} for kpi in COUNTED[:3]},
    "each its own scope": {"win_rate": {"scope": "offers"}, "pipeline_value": {"scope": "all"}},
    "no-decisions left out": {"win_rate": {"lost": "narrow"}},
    "of all": {"win_rate": {"denominator": "all"}},
    "weighted": {"pipeline_value": {"weighted": "yes"}, "pipeline_coverage": {"weighted": "yes"}},
    "without the stale": {
        "pipeline_value": {"stale": "exclude", "weighted": "yes"},
        "pipeline_coverage": {"stale": "exclude"},
    },
    "to go": {"pipeline_coverage": {"target": "remaining"}},
    "mean of closed deals": {"sales_cycle_days": {"stat": "mean", "deals": "closed"}},
    "p90 from creation": {"sales_cycle_days": {"stat": "p90", "start": "created"}},
}


@pytest.mark.parametrize("chosen", CHOSEN)
def test_every_option_that_is_counted_gives_the_scorecards(chosen: str) -> None:
    for seed in (3, 4) if FULL else (4,):
        assert not compared(log(seed, tidy=seed == 4), FEW, options=CHOSEN[chosen])


def test_what_is_not_counted_is_named() -> None:
    named = ["win_rate.basis=value", "win_rate.date=offer", "win_rate.stale_days=90", "win_rate.deal_type=new"]
    chosen = {"win_rate": dict(choice.removeprefix("win_rate.").split("=") for choice in named)}
    assert uncounted(chosen) == named
    assert uncounted({"win_rate": {"basis": "count", "deal_type": ""}, "meetings_per_week": {"week": "iso"}}) == []
    with pytest.raises(ValueError, match=re.escape(named[0])):
        compared(log(0), FEW, options=chosen)


@pytest.mark.parametrize("by", [None, "client", "team"])
def test_every_grouping_is_the_scorecards(by: GroupBy | None) -> None:
    assert not compared(log(1), FEW, by)


@pytest.mark.parametrize(
    "periods",
    [
        period("2025-06").each("week"),
        period("2024..2025").each("quarter"),
        [period("2024"), period("2025")],
        [period("2026-03"), period("2027-01")],
        [period("2025-02..2025-09")],
    ],
    ids=["weeks", "quarters", "years", "ahead of the data", "a range"],
)
def test_every_kind_of_period_is_the_scorecards(periods: list[Period]) -> None:
    assert not compared(log(2), periods)


@pytest.mark.parametrize("day", [date(2025, 8, 10), date(2025, 12, 31), date(2027, 5, 1)])
def test_seen_from_any_day_it_is_the_scorecards(day: date) -> None:
    assert not compared(log(5), FEW, as_of=day)


def test_a_firms_limits_are_the_scorecards() -> None:
    assert not compared(log(0, tidy=True), FEW, thresholds={"win_rate": [0.1, 0.3, 0.5], "sales_cycle_days": [40]})


def test_cells_too_many_for_an_array_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "_DENSE", 0)
    monkeypatch.setattr(cells, "_WAITING", 100)
    assert not compared(log(3), FEW, size=90)


def test_no_row_at_all_is_the_scorecards() -> None:
    data = Dataset(targets=any_targets(0))
    assert not compared(data, FEW)
    blank = any_opportunities(0).assign(created_on=pd.NaT, first_contact_on=pd.NaT, closed_on=pd.NaT, status="open")
    assert not compared(Dataset(opportunities=blank), FEW)


def test_a_series_is_every_periods_scorecard_of_the_kpis_that_the_tables_can_give() -> None:
    held = pd.DataFrame({"meeting_id": ["M"], "meeting_on": ["2025-03-03"], "outcome": ["held"]})
    data = log(6).having(meetings=conform("meetings", held))
    kpis = measurable(["opportunities", "targets", "meetings"], {})
    assert set(COUNTED) < set(kpis)
    assert not {"cac", "ltv", "contact_to_meeting"} & set(kpis)
    chosen = {"win_rate": {"basis": "value"}}  # the one goes row by row, the others are counted
    for found in series(data, FEW, kpis, by="seller", options=chosen):
        card = scorecard(data, found.period, by="seller", kpis=kpis, options=chosen)
        assert not differences(found.readings, card.readings)
