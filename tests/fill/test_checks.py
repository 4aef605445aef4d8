"""The checks of a controller: each is made to fail, and a failure stands in red on the summary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.fill.batch import fill
from addin.fill.check import Check
from addin.fill.checks import checks
from addin.fill.run import Asked, Measured, measured
from kpi_core.intake import Intake
from kpi_core.periods import period
from kpi_core.texts import LANGUAGES, Language
from tests.fill.test_workbooks import values
from workbook_templates.shipped import shipped

KPIS = ("contact_to_meeting", "meeting_to_offer", "win_rate")


def run(sample: Intake, key: str = "2026-08", as_of: date | None = None) -> Measured:
    return measured(sample, period(key), Asked(kpis=KPIS, sellers=("win_rate",), as_of=as_of))


def found(of: Measured, funnel: float | None = None) -> dict[str, Check]:
    readings = {kpi: of.card.reading(kpi) for kpi in KPIS}
    product = 1.0
    for reading in readings.values():
        product *= reading.value or 0
    return {check.key: check for check in checks(of, readings, funnel or product, None, "en")}


def test_all_agree_on_the_sample(sample: Intake) -> None:
    assert {check.result for check in found(run(sample)).values()} == {"ok"}


def test_a_row_that_is_neither_used_nor_ignored_nor_excluded_fails(sample: Intake) -> None:
    lost = replace(sample, account=replace(sample.account, used=sample.account.used - 1))
    check = found(run(lost))["rows"]
    assert (check.result, check.difference) == ("failed", 1)


def test_an_opportunity_that_is_neither_won_nor_lost_nor_open_fails(sample: Intake) -> None:
    deals = sample.data.opportunities.copy()
    deals.loc[deals.index[:2], "status"] = "paused"
    check = found(run(replace(sample, data=sample.data.having(opportunities=deals))))["deals"]
    assert (check.result, check.difference) == ("failed", -2)


def test_a_clients_workbook_counts_its_own_opportunities(sample: Intake, tmp_path: Path) -> None:
    done = fill(sample, "outsourced_sales", [period("2026-08")], out=tmp_path, by="client", language="en")
    told = {path: [row[-1] for row in load_workbook(path)["Checks"].iter_rows(values_only=True)] for path in done.files}
    statuses = sample.data.opportunities.groupby("client")["status"].value_counts()
    for path, explanations in told.items():
        client = path.stem.split("_")[-1].replace("-", " ")
        won, lost, still = (int(statuses.get((client, status), 0)) for status in ("won", "lost", "open"))
        assert f"Won {won}, lost {lost}, open {still}: all opportunities of {client}." in explanations
        assert not [said for said in explanations if said and "whole data" in said]


def test_the_currencies_are_told_though_no_amount_is(sample: Intake, tmp_path: Path) -> None:
    deals = sample.data.opportunities.copy()
    deals.loc[deals.index[::2], "currency"] = "SEK"
    mixed = replace(sample, data=sample.data.having(opportunities=deals))
    path = fill(mixed, "outsourced_sales", [period("2026-08")], out=tmp_path, language="fi").files[0]
    assert values(path)["report_currency"] == "useita (EUR, SEK)"


def test_a_product_that_the_counts_do_not_give_fails(sample: Intake) -> None:
    assert found(run(sample), funnel=0.5)["funnel"].result == "failed"


def _won_in_august(sample: Intake) -> list[int]:
    deals = sample.data.opportunities
    august = deals["closed_on"].between("2026-08-01", "2026-08-31")
    return list(deals.index[(deals["status"] == "won") & august])


def test_a_won_deal_without_a_seller_is_the_reason_of_the_difference(sample: Intake) -> None:
    deals = sample.data.opportunities.copy()
    deals.loc[_won_in_august(sample)[:2], "seller"] = None
    check = found(run(replace(sample, data=sample.data.having(opportunities=deals))))["sellers"]
    assert (check.result, check.difference) == ("attention", -2)
    assert "Without a seller: 2" in check.why


def test_a_difference_of_sellers_that_no_row_explains_fails(sample: Intake) -> None:
    august = run(sample)
    card = august.sellers
    assert card is not None
    few = tuple(it for it in card.readings if it.group is None or (it.numerator or 0) < 6)
    fewer = replace(card, readings=few)
    check = found(replace(august, sellers=fewer))["sellers"]
    assert check.result == "failed"
    assert "does not explain" in check.why


def test_data_that_ends_before_the_day_asked_for_fails_and_a_running_period_asks_for_attention(sample: Intake) -> None:
    """Without the deal that closes in 2062 the sample's last day is 2 November 2026."""
    deals = sample.data.opportunities
    sound = replace(sample, data=sample.data.having(opportunities=deals[~(deals["closed_on"] > "2030-01-01")]))
    assert found(run(sound, "2026-11", date(2026, 11, 9)))["dates"].result == "ok"
    assert found(run(sound, "2026-11", date(2026, 11, 10)))["dates"].result == "failed"
    assert found(run(sound, "2026-11"))["dates"].result == "attention"


def test_a_second_currency_fails(sample: Intake) -> None:
    deals = sample.data.opportunities.copy()
    deals.loc[deals.index[0], "currency"] = "SEK"
    check = found(run(replace(sample, data=sample.data.having(opportunities=deals))))["currency"]
    assert (check.result, check.left) == ("failed", 2)
    assert "EUR, SEK" in check.why


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(shipped()))
def test_a_failed_check_is_told_on_the_summary_of_every_template(
    name: str, language: Language, sample: Intake, tmp_path: Path
) -> None:
    lost = replace(sample, account=replace(sample.account, used=sample.account.used - 1))
    path = fill(lost, name, [period("2026-08")], out=tmp_path, language=language).files[0]
    said = values(path)
    begins = {"fi": "▼ Täsmäämättömiä tarkistuksia: 1. ", "en": "▼ Checks that do not agree: 1. "}[language]
    assert str(said["report_banner"]).startswith(begins)
    assert str(said["report_checks"]).startswith("▼")
    summary = load_workbook(path).worksheets[0]
    rules = {str(area.sqref): area.rules[0] for area in summary.conditional_formatting}
    assert rules["B5:H5"].formula == ["LEN($B$5)>0"]
    assert rules["B5:H5"].dxf.fill.bgColor.rgb.endswith("FBD5C5")


def test_the_banner_follows_the_cells_when_somebody_changes_a_count(
    filled: Callable[..., Path], libreoffice: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    path = filled("monthly_sales", "en")
    assert not values(path)["report_banner"]
    workbook = load_workbook(path)
    title, at = next(workbook.defined_names["rows_used"].destinations)
    workbook[title][at.replace("$", "")].value += 3
    workbook.save(tmp_path / "changed.xlsx")
    again = libreoffice(tmp_path / "changed.xlsx", "xlsx")
    assert str(values(again)["report_banner"]).startswith("▼ Checks that do not agree: 1. ")
    table = load_workbook(again, data_only=True)["Checks"]
    assert [table.cell(5, column).value for column in (5, 6)] == [-3, "▼ Does not agree"]
