"""All 21 rows of ../shared/data/saas_finance/cac_summary.csv, recomputed from that company's raw rows."""

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from kpi_core.formulas.unit_economics import cac, cac_payback_months, ltv, ltv_cac
from kpi_core.intake import read
from kpi_core.periods import Period, period
from kpi_core.scorecard import scorecard
from kpi_core.tables import Dataset

# Annual churn that the company's own sheet assumes, by division (its raw rows do not tell it).
CHURN = {"ActiveDisclosure": 0.07, "Arc Suite": 0.06, "Venue": 0.40}
# Its windows take in the day before their first month; in these rows a deal was won on that very day.
ONE_MORE_WON_ON_THE_EVE = {("FY2025-Q4", "ActiveDisclosure"), ("FY2025-Q4", "Venue"), ("FY2026-Q2", "Venue")}


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "data" / "saas_finance"


@cache
def _data(folder: Path) -> Dataset:
    return read([folder]).data


def published(folder: Path) -> list[dict[str, str]]:
    with (folder / "cac_summary.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def quarter(row: dict[str, str]) -> Period:
    return period(row["fiscal_quarter"].removeprefix("FY"))


def test_all_21_rows_follow_from_the_raw_rows(folder: Path) -> None:
    data = _data(folder)
    rows = published(folder)
    assert len(rows) == 21
    for row in rows:
        division, year = row["division"], quarter(row).trailing(12)
        costs = data.costs[(data.costs["team"] == division) & year.has(data.costs["month_on"])]["amount"].sum()
        own_window = Period(year.key, "range", year.start - timedelta(days=1), year.end)
        deals = data.opportunities[(data.opportunities["team"] == division) & (data.opportunities["status"] == "won")]
        new = (own_window.has(deals["closed_on"]) & (deals["deal_type"] == "new")).sum()
        arpu, margin = float(row["arpu"]), float(row["gross_margin_pct"])

        cost = cac(float(costs), float(new))
        worth = ltv(arpu, margin, CHURN[division])
        case = f"{row['fiscal_quarter']} {division}"
        assert costs == pytest.approx(float(row["total_sm_spend_t12m"]), abs=0.005), case
        assert new == int(row["new_logos_t12m"]), case
        assert cost.value == pytest.approx(float(row["cac"]), abs=0.005), case
        assert worth.value == pytest.approx(float(row["ltv"]), abs=0.005), case
        assert ltv_cac(worth.value, cost.value).value == pytest.approx(float(row["ltv_cac_ratio"]), abs=0.005), case
        payback = cac_payback_months(cost.value, arpu / 12, margin).value
        assert payback == pytest.approx(float(row["cac_payback_months"]), abs=0.05), case


def test_the_scorecard_gives_the_same_cac_by_division(folder: Path) -> None:
    """Whole calendar months: 18 of the 21 agree; the three with a deal won on the eve have one customer fewer."""
    data = _data(folder)
    options = {"cac": {"window_months": "12", "new_from": "deals"}}
    for row in published(folder):
        case = (row["fiscal_quarter"], row["division"])
        found = scorecard(data, quarter(row), by="team", as_of=quarter(row).end, options=options, kpis=["cac"])
        reading = found.reading("cac", row["division"])
        new = int(row["new_logos_t12m"]) - (case in ONE_MORE_WON_ON_THE_EVE)
        assert reading.n == new, case
        assert reading.value == pytest.approx(float(row["total_sm_spend_t12m"]) / new, abs=0.005), case


def test_all_504_rep_months_have_their_bookings_and_quota(folder: Path) -> None:
    """quota_attainment.csv: bookings are the month's won deals of the rep, attainment is bookings / quota."""
    data = _data(folder)
    names = {row["rep_id"]: row["rep_name"] for row in csv.DictReader((folder / "reps.csv").open(encoding="utf-8"))}
    won = data.opportunities[data.opportunities["status"] == "won"]
    booked = won.groupby([won["seller"], won["closed_on"].dt.strftime("%Y-%m-01")])["value"].sum()
    quota = data.targets.set_index(["seller", data.targets["month_on"].dt.strftime("%Y-%m-%d")])["target_value"]
    with (folder / "quota_attainment.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 504
    for row in rows:
        key = (names[row["rep_id"]], row["month"])
        assert booked.get(key, 0.0) == pytest.approx(float(row["bookings"]), abs=0.01), key
        assert quota[key] == pytest.approx(float(row["monthly_quota"])), key
        attained = booked.get(key, 0.0) / quota[key]
        assert attained * 100 == pytest.approx(float(row["attainment_pct"]), abs=0.0501), key


def test_the_figures_are_of_the_quarter_they_name(folder: Path) -> None:
    assert quarter(published(folder)[0]) == period("2024-Q4")
    assert quarter(published(folder)[0]).end == date(2024, 12, 31)
