"""A reference to a blank cell in a real sheet: never a figure that nobody meant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from addin.functions import FUNCTIONS
from addin.hosts.libreoffice.blank_cells import _table, zero_is_blank
from addin.hosts.libreoffice.interface import VALUE, parameters
from addin.worksheet import WorksheetFunction
from tests.hosts.libreoffice.spreadsheet import Calc

DOCS = Path(__file__).parents[3] / "docs"
INPUTS = {"A1": [[500], [0.75], [0.025]]}  # G1 stays blank
# Where 0 is a figure of its own, as docs/libreoffice.en.md says: a blank cell is 0 there too.
ZERO_COUNTS = {
    ("PIPELINEVALUE", "outcomes"),
    ("PIPELINEVALUE", "probabilities"),
    ("PIPELINECOVERAGE", "pipeline"),
    ("KPISTATUS", "value"),
    ("KPIADVICE", "value"),
    ("KPIINTERVAL", "successes"),
}


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=LTV(A1;A2;A3;G1)", 15000),
        ("=LTV(A1;A2;A3;;G1)", 15000),
        ("=LTV(A1;A2;A3;;;G1)", 15000),
        ("=LTV(A1;A2;A3;;;;G1)", 15000),
        ("=LTV(A1;A2;G1;;;40)", 15000),
        ("=LTV(A1;G1;A3)", "#N/A"),
        ("=LTV(G1;A2;A3)", "#N/A"),
        ("=LTV(A1;A2;G1;60)", "#N/A"),
        ("=LTVCAC(G1;100)", "#N/A"),
        ("=CACPAYBACK(G1;A1;A2)", "#N/A"),
        ("=CAC(G1;5)", "#N/A"),
        ('=KPISTATUS("WINRATE";0.12;G1)', "red"),
        ('=KPISTATUS("WINRATE";0.12;50;G1)', "red"),
        ("=MEETINGSNEEDED(100000;10000;0.25;0.4;G1)", 100),
        ("=MEETINGSNEEDED(G1;10000;0.25;0.4)", "#N/A"),
        ("=PIPELINENEEDED(G1;0.25)", "#N/A"),
        # totals of which one is not yet filled in
        ("=WINRATE(A1;G1)", "#N/A"),
        ("=SHOWRATE(A1;G1)", "#N/A"),
        ("=WINRATE(A1;H1:H1)", 1),
        ("=MEETINGSPERWEEK(11;DATE(2026;5;4);DATE(2026;5;8);;;;G1;G1)", "Err:504"),  # a number where cells are needed
        ("=MEETINGSPERWEEK(I1;DATE(2026;5;4);DATE(2026;5;8);;;;G1;G1)", 11),  # one working week
        ("=MEETINGSPERWEEK(I1;DATE(2026;5;4);DATE(2026;5;8);G1;G1;G1)", 11),
        # one that nothing can tell from 0: what is documented
        ('=KPISTATUS("win_rate";G1)', "red"),
        ('=KPISTATUS("win_rate";G1:G1)', "grey"),
        # a true 0 comes as a range
        ("=LTVCAC(H1:H1;100)", 0),
        ("=LTVCAC(H1;100)", "#N/A"),
        ("=CAC(H1:H1;5)", 0),
    ],
)
def test_a_blank_cell_is_not_given_and_a_range_of_one_cell_keeps_its_zero(formula: str, shown: Any, calc: Calc) -> None:
    calc.fill({**INPUTS, "H1": [[0]], "I1": [[11]]}, {})
    assert calc.value(formula) == (pytest.approx(shown, rel=1e-12) if isinstance(shown, int) else shown)


# Each function's ranges as single cells: a blank cell beside them is one more.
LONE: dict[str, tuple[Any, ...]] = {
    "WINRATE": (20.0, 30.0),
    "SHOWRATE": (90.0, 10.0),
    "CONTACTTOMEETING": ("Aalto", "Aalto"),
    "MEETINGTOOFFER": ("Aalto", "Aalto"),
    "MEETINGSPERWEEK": (46_150.0, 46_143.0, 46_173.0),  # a day of May 2026
    "PIPELINEVALUE": (1000.0,),
    "SALESCYCLE": (46_000.0, 46_010.0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_where_0_gives_another_answer_than_blank_is_listed_or_documented(name: str) -> None:
    """The function itself, one of its arguments 0 or left out; a new function is held to it too."""
    function = FUNCTIONS[name]
    for given in (function.example_arguments, LONE.get(name, ())):
        for argument in (it.argument for it in parameters(function.arguments) if it.type == VALUE):
            zero, blank = (answered(function, given, argument.name, cell) for cell in (0.0, None))
            if given and zero != blank and not (isinstance(zero, str) and zero.startswith("#")):
                listed = zero_is_blank(name, argument.name)
                assert listed != ((name, argument.name) in ZERO_COUNTS), (argument.name, zero, blank)


def answered(function: WorksheetFunction, given: tuple[Any, ...], name: str, cell: float | None) -> Any:
    """What a function answers with one of its arguments replaced."""
    single = [it.name for it in function.arguments if it.kind != "repeating"]
    known = dict(zip(single, given, strict=False)) | {name: cell}
    return function.call(*map(known.get, single))


@pytest.mark.parametrize("page", ["libreoffice.en.md", "libreoffice.fi.md"])
def test_the_page_lists_exactly_these_arguments(page: str) -> None:
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| `[A-Z]+` \|", line)
    ]
    blank, zero = (
        {(cells[0].strip("`"), it) for cells in rows for it in re.findall(r"`(\w+)`", cells[place])} for place in (1, 2)
    )
    assert blank == {(name, it) for name, them in _table().items() for it in them}
    assert zero == ZERO_COUNTS


def test_every_listed_argument_exists_and_takes_a_value() -> None:
    for name, arguments in _table().items():
        taken = [it.argument.name for it in parameters(FUNCTIONS[name].arguments) if it.type == VALUE]
        assert set(arguments) <= set(taken)
