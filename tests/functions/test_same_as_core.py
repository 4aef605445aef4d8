"""A worksheet function and kpi_core's formula on the same rows give the same figure, or the same error."""

from __future__ import annotations

import csv
import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from addin.functions import FUNCTIONS
from kpi_core.catalogue import catalogue, definition, mark
from kpi_core.evidence import wilson
from kpi_core.formulas import funnel, meetings, pipeline, sales_cycle, unit_economics
from kpi_core.intake import read
from kpi_core.measure import Measure
from kpi_core.periods import period
from kpi_core.planning import Assumptions, plan
from kpi_core.reading import reading
from kpi_core.scorecard import scorecard
from kpi_core.single_table import TABLES
from kpi_core.tables import empty
from kpi_core.words import spellings
from tests import any_tables
from tests.counted_tables import MAY, table

FIRST, LAST = MAY.start, MAY.end
DAYS = st.dates(date(2026, 4, 1), date(2026, 6, 30))
quick = settings(max_examples=20, deadline=None)


def call(name: str, *raw: Any) -> Any:
    return FUNCTIONS[name].call(*raw)


def cells(values: pd.Series[Any]) -> list[list[Any]]:
    """A column of a table as a sheet holds it: days as day numbers' datetimes, blanks as None."""
    plain = values.astype("object").where(values.notna(), None)
    return [[value.to_pydatetime() if isinstance(value, pd.Timestamp) else value] for value in plain]


def agrees(found: Any, measure: Measure, kpi: str) -> None:
    if measure.reason:
        assert found == definition(kpi).reasons[measure.reason].excel
    elif not math.isfinite(measure.value):
        assert found == "#NUM!", "a figure that no cell can hold"
    else:
        assert found == pytest.approx(measure.value, rel=1e-12)


def worded(meanings: list[str | None], name: str, data: st.DataObject) -> list[list[Any]]:
    """The meanings in any of the intake's words for them, in any case."""
    words = {meaning: spellings(name, meaning) for meaning in set(meanings) - {None}}
    said = [data.draw(st.sampled_from(words[it])) if it else None for it in meanings]
    return [[data.draw(st.sampled_from([word, word.upper(), f" {word} "])) if word else None] for word in said]


@quick
@given(any_tables.opportunities(), st.data())
def test_win_rate(rows: pd.DataFrame, data: st.DataObject) -> None:
    outcomes = worded(list(rows["status"]), "status", data)
    measure = funnel.win_rate(rows, MAY, scope="all")
    agrees(call("WINRATE", outcomes, cells(rows["closed_on"]), FIRST, LAST), measure, "win_rate")
    one = rows[rows["company"] == "A"]
    by_company = call("WINRATE", outcomes, cells(rows["closed_on"]), FIRST, LAST, cells(rows["company"]), "a")
    agrees(by_company, funnel.win_rate(one, MAY, scope="all"), "win_rate")


@quick
@given(any_tables.meetings(), st.data())
def test_show_rate(rows: pd.DataFrame, data: st.DataObject) -> None:
    said = [None if pd.isna(it) else str(it) for it in rows["outcome"]]
    found = call("SHOWRATE", worded(said, "outcome", data), cells(rows["meeting_on"]), FIRST, LAST)
    agrees(found, meetings.show_rate(rows, MAY), "show_rate")


@quick
@given(
    st.lists(st.tuples(st.sampled_from("ABCDEFG"), st.booleans(), DAYS), min_size=1, max_size=20),
    st.lists(st.tuples(st.sampled_from("ABCDEFGH"), DAYS), min_size=1, max_size=10),
)
def test_contact_to_meeting(called: list[tuple[str, bool, date]], booked: list[tuple[str, date]]) -> None:
    contacts = table(
        "contacts",
        ({"person": who, "reached": reached, "contacted_on": on, "channel": "phone"} for who, reached, on in called),
    )
    agreed = table(
        "meetings",
        (
            {"meeting_id": f"M{place}", "person": who, "booked_on": on, "meeting_on": on}
            for place, (who, on) in enumerate(booked)
        ),
    )
    found = call(
        "CONTACTTOMEETING",
        cells(contacts["person"]),
        cells(agreed["person"]),
        [["tavoitettu" if reached else "ei vastannut"] for _, reached, _ in called],
        cells(contacts["contacted_on"]),
        cells(agreed["booked_on"]),
        FIRST,
        LAST,
    )
    agrees(found, funnel.contact_to_meeting(contacts, agreed, MAY), "contact_to_meeting")


@quick
@given(any_tables.meetings(), st.lists(st.tuples(st.sampled_from("ABCDE"), DAYS), max_size=8))
def test_meeting_to_offer(rows: pd.DataFrame, offered: list[tuple[str, date]]) -> None:
    rows = rows.assign(company=rows["company"].fillna("E"))
    assume((rows["outcome"] == "held").any())
    deals = table(
        "opportunities",
        (
            {"opportunity_id": f"O{place}", "company": who, "status": "open", "offer_on": on, "offer_from": "column"}
            for place, (who, on) in enumerate([*offered, ("Z", FIRST)])
        ),
    )
    found = call(
        "MEETINGTOOFFER",
        cells(rows["company"]),
        cells(deals["company"]),
        cells(rows["outcome"].replace("no_show", "ei saapunut")),
        cells(rows["meeting_on"]),
        cells(deals["offer_on"]),
        FIRST,
        LAST,
    )
    agrees(found, funnel.meeting_to_offer(rows, deals, MAY), "meeting_to_offer")


@quick
@given(any_tables.meetings(), st.integers(1, 6), st.sampled_from(["working", "calendar", "iso"]))
def test_meetings_per_week(rows: pd.DataFrame, heads: int, week: Any) -> None:
    rows = rows.assign(company=rows["company"].fillna("E"))
    assume((rows["outcome"] == "held").any())
    sellers = table("sellers", ({"seller": f"S{number}"} for number in range(heads)))
    measure = meetings.meetings_per_week(rows, sellers, empty("absences"), MAY, week=week)
    outcomes = cells(rows["outcome"].replace("no_show", "no show"))
    whom = cells(rows["company"])
    found = call("MEETINGSPERWEEK", cells(rows["meeting_on"]), FIRST, LAST, heads, None, week, outcomes, whom)
    agrees(found, measure, "meetings_per_week")
    agrees(call("MEETINGSPERWEEK", measure.n, FIRST, LAST, heads, None, week), measure, "meetings_per_week")


@quick
@given(any_tables.opportunities(), st.lists(st.sampled_from([0, 10, 50, 100, None]), min_size=25, max_size=25))
def test_pipeline_value(rows: pd.DataFrame, chances: list[int | None]) -> None:
    # What is open by its status alone: the worksheet function knows no past day.
    rows = rows.assign(
        created_on=pd.NaT, first_contact_on=pd.NaT, probability=pd.Series(chances[: len(rows)], dtype=float)
    )
    rows["closed_on"] = rows["closed_on"].where(rows["closed_on"] <= pd.Timestamp(LAST), pd.Timestamp(LAST))
    rows["closed_on"] = rows["closed_on"].where(rows["status"] != "open")
    values, statuses = cells(rows["value"]), cells(rows["status"])
    agrees(call("PIPELINEVALUE", values, statuses), pipeline.pipeline_value(rows, MAY, scope="all"), "pipeline_value")
    weighted = pipeline.pipeline_value(rows, MAY, scope="all", weighted="yes")
    if (rows["status"] == "open").any() and rows.loc[rows["status"] == "open", "value"].notna().any():
        known = rows["probability"].notna() & rows["value"].notna() & (rows["status"] == "open")
        assume(known.any())
        agrees(call("PIPELINEVALUE", values, statuses, cells(rows["probability"])), weighted, "pipeline_value")


@quick
@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=9), st.floats(1, 1e6), st.floats(0, 2e6))
def test_pipeline_coverage(values: list[float], goal: float, won: float) -> None:
    deals = [{"status": "open", "value": value} for value in values] + [
        {"status": "won", "value": won, "closed_on": FIRST}
    ]
    rows = table("opportunities", ({"opportunity_id": f"O{place}", **it} for place, it in enumerate(deals)))
    targets = table("targets", [{"month_on": FIRST, "target_value": goal}])
    whole = [[value] for value in values]
    plain = pipeline.pipeline_coverage(rows, targets, MAY, scope="all")
    to_go = pipeline.pipeline_coverage(rows, targets, MAY, scope="all", target="remaining")
    agrees(call("PIPELINECOVERAGE", whole, goal), plain, "pipeline_coverage")
    agrees(call("PIPELINECOVERAGE", whole, goal, won), to_go, "pipeline_coverage")


@quick
@given(any_tables.opportunities(), st.sampled_from(["median", "mean", "p90"]))
def test_sales_cycle(rows: pd.DataFrame, which: Any) -> None:
    measure = sales_cycle.sales_cycle_days(rows, MAY, stat=which, fall_back=False)
    begun, closed = cells(rows["first_contact_on"]), cells(rows["closed_on"])
    found = call("SALESCYCLE", begun, closed, which, cells(rows["status"]), FIRST, LAST)
    agrees(found, measure, "sales_cycle_days")


AMOUNT = st.none() | st.floats(-10, 1e6) | st.sampled_from([0, 1])
SHARE = st.none() | st.floats(-0.1, 1.1) | st.sampled_from([0, 1])


def number(value: float | None) -> float:
    return math.nan if value is None else float(value)


@quick
@given(AMOUNT, SHARE, SHARE, st.none() | st.floats(0, 120), st.none() | st.floats(0, 0.1), st.none() | st.floats(0, 99))
def test_unit_economics(
    arpa: float | None,
    margin: float | None,
    churn: float | None,
    cap: float | None,
    rate: float | None,
    lifetime: float | None,
) -> None:
    a, m, c = number(arpa), number(margin), number(churn)
    worth = unit_economics.ltv(a, m, c, cap_months=cap, discount_rate=rate, lifetime_months=lifetime)
    agrees(call("LTV", arpa, margin, churn, cap, rate, lifetime), worth, "ltv")
    agrees(call("LTVCAC", arpa, margin), unit_economics.ltv_cac(a, m), "ltv_cac")
    agrees(call("CAC", arpa, churn), unit_economics.cac(a, c), "cac")
    agrees(call("CACPAYBACK", arpa, churn, margin), unit_economics.cac_payback_months(a, c, m), "cac_payback_months")


@pytest.mark.parametrize("kpi", catalogue().values(), ids=catalogue())
@quick
@given(st.floats(0, 1), st.integers(0, 300))
def test_status_and_advice(kpi: Any, share: float, n: int) -> None:
    """What a scorecard says of a figure with that value and that many observations behind it."""
    value = share if kpi.unit == "ratio" else share * 8
    said = reading(kpi, Measure(value, value * n, n, n), MAY, None)
    assert call("KPISTATUS", kpi.id, value, n) == said.status
    assert call("KPISTATUS", kpi.id, value, n, "suomi") == mark(said.status).word.fi
    advice = "" if said.diagnosis is None else said.diagnosis.en
    assert call("KPIADVICE", kpi.id, value, "en", n) == advice


@quick
@given(st.integers(1, 500), st.integers(0, 500))
def test_interval(n: int, k: int) -> None:
    assume(k <= n)
    assert call("KPIINTERVAL", "Show rate", k, n) == [list(wilson(k, n))]


@quick
@given(st.floats(0, 1e6), st.floats(1, 1e5), *[st.floats(0.01, 1)] * 3, st.none() | st.floats(0, 1e6))
def test_what_a_target_takes(
    target: float, deal_size: float, win_rate: float, offered: float, shown: float, won: float | None
) -> None:
    """The planning sheet's figures, in whose template the same plan stands."""
    needed = plan(Assumptions(target, deal_size, win_rate, offered, show_rate=shown))
    assert call("MEETINGSNEEDED", target, deal_size, win_rate, offered) == needed.meetings.month
    assert call("MEETINGSNEEDED", target, deal_size, win_rate, offered, shown) == needed.agreed.month
    assert call("PIPELINENEEDED", target, win_rate) == needed.pipeline
    left = plan(Assumptions(max(target - (won or 0.0), 0.0), win_rate=win_rate)).pipeline
    assert call("PIPELINENEEDED", target, win_rate, won) == left


def test_every_function_is_compared_here() -> None:
    compared = re.findall(r'call\(\s*"([A-Z]+)"', Path(__file__).read_text(encoding="utf-8"))
    assert set(compared) == set(FUNCTIONS)


HEADS = ["Tunnus", "Tila", "Sulkemispäivä", "Ensikontakti", "Myyjä", "Arvo"]
ROW = st.tuples(
    st.sampled_from(["voitettu", "hävitty", "avoin"]), DAYS, DAYS, st.sampled_from(["Aino", "Eero"]), st.integers(1, 9)
)


@settings(max_examples=4, deadline=None)
@given(st.lists(ROW, min_size=3, max_size=20))
def test_a_table_s_scorecard_is_that_of_the_same_rows_in_a_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    rows = [("voitettu", FIRST, FIRST, "Aino", 5), *rows]
    listed = [
        [f"T{place}", status, None if status == "avoin" else closed, begun, seller, 1000 * thousands]
        for place, (status, closed, begun, seller, thousands) in enumerate(rows)
    ]
    file: Path = tmp_path_factory.mktemp("rows") / "kaupat.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows([HEADS, *listed])
    card = scorecard(read([file]).data, period("2026-05"), by="seller")

    head, *lines = call("KPITABLE", [HEADS, *listed], "myyjä", "2026-05", "en")
    assert head == ["Seller", "KPI", "Value", "n", "Low 95%", "High 95%", "Status", "What it says"]
    by_name = {definition(kpi).short.en: kpi for kpi in TABLES}
    assert {line[0] for line in lines} == {"All", *card.groups()}
    for group, name, value, n, low, high, status, said in lines:
        it = card.reading(by_name[name], None if group == "All" else group)
        reason = definition(it.kpi).reasons
        assert value == pytest.approx(it.value) if it.value is not None else value in {r.excel for r in reason.values()}
        assert (n, status) == (it.n, mark(it.status).word.en)
        assert [low, high] == (pytest.approx(it.interval) if it.interval else ["", ""])
        told = it.reason or it.diagnosis
        assert said == (told.en if told else "")


def test_every_kpi_has_the_tables_that_it_is_made_of() -> None:
    assert set(TABLES) == set(catalogue())
