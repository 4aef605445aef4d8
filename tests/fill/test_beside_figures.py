"""What stands beside a figure: the longer months, whose limits, who differs, what changed afterwards."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.fill import changed, comparisons
from addin.fill.batch import fill
from addin.fill.changed_figures import in_words
from addin.fill.content import Cell, Formula
from addin.fill.limit_words import limits_in_words, whose
from addin.fill.limits import Limits
from kpi_core.changes import FigureChange
from kpi_core.evidence import wilson
from kpi_core.intake import Intake
from kpi_core.periods import period
from kpi_core.snapshot import Printed
from kpi_core.tally import Side
from tests.fill.test_workbooks import values
from tests.test_differences import card


def test_trailing_months_stand_under_the_month_with_n_and_interval(filled: Callable[..., Path]) -> None:
    """August's 25 decided offers; 74 of three months with 19 won: 25.7 %, Wilson 17.1 to 36.7."""
    found = values(filled("monthly_sales", "en"))
    assert str(found["kpi_win_rate_trailing"]).startswith("3 mo 25.7% (n 74, 95% 17.1–36.7%) · 12 mo 28.3% (n 304")
    assert [round(bound, 3) for bound in wilson(19, 74)] == [0.171, 0.367]
    assert "kpi_pipeline_value_trailing" not in found  # a value on a day has no longer months


def test_the_limits_in_words_are_the_run_s_and_say_whose() -> None:
    published, own = Limits("win_rate", "en", frozenset()), Limits("win_rate", "fi", frozenset(), (0.1, 0.25, 0.5))
    words, theirs, firm = limits_in_words(published), whose(published), whose(own)
    unset = whose(Limits("cac", "en", frozenset()))
    assert isinstance(words, Formula)
    assert isinstance(theirs, Formula)
    assert isinstance(firm, Formula)
    assert isinstance(unset, Formula)
    said = str(words.value).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "▼ Warning < 15% ≤ ◆ Check < 20% ≤ ● On track ≤ 40% < ◆ Check"
    assert (theirs.value, firm.value, unset.value) == ("Published", "Yrityksen omat", "–")
    assert firm.text == theirs.text.replace("Published", "Julkaistut").replace("The firm's own", "Yrityksen omat")


@pytest.mark.parametrize(("median", "shown"), [(54.5, "68,13"), (48.5, "60,63"), (54.0, "67,5")])
def test_half_a_hundredth_of_a_limit_goes_up_as_in_the_formula_beside_it(median: float, shown: str) -> None:
    """1.25 x 54.5 = 68.125: ROUND(...;2) shows 68,13, half to even would show 68,12."""
    words = limits_in_words(Limits("sales_cycle_days", "fi", frozenset(), reference=median))
    assert isinstance(words, Formula)
    assert words.value == f"● Kunnossa ≤ {shown} < ◆ Tarkista"


def test_two_sellers_are_called_different_only_beyond_chance_and_the_pairs_are_counted() -> None:
    said = comparisons.sentence(card(Aino=(56, 70), Ville=(48, 80)), "win_rate", "en")
    assert "Aino is 20 percentage points above Ville" in said
    assert "1 of 1 compared" in said
    assert "may all be chance" in comparisons.sentence(card(Aino=(12, 40), Ville=(8, 40)), "win_rate", "en")
    assert "too little data" in comparisons.sentence(card(Aino=(9, 10), Ville=(1, 40)), "win_rate", "en")


def _change(group: str | None) -> FigureChange:
    whom = ("client", group) if group else None
    august = period("2026-08")
    return FigureChange(Printed("win_rate", august, whom, august.end, 0.25, 5, 20, 20), 0.3, 6, 20, (), "rows")  # type: ignore[arg-type]


def test_a_client_reads_of_its_own_changes_alone() -> None:
    changes = [_change(None), _change("Hartela"), _change("Someone Else")]
    assert len(changed.table(changes, "en").rows) == 3
    (only,) = changed.table(changes, "en", ("client", "Hartela")).rows
    assert only["group"] == "Hartela"
    assert changed.table(None, "en").empty != changed.table([], "en").empty


def test_a_change_that_rounding_or_the_denominator_hides_shows_the_numbers_behind() -> None:
    """Jussi won none of three and then none of four; coverage moved by a hundred euros."""
    august = period("2026-08")

    def change(kpi: str, was: tuple[float, ...], now: tuple[float, ...], money: frozenset[Side]) -> FigureChange:
        before = Printed(kpi, august, None, august.end, *was)  # type: ignore[arg-type]
        return FigureChange(before, *now, (), "rows", ("EUR", "EUR"), money)  # type: ignore[arg-type]

    none: frozenset[Side] = frozenset()
    share = change("win_rate", (0.0, 0.0, 3.0), (0.0, 0.0, 4.0), none)
    assert in_words(share, "en") == ("0% (0/3)", "0% (0/4)")
    assert [it.replace("\N{NO-BREAK SPACE}", " ") for it in in_words(share, "fi")] == ["0 % (0/3)", "0 % (0/4)"]
    (row,) = changed.table([share], "en").rows
    assert (row["before"], row["after"]) == in_words(share, "en")
    (row,) = changed.table([share], "en", told=changed.cells).rows  # a program gets numbers
    assert isinstance(row["before"], Cell)
    assert row["before"].value == 0.0

    both: frozenset[Side] = frozenset({"numerator", "denominator"})
    alike = change("pipeline_coverage", (2.0, 142_000.0, 71_000.0), (2.001, 142_100.0, 71_000.0), both)
    assert in_words(alike, "en")[1].replace("\N{NO-BREAK SPACE}", " ") == "2x (142,100 €/71,000 €)"
    other = change("pipeline_coverage", (2.0, 142_000.0, 71_000.0), (2.02, 143_420.0, 71_000.0), both)
    assert in_words(other, "en") == ("2x", "2.02x")
    (row,) = changed.table([other], "en").rows
    assert row["after"] == Cell(2.02, '0.00"x"')
    total = change("pipeline_value", (100.2, 100.2, math.nan), (100.4, 100.4, math.nan), both)
    assert in_words(total, "en")[0].replace("\N{NO-BREAK SPACE}", " ") == "100 € (100.20 €)"


def test_a_deal_reopened_after_the_report_stands_in_the_next_workbook(sample: Intake, tmp_path: Path) -> None:
    august, asked = period("2026-08"), {"out": tmp_path, "language": "en", "snapshot": True}
    fill(sample, "monthly_sales", [august], **asked)  # type: ignore[arg-type]
    deals = sample.data.opportunities.copy()
    won = deals.index[(deals["status"] == "won") & deals["closed_on"].between("2026-08-01", "2026-08-31")][0]
    deals.loc[won, ["status", "closed_on"]] = ["open", None]
    later = replace(sample, data=sample.data.having(opportunities=deals))
    path = fill(later, "monthly_sales", [august], **asked).files[0]  # type: ignore[arg-type]
    rows = list(load_workbook(path)["Changes"].iter_rows(min_row=7, min_col=2, values_only=True))
    team = next(row for row in rows if row[0] == "Win rate" and row[2] == "All together" and row[1] == "August 2026")
    assert team[3:5] == (pytest.approx(7 / 25), pytest.approx(6 / 24))
    assert "reopened" in str(team[7])
    cells = list(load_workbook(path)["Changes"].iter_rows(min_row=7, min_col=2))
    shown = {str(row[0].value): [cell.number_format for cell in row[3:5]] for row in cells}
    assert shown["Open offers"] == ['#,##0\N{NO-BREAK SPACE}"€"'] * 2
    assert shown["Sales cycle"] == ['0.0"\N{NO-BREAK SPACE}days"'] * 2
