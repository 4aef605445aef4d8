"""How cells are read, one fact a test: headers, blanks, truth, errors, sizes, criteria, numbers and days as text."""

from __future__ import annotations

import math
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from addin.functions import FUNCTIONS


def call(name: str, *raw: Any) -> Any:
    return FUNCTIONS[name].call(*raw)


def column(*cells: Any) -> list[list[Any]]:
    return [[cell] for cell in cells]


def win_rate(*cells: Any) -> Any:
    return call("WINRATE", column(*cells))


@pytest.mark.parametrize("header", ["Tila", "Status", "Suljettu", "Lopputulos 2026"])
def test_a_header_is_left_out(header: str) -> None:
    assert win_rate(header, "won", "lost", "lost", "lost") == 0.25


@pytest.mark.parametrize("amounts", [(math.inf, -math.inf), (math.inf, 1.0), (-math.inf,), (10**400,), (1e308, 1e308)])
@pytest.mark.parametrize("name", ["CAC", "PIPELINEVALUE"])
def test_an_amount_beyond_what_a_cell_holds_is_num_and_nothing_for_the_log(
    name: str, amounts: tuple[float, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """JSON has 1e400, which Python reads as infinity."""
    assert call(name, column(*amounts), *([5.0] if name == "CAC" else [])) == "#NUM!"
    assert caplog.records == []


@pytest.mark.parametrize("header", ["Won", "Voitettu"])
def test_a_header_that_is_an_outcome_s_word_is_known_by_the_truth_values_under_it(header: str) -> None:
    assert win_rate(header, True, False, False, None) == pytest.approx(1 / 3)
    assert win_rate(header, "kyllä", "ei") == 0.5
    assert win_rate(header, "lost") == 0.5, "above words it is an outcome"
    assert win_rate(header) == 1.0, "alone it is one too"


def test_only_the_first_cell_can_be_a_header() -> None:
    """An unknown status left out would move the figure unseen."""
    assert win_rate("Tila", "won", "vunnen") == "#VALUE!"
    assert win_rate("Tila", "Tila", "won") == "#VALUE!"
    assert win_rate(None, "", "Tila", "won", "lost") == 0.5, "blanks may stand above it"


def test_a_row_of_headers_is_left_out_of_several_columns() -> None:
    """One column a seller or month, as sheets are laid out; COUNTIF leaves out all of their headers too."""
    assert call("WINRATE", [["Aino", "Eero"], ["won", "lost"], ["lost", "lost"]]) == 0.25
    assert call("WINRATE", [[None, "Eero"], ["won", "lost"]]) == 0.5
    assert call("WINRATE", [["Tila", "Tila"], [True, False]]) == call("WINRATE", [["Won", "Won"], [1, 0]]) == 0.5
    assert call("CAC", [["Palkat", "Mainonta"], [300, 200]], 5) == 100.0
    assert call("WINRATE", [["won", "lost"]] * 2, [["Tammi", "Helmi"], [46143, 46143]], 46143) == 0.5
    assert call("CONTACTTOMEETING", [["Nimi", "Yritys"], ["Aalto", "Berg"]], [["aalto"]]) == 0.5
    assert call("WINRATE", [["Tila", "won", "lost"]]) == 0.5, "in a single row the first cell may be a header"
    assert call("WINRATE", [["Tila", "won"], ["lost", "lost"]]) == pytest.approx(1 / 3), (
        "as the first cell may anywhere"
    )
    for cells in ([["won", "vunnen"], ["lost", "lost"]], [["Aino", "Eero"], ["won", "Eero"]], [["won", "lost", "x"]]):
        assert call("WINRATE", cells) == "#VALUE!", "an unknown word is no header"
    assert call("CAC", [["Palkat", "paljon"], ["Palkat", 200]], 5) == "#VALUE!"


def test_a_range_without_a_criterion_is_refused_and_no_condition_of_zero() -> None:
    values = column(1000, 500)
    assert call("PIPELINEVALUE", values, None, None, column("a", "b")) == "#VALUE!"
    assert call("PIPELINEVALUE", values, None, None, column("a", "b"), None) == 0.0, "a blank criterion cell is 0"
    assert call("PIPELINEVALUE", values, None, None, None) == 1500.0


def test_a_negative_zero_is_zero() -> None:
    assert str(call("LTVCAC", -0.0, 5)) == "0.0"


@pytest.mark.parametrize("word", ["suljettu", "closed", "2", 2, 0.5, date(2026, 5, 1)])
def test_what_tells_no_outcome_is_refused(word: Any) -> None:
    assert win_rate("won", "lost", word) == "#VALUE!"


def test_case_accents_spaces_and_punctuation_do_not_count() -> None:
    assert win_rate("VOITETTU", "suljettu,  voitettu", "Closed-Won", "havitty") == 0.75


def test_blanks_and_signs_for_nothing_do_not_count_and_nothing_is_never_zero() -> None:
    assert win_rate("won", None, "", "  ", "-", "–", "lost") == 0.5
    assert win_rate(None, None) == "#DIV/0!"
    assert win_rate("avoin", "open") == "#DIV/0!"
    assert win_rate("lost") == 0.0, "nothing won of something decided is a true zero"


def test_truth_and_one_and_zero_are_outcomes_in_any_mixture() -> None:
    assert win_rate(True, 1, 1.0, "TOSI", "1", False, 0, "EPÄTOSI") == pytest.approx(5 / 8)
    assert call("SHOWRATE", column(True, False, "pidetty", "ei saapunut", "peruttu")) == 0.5


def test_a_word_means_what_it_means_of_this_thing() -> None:
    """ "Peruttu" is a lost deal, but a meeting that does not count; "toteutunut" is won and held."""
    assert win_rate("won", "peruttu") == 0.5
    assert call("SHOWRATE", column("held", "peruttu")) == 1.0
    assert win_rate("toteutunut") == call("SHOWRATE", column("toteutunut")) == 1.0


def test_two_numbers_are_totals() -> None:
    assert call("WINRATE", 20, 30) == 0.4
    assert call("WINRATE", [[20.0]], [[30.0]]) == 0.4
    assert call("WINRATE", "20", "30,0") == 0.4
    assert call("WINRATE", 1, 0) == 1.0
    assert call("WINRATE", 0, 0) == "#DIV/0!"


def test_a_total_without_its_pair_is_not_available_and_never_a_rate() -> None:
    for won in (0, 1, 20):
        assert call("WINRATE", won) == "#N/A"
        assert call("SHOWRATE", won, None) == "#N/A"
    assert call("WINRATE", -1, 5) == "#NUM!"
    assert call("WINRATE", 5, "many") == "#VALUE!"


@pytest.mark.parametrize(
    ("error", "english"),
    [
        ("#JAKO/0!", "#DIV/0!"), ("#PUUTTUU!", "#N/A"), ("#PUUTTUU", "#N/A"), ("#ARVO!", "#VALUE!"),
        ("#LUKU!", "#NUM!"), ("#VIITTAUS!", "#REF!"), ("#NIMI?", "#NAME?"),
        ("#TYHJÄ!", "#NULL!"), ("#LEVITTYMINEN!", "#VALUE!"),
        ("#DIV/0!", "#DIV/0!"), ("#N/A", "#N/A"), ("#REF!", "#REF!"), ("#SPILL!", "#VALUE!"),
    ],
)  # fmt: skip
def test_an_error_in_a_range_comes_through_in_english(error: str, english: str) -> None:
    assert win_rate("won", error, "#NUM!") == english, "the first one"
    assert call("LTVCAC", 1, error) == english
    assert call("WINRATE", column("won", "lost"), None, None, None, column("a", error), "a") == english


def test_ranges_of_different_sizes_are_refused() -> None:
    days = column(date(2026, 5, 1))
    assert call("WINRATE", column("won", "lost"), days, date(2026, 5, 1)) == "#VALUE!"
    assert call("WINRATE", column("won", "lost"), days) == "#VALUE!", "also where no period asks for the days"
    assert call("WINRATE", column("won", "lost"), None, None, None, column("a"), "a") == "#VALUE!"
    assert call("WINRATE", column("won", "lost"), None, None, None, [["a", "b"]], "a") == "#VALUE!", (
        "a row is no column"
    )
    assert call("SALESCYCLE", column(1, 2), column(3)) == "#VALUE!"


def test_a_period_wants_days_and_bounds_in_order() -> None:
    assert call("WINRATE", column("won"), None, date(2026, 5, 1)) == "#VALUE!"
    assert call("WINRATE", column("won"), column(date(2026, 5, 1)), date(2026, 5, 2), date(2026, 5, 1)) == "#NUM!"


def test_both_bounds_belong_to_the_period_and_the_time_of_day_does_not_count() -> None:
    closed = column(
        "Suljettu", datetime(2026, 5, 1, 0, 0, tzinfo=UTC), 46173.99, "31.5.2026", "2026-06-01", None, 46142
    )
    rows = column("Tila", "won", "won", "lost", "lost", "lost", "lost")
    assert call("WINRATE", rows, closed, 46143, date(2026, 5, 31)) == pytest.approx(2 / 3)
    assert call("WINRATE", rows, closed, None, 46142) == 0.0
    assert call("WINRATE", rows, closed, "1.6.2026", None) == 0.0


def test_a_blank_bound_is_no_bound_also_where_a_host_hands_it_over_as_zero() -> None:
    outcomes, days = column("won", "lost", "won"), column(46143, 46150, 46200)
    assert call("WINRATE", outcomes, days, 0, 0) == call("WINRATE", outcomes, days, None, None) == 2 / 3
    assert call("WINRATE", outcomes, days, 0, 46150) == 1 / 2
    assert call("WINRATE", outcomes, days, False, 46150) == "#VALUE!"


@pytest.mark.parametrize("day", ["huomenna", "29.2.2027", "5/4/2026", True])
def test_what_is_no_day_is_refused_below_the_header(day: Any) -> None:
    assert call("WINRATE", column("won", "lost"), column(46143, day), 46143) == "#VALUE!"
    assert call("WINRATE", column("won"), column(46143), day) == "#VALUE!"


@pytest.mark.parametrize(("number", "day"), [(1, "1.1.1900"), (59, "28.2.1900"), (61, "1.3.1900"), (46143, "1.5.2026")])
def test_day_numbers_are_excel_s(number: int, day: str) -> None:
    """Source: Excel's 1900 date system, whose day 60 never was."""
    assert call("SALESCYCLE", column(number), column(day)) == 0.0


def test_a_day_that_never_was_is_out_of_domain() -> None:
    for number in (0, -1, 60, 2_958_466, 1e300):
        assert call("SALESCYCLE", column(number), column(46143)) == "#NUM!"


def test_conditions_are_those_of_countifs() -> None:
    """Expected by the help of COUNTIF: support.microsoft.com, "COUNTIF function" and "Using wildcard characters"."""
    names = column("Myyjä", "Aino", "AINO ", "Eero", None, 5, "5", True, "a*b", 10)
    rows = column("Tila", "won", "lost", "lost", "won", "won", "lost", "won", "won", "lost")

    def kept(criterion: Any) -> Any:
        return call("WINRATE", rows, None, None, None, names, criterion)

    assert kept("aino") == 1.0, "case does not count, a trailing space does"
    assert kept("aino*") == 0.5
    assert kept("?ero") == 0.0
    assert kept("a~*b") == 1.0, "~ takes the wildcard's meaning away"
    assert kept("<>a*") == pytest.approx(3 / 6), "all but Aino, AINO and a*b, the blank among them"
    assert kept(5) == kept("5") == kept("=5") == 0.5, "a text that is a number equals it"
    assert kept(">5") == 0.0
    assert kept(">=5") == kept(">4,5") == 0.5, "order compares numbers alone"
    assert kept(True) == kept("TOSI") == 1.0
    assert kept("") == kept("=") == 1.0, "the blank cell"
    assert kept("Nobody") == "#DIV/0!"
    assert kept("=1*1") == "#DIV/0!", "a text with a wildcard, not a sum"


def test_a_blank_condition_is_zero() -> None:
    names = column(0, None, "0", 1)
    assert call("WINRATE", column("won", "lost", "won", "lost"), None, None, None, names, None) == 1.0


def test_days_are_conditions_as_dates_numbers_and_texts() -> None:
    days = column(date(2026, 5, 1), 46144, datetime(2026, 5, 3, 12, tzinfo=UTC))
    rows = column("won", "lost", "lost")
    for criterion in (">=2.5.2026", ">46143", ">=2026-05-02"):
        assert call("WINRATE", rows, None, None, None, days, criterion) == 0.0
    assert call("WINRATE", rows, None, None, None, days, date(2026, 5, 1)) == 1.0
    assert call("WINRATE", rows, None, None, None, days, "<3.5.2026") == 0.5


def test_several_conditions_must_all_hold_and_missing_pairs_are_none() -> None:
    rows, sellers, types = column("won", "lost", "won"), column("A", "A", "B"), column("new", "old", "new")
    assert call("WINRATE", rows, None, None, None, sellers, "A") == 0.5
    assert call("WINRATE", rows, None, None, None, sellers, "A", types, "new") == 1.0
    assert call("WINRATE", rows, None, None, None, None, None, None, None) == pytest.approx(2 / 3)


def test_numbers_may_be_finnish_or_english_texts_that_prove_their_separator() -> None:
    assert call("PIPELINEVALUE", column("12 000 €", "1\N{NO-BREAK SPACE}234,50 €")) == 13234.5
    assert call("LTVCAC", "15 000 €", "6000") == 2.5
    assert call("LTV", 500, "75 %", "2,5 %") == 15000.0
    assert call("LTV", 500, "0,75", "0.025") == 15000.0
    assert call("PIPELINEVALUE", column("1.234", "1,5")) == 1235.5, "the range proves its separator"


def test_a_number_that_may_be_read_in_two_ways_is_refused() -> None:
    assert call("PIPELINEVALUE", column("1.234", 5)) == "#VALUE!"
    assert call("PIPELINEVALUE", column("1.5", "1,5")) == "#VALUE!"
    assert call("LTVCAC", "1.234", 2) == "#VALUE!"


def test_texts_and_truth_are_no_numbers_and_two_currencies_no_sum() -> None:
    assert call("PIPELINEVALUE", column("Arvo", 1000, 500)) == 1500.0, "a header is left out"
    assert call("PIPELINEVALUE", column("Arvo", 1000, "paljon")) == "#VALUE!"
    assert call("CAC", column(1000, True), 5) == "#VALUE!"
    assert call("PIPELINEVALUE", column("5 000 €", "5 000 $")) == "#VALUE!"
    assert call("CAC", Decimal("1000.50"), 10) == pytest.approx(100.05), "COM hands money over as Decimal"


def test_a_blank_input_is_not_available_and_never_zero() -> None:
    assert call("CAC", None, 5) == "#N/A"
    assert call("CAC", column(None, ""), 5) == "#N/A"
    assert call("LTVCAC", 5, None) == "#N/A"
    assert call("MEETINGSNEEDED", 1000, 100, None, 0.4) == "#N/A"
    assert call("PIPELINEVALUE", column(None, None)) == "#N/A"
    assert call("PIPELINEVALUE", column(100), column("won")) == 0.0, "nothing open of something is a true zero"
    assert call("PIPELINEVALUE", column(None, None), column("open", "avoin")) == "#N/A"


def test_whole_columns_mean_what_their_filled_part_means() -> None:
    empty = [[None]] * 50_000
    assert call("WINRATE", column("Tila", "won", "lost") + empty) == 0.5
    days = column("Pvm", 46143, 46200) + empty
    assert call("WINRATE", column("Tila", "won", "lost") + empty, days, None, 46150) == 1.0
    assert (
        call("WINRATE", column("T", "won", "lost") + empty, None, None, None, column("M", "A", "B") + empty, "A") == 1.0
    )


def test_the_cycle_has_three_statistics_by_hand() -> None:
    """PERCENTILE.INC of 10, 20, ... 100 at 0.9 lies a tenth of the way from the 9th to the 10th value: 91."""
    begun, closed = column(*[46000] * 10), column(*(46000 + length for length in range(10, 101, 10)))
    assert call("SALESCYCLE", begun, closed) == 55.0
    assert call("SALESCYCLE", begun, closed, "Keskiarvo") == 55.0
    assert call("SALESCYCLE", begun, closed, "P90") == 91.0
    assert call("SALESCYCLE", begun, closed, "moodi") == "#VALUE!"
    assert call("SALESCYCLE", column(46000, None, 46010, 46000), column(46020, 46020, 46005, None)) == 20.0
    assert call("SALESCYCLE", column(46010), column(46005)) == "#N/A", "closed before it began"


def test_a_known_booking_day_counts_beside_a_blank_one() -> None:
    contacts, day = column("Aalto", "Berg"), column(46150, 46150)
    meetings = column("aalto", "AALTO", "Berg")
    twice = column("aalto", "AALTO")
    assert call("CONTACTTOMEETING", contacts, twice, None, day, column(46140, None)) == 0.0, "Aalto had booked before"
    assert call("CONTACTTOMEETING", contacts, meetings, None, day, column(None, None, 46151)) == 1.0
    assert call("CONTACTTOMEETING", contacts, meetings, None, day, column(46151, 46140, 46151)) == 1.0
    # Aalto's booking lies after the period: not converted yet, but reached.
    later = call("CONTACTTOMEETING", contacts, meetings, None, day, column(46200, 46300, 46151), 46143, 46173)
    assert later == 0.5


def test_a_contact_whose_meeting_was_booked_before_is_in_neither_count() -> None:
    contacts, day = column("Henkilö", "A", "B", "C"), column("Pvm", 46150, 46150, 46150)
    assert call("CONTACTTOMEETING", contacts, column("Nimi", "A", "B"), None, day, column(None, 46140, 46160)) == 0.5
    assert call("CONTACTTOMEETING", contacts, column("A"), None, day, column(46140)) == 0.0
    assert call("CONTACTTOMEETING", column("A"), column("A"), None, column(46150), column(46140)) == "#DIV/0!"


def test_a_plan_wants_rates_that_can_be() -> None:
    assert call("MEETINGSNEEDED", 100_000, 10_000, 0.25, 0.4) == 100.0
    assert call("MEETINGSNEEDED", 100_000, 10_000, 25, 0.4) == "#NUM!", "25 in place of 25 %"
    assert call("MEETINGSNEEDED", 100_000, 10_000, 0, 0.4) == "#DIV/0!"
    assert call("MEETINGSNEEDED", -1, 10_000, 0.25, 0.4) == "#NUM!"
    assert call("MEETINGSNEEDED", 0, 10_000, 0.25, 0.4) == 0.0
    assert call("PIPELINENEEDED", 100, 0.25, 60) == 160.0
    assert call("PIPELINENEEDED", 100, 0.25, 120) == 0.0, "the target is reached"


def test_a_planned_number_of_meetings_reaches_the_target_through_the_funnel() -> None:
    """The product of the steps is the total: meetings x shown x offered x won x deal size is the target."""
    needed = call("MEETINGSNEEDED", column(60_000, 30_000), 7_500, 0.3, 0.45, 0.85)
    assert needed * 0.85 * 0.45 * 0.3 * 7_500 == pytest.approx(90_000)


def test_coverage_to_go_and_a_target_that_is_reached() -> None:
    assert call("PIPELINECOVERAGE", 1000, 500, 250) == 4.0
    assert call("PIPELINECOVERAGE", 1000, 500, 500) == "#N/A"
    assert call("PIPELINECOVERAGE", 1000, None) == call("PIPELINECOVERAGE", 1000, 0) == "#DIV/0!"
    assert call("PIPELINECOVERAGE", 1000, -5) == "#NUM!"
    assert call("PIPELINECOVERAGE", 0, 500) == 0.0


def test_meetings_a_week_by_hand() -> None:
    """May 2026 has 19 working days: 3.8 weeks; 5 days of leave leave 2.8."""
    may = date(2026, 5, 1), date(2026, 5, 31)
    assert call("MEETINGSPERWEEK", 11, *may, 1, 5) == pytest.approx(11 / 2.8)
    assert call("MEETINGSPERWEEK", 11, *may, 2) == pytest.approx(11 / 7.6)
    assert call("MEETINGSPERWEEK", 11, *may, 1, 19) == "#DIV/0!"
    assert call("MEETINGSPERWEEK", 11, *may, 0) == "#N/A", "without a seller"
    assert call("MEETINGSPERWEEK", 11, may[0]) == "#N/A"
    days = column("Pvm", 46143, 46150, 46150, 46200, None)
    assert call("MEETINGSPERWEEK", days, *may) == pytest.approx(3 / 3.8)
    whom = column("Asiakas", "A", "A", "B", "C", None)
    assert call("MEETINGSPERWEEK", days, *may, None, None, None, None, whom) == pytest.approx(2 / 3.8)
    held = column("Tila", "pidetty", "peruttu", "pidetty", "pidetty", None)
    assert call("MEETINGSPERWEEK", days, *may, None, None, None, held) == pytest.approx(2 / 3.8)
    assert call("MEETINGSPERWEEK", 46150, *may) == pytest.approx(1 / 3.8), "a lone day is one meeting, not 46,150"


def test_probabilities_are_shares_or_percent_as_the_whole_column_has_them() -> None:
    values, states = column(1000, 500, 200), column("open", "open", "won")
    assert call("PIPELINEVALUE", values, states, column(0.5, 0.2, 1)) == 600.0
    assert call("PIPELINEVALUE", values, states, column(50, 20, 100)) == 600.0
    assert call("PIPELINEVALUE", values, states, column(0.5, 20, 100)) == "#VALUE!"
    assert call("PIPELINEVALUE", values, states, column(50, 120, 1)) == "#NUM!"
    assert call("PIPELINEVALUE", column(-5), column("open")) == "#NUM!"


def test_a_status_is_judged_on_both_sides_of_its_limits() -> None:
    """Limits of the article: win rate 15 % and 20-40 %; at least 20 decided."""
    for value, colour in ((0.149, "red"), (0.15, "amber"), (0.2, "green"), (0.4, "green"), (0.401, "amber")):
        assert call("KPISTATUS", "Win rate", value, 20) == colour
    assert call("KPISTATUS", "WINRATE", 0.1, 19) == "grey"
    assert call("KPISTATUS", "WINRATE", 0.1) == "red", "without n the amount is not judged"
    assert call("KPISTATUS", "WINRATE", 40, 50) == "#NUM!", "40 in place of 40 %"
    assert call("KPISTATUS", "WINRATE", None, 50) == "grey"
    assert call("KPISTATUS", "WINRATE", "#DIV/0!", 0) == "#DIV/0!"
    assert call("KPISTATUS", "ltv cac", 2.99) == "red"
    assert call("KPISTATUS", "LTV:CAC", 3, None, "fi") == "Kunnossa"
    assert call("KPISTATUS", "Tuntematon", 3) == "#VALUE!"
    assert call("KPIADVICE", "WINRATE", 0.1, "sv") == "#VALUE!"
    assert "n = 7" in call("KPIADVICE", "WINRATE", 0.1, "fi", 7)


def test_an_interval_is_of_shares_alone() -> None:
    assert call("KPIINTERVAL", "LTV", 3, 20) == "#N/A"
    assert call("KPIINTERVAL", "WINRATE", 0, 0) == "#DIV/0!"
    assert call("KPIINTERVAL", "WINRATE", 21, 20) == "#NUM!"
    assert call("KPIINTERVAL", "WINRATE", None, 20) == "#N/A"


def test_a_character_cut_in_two_does_not_stop_a_table() -> None:
    """=LEFT(A1, 1) of an emoji is half of it, which no encoding has."""
    rows = [["Tila", "Sulkemispäivä", "Myyjä"], ["won", 46150, "\ud83d"], ["lost", 46151, "Aino \U0001f600"]]
    found = call("KPITABLE", rows, "myyjä")
    assert [row[0] for row in found[1::3]] == ["Kaikki", "Aino \U0001f600", "\N{REPLACEMENT CHARACTER}"]


def test_a_table_of_more_than_200_groups_is_refused_at_once() -> None:
    heads = ["Tila", "Sulkemispäivä", "Myyjä"]
    begun = time.process_time()
    assert call("KPITABLE", [heads, *(["won", 46150, f"id {it}"] for it in range(5_000))], "myyjä") == "#VALUE!"
    assert time.process_time() - begun < 5
    assert call("KPITABLE", [heads, *(["won", 46150, f"id {it}"] for it in range(201))])[1][1] == 1.0


def test_a_table_s_scorecard_tells_of_rows_that_it_could_not_use_and_of_what_it_cannot_measure() -> None:
    heads = ["Tila", "Sulkemispäivä", "Myyjä"]
    rows = [heads, ["won", 46150, "Aino"], ["lost", 46151, "Aino"], ["vunnen", 46152, "Eero"]]
    *_, last = call("KPITABLE", rows, None, 46143)
    assert last == ["Rivejä, joita ei voitu käyttää", 1.0, "", "", "", "", ""]
    assert call("KPITABLE", rows, "myyjä", "2024-01") == "#N/A", "a period without rows"
    assert call("KPITABLE", rows, "planeetta") == "#VALUE!"
    assert call("KPITABLE", [["Väri", "Muoto"], ["punainen", "pallo"]]) == "#VALUE!", "no CRM table"
    assert call("KPITABLE", [heads, ["won", "#REF!", "Aino"]]) == "#REF!"
