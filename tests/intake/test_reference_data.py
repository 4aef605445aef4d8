"""The real files: what data/README.md says of their rows and joins, reached through the intake alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from kpi_core.intake import Intake, inspect, read

DECIDED = ("won", "lost")


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    return shared / "data"


@pytest.fixture(scope="module")
def maven(data: Path) -> Intake:
    return read([data / "maven_crm"], today=date(2018, 1, 31))


@pytest.fixture(scope="module")
def salesforce(data: Path) -> Intake:
    return read([data / "salesforce"], today=date(2017, 6, 1))


@pytest.fixture(scope="module")
def hubspot(data: Path) -> Intake:
    return read([data / "hubspot_deals"])


@pytest.fixture(scope="module")
def activities(data: Path) -> Intake:
    return read([data / "hubspot_activities"])


@pytest.fixture(scope="module")
def saas(data: Path) -> Intake:
    return read([data / "saas_finance"])


def win_rate(deals: pd.DataFrame) -> float:
    return float((deals["status"] == "won").sum() / deals["status"].isin(DECIDED).sum())


def cycle(deals: pd.DataFrame, start: str) -> pd.Series[int]:
    won = deals[deals["status"] == "won"]
    return (won["closed_on"] - won[start]).dt.days


def test_every_row_of_every_file_is_accounted_for(shared: Path) -> None:
    files = sorted(file for file in (shared / "data").rglob("*.csv"))
    assert len(files) > 50
    for file in files:
        (source,) = inspect([file])
        account = source.account
        assert account.read == account.used + sum(account.ignored.values()) + len(account.excluded)
        content = file.read_bytes()
        if b'"' not in content:  # a quoted cell may hold several lines
            lines = content.count(b"\n") + (not content.endswith(b"\n"))
            assert account.read == lines - 1, file
        for row in account.excluded:
            assert row.reason("fi")
            assert row.reason("en")


def test_each_file_is_taken_for_what_it_is(shared: Path) -> None:
    wanted = {
        "maven_crm/sales_pipeline.csv": ("plain", "opportunities"),
        "maven_crm/sales_teams.csv": ("plain", "sellers"),
        "maven_crm/products.csv": ("plain", "products"),
        "maven_crm/data_dictionary.csv": ("plain", None),
        "salesforce/Opportunity.csv": ("Salesforce", "opportunities"),
        "salesforce/OpportunityHistory.csv": ("Salesforce", "stage_history"),
        "salesforce/Event.csv": ("Salesforce", "meetings"),
        "salesforce/Task.csv": ("Salesforce", "contacts"),
        "salesforce/Quota.csv": ("Salesforce", "targets"),
        "salesforce/User.csv": ("Salesforce", "users"),
        "salesforce/Account.csv": ("Salesforce", "accounts"),
        "salesforce/Lead.csv": ("Salesforce", None),
        "export_headers/Opportunity.header.csv": ("Salesforce", "opportunities"),
        "export_headers/Event.header.csv": ("Salesforce", "meetings"),
        "export_headers/Task.header.csv": ("Salesforce", "contacts"),
        "export_headers/OpportunityHistory.header.csv": ("Salesforce", "stage_history"),
        "export_headers/User.header.csv": ("Salesforce", "users"),
        "export_headers/Campaign.header.csv": ("Salesforce", None),
        "hubspot_deals/hubspot_deals.csv": ("HubSpot", "opportunities"),
        "hubspot_activities/hubspot_deals.csv": ("HubSpot", "opportunities"),
        "hubspot_activities/hubspot_activities.csv": ("HubSpot", "contacts"),
        "saas_finance/marketing_spend.csv": ("Warehouse", "costs"),
        "saas_finance/cac_summary.csv": ("Warehouse", None),
        "saas_finance/subscriptions.csv": ("Warehouse", "customers"),
        "finnish/maven_fi_headers_cp1252_nbsp_eur.csv": ("plain", "opportunities"),
    }
    found = {}
    for name in wanted:
        (source,) = inspect([shared / "data" / name])
        assert source.refusal is None
        found[name] = (source.system, source.table)
    assert found == wanted


def test_maven_counts_values_and_cycle(maven: Intake) -> None:
    deals = maven.data.opportunities
    assert deals["status"].value_counts().to_dict() == {"won": 4238, "lost": 2473, "open": 1589 + 500}
    assert win_rate(deals) == pytest.approx(0.6315005215, abs=5e-11)
    assert deals.loc[deals["status"] == "won", "value"].sum() == 10_005_534
    assert cycle(deals, "first_contact_on").mean() == pytest.approx(51.78197263, abs=5e-9)
    assert cycle(deals, "first_contact_on").median() == 57
    closed = deals[deals["status"].isin(DECIDED)]
    assert (closed["closed_on"] - closed["first_contact_on"]).dt.days.median() == 45
    won = deals[deals["status"] == "won"]
    months = won.groupby(won["closed_on"].dt.strftime("%m")).size().tolist()
    assert months == [531, 285, 438, 531, 308, 446, 503, 279, 406, 511]


def test_maven_open_rows_have_no_value_and_many_no_company(maven: Intake) -> None:
    still_open = maven.data.opportunities.query("status == 'open'")
    assert still_open["value"].isna().all()
    assert still_open["company"].isna().sum() == 1425
    assert still_open["closed_on"].isna().all()
    assert (still_open["product"] == "GTX Pro").sum() == 333
    assert (still_open["product"] == "GTXPro").sum() == 0


def test_maven_sellers_appear_with_their_team_even_without_a_row(maven: Intake) -> None:
    deals, sellers = maven.data.opportunities, maven.data.sellers
    idle = set(sellers["seller"]) - set(deals["seller"])
    assert idle == {"Carl Lin", "Carol Thompson", "Elizabeth Anderson", "Mei-Mei Johns", "Natalya Ivanova"}
    assert sellers.set_index("seller")["team"]["Darcel Schlecht"] == "Melvin Marxen"
    assert deals["team"].notna().all()
    best = deals[(deals["seller"] == "Darcel Schlecht")]
    assert ((best["status"] == "won").sum(), best["value"].sum()) == (349, 1_153_214)
    assert win_rate(best) == pytest.approx(0.631103, abs=5e-7)


@pytest.mark.parametrize("name", ["maven_fi_semicolon_utf8bom.csv", "maven_fi_headers_cp1252_nbsp_eur.csv"])
def test_the_finnish_files_equal_the_original_row_for_row(data: Path, name: str) -> None:
    original = read([data / "maven_crm" / "sales_pipeline.csv"]).data.opportunities
    finnish = read([data / "finnish" / name]).data.opportunities
    told = ["stage", "currency", "source_file"]  # the file's own words, its euro sign, its name
    pd.testing.assert_frame_equal(finnish.drop(columns=told), original.drop(columns=told))


@pytest.mark.parametrize("name", ["kulutus.csv", "bank_block1.csv"])
def test_a_file_that_is_no_crm_export_is_refused_clearly(data: Path, name: str) -> None:
    intake = read([data / "finnish" / name, data / "maven_crm" / "sales_pipeline.csv"])
    refusal = intake.sources[0].refusal
    assert refusal is not None
    assert name in refusal.message("fi")
    assert "kpi inspect" in refusal.message("en")
    assert intake.sources[0].account.used == 0
    assert intake.account.used == 8800


def test_salesforce_counts_values_and_cycle(salesforce: Intake) -> None:
    deals = salesforce.data.opportunities
    assert deals["status"].value_counts().to_dict() == {"won": 1166, "lost": 3769, "open": 262}
    assert win_rate(deals) == pytest.approx(0.2362715299, abs=5e-11)
    value = deals.groupby("status")["value"].sum()
    assert (value["won"], value["open"]) == (81_674_862, 24_396_699)
    assert value["won"] / (value["won"] + value["lost"]) == pytest.approx(0.1889832534, abs=5e-11)
    assert (deals.query("status == 'open'")["value"] == 0).sum() == 3
    assert cycle(deals, "created_on").mean() == pytest.approx(43.34819897, abs=5e-9)
    assert cycle(deals, "created_on").median() == 41


def test_salesforce_offers_come_from_the_stage_history(salesforce: Intake) -> None:
    deals = salesforce.data.opportunities
    offered = deals["offer_on"].notna()
    assert offered.sum() == 1476
    assert ((deals["status"] == "won") & ~offered).sum() == 839
    assert ((deals["status"] == "won") & offered).sum() == 327
    assert (deals["status"].isin(DECIDED) & offered).sum() == 1426
    assert (deals["offer_from"] == "stage").all()


def test_salesforce_quota_is_joined_by_id(salesforce: Intake) -> None:
    targets, deals = salesforce.data.targets, salesforce.data.opportunities
    assert len(targets) == 408
    assert set(targets["seller"]) <= set(salesforce.data.sellers["seller"])
    june = targets.loc[targets["month_on"] == "2017-06-01", "target_value"].sum()
    still_open = deals.query("status == 'open'")
    assert june == 8_500_000
    assert still_open["value"].sum() / june == pytest.approx(2.870199882, abs=5e-10)
    closing = still_open[still_open["expected_close_on"].between("2017-06-01", "2017-06-30")]
    assert closing["value"].sum() / june == pytest.approx(1.544277529, abs=5e-10)


def test_salesforce_sellers_are_those_who_own_rows_and_namesakes_are_told_apart(salesforce: Intake) -> None:
    assert len(salesforce.data.sellers) == 17  # User.csv has 20: three regional heads own nothing
    companies = salesforce.data.opportunities["company"].dropna()
    assert set(companies[companies.str.startswith("ADG")]) == {"ADG (W_Account.339)", "ADG (W_Account.9017)"}
    assert salesforce.data.opportunities["product"].notna().all()


def test_salesforce_events_are_sorted_by_a_mapping_that_knows_all_56_subjects(salesforce: Intake) -> None:
    (events,) = [source for source in salesforce.sources if source.label == "Event.csv"]
    assert len(events.vocabulary) == 56
    assert events.unknown_words == ()
    assert sum(word.count for word in events.vocabulary) == events.account.read == 7823
    meetings = sum(word.count for word in events.vocabulary if word.meaning == "meeting")
    assert events.account.used == meetings == len(salesforce.data.meetings)
    assert salesforce.data.meetings["outcome"].isna().all()
    assert salesforce.data.meetings["company"].notna().all()
    assert salesforce.data.meetings["booked_on"].notna().all()


def test_salesforce_calls_are_the_tasks_that_say_so(salesforce: Intake) -> None:
    """By hand from Task.csv: 394 tasks of subtype Call, 131 of them internal."""
    contacts = salesforce.data.contacts
    assert len(contacts) == 394 - 131
    assert (contacts["channel"] == "phone").all()
    assert contacts["reached"].notna().all()


def test_hubspot_flags_decide_and_the_stage_columns_tell_the_offers(hubspot: Intake) -> None:
    deals = hubspot.data.opportunities
    assert deals["status"].value_counts().to_dict() == {"won": 31, "lost": 68 - 31, "open": 21}
    assert win_rate(deals) == pytest.approx(0.4558823529, abs=5e-11)
    assert deals.loc[deals["status"] == "won", "value"].mean() == pytest.approx(12_967.741935, abs=5e-7)
    assert deals.loc[deals["status"] == "open", "value"].sum() == 275_000
    assert cycle(deals, "created_on").mean() == pytest.approx(89.12903226, abs=5e-9)
    assert cycle(deals, "created_on").median() == 98
    assert deals["company"].notna().all()
    assert set(deals["offer_from"]) == {"stage"}


def test_hubspot_stage_dates_are_the_files_own(hubspot: Intake, data: Path) -> None:
    raw = pd.read_csv(data / "hubspot_deals" / "hubspot_deals.csv", dtype=str)
    wanted = pd.to_datetime(raw["date_entered_price_offering"].str[:10])
    assert hubspot.data.opportunities["offer_on"].equals(wanted.astype("datetime64[s]").rename("offer_on"))


def test_hubspot_activities_feed_meetings_and_contacts(activities: Intake) -> None:
    meetings = activities.data.meetings["outcome"]
    assert meetings.value_counts().to_dict() == {"moved": 86, "booked": 73, "cancelled": 69, "no_show": 60, "held": 58}
    assert meetings.isna().sum() == 66
    contacts = activities.data.contacts
    assert len(contacts) == 402
    assert (contacts["reached"].sum(), contacts["reached"].isna().sum()) == (78, 70)
    assert activities.data.meetings["person"].notna().all()
    deals = activities.data.opportunities
    assert win_rate(deals) == pytest.approx(0.5071428571, abs=5e-11)
    still_open = deals.query("status == 'open'")
    assert (len(still_open), round(still_open["value"].sum(), 2)) == (360, 44_845_846.23)
    assert still_open["closed_on"].isna().all()
    assert still_open["expected_close_on"].notna().all()


def test_saas_tables(saas: Intake) -> None:
    deals = saas.data.opportunities
    assert win_rate(deals) == pytest.approx(0.3709449929, abs=5e-11)
    assert round(deals.loc[deals["status"] == "won", "value"].sum(), 2) == 41_156_803.80
    still_open = deals.query("status == 'open'")
    assert (len(still_open), round(still_open["value"].sum(), 2)) == (139, 7_079_141.65)
    assert deals["deal_type"].value_counts().to_dict() == {"new": 1855, "renewal": 411}
    assert (deals["no_decision"] == True).sum() == 250  # noqa: E712
    assert {name: len(rows) for name, rows in saas.data.items() if len(rows)} == {
        "opportunities": 2266,
        "targets": 504,
        "costs": 360,
        "customers": 193,
        "sellers": 21,
    }
    assert (saas.data.customers["gross_margin"] < 1).all()
    assert (saas.data.customers["monthly_revenue"] > 0).all()
    assert saas.data.targets["seller"].isin(saas.data.sellers["seller"]).all()


def test_saas_bookings_of_every_rep_month_follow_from_the_rows(saas: Intake, data: Path) -> None:
    """504 rep-months: quota_attainment.csv states the bookings that its author computed."""
    deals = saas.data.opportunities
    won = deals[(deals["status"] == "won")]
    booked = won.groupby(["seller", won["closed_on"].dt.strftime("%Y-%m")])["value"].sum().round(2)
    stated = pd.read_csv(data / "saas_finance" / "quota_attainment.csv")
    keys = list(zip(stated["rep_name"], stated["month"].str[:7], strict=True))
    wrong = [
        key for key, value in zip(keys, stated["bookings"], strict=True) if abs(booked.get(key, 0) - value) > 0.011
    ]
    assert wrong == []
