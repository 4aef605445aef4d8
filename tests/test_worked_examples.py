"""The worked examples of worked_examples/*.toml, each through the project's own formulas.

A case says in a sentence what is given and what comes of it, where that is from, and how exactly it was published.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kpi_core.catalogue import definition
from kpi_core.evidence import wilson
from kpi_core.formulas import funnel, meetings, pipeline, sales_cycle, unit_economics
from kpi_core.measure import Measure
from kpi_core.periods import Period, month, week_of
from tests import counted_tables as tables
from tests.counted_tables import MAY

HERE = Path(__file__).parent

Case = Mapping[str, Any]
CASES: list[Case] = [
    case
    for file in sorted((HERE / "worked_examples").glob("*.toml"))
    for case in tomllib.loads(file.read_text())["case"]
]


def win_rate(given: Case, options: Case) -> Measure:
    won = given["won"]
    lost = given["total"] - won if "total" in given else given["lost"]
    return funnel.win_rate(tables.offers(won, lost, given.get("open", 0)), MAY, **options)


def change_of_won_value(given: Case, options: Case) -> float:
    """The same two deals, seen in their own months."""
    months = [month(2026, 5), month(2026, 6)]
    deals = tables.won_deals([(month.start, month.end) for month in months])
    deals["value"] = [float(given["may"]), float(given["june"])]
    may, june = (funnel.win_rate(deals, of, **options).parts["won_value"] for of in months)
    return june / may - 1


def sales_cycle_days(given: Case, options: Case) -> list[float] | Measure:
    def measured(spans: list[tuple[date, date]]) -> Measure:
        whole = Period("all", "range", date(2023, 1, 1), date(2026, 12, 31))
        return sales_cycle.sales_cycle_days(tables.won_deals(spans), whole, **options)

    if "pairs" in given:
        pairs = [(date.fromisoformat(begun), date.fromisoformat(closed)) for begun, closed in given["pairs"]]
        return [measured([pair]).value for pair in pairs] + [measured(pairs).value]
    if "days" in given:
        return measured(tables.lasting(given["days"]))
    # Totals alone are published: an odd number of deals spread evenly about the mean has them.
    mean, half = given["total_days"] // given["deals"], given["deals"] // 2
    days = range(mean - half, mean + half + 1)
    assert (sum(days), len(days)) == (given["total_days"], given["deals"])
    return measured(tables.lasting(days))


def pipeline_coverage(given: Case, options: Case) -> Measure:
    stale, won = given.get("stale", 0), given.get("remaining", 0)
    goal = given["target"] if "target" in given else given["remaining"] + won
    return pipeline.pipeline_coverage(
        tables.pipeline(given["open"] - stale, stale, won), tables.target(goal), MAY, **options
    )


def funnel_steps(given: Case, options: Case) -> list[float]:
    """Every step by its own formula, then their product."""
    steps = {
        "contact_to_meeting": lambda many, few: funnel.contact_to_meeting(
            tables.calls(many), tables.held_meetings(few), MAY
        ),
        "meeting_to_offer": lambda many, few: funnel.meeting_to_offer(
            tables.held_meetings(many), tables.offers(open=few), MAY
        ),
        "win_rate": lambda many, few: funnel.win_rate(tables.offers(few, many - few), MAY),
    }
    pairs = zip(given["steps"], pairwise(given["counts"]), strict=True)
    rates = [steps[kpi](many, few).value for kpi, (many, few) in pairs]
    return [*rates, math.prod(rates)]


def meetings_per_week(given: Case, options: Case) -> Measure:
    found = meetings.meetings_per_week(
        tables.held_meetings(given["held"]),
        tables.one_seller(),
        tables.leave(given.get("absent", 0)),
        MAY,
        **options,
    )
    weeks = given["workdays"] / 5 if "workdays" in given else given["days"] / 7
    assert found.parts["seller_weeks"] == pytest.approx(weeks)
    return found


def iso(given: Case) -> list[int]:
    year, week = week_of(given["date"]).key.split("-W")
    return [int(year), int(week)]


MEASURED: Mapping[str, Callable[[Case, Case], Measure | float | list[float] | list[int] | tuple[float, float]]] = {
    "win_rate": win_rate,
    "win_rate.won_value": change_of_won_value,
    "sales_cycle_days": sales_cycle_days,
    "pipeline_coverage": pipeline_coverage,
    "funnel": funnel_steps,
    "meetings_per_week": meetings_per_week,
    "cac": lambda given, _: unit_economics.cac(sum(given["costs"]), given["new_customers"]),
    "ltv": lambda given, options: unit_economics.ltv(**given, **options),
    "ltv.lifetime": lambda given, options: unit_economics.ltv(**given, **options).parts["lifetime"],
    "ltv_cac": lambda given, _: unit_economics.ltv_cac(**given),
    "cac_payback_months": lambda given, _: unit_economics.cac_payback_months(**given),
    "iso_week": lambda given, _: iso(given)[1],
    "iso_year_and_week": lambda given, _: iso(given),
    "wilson": lambda given, _: wilson(**given),
    "wilson_lower": lambda given, _: wilson(**given)[0],
}


def listed(value: object) -> list[float]:
    return list(value) if isinstance(value, list | tuple) else [value]  # type: ignore[list-item]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_worked_example(case: Case) -> None:
    measured = MEASURED[case["kpi"]](case["given"], case.get("options", {}))
    if "reason" in case:
        assert isinstance(measured, Measure)
        assert (math.isnan(measured.value), measured.reason) == (True, case["reason"]), case["says"]
        return
    got = listed(measured.value if isinstance(measured, Measure) else measured)
    told = f"{case['id']} ({case['kpi']}): {case['says']} wanted {case['wanted']}, got {measured}"
    assert got == pytest.approx(listed(case["wanted"]), abs=case["tolerance"], rel=0), told
    assert got == pytest.approx(listed(case["exact"]), rel=1e-12, abs=1e-12), told
    if "unwanted" in case:
        assert got != pytest.approx(listed(case["unwanted"]), rel=0.01), told
    if "band" in case:
        assert definition(case["kpi"]).band(got[0]).id == case["band"], told


def test_every_case_tells_its_source_and_has_its_own_id() -> None:
    faults = [
        case["id"] for case in CASES if not case["source"].strip() or case["kind"] not in {"published", "derived"}
    ]
    assert not faults
    assert len({case["id"] for case in CASES}) == len(CASES)


def test_every_case_of_the_source_list_is_carried(shared: Path) -> None:
    """Every figure and source of ../shared/kpi/worked_examples.json stands in a case of its id (L10: L10-5, L10-3)."""
    missing = []
    for source in json.loads((shared / "kpi" / "worked_examples.json").read_text()):
        carried = [case for case in CASES if case["id"] == source["id"] or case["id"].startswith(f"{source['id']}-")]
        for key, ours in (("expected", "wanted"), ("exact", "exact")):
            figures = [figure for case in carried for figure in listed(case.get(ours, math.nan))]
            missing += [f"{source['id']}: {key} {it}" for it in listed(source[key]) if it not in figures]
        if source["url"] not in {case["source"] for case in carried}:
            missing.append(f"{source['id']}: {source['url']}")
    assert not missing, "\n".join(missing)
