"""How a value is judged: minimum n, strong or indicative, unfinished, doubtful, compared."""

import math

import pytest

from kpi_core.catalogue import definition
from kpi_core.evidence import wilson
from kpi_core.measure import Measure, Note, nothing
from kpi_core.periods import month
from kpi_core.reading import Reading, not_by_group, reading

MAY = month(2026, 5)


def judged(kpi: str, measure: Measure, **more: object) -> Reading:
    return reading(definition(kpi), measure, MAY, None, **more)  # type: ignore[arg-type]


def share(successes: int, n: int, **more: object) -> Measure:
    return Measure(successes / n, successes, n, n, **more)  # type: ignore[arg-type]


def test_below_the_minimum_n_there_is_no_colour() -> None:
    found = judged("win_rate", share(1, 19))
    assert (found.status, found.evidence) == ("grey", "too_little")
    assert found.diagnosis is not None
    assert "19" in found.diagnosis.fi
    assert "20" in found.diagnosis.en
    assert found.value == pytest.approx(1 / 19)


def test_red_is_strong_when_the_interval_clears_the_limit_too() -> None:
    """definitions.md B: at 10 % one needs 200 decided offers."""
    assert (judged("win_rate", share(20, 200)).status, judged("win_rate", share(20, 200)).evidence) == ("red", "strong")
    assert (judged("win_rate", share(2, 20)).status, judged("win_rate", share(2, 20)).evidence) == ("red", "indicative")


def test_a_share_has_wilsons_interval_and_a_value_rate_has_none() -> None:
    assert judged("win_rate", share(20, 52)).interval == wilson(20, 52)
    assert judged("win_rate", share(20, 52, basis={"basis": "value"})).interval is None
    assert judged("meeting_to_offer", share(30, 25, basis={"method": "period"})).interval is None


def test_nothing_to_measure_is_a_reason_in_words_never_0() -> None:
    found = judged("win_rate", nothing("nothing_decided"))
    assert found.value is None
    assert found.status == "grey"
    assert found.reason is not None
    assert all(found.reason)
    assert found.diagnosis is None


def test_an_unfinished_cohort_is_not_punished() -> None:
    """6 of 30 is 20 %, red; but 5 young meetings may still lead to offers, 11 of 30 would clear 30 %."""
    young = Note("young_meetings", {"count": 5, "lag_days": "30"})
    found = judged("meeting_to_offer", share(6, 30, notes=(young,), best=11 / 30))
    assert found.status == "grey"
    assert found.diagnosis is not None
    assert "36,7 %" in found.diagnosis.fi.replace("\N{NO-BREAK SPACE}", " ")
    hopeless = judged("meeting_to_offer", share(1, 30, notes=(young,), best=6 / 30))
    assert hopeless.status == "red"


def test_a_show_rate_of_unmarked_meetings_is_amber_whatever_it_is() -> None:
    note = Note("mostly_unrecorded", {"share": 0.3})
    for held in (5, 95):
        found = judged("show_rate", share(held, 100, notes=(note,), doubt="mostly_unrecorded"))
        assert found.status == "amber"
        assert found.diagnosis is not None
        assert "30" in found.diagnosis.fi


def test_a_cycle_is_judged_against_the_trailing_year() -> None:
    year = Measure(40.0, n=100)
    assert judged("sales_cycle_days", Measure(49.0, n=30), compared=year).status == "green"
    assert judged("sales_cycle_days", Measure(51.0, n=30), compared=year).status == "amber"
    assert judged("sales_cycle_days", Measure(51.0, n=30)).status == "grey"
    assert judged("sales_cycle_days", Measure(51.0, n=30), compared=Measure(40.0, n=3)).status == "grey"


def test_a_firms_own_limit_replaces_the_comparison() -> None:
    found = judged("sales_cycle_days", Measure(51.0, n=30), thresholds=[50])
    assert found.status == "red"
    assert judged("sales_cycle_days", Measure(49.0, n=30), thresholds=[50]).status == "green"


def test_what_a_group_cannot_have_is_said_so() -> None:
    found = not_by_group(definition("cac"), MAY, ("seller", "Aino"))
    assert found.value is None
    assert found.reason is not None
    assert "myyjittäin" in found.reason.fi


def test_unknown_parts_are_none_not_nan() -> None:
    found = judged("ltv", nothing("no_churn", parts={"churn": math.nan, "arpa": 5.0}))
    assert found.parts == {"churn": None, "arpa": 5.0}


def test_a_median_is_strong_evidence_only_when_its_own_interval_keeps_the_colour() -> None:
    """A median of 30 days against 40 is green up to 50 days: an interval to 49 is strong, one to 124 is not."""
    year = Measure(40.0, n=100)
    narrow = Measure(30.0, n=30, parts={"low": 25.0, "high": 49.0})
    wide = Measure(30.0, n=8, parts={"low": 24.0, "high": 124.0})
    assert judged("sales_cycle_days", narrow, compared=year).evidence == "strong"
    assert judged("sales_cycle_days", wide, compared=year).evidence == "indicative"
    assert judged("sales_cycle_days", wide, thresholds=[200]).evidence == "strong"
    assert (
        judged("sales_cycle_days", Measure(30.0, n=30, basis={"stat": "mean"}, parts=narrow.parts)).evidence
        == "indicative"
    )
