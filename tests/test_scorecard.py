"""The reference figures of ../shared/data/README.md, from the exports to the readings, to the last digit."""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from kpi_core.errors import DataError, UsageError
from kpi_core.intake import read
from kpi_core.periods import month, period
from kpi_core.scorecard import Scorecard, check_period, scorecard
from kpi_core.tables import Dataset
from tests.small_tables import opportunities, rows

Load = Callable[[str], Dataset]


@cache
def _read(path: Path) -> Dataset:
    return read([path]).data


@pytest.fixture
def load(shared: Path) -> Load:
    return lambda name: _read(shared / "data" / name)


def whole(data: Dataset, **more: object) -> Scorecard:
    return scorecard(data, period("all", data.span()), **more)  # type: ignore[arg-type]


def test_maven_crm_to_the_last_digit(load: Load) -> None:
    data = load("maven_crm")
    found = whole(data, by="seller")
    rate, cycle = found.reading("win_rate"), found.reading("sales_cycle_days")
    assert rate.value == pytest.approx(0.6315005215, abs=5e-11)
    assert (rate.numerator, rate.denominator, rate.parts["won_value"]) == (4238, 4238 + 2473, 10_005_534)
    assert rate.parts["open"] == 1589 + 500
    assert cycle.value == 57
    assert cycle.parts["mean"] == pytest.approx(51.78197263, abs=5e-9)
    both = scorecard(data, found.period, options={"sales_cycle_days": {"deals": "closed"}}).reading("sales_cycle_days")
    assert (both.value, both.parts["mean"]) == (45, pytest.approx(47.98539711, abs=5e-9))


def test_maven_crm_by_seller(load: Load) -> None:
    found = whole(load("maven_crm"), by="seller")
    darcel, wilburn = found.reading("win_rate", "Darcel Schlecht"), found.reading("win_rate", "Wilburn Farren")
    assert (darcel.numerator, darcel.parts["won_value"]) == (349, 1_153_214)
    assert darcel.value == pytest.approx(0.631103, abs=5e-7)
    assert (wilburn.numerator, wilburn.parts["won_value"]) == (55, 157_640)
    assert wilburn.value == pytest.approx(0.696203, abs=5e-7)


def test_sellers_without_opportunities_appear_with_their_zeroes(load: Load) -> None:
    found = whole(load("maven_crm"), by="seller")
    assert len(found.groups()) == 35
    for name in ("Carl Lin", "Carol Thompson", "Elizabeth Anderson", "Mei-Mei Johns", "Natalya Ivanova"):
        reading = found.reading("win_rate", name)
        assert reading.value is None
        assert reading.reason is not None
        assert reading.parts == {"won": 0, "lost": 0, "open": 0}


def test_open_rows_without_values_make_no_pipeline_of_0(load: Load) -> None:
    reading = whole(load("maven_crm")).reading("pipeline_value")
    assert reading.value is None
    assert reading.reason is not None
    assert "2,089" in reading.reason.en


@pytest.mark.parametrize(
    ("key", "won", "rate"),
    [
        ("2017-03", 531, 0.8207109737),
        ("2017-04", 285, 0.4863481229),
        ("2017-05", 438, 0.5440993789),
        ("2017-06", 531, 0.8283931357),
        ("2017-07", 308, 0.4912280702),
        ("2017-08", 446, 0.5681528662),
        ("2017-09", 503, 0.7921259843),
        ("2017-10", 279, 0.4929328622),
        ("2017-11", 406, 0.5286458333),
        ("2017-12", 511, 0.7849462366),
    ],
)
def test_maven_crm_by_month(load: Load, key: str, won: int, rate: float) -> None:
    reading = scorecard(load("maven_crm"), period(key), kpis=["win_rate"]).reading("win_rate")
    assert reading.numerator == won
    assert reading.value == pytest.approx(rate, abs=5e-11)


@pytest.mark.parametrize(("key", "won"), [("2017-W50", 108), ("2017-W51", 119), ("2017-W52", 131)])
def test_maven_crm_by_iso_week(load: Load, key: str, won: int) -> None:
    assert scorecard(load("maven_crm"), period(key), kpis=["win_rate"]).reading("win_rate").numerator == won


@pytest.mark.parametrize("file", ["maven_fi_semicolon_utf8bom.csv", "maven_fi_headers_cp1252_nbsp_eur.csv"])
def test_finnish_encodings_give_the_same_digits(load: Load, shared: Path, file: str) -> None:
    english, finnish = load("maven_crm"), _read(shared / "data" / "finnish" / file)
    for kpi in ("win_rate", "sales_cycle_days", "pipeline_value"):
        expected, found = whole(english).reading(kpi), whole(finnish).reading(kpi)
        assert (found.value, found.n, found.parts) == (expected.value, expected.n, expected.parts)


def test_salesforce_decided_opportunities_and_offers(load: Load) -> None:
    data = load("salesforce")
    everything = whole(data).reading("win_rate")
    assert everything.value == pytest.approx(0.2362715299, abs=5e-11)
    assert (everything.numerator, everything.denominator) == (1166, 1166 + 3769)
    assert "all decided opportunities" in everything.label.en
    by_value = whole(data, options={"win_rate": {"basis": "value"}}).reading("win_rate")
    assert by_value.value == pytest.approx(0.1889832534, abs=5e-11)
    offers = whole(data, options={"win_rate": {"scope": "offers"}}).reading("win_rate")
    assert offers.value == pytest.approx(0.229312763, abs=5e-10)
    assert (offers.numerator, offers.denominator) == (327, 1426)
    assert any("839" in note.en for note in offers.notes)


def test_salesforce_open_value_and_coverage(load: Load) -> None:
    found = scorecard(load("salesforce"), month(2017, 6))
    assert found.as_of == date(2017, 6, 1)  # the snapshot's day
    value, coverage = found.reading("pipeline_value"), found.reading("pipeline_coverage")
    assert value.value == 24_396_699
    assert coverage.value == pytest.approx(2.870199882, abs=5e-10)
    assert coverage.parts["target"] == 8_500_000
    assert any("3" in note.en for note in value.notes)  # three open rows at 0


def test_salesforce_cycle_and_meetings(load: Load) -> None:
    found = whole(load("salesforce"), by="seller")
    assert found.reading("sales_cycle_days").value == 41
    assert found.reading("sales_cycle_days").parts["mean"] == pytest.approx(43.34819897, abs=5e-9)
    meetings = found.reading("meetings_per_week")
    assert meetings.parts["sellers"] == 17
    assert meetings.value is not None
    assert len([name for name in found.groups() if found.reading("meetings_per_week", name).value]) == 17


def test_hubspot_flags_decide_not_dates(load: Load) -> None:
    found = whole(load("hubspot_deals"))
    rate, cycle, pipeline = (found.reading(kpi) for kpi in ("win_rate", "sales_cycle_days", "pipeline_value"))
    assert rate.value == pytest.approx(0.4558823529, abs=5e-11)
    assert (rate.numerator, rate.denominator, rate.parts["open"]) == (31, 68, 21)
    assert rate.parts["won_value"] == pytest.approx(31 * 12_967.741935, abs=1e-4)
    assert (cycle.value, cycle.parts["mean"]) == (98, pytest.approx(89.12903226, abs=5e-9))
    assert pipeline.value == 275_000


def test_hubspot_show_rate(load: Load) -> None:
    found = whole(load("hubspot_activities"))
    show = found.reading("show_rate")
    assert (show.numerator, show.denominator) == (58, 118)
    assert show.value == pytest.approx(0.4915254237, abs=5e-11)
    assert show.status == "amber"  # a third of the past meetings was never marked
    assert found.reading("win_rate").value == pytest.approx(0.5071428571, abs=5e-11)
    assert found.reading("pipeline_value").value == pytest.approx(44_845_846.23, abs=5e-3)
    assert found.reading("pipeline_value").n == 360


def test_saas_finance_win_rate_and_pipeline(load: Load) -> None:
    found = whole(load("saas_finance"))
    assert found.reading("win_rate").value == pytest.approx(0.3709449929, abs=5e-11)
    assert found.reading("win_rate").parts["won_value"] == pytest.approx(41_156_803.80, abs=5e-3)
    assert found.reading("pipeline_value").value == pytest.approx(7_079_141.65, abs=5e-3)
    assert found.reading("pipeline_value").n == 139


def test_all_is_refused_without_a_row_and_a_period_outside_the_data_too(load: Load) -> None:
    data = load("maven_crm")
    check_period(data, month(2017, 12))
    for outside in (month(2018, 1), month(2016, 9)):
        with pytest.raises(DataError) as caught:
            check_period(data, outside)
        assert "20.10.2016" in caught.value.message("fi")
        assert "2017-12-31" in caught.value.message("en")


def test_a_month_with_quotas_ahead_of_the_snapshot_has_a_scorecard_of_reasons(load: Load) -> None:
    """The snapshot is of 2017-06-01, quotas reach 2017-12: nothing is decided there yet, the open value is known."""
    data, ahead = load("salesforce"), month(2017, 12)
    check_period(data, ahead)
    found = scorecard(data, ahead)
    assert found.reading("win_rate").value is None
    assert found.reading("meetings_per_week").value is None
    coverage = found.reading("pipeline_coverage")
    quota = data.targets.loc[ahead.has(data.targets["month_on"]), "target_value"].sum()
    assert coverage.value == pytest.approx(24_396_699 / quota)
    assert any("2017-06-01" in note.en for note in coverage.notes)
    with pytest.raises(DataError):
        check_period(data, month(2018, 1))


def test_a_report_day_before_the_period_is_refused(load: Load) -> None:
    with pytest.raises(UsageError, match="before the period"):
        check_period(load("maven_crm"), month(2017, 12), date(2017, 11, 30))


DEALS = opportunities("""
    id  status  closed      offer       offer_from  seller  team   value  currency
    1   won     2026-05-04  2026-04-01  column      Aino    North  100    EUR
    2   lost    2026-05-05  -           -           Ville   South  100    EUR
    3   won     2026-05-06  -           -           Ville   South  100    EUR
""")


def test_what_counts_as_an_offer_is_the_same_for_every_seller() -> None:
    """Only Aino's export row has an offer day, so Ville has no decided offer: not another basis."""
    found = scorecard(Dataset(opportunities=DEALS), month(2026, 5), by="seller")
    assert found.reading("win_rate", "Aino").n == 1
    assert found.reading("win_rate", "Ville").value is None
    assert found.reading("win_rate", "Ville").label == found.reading("win_rate", "Aino").label


def test_a_row_without_a_team_takes_its_sellers() -> None:
    sellers = rows("sellers", "seller team\nAino North\nVille South")
    data = Dataset(opportunities=DEALS.assign(team=None), sellers=sellers)
    found = scorecard(data, month(2026, 5), by="team", options={"win_rate": {"scope": "all"}})
    assert found.groups() == ["North", "South"]
    assert found.reading("win_rate", "South").n == 2


def test_money_carries_the_one_currency_of_the_data() -> None:
    found = scorecard(Dataset(opportunities=DEALS), month(2026, 5))
    assert found.reading("pipeline_value").currency == "EUR"


def test_a_running_month_says_so() -> None:
    found = scorecard(Dataset(opportunities=DEALS), month(2026, 5))
    assert found.as_of == date(2026, 5, 6)  # the data's last day
    assert all(reading.running for reading in found.readings)
    assert not scorecard(Dataset(opportunities=DEALS), month(2026, 5), as_of=date(2026, 5, 31)).readings[0].running


@pytest.mark.parametrize(
    "more",
    [
        {"kpis": ["winrate"]},
        {"options": {"win_rate": {"basis": "weight"}}},
        {"options": {"win_rate": {"bases": "value"}}},
        {"thresholds": {"win_rate": [0.5]}},
        {"thresholds": {"win_rate": [0.4, 0.2, 0.3]}},
        {"options": {"meeting_to_offer": {"lag_days": "soon"}}},
        {"options": {"meeting_to_offer": {"lag_days": "1e300"}}},
        {"options": {"cac": {"window_months": "0.5"}}},
        {"thresholds": {"show_rate": [75, 90]}},
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(more: dict[str, object]) -> None:
    with pytest.raises(UsageError) as caught:
        scorecard(Dataset(opportunities=DEALS), month(2026, 5), **more)  # type: ignore[arg-type]
    assert all(len(caught.value.message(language)) > 20 for language in ("fi", "en"))


def test_themes_are_counted_and_quotes_listed_without_a_score() -> None:
    insights = rows("insights", "noted theme quote\n2026-05-04 Hinta Kallis\n2026-05-05 Hinta -\n2026-05-06 Laatu Hyvä")
    found = scorecard(Dataset(insights=insights), month(2026, 5), as_of=date(2026, 5, 31))
    assert [(theme.theme, theme.count, theme.quotes) for theme in found.themes] == [
        ("Hinta", 2, ("Kallis",)),
        ("Laatu", 1, ("Hyvä",)),
    ]
