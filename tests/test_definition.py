"""What a definition does with values, options and a firm's own limits, one fact a test."""

from __future__ import annotations

import math
from typing import get_args

import pytest

from kpi_core.catalogue import catalogue, definition, mark, words
from kpi_core.definition import Status
from kpi_core.errors import UsageError
from kpi_core.texts import Text


def test_a_firms_limits_replace_the_published_ones_and_are_named_in_the_diagnosis() -> None:
    known = definition("win_rate")
    band = known.band(0.16, [0.17, 0.25, 0.5])
    assert (band.id, known.band(0.16).id) == ("low", "lowish")
    assert "17 %" in band.diagnosis.fi.replace("\N{NO-BREAK SPACE}", " ")
    assert "17%" in band.diagnosis.en


def test_a_firm_may_limit_what_has_no_published_limit() -> None:
    cycle, agreed = definition("sales_cycle_days"), definition("meetings_agreed")
    assert [cycle.band(days, [60]).status for days in (60, 60.5)] == ["green", "red"]
    assert [agreed.band(count, [30]).status for count in (29, 30)] == ["red", "green"]


@pytest.mark.parametrize(
    ("kpi", "thresholds", "code"),
    [
        ("win_rate", [0.15, 0.20], "catalogue.limits_number"),
        ("win_rate", [0.15, 0.40, 0.20], "catalogue.limits_order"),
        ("win_rate", [0.15, 0.15, 0.20], "catalogue.limits_order"),
        ("win_rate", [0.15, 0.20, math.nan], "catalogue.limits_order"),
        ("ltv", [3], "catalogue.no_limits"),
    ],
)
def test_a_firms_limits_must_fit(kpi: str, thresholds: list[float], code: str) -> None:
    with pytest.raises(UsageError) as error:
        definition(kpi).limits(thresholds)
    assert error.value.code == code
    assert kpi in error.value.message("fi")
    assert kpi in error.value.message("en")


def test_the_basis_names_the_options_that_were_used() -> None:
    rate = definition("win_rate")
    used = {"scope": "all", "basis": "value"}
    assert rate.basis(used) == Text(
        "kaikki ratkenneet myyntimahdollisuudet: voitetut / ratkenneet, arvona, sulkemispäivän mukaan",
        "all decided opportunities: won / decided, by value, by close date",
    )
    narrow = rate.basis({"scope": "offers", "lost": "narrow", "stale_days": "90"})
    assert narrow.en == (
        "offers: won / decided, by count, by close date, no-decisions left out, open for over 90 days counted as lost"
    )
    assert definition("cac").basis({"window": "2017-12"}).en.endswith("new customers, 2017-12")


def test_notes_show_shares_in_percent_and_numbers_in_the_readers_way() -> None:
    note = definition("win_rate").note("offer_stage_unreliable", {"share": 839 / 1166, "count": 1839})
    assert "1 839 voitetuista (72 %)" in note.fi.replace("\N{NO-BREAK SPACE}", " ")
    assert "1,839 of the won (72%)" in note.en


def test_options_become_the_formulas_arguments() -> None:
    assert definition("show_rate").arguments({"strict": "yes", "reschedule_days": "14,5"}) == {
        "strict": "yes",
        "reschedule_days": 14.5,
    }
    assert definition("win_rate").arguments({"stale_days": ""}) == {}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"bases": "value"}, "catalogue.unknown_option"),
        ({"basis": "euros"}, "catalogue.unknown_choice"),
        ({"stale_days": "many"}, "catalogue.not_a_number"),
        ({"stale_days": "-1"}, "catalogue.not_a_number"),
        ({"stale_days": "inf"}, "catalogue.not_a_number"),
    ],
)
def test_options_that_do_not_exist_are_refused_with_a_sentence(options: dict[str, str], code: str) -> None:
    with pytest.raises(UsageError) as error:
        definition("win_rate").arguments(options)
    assert error.value.code == code
    assert next(iter(options.values())) in error.value.message("fi") or "bases" in error.value.message("fi")


def test_an_unknown_kpi_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean win_rate"):
        definition("winrate")


@pytest.mark.parametrize("kpi", [kpi for kpi in catalogue() if definition(kpi).evidence != "none"])
def test_too_little_data_is_told_with_both_counts(kpi: str) -> None:
    told = definition(kpi).too_few(7)
    assert "n = 7" in told.fi
    assert str(definition(kpi).minimum_n) in told.en


@pytest.mark.parametrize("status", get_args(Status))
def test_every_status_has_a_word_and_a_shape_of_its_own(status: Status) -> None:
    others = [mark(other) for other in get_args(Status) if other != status]
    assert mark(status).icon not in [other.icon for other in others]
    assert mark(status).word not in [other.word for other in others]


def test_evidence_is_worded() -> None:
    for evidence in ("strong", "indicative", "too_little"):
        assert words(f"evidence.{evidence}.word").fi
        assert words(f"evidence.{evidence}.meaning").en
