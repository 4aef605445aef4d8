"""The shipped templates: rebuilt from their source, sound, ready to print."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook
from openpyxl.utils import absolute_coordinate

from kpi_core.catalogue import catalogue
from kpi_core.texts import LANGUAGES, Language
from workbook_templates import contract
from workbook_templates.bands import bands
from workbook_templates.build import built
from workbook_templates.shipped import shipped

ALL = [(name, language) for name in shipped() for language in LANGUAGES]


@pytest.mark.parametrize(("name", "language"), ALL)
def test_the_shipped_file_is_what_its_source_builds(name: str, language: Language) -> None:
    template = shipped()[name]
    same = template.path(language).read_bytes() == built(template, language)
    assert same, f"{template.path(language).name} is stale: run python -m workbook_templates.build"


@pytest.mark.parametrize(("name", "language"), ALL)
def test_every_name_is_of_the_contract(name: str, language: Language) -> None:
    workbook = load_workbook(shipped()[name].path(language))
    for defined in workbook.defined_names:
        if defined.startswith("kpi_"):
            assert contract.kpi_of(defined)
        elif not defined.startswith(("limit_", "band_")):
            assert defined in contract.names()
    for sheet in workbook.worksheets:
        for table in sheet.tables.values():
            headers = [column.name for column in table.tableColumns]
            assert "" not in contract.column_ids(table.displayName, headers), table.displayName


@pytest.mark.parametrize(("name", "language"), ALL)
def test_every_kpi_has_its_value_status_and_limits(name: str, language: Language) -> None:
    template = shipped()[name]
    names = load_workbook(template.path(language)).defined_names
    for kpi in template.all_kpis():
        assert {f"kpi_{kpi}", f"kpi_{kpi}_n", f"kpi_{kpi}_status", f"kpi_{kpi}_diagnosis"} <= set(names)
        assert {f"limit_{kpi}_{i}" for i in range(1, len(bands(kpi)))} <= set(names)


@pytest.mark.parametrize("name", list(shipped()))
def test_both_languages_have_the_same_names_sheets_and_tables(name: str) -> None:
    fi, en = (load_workbook(shipped()[name].path(language)) for language in LANGUAGES)
    assert set(fi.defined_names) == set(en.defined_names)
    assert len(fi.sheetnames) == len(en.sheetnames)
    assert [sorted(sheet.tables) for sheet in fi.worksheets] == [sorted(sheet.tables) for sheet in en.worksheets]
    assert [len(sheet._charts) for sheet in fi.worksheets] == [len(sheet._charts) for sheet in en.worksheets]


@pytest.mark.parametrize("name", list(shipped()))
def test_every_sheet_is_ready_to_print_and_has_no_merged_cells(name: str) -> None:
    for sheet in load_workbook(shipped()[name].path("fi")).worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9  # A4
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert "&F" in str(sheet.oddFooter.left.text)
        assert not sheet.merged_cells.ranges


@pytest.mark.parametrize(("name", "language"), ALL)
def test_a_row_that_nobody_fills_is_as_high_as_its_texts_need(name: str, language: Language) -> None:
    """The filler sees to the rows that it fills; no program works out the others, as the sheets set their height."""
    workbook = load_workbook(shipped()[name].path(language))
    named = {where for defined in workbook.defined_names.values() for where in defined.destinations}
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            wrapped = [cell for cell in row if cell.alignment.wrap_text]
            places = {(sheet.title, absolute_coordinate(cell.coordinate)) for cell in wrapped}
            if places & named or any(cell.data_type == "f" for cell in wrapped):
                continue
            for cell in wrapped:
                width = sheet.column_dimensions[cell.column_letter].width
                if len(str(cell.value or "")) * cell.font.sz / 10 > 1.3 * width:  # two lines at the least
                    assert (sheet.row_dimensions[cell.row].height or 15) > 20, (sheet.title, cell.coordinate)


def test_the_sentence_of_each_template_is_one() -> None:
    for template in shipped().values():
        for language in LANGUAGES:
            sentence = template.sentence.show(language)
            assert sentence.endswith(".")
            assert sentence.count(".") == 1


def test_no_kpi_is_unknown_to_the_catalogue() -> None:
    for template in shipped().values():
        assert set(template.all_kpis()) | set(template.sellers) | set(template.clients) <= set(catalogue())
