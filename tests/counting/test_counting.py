"""The counting is held to `scorecard`: the same readings for every group, period, option and awkward row."""

from __future__ import annotations

import os
from typing import Any

import pytest

from kpi_core.counting.measures import COUNTED
from kpi_core.counting.scorecards import count
from kpi_core.counting.table import pieces, surveyed
from kpi_core.periods import Period, period
from kpi_core.scorecard import scorecard
from kpi_core.tables import Dataset
from kpi_core.views import GroupBy
from tests.counting.alike import differences
from tests.counting.any_log import any_opportunities, any_targets

MONTHS = [period(f"2025-{month:02}") for month in range(2, 13)]
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


@pytest.mark.parametrize("seed", range(40 if os.environ.get("KPI_FULL") else 4))
def test_every_month_of_every_seller_is_the_scorecards(seed: int) -> None:
    assert not compared(log(seed, tidy=seed % 2 == 0), MONTHS)
