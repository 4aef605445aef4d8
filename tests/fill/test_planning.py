"""The planning sheet: its formulas, recalculated by LibreOffice, are kpi_core's plan; what is missing has a reason."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.fill.batch import fill
from kpi_core.intake import Intake
from kpi_core.periods import period
from kpi_core.planning import Assumptions, Needed, plan
from kpi_core.scorecard import scorecard
from kpi_core.tables import empty
from tests.fill.test_workbooks import values

Filled = Callable[..., Path]
Converted = Callable[[Path, str], Path]


def _typed(path: Path, own: dict[str, float], to: Path) -> Path:
    workbook = load_workbook(path)
    for name, value in own.items():
        title, at = next(workbook.defined_names[f"plan_{name}_own"].destinations)
        workbook[title][at.replace("$", "")].value = value
    workbook.save(to)
    return to


def _is_the_plan(found: dict[str, object], given: Assumptions) -> None:
    """Every figure of the sheet is the core's; NaN is a dash."""
    wanted = plan(given)
    for step in fields(wanted):
        needed = getattr(wanted, step.name)
        parts = {"": needed}
        if isinstance(needed, Needed):
            parts = {"": needed.month, "_week": needed.week, "_seller": needed.seller}
        for end, value in parts.items():
            shown = found[f"plan_{step.name}{end}"]
            assert shown == ("–" if math.isnan(value) else pytest.approx(value, rel=1e-9)), (step.name, end)


def test_the_report_s_own_figures_are_the_plan_s_assumptions(filled: Filled, sample: Intake) -> None:
    found = values(filled("monthly_sales", "en"))
    year = scorecard(sample.data, period("2025-09..2026-08"), as_of=period("2026-08").end)
    rates = {kpi: year.reading(kpi).value for kpi in ("win_rate", "meeting_to_offer", "contact_to_meeting")}
    assert {kpi: found[f"plan_{kpi}"] for kpi in rates} == rates
    won = sample.data.opportunities
    won = won[(won["status"] == "won") & won["closed_on"].between("2025-09-01", "2026-08-31")]["value"].dropna()
    assert found["plan_deal_size"] == pytest.approx(won.sum() / len(won))
    target = sample.data.targets
    assert found["plan_target"] == target[target["month_on"] == "2026-08-01"]["target_value"].sum()
    # 251 working days between 1 September 2025 and 31 August 2026: 261 weekdays less ten public holidays.
    assert found["plan_weeks"] == pytest.approx(251 / 5 / 12)
    given = Assumptions(**{field.name: found[f"plan_{field.name}"] for field in fields(Assumptions)})  # type: ignore[arg-type]
    _is_the_plan(found, given)


def test_typed_assumptions_recompute_the_whole_sheet(filled: Filled, libreoffice: Converted, tmp_path: Path) -> None:
    """120,000 / 8,000 = 15 deals; the rest is the core's plan, held to hand counts in its own tests."""
    own = {"target": 120_000.0, "deal_size": 8_000.0, "win_rate": 0.19, "meeting_to_offer": 0.3}
    own |= {"contact_to_meeting": 0.05, "show_rate": 0.8, "sellers": 5.0, "weeks": 4.0}
    found = values(libreoffice(_typed(filled("monthly_sales", "en"), own, tmp_path / "own.xlsx"), "xlsx"))
    _is_the_plan(found, Assumptions(**own))
    assert found["plan_deals"] == 15
    assert found["plan_win_rate_status"] == "◆ Check"  # 19 % is between 15 and 20
    assert found["plan_meetings_gap"] > 9  # over 13 a week and seller, against 3.75 now
    assert found["plan_pipeline_status"] == "◆ Check"  # no limits: 120,000 / 19 % is more than there is
    assert found["kpi_win_rate"] == values(filled("monthly_sales", "en"))["kpi_win_rate"]


def test_the_status_of_the_present_level_follows_the_limits_beside_it(
    filled: Filled, libreoffice: Converted, tmp_path: Path
) -> None:
    """2.1 times the target with a limit of 3: a warning here as on the summary, until the limit is lowered."""
    path = filled("monthly_sales", "en")
    found = values(path)
    for name, kpi in (("meetings", "meetings_per_week"), ("coverage", "pipeline_coverage")):
        assert found[f"plan_{name}_status"] == found[f"kpi_{kpi}_status"]
    assert found["plan_coverage_status"] == "▼ Warning"
    assert found["plan_coverage_now"] == pytest.approx(2.1, abs=0.01)
    workbook = load_workbook(path)
    title, at = next(workbook.defined_names["limit_pipeline_coverage_1"].destinations)
    workbook[title][at.replace("$", "")].value = 2
    workbook.save(tmp_path / "limits.xlsx")
    again = values(libreoffice(tmp_path / "limits.xlsx", "xlsx"))
    assert again["plan_coverage_status"] == again["kpi_pipeline_coverage_status"] == "● On track"
    assert again["plan_coverage_gap"] == pytest.approx(found["plan_coverage_gap"])


def test_without_targets_or_deals_the_sheet_says_what_to_type(
    sample: Intake, libreoffice: Converted, tmp_path: Path
) -> None:
    """One offer, lost: no deal to average, and a share of one is no basis for a plan."""
    data = sample.data
    lost = data.opportunities[(data.opportunities["status"] == "lost") & data.opportunities["offer_on"].notna()]
    lost = lost[lost["closed_on"].between("2026-08-01", "2026-08-31")].head(1)
    poor = replace(sample, data=data.having(opportunities=lost, targets=empty("targets"), contacts=empty("contacts")))
    path = fill(poor, "monthly_sales", [period("2026-08")], out=tmp_path, language="en").files[0]
    found = values(path)
    assert (found["plan_target"], found["plan_deal_size"], found["plan_contacts"]) == ("–", "–", "–")
    assert "type your own" in str(found["plan_target_note"])
    assert "No deal with a value" in str(found["plan_deal_size_note"])
    assert (found["plan_win_rate_status"], found["plan_contact_to_meeting_status"]) == ("○ Not rated", "○ Not rated")
    assert "n = 1" in str(found["plan_win_rate_note"])
    assert found["plan_contact_to_meeting_note"]
    again = values(libreoffice(_typed(path, {"contact_to_meeting": 0.02}, tmp_path / "own.xlsx"), "xlsx"))
    assert again["plan_contact_to_meeting_status"] == "▼ Warning"  # the firm's own 2 % is below 3
    assert again["plan_win_rate_status"] == "○ Not rated"
