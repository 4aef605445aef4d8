"""CAC, LTV, their ratio and the payback: definitions.md A7 and A8, row by row."""

import math

import pytest

from kpi_core.formulas.unit_economics import cac, cac_payback_months, ltv, ltv_cac


def codes(notes: object) -> list[str]:
    return [note.code for note in notes]  # type: ignore[attr-defined]


def test_discounted_ltv_says_when_the_first_payment_comes() -> None:
    """definitions.md A8: 500, 75 %, 2.5 %, d 1 %: 10,446.43 or 10,821.43 against 15,000."""
    assert ltv(500, 0.75, 0.025).value == pytest.approx(15_000)
    assert ltv(500, 0.75, 0.025, discount_rate=0.01).value == pytest.approx(10_446.43, abs=0.005)
    assert ltv(500, 0.75, 0.025, discount_rate=0.01, payment="start").value == pytest.approx(10_821.43, abs=0.005)


def test_a_capped_or_given_lifetime_is_discounted_month_by_month() -> None:
    by_hand = sum(375 / 1.01**month for month in range(1, 25))
    assert ltv(500, 0.75, 0.025, cap_months=24, discount_rate=0.01).value == pytest.approx(by_hand)
    assert ltv(500, 0.75, lifetime_months=24, discount_rate=0.01).value == pytest.approx(by_hand)
    assert ltv(500, 0.75, lifetime_months=24, discount_rate=0.01, payment="start").value == pytest.approx(
        by_hand * 1.01
    )


@pytest.mark.parametrize(
    ("arpa", "margin", "churn", "reason"),
    [
        (500, 0.75, 0, "zero_churn"),
        (500, 0.75, -0.01, "negative_churn"),
        (500, 0.75, 2.5, "churn_above_one"),
        (500, 75, 0.02, "margin_above_one"),
        (-1, 0.75, 0.02, "negative_revenue"),
        (math.nan, 0.75, 0.02, "no_revenue"),
        (500, math.nan, 0.02, "no_margin"),
        (500, 0.75, math.nan, "no_churn"),
    ],
)
def test_inputs_outside_the_domain_are_a_reason(arpa: float, margin: float, churn: float, reason: str) -> None:
    found = ltv(arpa, margin, churn)
    assert math.isnan(found.value)
    assert found.reason == reason


def test_zero_churn_with_a_cap_is_the_cap() -> None:
    found = ltv(500, 0.75, 0, cap_months=60)
    assert found.value == 500 * 0.75 * 60
    assert codes(found.notes) == ["capped"]


def test_a_cap_beyond_the_lifetime_changes_nothing() -> None:
    found = ltv(500, 0.75, 0.025, cap_months=60)
    assert found.value == pytest.approx(15_000)
    assert codes(found.notes) == []


def test_churn_of_1_is_one_period() -> None:
    assert ltv(500, 0.75, 1).value == 375


def test_a_service_firm_gives_the_lifetime_instead() -> None:
    assert ltv(2_000, 0.4, lifetime_months=18).value == pytest.approx(14_400)


def test_a_margin_of_0_is_0_and_a_negative_one_is_negative_and_noted() -> None:
    assert ltv(500, 0, 0.02).value == 0
    found = ltv(500, -0.1, 0.02)
    assert found.value == pytest.approx(-2_500)
    assert codes(found.notes) == ["negative_margin"]


def test_a_margin_of_1_is_called_a_revenue_ltv() -> None:
    assert codes(ltv(500, 1, 0.02).notes) == ["revenue_ltv"]


def test_an_implied_lifetime_beyond_ten_years_is_questioned() -> None:
    assert codes(ltv(500, 0.5, 1 / 121).notes) == ["long_lifetime"]
    assert codes(ltv(500, 0.5, 1 / 119).notes) == []


def test_cac_of_nobody_is_not_the_whole_cost() -> None:
    assert cac(1000, 0).reason == "no_new_customers"
    assert cac(math.nan, 5).reason == "no_costs"
    assert cac(-1, 5).reason == "negative_costs"
    assert cac(1000, math.nan).reason == "no_customers"
    assert cac(0, 5).value == 0


def test_a_cac_of_0_makes_no_infinite_ratio() -> None:
    assert ltv_cac(100, 0).reason == "zero_cac"
    assert ltv_cac(100, -1).reason == "negative_cac"
    assert ltv_cac(-100, 50).value == -2


def test_an_unknown_ltv_or_cac_is_a_reason_too() -> None:
    assert ltv_cac(math.nan, 50).reason == "no_ltv"
    assert ltv_cac(100, math.nan).reason == "no_cac"
    assert cac_payback_months(math.nan, 100, 0.5).reason == "no_cac"


def test_discounting_is_the_sum_over_the_months_of_those_who_stay() -> None:
    """1,000 months of 375 x 0.975^t / 1.01^t, paid at the end of the month (t from 1) or at its start (t from 0)."""
    paid = [375 * (0.975 / 1.01) ** month for month in range(1001)]
    assert ltv(500, 0.75, 0.025, discount_rate=0.01).value == pytest.approx(sum(paid[1:]), abs=0.01)
    assert ltv(500, 0.75, 0.025, discount_rate=0.01, payment="start").value == pytest.approx(sum(paid[:-1]), abs=0.01)


def test_payback_is_months_of_gross_profit_as_a_fraction() -> None:
    assert cac_payback_months(50, 100, 1).value == 0.5
    assert cac_payback_months(50, 100, 0).reason == "no_payback"
    assert cac_payback_months(50, 100, -0.1).reason == "no_payback"
    assert cac_payback_months(50, math.nan, 0.5).reason == "no_revenue"
