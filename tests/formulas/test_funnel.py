"""Conversions, one fact a test; every expected figure is counted by hand from the small table above it."""

import math
from datetime import date

import pytest

from kpi_core.formulas.funnel import contact_to_meeting, meeting_to_offer, win_rate
from kpi_core.measure import Measure
from kpi_core.periods import month, period
from tests.small_tables import contacts, meetings, opportunities

MAY = month(2026, 5)


def notes(measure: Measure) -> dict[str, object]:
    return {note.code: note.found.get("count") for note in measure.notes}


DEALS = opportunities("""
    id  status  created     offer       closed      value   company  offer_from
    1   won     2026-03-01  2026-04-01  2026-05-04  1000    A        column
    2   lost    2026-03-02  2026-04-02  2026-05-31  3000    B        column
    3   lost    2026-03-03  2026-04-03  2026-05-01  -       C        column
    4   won     2026-03-04  2026-04-04  2026-06-01  500     D        column
    5   open    2026-03-05  2026-05-05  -           700     E        column
    6   won     2026-03-06  -           2026-05-06  900     F        -
""")


def test_win_rate_counts_offers_decided_in_the_period() -> None:
    """Of the offers 1, 2 and 3 close in May and 1 is won; 6 was never offered, 4 closes in June, 5 is open."""
    found = win_rate(DEALS, MAY)
    assert (found.numerator, found.denominator, found.n) == (1, 3, 3)
    assert found.value == pytest.approx(1 / 3)
    assert found.parts == {"won": 1, "lost": 2, "open": 2, "won_value": 1000}  # on 31 May 4 and 5 are still open


def test_scope_all_takes_deals_that_were_never_offered() -> None:
    assert win_rate(DEALS, MAY, scope="all").value == pytest.approx(2 / 4)


def test_by_value_a_blank_value_weighs_nothing_and_is_noted() -> None:
    found = win_rate(DEALS, MAY, basis="value")
    assert found.value == pytest.approx(1000 / 4000)
    assert notes(found)["without_value"] == 1
    assert dict(found.notes[-1].found) == {"share": 3000 / 4000}  # the biggest deal


def test_the_cohort_of_offers_may_be_divided_by_all_of_them() -> None:
    """Offered in April: 1 won, 2 and 3 lost, 4 won in June, all decided by the end of June."""
    april = month(2026, 4)
    assert win_rate(DEALS, april, date="offer", as_of=date(2026, 6, 30)).value == pytest.approx(2 / 4)
    early = win_rate(DEALS, april, date="offer", denominator="all", as_of=date(2026, 5, 10))
    assert (early.numerator, early.denominator) == (1, 4)
    assert early.best == pytest.approx(3 / 4)  # 2 and 4 were still open on 10 May
    assert notes(early)["cohort_running"] == 2


def test_nothing_decided_is_never_0_percent() -> None:
    found = win_rate(DEALS, month(2026, 7))
    assert math.isnan(found.value)
    assert found.reason == "nothing_decided"


def test_only_losses_are_a_true_0_percent() -> None:
    found = win_rate(DEALS[DEALS["status"] == "lost"], MAY)
    assert (found.value, found.n) == (0.0, 2)


def test_an_offer_is_stale_on_its_own_day_and_then_lost() -> None:
    """5 was offered on 5 May: with 20 days it is lost on 25 May; 4 (4 April) became stale on 24 April, not in May."""
    found = win_rate(DEALS, MAY, stale_days=20)
    assert (found.numerator, found.denominator) == (1, 4)
    assert notes(found)["stale_as_lost"] == 1


def test_a_no_decision_is_a_loss_unless_narrow() -> None:
    deals = opportunities("""
        id  status  closed      no_decision
        1   won     2026-05-04  no
        2   lost    2026-05-04  yes
        3   lost    2026-05-04  no
    """)
    assert win_rate(deals, MAY).value == pytest.approx(1 / 3)
    assert win_rate(deals, MAY, lost="narrow").value == pytest.approx(1 / 2)


def test_money_of_two_currencies_is_not_added_but_deals_are_counted() -> None:
    deals = opportunities("""
        id  status  closed      value  currency
        1   won     2026-05-04  10     EUR
        2   lost    2026-05-04  10     SEK
    """)
    assert win_rate(deals, MAY).value == 0.5
    assert win_rate(deals, MAY, basis="value").reason == "mixed_currency"


def test_a_negative_value_is_outside_the_domain_by_value_only() -> None:
    deals = opportunities("""
        id  status  closed      value
        1   won     2026-05-04  -10
        2   lost    2026-05-04  10
    """)
    assert win_rate(deals, MAY).value == 0.5
    assert win_rate(deals, MAY, basis="value").reason == "negative_value"


def test_an_unreliable_offer_stage_is_named() -> None:
    """Of five won deals two never passed the offer stage: 40 %."""
    deals = opportunities("""
        id  status  closed      offer       offer_from
        1   won     2026-05-04  2026-04-01  stage
        2   won     2026-05-04  2026-04-01  stage
        3   won     2026-05-04  2026-04-01  stage
        4   won     2026-05-04  -           -
        5   won     2026-05-04  -           -
    """)
    assert win_rate(deals, MAY).basis["scope"] == "all"  # a stage history alone does not choose the scope
    found = win_rate(deals, MAY, scope="offers")
    assert found.n == 3
    assert [dict(note.found) for note in found.notes if note.code == "offer_stage_unreliable"] == [
        {"share": 0.4, "count": 2}
    ]


MEETINGS = meetings("""
    id  meeting     booked      outcome  company  person
    1   2026-05-04  2026-04-28  held     A        a
    2   2026-05-05  2026-04-29  held     B        b
    3   2026-05-06  2026-04-29  no_show  C        c
    4   2026-05-20  2026-05-10  held     A        a
    5   2026-05-28  2026-05-20  held     D        d
    6   2026-04-10  2026-04-01  held     E        e
    7   2026-05-11  2026-05-01  held     E        e
""")


def test_meeting_to_offer_follows_the_first_held_meetings_of_the_period() -> None:
    """A, B and D meet for the first time in May (E did in April, C did not show up); A and B get an offer in time."""
    offers = opportunities("""
        id  status  company  offer       offer_from
        1   open    A        2026-05-10  column
        2   open    B        2026-04-20  column
        3   open    D        2026-07-01  column
        4   open    X        2026-05-15  column
    """)
    found = meeting_to_offer(MEETINGS, offers, MAY, as_of=date(2026, 5, 31))
    assert (found.numerator, found.denominator) == (2, 3)
    assert notes(found) == {"offer_before_meeting": 1, "offers_without_meeting": 1, "young_meetings": 1}
    assert found.best == 1.0  # D met three days ago: its offer may still come
    late = meeting_to_offer(MEETINGS, offers, MAY, as_of=date(2026, 7, 31))
    assert late.value == 1.0


def test_a_moved_meeting_belongs_to_the_month_in_which_it_was_held() -> None:
    held = meetings("id meeting outcome moved_to company\n1 2026-04-29 held 2026-05-07 A")
    offers = opportunities("id status company offer\n1 open A 2026-05-20")
    assert meeting_to_offer(held, offers, MAY).value == 1.0
    assert meeting_to_offer(held, offers, month(2026, 4), as_of=date(2026, 5, 31)).reason == "no_held_meetings"


def test_the_ratio_of_a_period_may_exceed_one_and_says_what_it_is() -> None:
    offers = opportunities("""
        id  status  company  offer
        1   open    A        2026-05-10
        2   open    A        2026-05-11
        3   open    B        2026-05-12
        4   open    D        2026-05-13
    """)
    found = meeting_to_offer(MEETINGS, offers, MAY, method="period")
    assert found.value == pytest.approx(4 / 3)
    assert found.basis == {"method": "period"}


@pytest.mark.parametrize(
    ("offers", "reason"),
    [
        ("id status company\n1 open A", "no_offers_recorded"),
        ("id status offer\n1 open 2026-05-10", "no_link"),
    ],
)
def test_without_offers_or_a_link_there_is_no_meeting_to_offer(offers: str, reason: str) -> None:
    assert meeting_to_offer(MEETINGS, opportunities(offers), MAY).reason == reason


def test_a_month_without_held_meetings_has_no_meeting_to_offer() -> None:
    offers = opportunities("id status company offer\n1 open A 2026-01-10")
    assert meeting_to_offer(MEETINGS, offers, month(2026, 1)).reason == "no_held_meetings"


CALLS = contacts("""
    id  contacted   channel  reached  person  company
    1   2026-05-04  phone    yes      a       A
    2   2026-05-05  phone    no       b       B
    3   2026-05-05  phone    yes      b       B
    4   2026-05-06  phone    yes      b       B
    5   2026-05-06  email    yes      c       C
    6   2026-05-07  phone    yes      d       D
    7   2026-05-08  phone    yes      d2      D
    8   2026-05-09  -        yes      e       E
""")


def test_contact_to_meeting_counts_people_reached_by_phone_once() -> None:
    """Reached by phone: a, b, d, d2, e (no channel: taken for a call). a, b and e had booked in April, before the call:
    no first meeting was left to win. Of d and d2, d books one, on 20 May."""
    found = contact_to_meeting(CALLS, MEETINGS, MAY, as_of=date(2026, 5, 31))
    assert (found.numerator, found.denominator) == (1, 2)
    assert notes(found) == {"channel_unknown": 1, "already_met": 3}


def test_contact_to_meeting_by_dials_divides_by_every_call() -> None:
    """Seven calls, five of them to a, b and e."""
    found = contact_to_meeting(CALLS, MEETINGS, MAY, basis="dials")
    assert (found.numerator, found.denominator) == (1, 2)


def test_contact_to_meeting_by_companies_takes_colleagues_together() -> None:
    """A, B and E had met before; d and d2 are both of D."""
    found = contact_to_meeting(CALLS, MEETINGS, MAY, basis="companies")
    assert (found.numerator, found.denominator) == (1, 1)


def test_namesakes_at_two_companies_are_two_people() -> None:
    calls = contacts(
        "id contacted channel reached person company\n1 2026-05-04 phone yes Matti A\n2 2026-05-04 phone yes Matti B"
    )
    booked = meetings("id booked meeting person company\n1 2026-05-05 2026-05-12 Matti B")
    found = contact_to_meeting(calls, booked, MAY)
    assert (found.numerator, found.denominator) == (1, 2)
    offers = opportunities("id status person company offer\n1 open Matti A 2026-05-20")
    held = meetings("id meeting outcome person company\n1 2026-05-12 held Matti B")
    assert meeting_to_offer(held, offers, MAY).value == 0.0


def test_calls_without_a_result_do_not_say_that_nobody_was_reached() -> None:
    calls = contacts("id contacted channel person\n1 2026-05-04 phone a")
    assert contact_to_meeting(calls, MEETINGS, MAY).reason == "reach_not_recorded"


def test_a_meeting_booked_after_the_report_day_does_not_count_yet() -> None:
    assert contact_to_meeting(CALLS, MEETINGS, MAY, as_of=date(2026, 5, 19)).value == 0.0


def test_a_booking_without_a_date_was_made_by_the_report_day_though_its_meeting_is_later() -> None:
    """a is called on 4 May; the meeting of 9 June stands in the export of 31 May, so it was booked by then."""
    calls = contacts("id contacted channel reached person\n1 2026-05-04 phone yes a\n2 2026-05-05 phone yes b")
    booked = meetings("id booked meeting person\n1 - 2026-06-09 a\n2 2026-06-02 2026-06-09 b")
    found = contact_to_meeting(calls, booked, MAY, as_of=date(2026, 5, 31))
    assert (found.numerator, found.denominator) == (1, 2)


def test_nobody_reached_is_not_0_percent() -> None:
    assert contact_to_meeting(CALLS, MEETINGS, period("2026-W27")).reason == "nobody_reached"
