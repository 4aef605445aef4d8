"""What is handed to the formulas: costs, customers and their windows; counted by hand."""

from datetime import date

from kpi_core.periods import period
from kpi_core.scorecard import Reading, scorecard
from kpi_core.tables import Dataset
from tests.small_tables import opportunities, rows

COSTS = rows("costs", "month category amount\n2026-04-01 Salaries 30000\n2026-04-01 Ads 10000\n2026-06-01 Ads 20000")
CUSTOMERS = rows(
    "customers",
    """
    id  first_order  ended       monthly_revenue  gross_margin
    1   2025-01-10   -           100              0.5
    2   2025-01-10   2026-04-15  100              0.5
    3   2026-04-02   -           300              0.6
    4   2026-04-20   -           -                -
    5   2026-06-03   -           200              0.5
    """,
)


def cac(key: str, costs: object = COSTS, **options: str) -> Reading:
    data = Dataset(costs=costs, customers=CUSTOMERS)  # type: ignore[arg-type]
    found = scorecard(data, period(key), as_of=date(2026, 6, 30), options={"cac": options}, kpis=["cac"])
    return found.reading("cac")


def test_cac_is_the_costs_by_the_first_orders_of_the_months() -> None:
    assert cac("2026-04").value == 40_000 / 2
    assert cac("2026-Q2").value == 60_000 / 3


def test_a_month_without_a_cost_row_is_told() -> None:
    assert any("1" in note.en for note in cac("2026-Q2").notes)
    assert not cac("2026-04").notes


def test_a_blank_cost_is_never_0() -> None:
    blank = rows("costs", "month category amount\n2026-04-01 Salaries 30000\n2026-04-01 Ads -")
    found = cac("2026-04", blank)
    assert found.value is None
    assert found.reason is not None


def test_costs_of_an_earlier_month_may_be_set_against_todays_customers() -> None:
    """June's one new customer against April's costs, two months earlier; January's costs are not in the history."""
    assert cac("2026-06", lag_months="2").value == 40_000
    assert cac("2026-06", lag_months="6").value is None


def test_new_customers_come_from_won_deals_where_there_is_no_customer_list() -> None:
    """Companies A and B win their first deal in April; A's second one and B's renewal bring nobody new."""
    deals = opportunities("""
        id  status  company  closed      deal_type
        1   won     A        2026-04-02  new
        2   won     A        2026-04-20  new
        3   won     B        2026-04-21  new
        4   won     C        2026-04-22  renewal
        5   lost    D        2026-04-22  new
    """)
    data = Dataset(costs=COSTS, opportunities=deals)
    reading = scorecard(data, period("2026-04"), as_of=date(2026, 4, 30), kpis=["cac"]).reading("cac")
    assert reading.n == 2
    every = {"cac": {"new_from": "deals"}}
    assert (
        scorecard(data, period("2026-04"), as_of=date(2026, 4, 30), options=every, kpis=["cac"]).reading("cac").n == 3
    )


def test_ltv_rests_on_the_active_customers_and_a_years_churn() -> None:
    """On 30 April 2026 customers 1 and 3 are active and pay 100 and 300: ARPA 200, margin (50 + 180) / 400.

    Of 1 and 2, both at risk on the first day of each of the twelve months, one left in the last: 1 / 24."""
    data = Dataset(customers=CUSTOMERS)
    parts = scorecard(data, period("2026-04"), as_of=date(2026, 4, 30), kpis=["ltv"]).reading("ltv").parts
    assert (parts["arpa"], parts["gross_margin"], parts["churn"]) == (200, 0.575, 1 / 24)


def test_ltv_takes_what_a_firm_gives_in_place_of_its_list() -> None:
    given = {"ltv": {"arpa": "500", "gross_margin": "0,75", "churn": "0.025"}}
    found = scorecard(Dataset(customers=CUSTOMERS), period("2026-04"), as_of=date(2026, 4, 30), options=given)
    assert found.reading("ltv").value == 15_000


def test_an_unfinished_month_is_not_one_without_losses() -> None:
    """Seen on 2 May 2026 the last complete month is April: 1 lost of the 24 customer-months of May 2025 to April 2026.

    The same holds for a period of all of 2026; on 31 May its own month is complete: customers 1 and 2 at risk for
    the eleven months June to April, and 1, 3 and 4 in May: 1 / (22 + 3).
    """
    data = Dataset(customers=CUSTOMERS)
    for key, day in (("2026-05", date(2026, 5, 2)), ("2026", date(2026, 5, 30))):
        ltv = scorecard(data, period(key), as_of=day, kpis=["ltv"]).reading("ltv")
        assert ltv.parts["churn"] == 1 / 24
        assert [note.en for note in ltv.notes] == [
            "Churn is over the 12 months up to April 2026: a later month is unfinished."
        ]
    ended = scorecard(data, period("2026-05"), as_of=date(2026, 5, 31), kpis=["ltv"]).reading("ltv")
    assert ended.parts["churn"] == 1 / 25
    assert not ended.notes


def test_a_month_ahead_has_no_figure_that_needs_a_past() -> None:
    """The data's last day is 3 June 2026, the last first order: of July nothing is known but its plans."""
    plans = rows("costs", "month category amount\n2026-04-01 Ads 1000\n2026-07-01 Ads 2000")
    found = scorecard(Dataset(costs=plans, customers=CUSTOMERS), period("2026-07"))
    measured = [reading.kpi for reading in found.readings if reading.value is not None]
    assert not measured
    reasons = {reading.kpi: reading.reason.en for reading in found.readings if reading.reason}
    for kpi in ("cac", "ltv", "ltv_cac", "cac_payback_months"):
        assert reasons[kpi].startswith("The period lies ahead")


def test_a_month_ahead_has_the_meetings_that_are_booked_for_it_where_they_are_counted_by_their_own_day() -> None:
    """definitions.md A9: by booking date for the vendor's work, by meeting date for capacity."""
    booked = rows(
        "meetings",
        """
        id  company  booked      meeting     outcome
        1   A        2026-05-04  2026-05-12  held
        2   B        2026-05-11  2026-06-02  -
        3   C        2026-05-12  2026-06-09  -
        """,
    )
    data, june, today = Dataset(meetings=booked), period("2026-06"), date(2026, 5, 13)
    by_day = {"meetings_agreed": {"date": "meeting"}}
    assert scorecard(data, june, as_of=today, options=by_day).reading("meetings_agreed").value == 2
    by_booking = scorecard(data, june, as_of=today).reading("meetings_agreed")
    assert by_booking.value is None
    assert by_booking.reason is not None
    assert by_booking.reason.en.startswith("The period lies ahead")
