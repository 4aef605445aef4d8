"""Days from first contact to closing; counted on the calendar."""

import math
from datetime import date, timedelta

import pytest

from kpi_core.formulas.sales_cycle import sales_cycle_days
from kpi_core.periods import month
from tests.small_tables import opportunities

MARCH = month(2024, 3)
DEALS = opportunities("""
    id  status  first_contact  created     closed
    1   won     2024-01-10     2024-01-20  2024-03-05
    2   won     2024-03-01     2024-03-01  2024-03-01
    3   won     2024-03-10     2024-03-01  2024-03-05
    4   won     -              2024-02-01  2024-03-08
    5   lost    2024-01-01     2024-01-01  2024-03-20
    6   open    2024-03-01     2024-03-01  -
    7   open    2024-02-01     2024-02-01  -
""")


def test_leap_days_and_same_days_count_and_bad_rows_are_left_out_and_noted() -> None:
    """1: 10 Jan to 5 Mar 2024 = 55 days; 2: 0 days; 3 closes before its first contact; 4 has none."""
    found = sales_cycle_days(DEALS, MARCH)
    assert found.value == pytest.approx((55 + 0) / 2)
    assert (found.n, found.parts["mean"]) == (2, 27.5)
    assert {note.code: note.found["count"] for note in found.notes} == {"without_start": 1, "closed_before_start": 1}


def test_the_age_of_open_deals_stands_beside() -> None:
    """On 31 March: 30 and 59 days."""
    assert sales_cycle_days(DEALS, MARCH).parts["open_age"] == pytest.approx(44.5)


def test_what_was_decided_since_was_open_on_a_past_day() -> None:
    """Open at the end of 6 March: 4 (won on the 8th, without a first contact), 5 (lost on the 20th), 6 and 7.

    From first contact 5 is 65 days old (31 January - 1, 29 in February, 6), 6 is 5 and 7 is 34 days: the median is 34.
    Deal 8, created only on the 7th, is none of them; deal 9, closed on the 6th, no longer.
    """
    later = opportunities("""
        id  status  first_contact  created     closed
        4   won     -              2024-02-01  2024-03-08
        5   lost    2024-01-01     2024-01-01  2024-03-20
        6   open    2024-03-01     2024-03-01  -
        7   open    2024-02-01     2024-02-01  -
        8   open    2024-03-02     2024-03-07  -
        9   won     2024-01-01     2024-01-01  2024-03-06
    """)
    assert sales_cycle_days(later, MARCH, as_of=date(2024, 3, 6)).parts["open_age"] == 34


def test_lost_deals_enter_only_on_request() -> None:
    """5: 1 Jan to 20 Mar 2024 = 79 days; the median of 0, 55, 79."""
    assert sales_cycle_days(DEALS, MARCH, deals="closed").value == 55


def test_from_creation_every_row_has_a_start() -> None:
    """45, 0, 4 and 36 days."""
    found = sales_cycle_days(DEALS, MARCH, start="created")
    assert (found.value, found.n) == (20, 4)


def test_mean_and_percentile_are_one_argument_away() -> None:
    """The article's case (azdataconsulting): median 75, mean 233.75; PERCENTILE.INC(0.9) = 500 + 0.3 x 500."""
    days = [100, 80, 60, 30, 500, 30, 1000, 70]
    deals = opportunities(
        "id status first_contact closed\n"
        + "\n".join(f"{i} won {_before(day)} 2024-03-05" for i, day in enumerate(days))
    )
    assert sales_cycle_days(deals, MARCH).value == 75
    assert sales_cycle_days(deals, MARCH, stat="mean").value == 233.75
    assert sales_cycle_days(deals, MARCH, stat="p90").value == pytest.approx(650)
    assert sales_cycle_days(deals, MARCH).parts["low"] == 30


def _before(days: int) -> str:
    return (date(2024, 3, 5) - timedelta(days=days)).isoformat()


def test_without_any_first_contact_the_creation_day_stands_in_and_says_so() -> None:
    deals = opportunities("id status created closed\n1 won 2024-03-01 2024-03-05")
    found = sales_cycle_days(deals, MARCH)
    assert found.value == 4
    assert [note.code for note in found.notes] == ["start_from_created"]


def test_no_won_deal_or_no_start_is_a_reason() -> None:
    assert math.isnan(sales_cycle_days(DEALS, month(2024, 6)).value)
    assert sales_cycle_days(DEALS, month(2024, 6)).reason == "no_won_deals"
    undated = opportunities("id status closed\n1 won 2024-03-05")
    assert sales_cycle_days(undated, MARCH).reason == "no_start_dates"


def test_fewer_than_six_deals_have_no_interval() -> None:
    assert "low" not in sales_cycle_days(DEALS, MARCH).parts


def test_every_group_has_the_start_of_the_whole_data() -> None:
    """Elsewhere in the data first contacts are recorded, so a seller without any has no cycle from creation days."""
    deals = opportunities("id status created closed\n1 won 2024-03-01 2024-03-05")
    assert sales_cycle_days(deals, MARCH, fall_back=False).reason == "no_start_dates"
