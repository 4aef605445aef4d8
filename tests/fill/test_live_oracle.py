"""The oracle: LibreOffice recomputes live workbooks of real exports, and each period and seller has the core's figure.

What is compared with is `scorecard()` asked anew for the team and for its sellers, not what the workbook stores.
KPI_FULL=1 takes every month of every export, each with all that a report has. Otherwise every third month and the last
are taken, and trends, plans and weeks left out: they are no formulas over the rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from addin.fill import batch
from addin.fill.batch import fill
from addin.fill.choice import wanted
from addin.fill.content import Outline
from addin.fill.run import Asked
from kpi_core.catalogue import definition
from kpi_core.intake import Intake, read
from kpi_core.periods import Period, month_of, shift_month
from kpi_core.scorecard import Scorecard, scorecard
from kpi_core.texts import Language
from tests.fill.conftest import RUN_AT
from tests.fill.live_books import assert_rows_recompute, listed, named
from workbook_templates.shipped import shipped

FULL = bool(os.environ.get("KPI_FULL"))
OF_SELLERS = ("meetings_per_week", "meeting_to_offer", "win_rate", "pipeline_value", "sales_cycle_days")
CUSTOMERS = {"cac", "ltv", "ltv_cac", "cac_payback_months"}
# What the exports hold (../shared/data/README.md): open deals of maven_crm have no value, and it knows no offers.
MEASURED = {
    "maven_crm": {"win_rate", "sales_cycle_days"},
    "salesforce": {
        "contact_to_meeting", "meeting_to_offer", "meetings_per_week", "pipeline_coverage", "pipeline_value",
        "sales_cycle_days", "win_rate",
    },
    "saas_finance": {"pipeline_coverage", "pipeline_value", "sales_cycle_days", "win_rate", *CUSTOMERS},
}  # fmt: skip


def _without_trends(outline: Outline) -> Asked:
    return replace(wanted(outline), trend=(), weeks=False, trailing=(), plans=False)


def _months(intake: Intake) -> Iterator[Period]:
    """Every month from the export's first day to its last."""
    span = intake.data.span()
    assert span is not None
    month = month_of(span[0])
    while month.start <= span[1]:
        yield month
        month = shift_month(month, 1)


def assert_team(book: Workbook, formulas: Workbook, card: Scorecard) -> set[str]:
    """Each named figure with its n is the team's, and a formula; the KPIs that have a figure."""
    found, written, shown = named(book), named(formulas), set()
    for reading in card.readings:
        name = f"kpi_{reading.kpi}"
        if reading.group is not None or name not in found:
            continue
        what = (card.period.key, name)
        if reading.value is None:
            assert found[name] == "–", what
            continue
        shown.add(reading.kpi)
        assert str(written[name]).startswith("="), what
        assert found[name] == pytest.approx(reading.value, rel=1e-9), what
        assert found[f"{name}_n"] == reading.n, what
    return shown


def assert_sellers(book: Workbook, formulas: Workbook, card: Scorecard, language: Language) -> int:
    """Each seller of the export stands in the list with their own figures, as formulas; how many figures there are."""
    heads = {kpi: definition(kpi).short.show(language) for kpi in OF_SELLERS}
    seller = {"fi": "Myyjä", "en": "Seller"}[language]
    rows, written = ({str(row[seller]): row for row in listed(workbook, "tblSellers")} for workbook in (book, formulas))
    assert set(rows) == set(card.groups()), card.period.key
    count = 0
    for reading in card.readings:
        if reading.group is None or reading.kpi not in heads:
            continue
        name, head = reading.group[1], heads[reading.kpi]
        what = (card.period.key, name, reading.kpi)
        if reading.value is None:
            assert rows[name][head] == "–", what
            continue
        count += 1
        assert str(written[name][head]).startswith("="), what
        assert rows[name][head] == pytest.approx(reading.value, rel=1e-9), what
    return count


@pytest.mark.parametrize(
    ("folder", "template", "language"),
    [
        ("maven_crm", "monthly_sales", "fi"),
        ("salesforce", "monthly_sales", "en"),
        ("saas_finance", "monthly_sales", "en"),
        ("saas_finance", "ltv_cac", "fi"),
    ],
)
def test_every_period_and_every_seller_recomputes_to_the_core_s(
    folder: str,
    template: str,
    language: Language,
    shared: Path,
    tmp_path: Path,
    again: Callable[[list[Path]], list[Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    intake = read([shared / "data" / folder])
    months = list(_months(intake))
    if not FULL:
        months = months[::-3][::-1]
        monkeypatch.setattr(batch, "wanted", _without_trends)
    done = fill(intake, template, months, out=tmp_path, run_at=RUN_AT, live=True, language=language)
    shown, of_sellers = set[str](), 0
    for month, book, later in zip(months, done.files, again(list(done.files)), strict=True):
        recomputed, formulas = load_workbook(later, data_only=True), load_workbook(book)
        assert_rows_recompute(book, formulas, recomputed)
        card = scorecard(intake.data, month, by="seller" if template == "monthly_sales" else None)
        shown |= assert_team(recomputed, formulas, card)
        if template == "monthly_sales":
            of_sellers += assert_sellers(recomputed, formulas, card, language)
    assert shown == MEASURED[folder] & {*shipped()[template].kpis, *CUSTOMERS}
    assert (of_sellers > (200 if FULL else 100)) == (template == "monthly_sales")
