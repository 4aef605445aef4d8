"""The rows of a trace, added up by an independent few lines, are the figure: every KPI, group and option."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from statistics import mean, median

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin import sample as embedded
from kpi_core.catalogue import catalogue
from kpi_core.errors import UsageError
from kpi_core.intake import read
from kpi_core.periods import month, period
from kpi_core.tables import Dataset, conform
from kpi_core.trace import Trace, trace
from kpi_core.views import Group
from tests.any_tables import meetings, opportunities
from tests.counted_tables import leave, one_seller, target
from tests.small_tables import rows

Options = Mapping[str, Mapping[str, str]]
OTHERWISE: Options = {
    "win_rate": {"basis": "value", "denominator": "all"},
    "meeting_to_offer": {"method": "period"},
    "contact_to_meeting": {"basis": "dials"},
    "meetings_per_week": {"count": "booked", "credit": "split"},
    "pipeline_value": {"stale": "exclude"},
    "pipeline_coverage": {"target": "remaining"},
    "sales_cycle_days": {"stat": "mean", "deals": "closed"},
    "meetings_agreed": {"date": "meeting"},
    "show_rate": {"strict": "yes"},
    "cac": {"new_from": "won"},
}
COHORT: Options = {
    "win_rate": {"date": "offer", "stale_days": "60"},
    "sales_cycle_days": {"stat": "p90"},
    "contact_to_meeting": {"basis": "companies"},
    "cac": {"new_from": "deals", "window_months": "12"},
    "pipeline_value": {"weighted": "yes"},
}


def added_up(found: Trace) -> float:
    """The figure from its listed rows alone: what any controller would do with the csv."""
    rows = found.rows

    def total(term: str, side: str) -> float:
        return math.fsum(rows.loc[rows["term"] == term, side].dropna())

    def share(term: str = "") -> float:
        return total(term, "numerator") / total(term, "denominator")

    kpi, stat = found.reading.kpi, found.sums[0].how
    if kpi == "ltv":
        return share("arpa") * share("gross_margin") / share("churn")
    if kpi == "ltv_cac":
        return share("arpa") * share("gross_margin") / share("churn") / share("cac")
    if kpi == "cac_payback_months":
        return share("cac") / (share("arpa") * share("gross_margin"))
    if kpi == "sales_cycle_days":
        days = sorted(rows["numerator"])
        place = 0.9 * (len(days) - 1)  # Excel's PERCENTILE.INC
        low, high = days[math.floor(place)], days[math.ceil(place)]
        return {"median": median(days), "mean": mean(days), "p90": low + (high - low) * (place % 1)}[stat]
    if kpi in ("pipeline_value", "meetings_agreed"):
        return total("", "numerator")
    return share()


def figures(data: Dataset, key: str, options: Options, groups: list[Group | None]) -> Iterator[Trace]:
    for kpi, known in catalogue().items():
        for group in groups:
            if group is None or group[0] in known.groups:
                yield trace(data, kpi, period(key, data.span()), group=group, options=options)


def assert_adds_up(found: Trace) -> None:
    value = found.reading.value
    if value is None:
        assert found.reading.reason is not None
        return
    what = (found.reading.kpi, found.reading.period.key, found.reading.group)
    assert added_up(found) == pytest.approx(value, rel=1e-9, abs=1e-9), what
    if found.reading.kpi == "win_rate":
        assert set(found.rows["role"]) <= {"both", "denominator", "numerator"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("sample")
    embedded.write(folder)
    return read([folder], today=date(2026, 11, 23)).data


def sellers(data: Dataset, count: int) -> list[Group | None]:
    """The busiest sellers: most opportunities, or meetings where there are none."""
    table = data.opportunities if data.opportunities["seller"].notna().any() else data.meetings
    return [("seller", str(name)) for name in table["seller"].value_counts().index[:count]]


@pytest.mark.parametrize(
    ("folder", "month_key", "year_key"),
    [
        ("maven_crm", "2017-12", "2017"),
        ("salesforce", "2017-03", "2016"),
        ("saas_finance", "2025-12", "2025-Q4"),
        ("hubspot_activities", "2025-03", "2024"),
        ("hubspot_deals", "2026-02", "2025"),
    ],
)
def test_the_traced_rows_of_real_exports_add_up_to_every_figure(
    shared: Path, folder: str, month_key: str, year_key: str
) -> None:
    data = read([shared / "data" / folder]).data
    for key, options, count in ((month_key, {}, 2), (year_key, {}, 1), (year_key, OTHERWISE, 1), (year_key, COHORT, 0)):
        found = list(figures(data, key, options, [None, *sellers(data, count)]))
        assert any(one.reading.value is not None for one in found)
        for one in found:
            assert_adds_up(one)


def test_the_traced_rows_of_the_sample_add_up_to_every_figure(sample: Dataset) -> None:
    everyone: list[Group | None] = [None, *sellers(sample, 2)]
    everyone.append(("client", str(sample.meetings["client"].value_counts().index[0])))
    measured = set()
    for key, options in (("2026-08", {}), ("2026-Q3", {}), ("2026-Q3", OTHERWISE), ("2026-10", COHORT)):
        for one in figures(sample, key, options, everyone if key == "2026-08" else everyone[:2]):
            assert_adds_up(one)
            if one.reading.value is not None:
                measured.add((one.reading.kpi, bool(options)))
    assert {kpi for kpi, otherwise in measured if not otherwise} == set(catalogue())


FEW = settings(max_examples=6, deadline=None)


@FEW
@given(opportunities(), meetings(), st.sampled_from([{}, OTHERWISE, COHORT]))
def test_the_traced_rows_of_any_tables_add_up(deals: pd.DataFrame, held: pd.DataFrame, options: Options) -> None:
    data = Dataset(
        opportunities=deals, meetings=held, targets=target(5e5), sellers=one_seller(), absences=leave(3), costs=COSTS
    )
    for one in figures(data, "2026-05", options, [None, *sellers(data, 2)]):
        assert_adds_up(one)


COSTS = rows("costs", "month category amount\n2026-05-01 Salaries 30000\n2026-05-01 Ads 10000\n2026-06-01 Ads 20000")
CONTRACTS = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.integers(0, 700), st.none() | st.integers(1, 900), st.floats(1, 1e5)),
    min_size=1,
    max_size=15,
)


@FEW
@given(CONTRACTS)
def test_the_traced_rows_of_any_customers_add_up(contracts: list[tuple[str, int, int | None, float]]) -> None:
    start = np.datetime64("2024-09-01")
    table = pd.DataFrame(
        {
            "customer_id": [whose for whose, *_ in contracts],
            "first_order_on": [start + np.timedelta64(begun, "D") for _, begun, *_ in contracts],
            "ended_on": [
                None if days is None else start + np.timedelta64(begun + days, "D") for _, begun, days, _ in contracts
            ],
            "monthly_revenue": [revenue for *_, revenue in contracts],
            "gross_margin": [None if revenue < 100 else revenue / 2e5 for *_, revenue in contracts],
        }
    )
    data = Dataset(customers=conform("customers", table), costs=COSTS)
    for kpi in ("cac", "ltv", "ltv_cac", "cac_payback_months"):
        assert_adds_up(trace(data, kpi, month(2026, 5)))


def test_every_seller_of_the_team_is_listed_with_its_weeks() -> None:
    """May 2026 has 19 working days (1 and 14 May are holidays): 3.8 weeks, less three days of leave."""
    held = rows("meetings", "id meeting outcome seller company\n1 2026-05-05 held Maija A\n2 2026-05-06 held Ville B")
    data = Dataset(meetings=held, sellers=one_seller("Maija"), absences=leave(3, "Maija"))
    found = trace(data, "meetings_per_week", month(2026, 5), as_of=date(2026, 5, 31))
    listed = found.rows[found.rows["table"] == "sellers"].set_index("seller")["denominator"]
    assert listed.to_dict() == {"Maija": pytest.approx(3.2), "Ville": pytest.approx(3.8)}
    assert found.sums[0].denominator == pytest.approx(7.0)
    assert list(found.rows.loc[found.rows["role"] == "linked", "table"]) == ["absences"]
    assert list(found.rows.loc[found.rows["table"] == "sellers", "source_row"].isna()) == [True, False]  # Ville: seen


def test_a_person_called_twice_is_listed_once_with_the_meeting_that_came_of_it() -> None:
    contacts = rows(
        "contacts",
        """
        id  person  company  contacted   channel  reached
        1   Aino    A        2026-05-04  phone    yes
        2   Aino    A        2026-05-11  phone    yes
        3   Eero    B        2026-05-05  phone    yes
        """,
    )
    held = rows("meetings", "id person company booked meeting\n7 Aino A 2026-05-11 2026-05-20")
    found = trace(Dataset(contacts=contacts, meetings=held), "contact_to_meeting", month(2026, 5))
    listed = found.rows[["table", "id", "role"]].values.tolist()
    assert listed == [["contacts", "1", "both"], ["contacts", "3", "denominator"], ["meetings", "7", "linked"]]


def test_a_traced_row_leads_back_to_its_line_of_the_export(shared: Path) -> None:
    folder = shared / "data" / "maven_crm"
    found = trace(read([folder]).data, "win_rate", period("2017-12"), group=("seller", "Darcel Schlecht"))
    assert len(found.rows) == found.reading.n
    lines = (folder / "sales_pipeline.csv").read_text(encoding="utf-8").splitlines()
    for row in found.rows.itertuples():
        assert row.source_file.endswith("sales_pipeline.csv")
        cells = lines[row.source_row - 1].split(",")
        assert cells[0] == row.id
        assert cells[1] == "Darcel Schlecht"
        assert cells[4] == {"won": "Won", "lost": "Lost"}[row.says]
        assert cells[6] == row.on.strftime("%Y-%m-%d")


def test_what_cannot_be_traced_is_said() -> None:
    with pytest.raises(UsageError, match="Maija"):
        trace(Dataset(sellers=one_seller("Maija")), "win_rate", month(2026, 5), group=("seller", "Nobody"))
    with pytest.raises(UsageError, match="seller"):
        trace(Dataset(sellers=one_seller("Maija")), "cac", month(2026, 5), group=("seller", "Maija"))
