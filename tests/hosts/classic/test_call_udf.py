"""Every function through xlwings' own CallUDF and converters gives what the catalogue's call gives.

COM is stood in for (com.py); the arguments are what Excel's Value2 would send: floats, texts, booleans, serial numbers
for days, whole numbers for error cells, rows of tuples for ranges, None for what is left out.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from addin.functions import FUNCTIONS
from addin.hosts.classic.wrappers import PAIRS, parameters

ROOT = Path(__file__).parents[3]
ERRORS = {  # CVErr's numbers as COM hands them over
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
}
OUTCOMES = (("Outcome",), ("won",), ("lost",), (None,), ("won",))
SELLERS = (("Seller",), ("Aino",), ("Aino",), ("Aino",), ("Veikko",))
DAYS = ((None,), (46000.0,), (46010.0,), (None,), (46040.0,))


def com(value: Any) -> Any:
    """A value as Excel's Value2 sends it."""
    if isinstance(value, list | tuple):
        rows = value if isinstance(value[0], list | tuple) else [value]
        return tuple(tuple(com(cell) for cell in row) for row in rows)
    if isinstance(value, date | datetime):
        return float((date(value.year, value.month, value.day) - date(1899, 12, 30)).days)
    if isinstance(value, str) and value in ERRORS:
        return ERRORS[value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def shown(answer: Any) -> Any:
    """What CallUDF makes of an answer: a row of one row, the cell of one cell."""
    if not isinstance(answer, list):
        return answer
    if len(answer) > 1:
        return answer
    return answer[0] if len(answer[0]) > 1 else answer[0][0]


def through_xlwings(calls: list[tuple[str, tuple[Any, ...]]]) -> list[Any]:
    """The answers of xlwings' CallUDF, in a process where xlwings takes itself to be on Windows."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.hosts.classic.com"],
        input=pickle.dumps([("addin.udfs", name, arguments) for name, arguments in calls]),
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    assert process.returncode == 0, process.stderr.decode()[-2000:]
    answers: list[Any] = pickle.loads(process.stdout)
    return answers


def padded(name: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """As a wrapper passes them: every argument that it has, None for those left out."""
    return (*arguments, *[None] * (len(parameters(FUNCTIONS[name])) - len(arguments)))


EXAMPLES = [(name, function.example_arguments) for name, function in FUNCTIONS.items()]
OTHERS: list[tuple[str, tuple[Any, ...], Any]] = [  # counted by hand
    ("WINRATE", (OUTCOMES,), 2 / 3),
    ("WINRATE", (OUTCOMES, None, None, None, SELLERS, "aino"), 1 / 2),
    ("WINRATE", (OUTCOMES, DAYS, 46005.0, 46050.0), 1 / 2),
    ("WINRATE", (OUTCOMES, None, None, None, SELLERS[:4], "aino"), "#VALUE!"),
    ("WINRATE", ((("won",), ("#N/A",)),), "#N/A"),
    ("WINRATE", ((("won",), ("#DIV/0!",)),), "#DIV/0!"),
    ("WINRATE", (((None,), ("open",)),), "#DIV/0!"),
    ("WINRATE", ("won",), 1.0),
    ("WINRATE", (20, 30), 0.4),
    ("LTVCAC", (300, 100), 3.0),
    ("LTVCAC", ("#NUM!", 100), "#NUM!"),
    ("LTVCAC", (300, 0), "#DIV/0!"),
    ("LTVCAC", ("abc", 100), "#VALUE!"),
]


@pytest.fixture(scope="module")
def answers() -> list[Any]:
    calls = [*EXAMPLES, *((name, arguments) for name, arguments, _ in OTHERS)]
    return through_xlwings([(name, padded(name, tuple(map(com, arguments)))) for name, arguments in calls])


@pytest.mark.parametrize(("place", "name"), list(enumerate(FUNCTIONS)))
def test_every_function_s_example_gives_what_it_says(place: int, name: str, answers: list[Any]) -> None:
    function = FUNCTIONS[name]
    assert answers[place] == shown(function.call(*map(com, function.example_arguments)))
    if isinstance(function.expected, float):
        assert answers[place] == pytest.approx(function.expected, rel=1e-9)


@pytest.mark.parametrize(("place", "case"), list(enumerate(OTHERS, start=len(EXAMPLES))))
def test_cells_errors_and_pairs_arrive_as_they_are(
    place: int, case: tuple[str, tuple[Any, ...], Any], answers: list[Any]
) -> None:
    assert answers[place] == case[2]


def test_a_call_has_room_for_every_pair() -> None:
    pairs = [None, None, None, *[SELLERS, "aino"] * PAIRS]
    assert through_xlwings([("WINRATE", (OUTCOMES, *pairs))]) == [1 / 2]
