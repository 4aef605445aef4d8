"""docs/kpis.*.md say what the definitions say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpi_core.catalogue import catalogue, definition
from kpi_core.reference import page, reference
from kpi_core.texts import LANGUAGES, Language

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_not_stale(language: Language) -> None:
    written = (DOCS / page(language)).read_text("utf-8")
    assert written == reference(language), "the definitions have changed: run python -m kpi_core.reference docs/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kpi_has_a_section_with_each_diagnosis_and_reason(language: Language) -> None:
    told = reference(language)
    for kpi in catalogue().values():
        assert f'<a id="{kpi.id}"></a>' in told
        for band in kpi.limits():
            assert band.diagnosis.show(language) in told, f"{kpi.id}: {band.id}"
        for code in kpi.reasons:
            assert kpi.reason(code, count="n").show(language) in told, f"{kpi.id}: {code}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_formula_is_in_the_readers_language(language: Language) -> None:
    told = reference(language)
    for kpi in catalogue().values():
        assert f"`{kpi.id} = {kpi.formula.show(language)}`" in told
        assert kpi.formula.fi != kpi.formula.en
        assert "_" not in kpi.formula.show(language)


def test_the_churn_of_a_lifetime_value_is_said_to_be_of_twelve_months() -> None:
    ltv = definition("ltv")
    for told in (ltv.formula, ltv.definition):
        assert "12 viime kuukau" in told.fi
        assert "trailing 12 months" in told.en


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_left_open(language: Language) -> None:
    left = re.findall(r"\{\w*\}", reference(language))
    assert not left


def test_limits_are_written_with_their_bounds_on_the_right_side() -> None:
    told = reference("en")
    for row in ("| < 15% |", "| ≥ 15%, < 20% |", "| ≥ 20%, ≤ 40% |", "| > 40% |", "| ≥ 3x, ≤ 5x |", "| ≤ 1.25x |"):
        assert row in told
    assert "A firm's own limit: ≤ the limit ● On track, > the limit ▼ Warning." in told
