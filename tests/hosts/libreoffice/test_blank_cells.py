"""A reference to a blank cell in a real sheet: never a figure that nobody meant."""

from __future__ import annotations

from typing import Any

import pytest

from addin.functions import FUNCTIONS
from addin.hosts.libreoffice.blank_cells import zero_is_blank
from addin.hosts.libreoffice.interface import VALUE, parameters
from tests.hosts.libreoffice.spreadsheet import Calc

INPUTS = {"A1": [[500], [0.75], [0.025]]}  # G1 stays blank
# Where 0 is a figure of its own, as docs/libreoffice.en.md says: a blank cell is 0 there too.
ZERO_COUNTS = {
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
    calc.fill({**INPUTS, "H1": [[0]]}, {})
    assert calc.value(formula) == (pytest.approx(shown, rel=1e-12) if isinstance(shown, int) else shown)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_where_0_gives_another_answer_than_blank_is_listed_or_documented(name: str) -> None:
    """The function itself, its example's arguments with one of them 0 or left out; a new function is held to it too."""
    function = FUNCTIONS[name]
    single = [it for it in parameters(function.arguments) if it.type == VALUE]
    places = {it.name: place for place, it in enumerate(function.arguments)}
    full = [*function.example_arguments, *[None] * (len(function.arguments) - len(function.example_arguments))]
    for parameter in single:
        argument = parameter.argument
        answers = []
        for cell in (0.0, None):
            given = [*full]
            given[places[argument.name]] = cell
            answers.append(function.call(*given[: sum(it.kind != "repeating" for it in function.arguments)]))
        zero, blank = answers
        silent = zero != blank and not (isinstance(zero, str) and zero.startswith("#"))
        if silent:
            listed = zero_is_blank(name, argument.name)
            assert listed != ((name, argument.name) in ZERO_COUNTS), (argument.name, zero, blank)


def test_every_listed_argument_exists_and_takes_a_value() -> None:
    from addin.hosts.libreoffice.blank_cells import _table

    for name, arguments in _table().items():
        taken = [it.argument.name for it in parameters(FUNCTIONS[name].arguments) if it.type == VALUE]
        assert set(arguments) <= set(taken)
