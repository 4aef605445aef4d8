"""Two sellers are called different only where the interval of the difference excludes zero; trailing months give n."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from kpi_core.differences import differences
from kpi_core.periods import month
from kpi_core.scorecard import Scorecard, scorecard
from kpi_core.tables import Dataset
from tests.counted_tables import offers
from tests.small_tables import meetings, rows


def card(**sold: tuple[int, int]) -> Scorecard:
    """A scorecard of sellers who won so many of so many offers in May 2026."""
    deals = [
        offers(won=won, lost=n - won).assign(
            seller=seller, opportunity_id=lambda it, s=seller: s + it["opportunity_id"]
        )
        for seller, (won, n) in sold.items()
    ]
    data = Dataset(opportunities=pd.concat(deals, ignore_index=True))
    return scorecard(data, month(2026, 5), by="seller", kpis=["win_rate"])


def test_56_of_70_and_48_of_80_differ() -> None:
    """Newcombe's case (a): 20 points, 5.24 to 33.39."""
    (found,) = differences(card(Aino=(56, 70), Ville=(48, 80)), "win_rate")
    assert (found.higher, found.lower, found.verdict) == ("Aino", "Ville", "differ")
    assert found.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert "20 percentage points" in found.text.en
    assert "5,2–33,4" in found.text.fi


def test_12_of_40_and_8_of_40_may_be_chance() -> None:
    """Ten points look like much; both intervals hold the other's share."""
    (found,) = differences(card(Aino=(12, 40), Ville=(8, 40)), "win_rate")
    assert found.verdict == "within_chance"
    assert "satunnaisvaihteluun" in found.text.fi


def test_below_the_minimum_nothing_is_said_of_two() -> None:
    (found,) = differences(card(Aino=(9, 10), Ville=(1, 40)), "win_rate")
    assert (found.verdict, found.interval) == ("too_little", None)


def test_every_pair_is_compared_the_widest_first() -> None:
    found = differences(card(A=(30, 40), B=(20, 40), C=(2, 40)), "win_rate")
    assert [(it.higher, it.lower) for it in found] == [("A", "C"), ("B", "C"), ("A", "B")]


def test_trailing_months_stand_beside_the_month() -> None:
    """One deal decided in May, two in March, three in the June before: n is 1, 3 and 6, seen from 31 May."""
    days = ["2026-05-12"] + ["2026-03-02"] * 2 + ["2025-06-30"] * 3 + ["2025-05-31"]  # the last is too old
    lines = "\n".join(f"{i} won {day} {day}" for i, day in enumerate(days))
    data = Dataset(opportunities=rows("opportunities", f"id status closed first_contact\n{lines}"))
    found = scorecard(data, month(2026, 5), kpis=["win_rate", "pipeline_value"], trailing=(3, 12))
    assert found.reading("win_rate").n == 1
    assert [found.reading("win_rate", trailing=months).n for months in (3, 12)] == [3, 6]
    assert found.reading("win_rate", trailing=3).period.start == date(2026, 3, 1)
    with pytest.raises(KeyError):
        found.reading("pipeline_value", trailing=3)


def test_a_running_month_is_said_to_run_and_counts_only_the_days_gone_by() -> None:
    """By Tuesday 12 May 2026 seven working days are gone (1 May is a holiday): 1.4 weeks, not the month's 3.8."""
    held = meetings("id meeting outcome company seller\n1 2026-05-05 held A Aino\n2 2026-05-12 held B Aino")
    data = Dataset(meetings=held)
    found = scorecard(data, month(2026, 5), as_of=date(2026, 5, 12), kpis=["meetings_per_week"]).readings[0]
    assert found.running
    assert found.denominator == pytest.approx(7 / 5)
    assert any("kesken" in note.fi for note in found.notes)
