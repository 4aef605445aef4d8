"""docs/functions.*.md say what the catalogue of functions says."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.function_reference import page, reference
from addin.functions import FUNCTIONS
from kpi_core.texts import LANGUAGES, Language

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_not_stale(language: Language) -> None:
    written = (DOCS / page(language)).read_text("utf-8")
    assert written == reference(language), "the texts have changed: run python -m addin.function_reference docs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_function_and_argument_has_its_line(language: Language) -> None:
    told = reference(language)
    for function in FUNCTIONS.values():
        assert f"## {function.name}\n" in told
        assert function.description.show(language) in told
        for argument in function.arguments:
            assert f"| `{argument.name}` | {argument.help.show(language)} |" in told


def test_a_finnish_formula_is_typed_with_semicolons_and_decimal_commas() -> None:
    assert "`=LTV(500; 0,75; 0,025)` antaa 15000." in reference("fi")
    assert "`=LTV(500, 0.75, 0.025)` gives 15000." in reference("en")
