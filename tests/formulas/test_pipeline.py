"""Open offers and their coverage; added up by hand."""

import math
from datetime import date

import pandas as pd
import pytest

from kpi_core.formulas.pipeline import pipeline_coverage, pipeline_value
from kpi_core.periods import month
from tests.small_tables import opportunities, rows

MAY = month(2026, 5)
DEALS = opportunities("""
    id  status  created     offer       closed      value  offer_from  expected_close  probability
    1   open    2026-03-01  2026-04-01  -           1000   column      2026-06-30      50
    2   open    2026-03-01  2026-05-10  -           2000   column      2026-04-30      20
    3   open    2026-03-01  -           -           4000   -           2026-06-30      10
    4   won     2026-03-01  2026-04-01  2026-05-20  8000   column      -               100
    5   lost    2026-03-01  2026-04-01  2026-06-02  500    column      -               0
    6   open    2026-06-01  2026-06-01  -           700    column      2026-08-30      50
""")
TARGETS = rows("targets", "month target_value seller\n2026-05-01 1000 Aino\n2026-05-01 500 Ville\n2026-06-01 9000 Aino")
END = date(2026, 5, 31)


def test_only_offers_that_are_open_on_the_report_day_are_added_up() -> None:
    """1 and 2; 3 is no offer yet, 4 is won, 6 comes later; 5 was lost only in June, so it was still open."""
    found = pipeline_value(DEALS, MAY, as_of=END)
    assert (found.value, found.n) == (3500, 3)


def test_scope_all_adds_open_opportunities_without_an_offer() -> None:
    assert pipeline_value(DEALS, MAY, as_of=END, scope="all").value == 7500


def test_an_expected_close_in_the_past_is_stale_but_included_by_default() -> None:
    found = pipeline_value(DEALS, MAY, as_of=END)
    assert found.parts["stale_value"] == 2000
    assert pipeline_value(DEALS, MAY, as_of=END, stale="exclude").value == 1500


def test_percent_probabilities_weigh_the_values() -> None:
    """1000 x 50 % + 2000 x 20 % + 500 x 0 %."""
    assert pipeline_value(DEALS, MAY, as_of=END, weighted="yes").value == pytest.approx(900)


@pytest.mark.parametrize(
    ("probabilities", "reason"),
    [(["0.5", "40"], "mixed_probability"), (["50", "140"], "bad_probability"), (["-", "-"], "no_probability")],
)
def test_probabilities_that_cannot_be_read_are_not_guessed(probabilities: list[str], reason: str) -> None:
    deals = opportunities(
        "id status created value probability\n"
        + "\n".join(f"{i} open 2026-03-01 10 {probability}" for i, probability in enumerate(probabilities))
    )
    assert pipeline_value(deals, MAY, as_of=END, weighted="yes").reason == reason
    assert pipeline_value(deals, MAY, as_of=END).value == 20


def test_open_rows_without_a_single_value_are_never_a_pipeline_of_0() -> None:
    deals = opportunities("id status created\n1 open 2026-03-01\n2 open 2026-03-01")
    found = pipeline_value(deals, MAY, as_of=END)
    assert math.isnan(found.value)
    assert (found.reason, found.n) == ("no_values", 2)


def test_no_open_offer_is_a_true_and_alarming_zero() -> None:
    deals = DEALS[DEALS["status"] == "won"]
    assert pipeline_value(deals, month(2026, 6)).value == 0.0
    assert pipeline_coverage(deals, TARGETS, month(2026, 6)).value == 0.0


def test_a_blank_value_counts_as_0_and_is_noted() -> None:
    deals = opportunities("id status created value\n1 open 2026-03-01 10\n2 open 2026-03-01 -\n3 open 2026-03-01 0")
    found = pipeline_value(deals, MAY, as_of=END)
    assert found.value == 10
    assert [(note.code, note.found["count"]) for note in found.notes] == [("without_value", 2)]


def test_a_past_day_is_read_back_with_a_note_and_refused_where_values_are_gone() -> None:
    found = pipeline_value(DEALS, MAY, as_of=END, data_on=date(2026, 6, 30))
    assert "reconstructed" in [note.code for note in found.notes]
    emptied = DEALS.assign(value=DEALS["value"].where(DEALS["status"] != "lost", 0))
    assert pipeline_value(emptied, MAY, as_of=END, data_on=date(2026, 6, 30)).reason == "unreliable_past"


def test_two_currencies_and_negative_values_are_not_added() -> None:
    mixed = opportunities("id status created value currency\n1 open 2026-03-01 1 EUR\n2 open 2026-03-01 1 USD")
    negative = opportunities("id status created value\n1 open 2026-03-01 5\n2 open 2026-03-01 -1")
    assert pipeline_value(mixed, MAY, as_of=END).reason == "mixed_currency"
    assert pipeline_value(negative, MAY, as_of=END).reason == "negative_value"


def test_coverage_is_open_offers_by_the_months_target() -> None:
    """3,500 / (1,000 + 500)."""
    found = pipeline_coverage(DEALS, TARGETS, MAY, as_of=END)
    assert found.value == pytest.approx(3500 / 1500)
    assert found.parts["target"] == 1500


def test_the_target_is_of_the_report_days_month_however_long_the_period() -> None:
    from kpi_core.periods import period

    assert pipeline_coverage(DEALS, TARGETS, period("2026-Q2"), as_of=END).parts["target"] == 1500


def test_a_target_already_reached_leaves_nothing_to_go() -> None:
    """8,000 won in May against 1,500."""
    assert pipeline_coverage(DEALS, TARGETS, MAY, as_of=END, target="remaining").reason == "target_reached"
    found = pipeline_coverage(DEALS, TARGETS, MAY, as_of=date(2026, 5, 19), target="remaining")
    assert found.value == pytest.approx((1000 + 2000 + 500 + 8000) / 1500)


@pytest.mark.parametrize(("target", "reason"), [("0", "no_target"), ("-5", "negative_target"), ("-", "no_target")])
def test_without_a_proper_target_there_is_no_coverage(target: str, reason: str) -> None:
    targets = rows("targets", f"month target_value\n2026-05-01 {target}")
    assert pipeline_coverage(DEALS, targets, MAY, as_of=END).reason == reason


def test_targets_of_the_team_and_of_its_sellers_are_not_added_up() -> None:
    both = rows("targets", "month target_value seller\n2026-05-01 1000 Aino\n2026-05-01 1500 -")
    assert pipeline_coverage(DEALS, both, MAY, as_of=END).reason == "overlapping_targets"
    assert pipeline_coverage(DEALS, both[both["seller"] == "Aino"], MAY, as_of=END).value == pytest.approx(3.5)


def test_a_target_in_another_currency_is_refused() -> None:
    targets = rows("targets", "month target_value currency\n2026-05-01 100 USD")
    euros = DEALS.assign(currency=pd.Series(["EUR"] * len(DEALS), dtype="str"))
    assert pipeline_coverage(euros, targets, MAY, as_of=END).reason == "currency_differs"


def test_one_percent_of_a_group_is_not_a_hundred() -> None:
    """The whole column is in percent, so 1 is 1 % also where a seller has nothing else; a blank is told, not 0."""
    bob = opportunities("id status created value probability\n1 open 2026-03-01 1000 1\n2 open 2026-03-01 50 -")
    found = pipeline_value(bob, MAY, as_of=END, scale="percent")
    assert found.parts["weighted_value"] == pytest.approx(10)
    assert ("without_probability", 1) in [(note.code, note.found.get("count")) for note in found.notes]


def test_a_report_day_after_the_export_is_told() -> None:
    found = pipeline_value(DEALS, MAY, as_of=END, data_on=date(2026, 5, 20))
    assert [note.found["day"] for note in found.notes if note.code == "stale_data"] == [date(2026, 5, 20)]
