"""The walk over all worksheet functions: names, help, arguments, examples; a new function without them fails here."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from addin import functions
from addin.functions import FUNCTIONS, WorksheetFunction
from addin.ranges import ERRORS
from addin.worksheet import formula
from kpi_core.catalogue import catalogue, named
from kpi_core.texts import LANGUAGES, Text

# The functions that the users were promised, with their arguments in order (optional ones in brackets).
PROMISED: Mapping[str, str] = {
    "WINRATE": "outcomes [closed_on] [from_on] [to_on] ...",
    "SHOWRATE": "outcomes [meeting_on] [from_on] [to_on] ...",
    "CONTACTTOMEETING": "contacts meetings [reached] [contacted_on] [booked_on] [from_on] [to_on] ...",
    "MEETINGTOOFFER": "meetings offers [outcomes] [meeting_on] [offer_on] [from_on] [to_on] ...",
    "MEETINGSPERWEEK": "meetings from_on to_on [sellers] [absent_days] [week] [outcomes] [customers] ...",
    "PIPELINEVALUE": "values [outcomes] [probabilities] ...",
    "PIPELINECOVERAGE": "pipeline target [won]",
    "SALESCYCLE": "started_on closed_on [statistic] [outcomes] [from_on] [to_on] ...",
    "CAC": "costs new_customers",
    "LTV": "arpa gross_margin [churn] [cap_months] [discount_rate] [lifetime_months] [payment]",
    "LTVCAC": "ltv cac",
    "CACPAYBACK": "cac arpa gross_margin",
    "MEETINGSNEEDED": "target deal_size win_rate meeting_to_offer [show_rate]",
    "PIPELINENEEDED": "target win_rate [won]",
    "KPISTATUS": "kpi value [n] [language]",
    "KPIADVICE": "kpi value [language] [n]",
    "KPIINTERVAL": "kpi successes n",
    "KPITABLE": "table [by] [period] [language]",
}
ALL = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)


def test_the_functions_are_those_promised_with_their_arguments_in_order() -> None:
    assert {name: _told(function) for name, function in FUNCTIONS.items()} == PROMISED


def _told(function: WorksheetFunction) -> str:
    single = [it for it in function.arguments if it.kind != "repeating"]
    told = [f"[{it.name}]" if it.optional else it.name for it in single]
    pairs = [it.name for it in function.arguments[len(single) :]]
    assert pairs in ([], ["criteria_range", "criteria"])
    return " ".join([*told, *(["..."] if pairs else [])])


@ALL
def test_the_name_is_legal_and_no_cell_s_in_every_host(function: WorksheetFunction) -> None:
    assert re.fullmatch(r"[A-Z]{3,30}", function.name)
    # A column of letters with a row number would be a cell (LTV3); R and C are rows and columns.
    assert not re.fullmatch(r"R\d*C?\d*", function.name)
    for argument in function.arguments:
        assert re.fullmatch(r"[a-z][a-z_]*", argument.name)
        assert argument.name not in {"to", "from", "next", "end", "date", "type", "name", "string"}, "a word of VBA"


@ALL
def test_help_stands_in_both_languages_and_fits_excel(function: WorksheetFunction) -> None:
    texts = {"description": function.description} | {it.name: it.help for it in function.arguments}
    for what, text in texts.items():
        for language in LANGUAGES:
            shown = text.show(language)
            assert 5 <= len(shown) <= 255, f"{function.name} {what} {language}: {len(shown)} characters"
            assert shown[-1] in '.!"', f"{function.name} {what} {language}: no sentence"
        if what not in ("language",):
            assert text.fi != text.en, f"{function.name} {what}: one language twice"


@ALL
def test_the_example_gives_its_expected_value_and_says_where_that_is_from(function: WorksheetFunction) -> None:
    assert function.source.fi
    assert function.source.en
    _same(function.call(*function.example_arguments), function.expected)


def _same(found: Any, expected: Any) -> None:
    if isinstance(expected, list):
        assert isinstance(found, list)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            _same(one, other)
    elif isinstance(expected, int | float):
        # Published values are rounded; those worked out by hand are exact to 5 digits.
        assert found == pytest.approx(expected, rel=1e-4)
    else:
        assert found == expected


@ALL
def test_the_example_is_a_formula_that_excel_takes(function: WorksheetFunction) -> None:
    """An array constant holds values alone: no function, no missing cell."""
    assert function.example.startswith(f"={function.name}(")
    for array in re.findall(r"\{[^}]*\}", function.example):
        outside_texts = re.sub(r'"[^"]*"', '""', array)
        assert re.fullmatch(r"[{}\";,\d.eE+\-A-Z]*", outside_texts)
        assert "(" not in outside_texts
        assert "TRUE(" not in outside_texts


def test_a_formula_is_written_as_excel_of_the_language_has_it() -> None:
    assert formula("LTV", (500, 0.75, None, True), "en") == "=LTV(500, 0.75, , TRUE)"
    assert formula("LTV", (500, 0.75, None, True), "fi") == "=LTV(500; 0,75; ; TOSI)"
    assert formula("X", ([[1, "a"], [2.5, 'b"']],), "en") == '=X({1,"a";2.5,"b"""})'
    assert formula("X", ([[1, "a"], [2.5, "b"]],), "fi") == '=X({1\\"a";2,5\\"b"})'


@ALL
def test_arguments_that_are_missing_altogether_are_an_error_and_no_exception(function: WorksheetFunction) -> None:
    assert function.call() in ERRORS
    assert function.call(*[None] * len(function.arguments)) in ERRORS or function.name in ("KPISTATUS", "KPIADVICE")


def test_every_kpi_that_a_function_measures_is_known_by_the_function_s_name() -> None:
    measured = {function.kpi: name for name, function in FUNCTIONS.items() if function.kpi}
    assert set(measured) == set(catalogue()) - {"meetings_agreed"}, "agreed meetings are a COUNTIFS"
    for kpi, name in measured.items():
        assert named(name, {name: kpi}).id == kpi
        assert FUNCTIONS["KPISTATUS"].call(name, 0.5, 1000) in ("red", "amber", "green", "grey")


@pytest.mark.parametrize("kpi", catalogue().values(), ids=catalogue())
def test_a_kpi_goes_by_its_id_and_all_its_names(kpi: Any) -> None:
    texts: list[Text] = [kpi.name, kpi.short]
    for name in (kpi.id, kpi.id.upper(), *(text.show(language) for text in texts for language in LANGUAGES)):
        assert named(name).id == kpi.id, name


def test_a_function_s_body_is_one_line_over_the_core() -> None:
    """No arithmetic in the add-in: each body returns what one call of kpi_core gives."""
    for name in FUNCTIONS:
        source = inspect.getsource(getattr(functions, name))
        body = source.split('"""')[2].strip().splitlines()
        assert body[-1].strip().startswith("return ")
        assert len(body) <= 3, name
        assert not re.search(r"[-+/%]|\*(?!\*|criteria)", re.sub(r"#.*|\*\*terms", "", body[-1]).replace("->", ""))


def test_importing_the_functions_loads_neither_pandas_nor_pydantic_and_calling_them_neither() -> None:
    """Only KPITABLE needs tables, only the KPI* functions the checked definitions."""
    script = """
import sys
heavy = {"pandas", "numpy", "pydantic", "pandera", "xlwings", "openpyxl", "pyarrow"}
from addin.functions import FUNCTIONS
assert not heavy & set(sys.modules), heavy & set(sys.modules)
for name, function in FUNCTIONS.items():
    if not name.startswith("KPI"):
        function.call(*function.example_arguments)
        function.call()
assert not heavy & set(sys.modules), heavy & set(sys.modules)
for name in ("KPISTATUS", "KPIADVICE", "KPIINTERVAL"):
    FUNCTIONS[name].call(*FUNCTIONS[name].example_arguments)
assert "pandas" not in sys.modules and "numpy" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
