"""The example workbook in LibreOffice with the extension: recalculated, it shows the values that it carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.hosts.libreoffice.spreadsheet import Calc

EXAMPLES = Path(__file__).parents[3] / "examples"
SHEET = "LTV_CAC"


def carried(file: Path) -> dict[str, Any]:
    """The formula cells of the check sheet with their stored values."""
    formulas, values = (load_workbook(file, data_only=stored)[SHEET] for stored in (False, True))
    return {
        cell.coordinate: values[cell.coordinate].value
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@pytest.mark.parametrize("name", ["ltv_cac_tarkistus.fi.xlsx", "ltv_cac_check.en.xlsx"])
def test_recalculated_it_shows_what_it_carries_and_follows_its_inputs(calc: Calc, name: str) -> None:
    stored = carried(EXAMPLES / name)
    formulas = load_workbook(EXAMPLES / name)[SHEET]
    calc.load(EXAMPLES / name)
    # LibreOffice 7.4 knows bare names of an extension as typed, not as loaded from .xlsx: they are typed in anew.
    typed = {at: formulas[at].value.replace(",", ";").replace("!", ".") for at in stored}
    calc.fill({}, typed, sheet=SHEET)
    for at, wanted in stored.items():
        assert calc.cell(at, SHEET) == (pytest.approx(wanted, rel=1e-12) if isinstance(wanted, float) else wanted), at
    calc.fill({"C8": [[50]]}, {}, sheet=SHEET)
    assert calc.cell("C14", SHEET) == 3000
    assert calc.cell("C16", SHEET) == pytest.approx(22_400 / 3_000)
