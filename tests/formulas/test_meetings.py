"""Meetings a week, agreed meetings, show rate; counted by hand."""

import math
from datetime import date

import pytest

from kpi_core.formulas.meetings import meetings_agreed, meetings_per_week, show_rate
from kpi_core.periods import month, period
from kpi_core.tables import empty
from tests.small_tables import meetings, rows

MAY = month(2026, 5)
ONE = rows("sellers", "seller\nAino")
TWO = rows("sellers", "seller\nAino\nVille")
NOBODY_AWAY = empty("absences")
# Eleven first meetings of Aino in May 2026.
ELEVEN = meetings(
    "id meeting outcome company seller\n" + "\n".join(f"{i} 2026-05-{i + 3:02} held C{i} Aino" for i in range(11))
)


def test_eleven_meetings_in_may_2026_are_a_warning_by_a_hair() -> None:
    """worked_examples.json M1: 19 working days are 3.8 weeks, 11 / 3.8 = 2.8947."""
    found = meetings_per_week(ELEVEN, ONE, NOBODY_AWAY, MAY)
    assert found.value == pytest.approx(2.8947, abs=1e-4)
    assert found.parts == {"meetings": 11, "seller_weeks": pytest.approx(3.8), "sellers": 1}


def test_five_days_of_leave_lift_the_warning() -> None:
    leave = rows("absences", "seller from to\nAino 2026-05-04 2026-05-08")
    assert meetings_per_week(ELEVEN, ONE, leave, MAY).value == pytest.approx(11 / 2.8)


def test_credit_can_be_split_where_nothing_was_held() -> None:
    booked = meetings("id meeting outcome company seller\n1 2026-05-04 booked C Aino\n2 2026-04-04 held D Aino")
    assert meetings_per_week(booked, ONE, NOBODY_AWAY, MAY, credit="split").value == 0


def test_calendar_weeks_give_2_48() -> None:
    """worked_examples.json M3."""
    assert meetings_per_week(ELEVEN, ONE, NOBODY_AWAY, MAY, week="calendar").value == pytest.approx(2.4839, abs=1e-4)


def test_a_seller_without_meetings_stays_in_the_denominator() -> None:
    assert meetings_per_week(ELEVEN, TWO, NOBODY_AWAY, MAY).value == pytest.approx(11 / 7.6)


def test_a_new_hire_counts_from_the_first_day() -> None:
    """From 25 May there are 5 working days left in May 2026."""
    hired = rows("sellers", "seller active_from\nAino 2026-05-25")
    assert meetings_per_week(ELEVEN, hired, NOBODY_AWAY, MAY).parts["seller_weeks"] == pytest.approx(1.0)


def test_a_seller_who_left_before_the_period_is_not_in_it() -> None:
    left = rows("sellers", "seller active_to\nAino -\nVille 2026-04-30")
    assert meetings_per_week(ELEVEN, left, NOBODY_AWAY, MAY).parts["sellers"] == 1


def test_a_running_month_counts_elapsed_working_days_only() -> None:
    """By 8 May 2026 five working days have passed (1 May is a holiday), six meetings were held (one on Sunday)."""
    found = meetings_per_week(ELEVEN, ONE, NOBODY_AWAY, MAY, as_of=date(2026, 5, 8))
    assert found.value == pytest.approx(6 / 1.0)
    assert "running" in [note.code for note in found.notes]


def test_a_period_of_holidays_has_nothing_to_divide_by() -> None:
    found = meetings_per_week(ELEVEN, ONE, NOBODY_AWAY, period("2026-05"), as_of=date(2026, 5, 3))
    assert math.isnan(found.value)
    assert found.reason == "no_working_days"


SHARED = meetings("""
    id  meeting     outcome    company  seller
    1   2026-05-04  held       A        Aino
    1   2026-05-04  held       A        Ville
    2   2026-05-05  held       B        Ville
    3   2026-05-06  held       A        Ville
    4   2026-05-07  cancelled  D        Aino
    5   2026-05-08  held       E        -
""")


def test_a_meeting_of_two_sellers_is_one_for_the_team_and_one_for_each() -> None:
    """New: 1 (A), 2 (B), 5 (E, nobody's). 3 is the second meeting with A, 4 was cancelled."""
    team = meetings_per_week(SHARED, TWO, NOBODY_AWAY, MAY)
    assert team.numerator == 3
    assert {note.code: note.found["count"] for note in team.notes} == {"without_seller": 1}
    aino = SHARED[SHARED["seller"] == "Aino"]
    assert meetings_per_week(aino, ONE, NOBODY_AWAY, MAY, history=SHARED).numerator == 1
    assert meetings_per_week(aino, ONE, NOBODY_AWAY, MAY, history=SHARED, credit="split").numerator == 0.5


def test_a_calendar_without_outcomes_counts_its_past_meetings_and_says_so() -> None:
    calendar = meetings("id meeting company seller\n1 2026-05-04 A Aino\n2 2026-06-04 B Aino")
    found = meetings_per_week(calendar, ONE, NOBODY_AWAY, MAY)
    assert found.numerator == 1
    assert "outcomes_not_recorded" in [note.code for note in found.notes]


def test_agreed_meetings_are_counted_by_the_day_of_booking() -> None:
    agreed = meetings("""
        id  booked      meeting     outcome
        1   2026-04-30  2026-05-04  held
        2   2026-05-04  2026-06-01  booked
        3   2026-05-05  2026-05-20  cancelled
        3   2026-05-05  2026-05-20  cancelled
    """)
    found = meetings_agreed(agreed, MAY)
    assert found.value == 2
    assert found.parts == {"by_booking_date": 2, "by_meeting_date": 2, "cancelled": 1}
    assert meetings_agreed(agreed, MAY, date="meeting").value == 2
    assert meetings_agreed(agreed, month(2026, 7)).value == 0  # a true figure


def test_without_booking_days_there_is_no_count_of_bookings() -> None:
    assert meetings_agreed(ELEVEN, MAY).reason == "no_booking_dates"
    assert meetings_agreed(ELEVEN, MAY, date="meeting").value == 11


def test_show_rate_leaves_out_what_was_cancelled_in_time() -> None:
    """Held 1, 2; no-show 3, cancelled on its day 5; left out: cancelled before 4; unmarked 6, 7, 8; ahead 9."""
    booked = meetings("""
        id  meeting     outcome    cancelled   moved_to
        1   2026-05-04  held       -           -
        2   2026-05-05  held       -           -
        3   2026-05-06  no_show    -           -
        4   2026-05-07  cancelled  2026-05-06  -
        5   2026-05-08  cancelled  2026-05-08  -
        6   2026-05-11  moved      -           2026-05-20
        7   2026-05-12  -          -           -
        8   2026-05-13  booked     -           -
        9   2026-05-29  held       -           -
    """)
    found = show_rate(booked, MAY, as_of=date(2026, 5, 25))
    assert (found.numerator, found.denominator) == (2, 4)
    assert {note.code: note.found.get("count") for note in found.notes} == {
        "cancelled": 1,
        "unrecorded": 3,
        "mostly_unrecorded": None,
    }
    assert found.doubt == "mostly_unrecorded"  # 3 of 8 due are unmarked, 6 since its new day
    assert show_rate(booked, MAY, as_of=date(2026, 5, 25), strict="yes").value == 2 / 8


def test_a_meeting_moved_without_a_new_day_becomes_a_no_show_after_30_days() -> None:
    booked = meetings("""
        id  meeting     outcome  moved_to
        1   2026-05-04  held     -
        2   2026-05-05  moved    -
        3   2026-05-06  moved    2026-05-12
    """)
    assert show_rate(booked, MAY, as_of=date(2026, 6, 3)).value == 1.0
    assert show_rate(booked, MAY, as_of=date(2026, 6, 4)).value == 1 / 2


def test_a_moved_meeting_is_judged_in_the_month_of_its_final_day() -> None:
    """1 was moved from April and held in May; 2 was moved from May and missed in June; 3 is 4's new day."""
    booked = meetings("""
        id  meeting     outcome  moved_to    company
        1   2026-04-29  held     2026-05-07  A
        2   2026-05-28  no_show  2026-06-10  B
        3   2026-05-12  held     -           C
        4   2026-05-05  moved    2026-05-12  C
    """)
    found = show_rate(booked, MAY, as_of=date(2026, 6, 30))
    assert (found.numerator, found.denominator) == (2, 2)
    assert {note.code: note.found["count"] for note in found.notes} == {"moved": 1}
    assert show_rate(booked, month(2026, 6), as_of=date(2026, 6, 30)).value == 0.0


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_a_meeting_that_one_seller_held_was_held_whatever_the_order(order: list[int]) -> None:
    booked = meetings("id meeting outcome seller\n1 2026-05-04 held Aino\n1 2026-05-04 no_show Ville").iloc[order]
    assert show_rate(booked, MAY).value == 1.0


def test_a_meeting_without_a_booking_day_is_told() -> None:
    agreed = meetings("id booked meeting\n1 2026-05-04 2026-05-20\n2 - 2026-05-21")
    found = meetings_agreed(agreed, MAY)
    assert found.value == 1
    assert [(note.code, note.found["count"]) for note in found.notes] == [("without_booking_day", 1)]


def test_where_new_days_are_not_recorded_moved_meetings_are_left_out() -> None:
    booked = meetings("id meeting outcome\n1 2026-05-04 held\n2 2026-05-05 moved")
    assert show_rate(booked, MAY, as_of=date(2026, 12, 31)).value == 1.0


def test_no_outcome_and_nothing_due_are_reasons_not_zeroes() -> None:
    assert show_rate(ELEVEN.assign(outcome=None), MAY).reason == "no_outcomes"
    assert show_rate(ELEVEN, month(2026, 7)).reason == "nothing_due"
