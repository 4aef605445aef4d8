"""Laws that hold whatever the data: hypothesis looks for a counterexample."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from kpi_core.evidence import wilson
from kpi_core.formulas.funnel import contact_to_meeting, meeting_to_offer, win_rate
from kpi_core.formulas.meetings import meetings_agreed, meetings_per_week, show_rate
from kpi_core.formulas.pipeline import pipeline_coverage, pipeline_value
from kpi_core.formulas.sales_cycle import sales_cycle_days
from kpi_core.formulas.unit_economics import cac, cac_payback_months, ltv, ltv_cac
from kpi_core.measure import Measure
from kpi_core.periods import Period
from kpi_core.tables import empty
from tests.any_tables import meetings, opportunities
from tests.counted_tables import MAY, calls, held_meetings, lasting, leave, offers, one_seller, target, won_deals

# Checking a canonical table takes 30 ms, so a few examples of small tables each run.
FEW = settings(max_examples=25, deadline=None)
counts = st.integers(0, 30)
money = st.floats(1, 1e6)


def same(one: Measure, other: Measure) -> bool:
    """Equal but for rounding in the last digits; nothing equals nothing."""
    return one.reason == other.reason and (
        one.value == pytest.approx(other.value, rel=1e-9, nan_ok=True) and one.n == other.n
    )


def is_share(measure: Measure) -> bool:
    return bool(measure.reason) or 0 <= measure.value <= 1


# --- shares


@FEW
@given(
    opportunities(),
    st.sampled_from(["count", "value"]),
    st.sampled_from(["closed", "all"]),
    st.sampled_from(["closed", "offer"]),
)
def test_a_win_rate_is_a_share_or_has_a_reason(rows: pd.DataFrame, basis: str, denominator: str, by: str) -> None:
    found = win_rate(rows, MAY, basis=basis, denominator=denominator, date=by)  # type: ignore[arg-type]
    assert is_share(found)
    assert math.isnan(found.value) == bool(found.reason)


@FEW
@given(meetings(), opportunities())
def test_the_funnels_other_shares_lie_within_0_and_1(held: pd.DataFrame, rows: pd.DataFrame) -> None:
    for found in (show_rate(held, MAY), show_rate(held, MAY, strict="yes"), meeting_to_offer(held, rows, MAY)):
        assert is_share(found)
        assert math.isnan(found.value) == bool(found.reason)


@FEW
@given(counts, counts, counts)
def test_contact_to_meeting_is_the_share_of_those_reached(reached: int, unreached: int, met: int) -> None:
    found = contact_to_meeting(calls(reached, unreached), held_meetings(met), MAY)
    if reached == 0:
        assert found.reason == "nobody_reached"
    elif met:
        assert found.value == pytest.approx(min(met, reached) / reached)


# --- the win rate


@FEW
@given(counts, counts, counts, counts)
def test_open_offers_never_move_the_win_rate(won: int, lost: int, few: int, many: int) -> None:
    assert same(win_rate(offers(won, lost, few), MAY), win_rate(offers(won, lost, many), MAY))


@FEW
@given(opportunities())
def test_mirrored_outcomes_sum_to_one(rows: pd.DataFrame) -> None:
    mirrored = rows.assign(status=rows["status"].replace({"won": "lost", "lost": "won"}))
    found, mirror = win_rate(rows, MAY, scope="all"), win_rate(mirrored, MAY, scope="all")
    assert found.reason == mirror.reason
    if not found.reason:
        assert found.value + mirror.value == pytest.approx(1)


@FEW
@given(opportunities(), st.integers(1, 20))
def test_one_more_win_never_lowers_the_win_rate_and_one_more_loss_never_raises_it(
    rows: pd.DataFrame, more: int
) -> None:
    found = win_rate(rows, MAY, scope="all")
    if not found.reason:
        assert win_rate(pd.concat([rows, offers(won=more)]), MAY, scope="all").value >= found.value
        assert win_rate(pd.concat([rows, offers(lost=more)]), MAY, scope="all").value <= found.value


@FEW
@given(opportunities())
def test_narrow_losses_never_lower_the_win_rate(rows: pd.DataFrame) -> None:
    broad, narrow = win_rate(rows, MAY), win_rate(rows, MAY, lost="narrow")
    if not narrow.reason:
        assert narrow.value >= broad.value


@FEW
@given(opportunities())
def test_months_add_up_to_their_quarter(rows: pd.DataFrame) -> None:
    quarter = Period("2026-Q2", "quarter", date(2026, 4, 1), date(2026, 6, 30))
    months = [win_rate(rows, month, scope="all").parts for month in quarter.months()]
    whole = win_rate(rows, quarter, scope="all").parts
    for part in ("won", "lost"):
        assert sum(month[part] for month in months) == whole[part]


@FEW
@given(counts, counts, st.integers(2, 4))
def test_repeated_outcomes_keep_the_rate_and_narrow_the_interval(won: int, lost: int, times: int) -> None:
    once, often = win_rate(offers(won, lost), MAY), win_rate(offers(won * times, lost * times), MAY)
    assert once.value == pytest.approx(often.value, nan_ok=True)
    if not once.reason:
        (low, high), (nearer_low, nearer_high) = wilson(won, once.n), wilson(won * times, often.n)
        assert nearer_high - nearer_low < high - low


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_holds_the_share_and_is_scipys(case: tuple[int, int]) -> None:
    successes, n = case
    rounding = 1e-12  # at 0 of n the lower bound comes out as 3e-18
    low, high = wilson(successes, n)
    expected = binomtest(successes, n).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= low <= successes / n + rounding
    assert successes / n - rounding <= high <= 1
    mirrored = wilson(n - successes, n)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)


# --- the order of rows


@FEW
@given(opportunities(), meetings(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: pd.DataFrame, held: pd.DataFrame, random: object) -> None:
    seed = random.randrange(1 << 30)  # type: ignore[attr-defined]
    other, later = rows.sample(frac=1, random_state=seed), held.sample(frac=1, random_state=seed)
    sellers, absences = one_seller(), empty("absences")
    goal = target(50_000)
    assert same(win_rate(rows, MAY), win_rate(other, MAY))
    assert same(win_rate(rows, MAY, basis="value"), win_rate(other, MAY, basis="value"))
    assert same(pipeline_value(rows, MAY), pipeline_value(other, MAY))
    assert same(pipeline_coverage(rows, goal, MAY), pipeline_coverage(other, goal, MAY))
    assert same(sales_cycle_days(rows, MAY), sales_cycle_days(other, MAY))
    assert same(meetings_agreed(held, MAY), meetings_agreed(later, MAY))
    assert same(show_rate(held, MAY), show_rate(later, MAY))
    assert same(meeting_to_offer(held, rows, MAY), meeting_to_offer(later, other, MAY))
    assert same(
        meetings_per_week(held, sellers, absences, MAY),
        meetings_per_week(later, sellers, absences, MAY),
    )


# --- meetings


@FEW
@given(counts, st.integers(0, 5))
def test_an_absence_never_lowers_meetings_per_week(held: int, absent: int) -> None:
    rows = held_meetings(held)
    there = meetings_per_week(rows, one_seller(), empty("absences"), MAY)
    away = meetings_per_week(rows, one_seller(), leave(absent), MAY)
    assert away.value >= there.value
    assert there.value * there.denominator == pytest.approx(held)


@FEW
@given(meetings())
def test_every_agreed_meeting_belongs_to_exactly_one_month(held: pd.DataFrame) -> None:
    quarter = Period("2026-Q2", "quarter", date(2026, 4, 1), date(2026, 6, 30))
    assert sum(meetings_agreed(held, month, date="meeting").value for month in quarter.months()) == len(held)


# --- pipeline


@FEW
@given(st.lists(money, min_size=1, max_size=8), money, st.floats(0.01, 100))
def test_coverage_does_not_depend_on_the_unit_of_money(values: list[float], goal: float, factor: float) -> None:
    rows = offers(open=len(values)).assign(value=values)
    scaled = rows.assign(value=[value * factor for value in values])
    found = pipeline_coverage(rows, target(goal), MAY)
    assert found.value == pytest.approx(pipeline_coverage(scaled, target(goal * factor), MAY).value)
    assert found.value == pytest.approx(math.fsum(values) / goal)
    assert pipeline_value(scaled, MAY).value == pytest.approx(pipeline_value(rows, MAY).value * factor)


@FEW
@given(opportunities(), counts, counts)
def test_won_and_lost_offers_never_move_the_pipeline(rows: pd.DataFrame, won: int, lost: int) -> None:
    end = date(2026, 5, 31)
    more = pd.concat([rows, offers(won, lost)])  # decided on 12 May
    assert same(pipeline_value(rows, MAY, as_of=end, scope="all"), pipeline_value(more, MAY, as_of=end, scope="all"))


# --- sales cycle


@FEW
@given(st.lists(st.integers(0, 400), min_size=1, max_size=25), st.integers(0, 50))
def test_longer_deals_lengthen_the_cycle_by_as_much(lengths: list[int], longer: int) -> None:
    found = sales_cycle_days(won_deals(lasting(lengths)), MAY)
    later = sales_cycle_days(won_deals(lasting(length + longer for length in lengths)), MAY)
    for part in ("median", "mean", "p90"):
        assert later.parts[part] == pytest.approx(found.parts[part] + longer)
        assert min(lengths) <= found.parts[part] <= max(lengths) or found.parts[part] == pytest.approx(max(lengths))
    assert found.parts.get("low", 0) <= found.value <= found.parts.get("high", math.inf)


@FEW
@given(st.lists(st.integers(0, 400), min_size=1, max_size=25), counts, counts)
def test_open_and_lost_offers_never_move_the_cycle(lengths: list[int], lost: int, open_: int) -> None:
    won = won_deals(lasting(lengths))
    assert same(sales_cycle_days(won, MAY), sales_cycle_days(pd.concat([won, offers(0, lost, open_)]), MAY))


# --- unit economics


amounts = st.floats(0.01, 1e6)
shares = st.floats(0.001, 1)


@given(amounts, shares, shares, st.floats(0.01, 100))
def test_ltv_grows_with_revenue_and_shrinks_with_churn(arpa: float, margin: float, churn: float, factor: float) -> None:
    found = ltv(arpa, margin, churn).value
    assert ltv(arpa * factor, margin, churn).value == pytest.approx(found * factor)
    assert ltv(arpa, margin, churn / 2).value == pytest.approx(found * 2)
    assert ltv(arpa, margin, lifetime_months=1 / churn).value == pytest.approx(found)


@given(
    amounts, shares, shares, st.floats(0.0001, 0.5), st.sampled_from(["end", "start"]), st.none() | st.integers(1, 120)
)
def test_discounting_never_adds_value(
    arpa: float, margin: float, churn: float, rate: float, payment: str, cap: int | None
) -> None:
    whole = ltv(arpa, margin, churn, cap_months=cap)
    discounted = ltv(arpa, margin, churn, cap_months=cap, discount_rate=rate, payment=payment)  # type: ignore[arg-type]
    assert discounted.value <= whole.value * (1 + 1e-9) * (1 + rate if payment == "start" and cap else 1)


@given(amounts, shares, shares, amounts)
def test_ratio_payback_and_lifetime_agree(arpa: float, margin: float, churn: float, cost: float) -> None:
    """LTV:CAC is the lifetime in payback times: (m x L) / c = L / (c / m)."""
    worth, payback = ltv(arpa, margin, churn), cac_payback_months(cost, arpa, margin)
    assert ltv_cac(worth.value, cost).value == pytest.approx(worth.parts["lifetime"] / payback.value)


@given(st.floats(0, 1e9), st.integers(1, 10_000))
def test_cac_times_customers_is_the_cost(costs: float, customers: int) -> None:
    assert cac(costs, customers).value * customers == pytest.approx(costs)


# In thousandths: a margin of 1e-303 is no margin, and its payback overflows.
any_amount = st.integers(-(10**9), 10**9).map(lambda it: it / 1000)
any_share = st.integers(-2000, 2000).map(lambda it: it / 1000)


@given(any_amount, any_share, any_share, any_amount)
def test_no_input_gives_infinity_or_a_figure_without_a_cause(
    arpa: float, margin: float, churn: float, cost: float
) -> None:
    for found in (ltv(arpa, margin, churn), ltv_cac(arpa, cost), cac_payback_months(cost, arpa, margin), cac(cost, 3)):
        assert math.isnan(found.value) == bool(found.reason)
        assert not math.isinf(found.value)
