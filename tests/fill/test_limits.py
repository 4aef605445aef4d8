"""The limits as formulas: they say at every bound what the definitions say, computed by a spreadsheet program."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from addin.fill.content import Formula
from addin.fill.limits import Limits, word
from kpi_core.catalogue import catalogue, definition
from kpi_core.measure import Measure
from kpi_core.periods import period
from kpi_core.reading import Reading, reading
from workbook_templates.bands import bands, rated_by_group

FIRM = {"cac": (500.0,), "cac_payback_months": (12.0,), "meetings_agreed": (40.0,), "sales_cycle_days": (60.0,)}
# Measures whose past decides are compared elsewhere; here every KPI that has limits, its own or the firm's.
CASES = [
    (kpi, value, n)
    for kpi in catalogue()
    if bands(kpi) and (rated_by_group(kpi) or kpi in FIRM)
    for bound in (FIRM.get(kpi) or [band.bound for band in bands(kpi)[:-1] if band.bound is not None])
    for value in (bound, math.nextafter(bound, -math.inf), math.nextafter(bound, math.inf))
    for n in (definition(kpi).minimum_n, max(0, definition(kpi).minimum_n - 1))
]


def test_every_kpi_whose_limits_only_a_firm_sets_has_one_here() -> None:
    lacking = [f"{kpi}: no limit in FIRM" for kpi, known in catalogue().items() if known.firm_bands and kpi not in FIRM]
    assert not lacking, "\n".join(lacking)


def judged(kpi: str, value: float, n: int) -> Reading:
    """A reading of exactly this value."""
    measure = Measure(value, numerator=value * n, denominator=n, n=n)
    return reading(definition(kpi), measure, period("2026-08"), None, thresholds=FIRM.get(kpi))


@pytest.mark.parametrize(("kpi", "value", "n"), CASES)
def test_the_limits_say_what_the_reading_says(kpi: str, value: float, n: int) -> None:
    found = judged(kpi, value, n)
    limits = Limits(kpi, "en", frozenset(), FIRM.get(kpi))
    assert limits.status_of(found) == found.status
    assert isinstance(limits.status(found, "B2", "C2"), Formula)


def test_libreoffice_computes_the_same_word_and_exactly_one_colour_at_every_bound(
    libreoffice: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    """Excel compares 15 digits and LibreOffice nearly so: values beside a bound are a millionth away."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    wanted = []
    for row, (kpi, value, n) in enumerate(CASES, start=1):
        bound = min(
            (*FIRM.get(kpi, ()), *(band.bound or 0 for band in bands(kpi)[:-1])), key=lambda it: abs(it - value)
        )
        clear = bound if value == bound else bound * (1 + math.copysign(1e-6, value - bound))
        found = judged(kpi, clear, n)
        limits = Limits(kpi, "en", frozenset(), FIRM.get(kpi))
        status = limits.status(found, f"A{row}", f"B{row}")
        assert isinstance(status, Formula)
        sheet.append([clear, n, f"={status.text}"])
        rules = limits.rules(found, f"A{row}", f"B{row}")
        for column, status_of_rule in enumerate(("grey", "red", "amber", "green"), start=4):
            tests = [rule.formula for rule in rules if rule.status == status_of_rule]
            sheet.cell(row, column).value = f"=OR({','.join(tests)})" if tests else "=FALSE()"
        wanted.append((word(found.status, "en"), found.status))
    workbook.save(tmp_path / "bounds.xlsx")
    computed = load_workbook(libreoffice(tmp_path / "bounds.xlsx", "xlsx"), data_only=True).worksheets[0]
    for row, (shown, status) in enumerate(wanted, start=1):
        assert computed.cell(row, 3).value == shown, CASES[row - 1]
        held = {name: computed.cell(row, 4 + i).value for i, name in enumerate(("grey", "red", "amber", "green"))}
        # Grey comes first and stops the others, as in the workbook.
        first = "grey" if held["grey"] else next(name for name, holds in held.items() if holds)
        assert first == status, CASES[row - 1]


def test_what_more_than_limits_decides_does_not_follow_them() -> None:
    """A reading that a doubt made amber keeps its word, and its colour is fixed to it."""
    found = replace(judged("show_rate", 0.95, 40), status="amber")
    limits = Limits("show_rate", "en", frozenset({"limit_show_rate_1"}))
    assert limits.status(found, "B2", "C2") == word("amber", "en")
    (rule,) = limits.rules(found, "B2", "C2")
    assert (rule.status, rule.formula) == ("amber", "LEN(B2)>0")


def test_limits_that_have_cells_are_named_and_others_stand_as_numbers() -> None:
    names = frozenset({"limit_win_rate_1", "limit_win_rate_n", "status_red"})
    status = Limits("win_rate", "en", names).status(judged("win_rate", 0.1, 30), "kpi_win_rate", "kpi_win_rate_n")
    assert isinstance(status, Formula)
    assert status.text == (
        'IF(kpi_win_rate_n<limit_win_rate_n,"○ Not rated",CHOOSE(1+(kpi_win_rate>=limit_win_rate_1)'
        '+(kpi_win_rate>=0.2)+(kpi_win_rate>0.4),status_red,"◆ Check","● On track","◆ Check"))'
    )
    assert status.value == "▼ Warning"


def test_the_limit_of_a_comparison_is_the_own_past_times_the_factor() -> None:
    limits = Limits("sales_cycle_days", "en", frozenset(), reference=40.0)
    assert limits.values == [50.0]
    assert Limits("sales_cycle_days", "en", frozenset()).values == [None]
