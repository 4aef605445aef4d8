"""Ten thousand generated calls as formulas of real sheets: Calc shows what the functions answer."""

from __future__ import annotations

from typing import Any

import pytest

from addin.functions import FUNCTIONS
from tests.functions.arguments import generated
from tests.hosts.libreoffice.shelves import SHEET, Shelves
from tests.hosts.libreoffice.spreadsheet import ERRORS, Calc, column, in_cell

CALLS, SEED = 10_000, 20_260_502


@pytest.fixture
def calc(running: Calc) -> Calc:
    running.new()
    return running


def as_rows(answer: Any) -> list[list[Any]]:
    """An answer as cells of Calc hold it."""
    rows = answer if isinstance(answer, list) else [[answer]]
    return [["" if cell is None or cell == "" else in_cell(cell) for cell in row] for row in rows]


def test_ten_thousand_generated_calls_show_what_the_functions_answer(calc: Calc) -> None:
    shelves = Shelves()
    formulas: list[list[str]] = []  # the error's code, the answer
    arrays: dict[str, str] = {}
    calls: list[tuple[str, Any]] = []
    expected: list[list[Any]] = []
    for name, raw in generated(CALLS, SEED):
        function = FUNCTIONS[name]
        formula, held = shelves.written(function, raw)
        rows = as_rows(function.call(*held))
        if function.spills:
            start = len(expected) + 1
            arrays[f"B{start}:{column(len(rows[0]))}{start + len(rows) - 1}"] = formula
        for row in rows:
            at = len(expected) + 1
            formulas.append([f"=IF(ISERROR(B{at});ERRORTYPE(B{at});0)", "" if function.spills else formula])
            formula = ""
            calls.append((formulas[-1][1] or name, raw))
            expected.append(row)
    assert shelves.blanks > 1000, "every other one is a real blank cell"
    calc.fill(shelves.values, shelves.errors, sheet=SHEET)
    calc.ask("formulas", sheet="Sheet1", address=f"A1:B{len(formulas)}", rows=formulas)
    calc.fill({}, {}, arrays)
    shown = calc.ask("held", sheet="Sheet1", address=f"A1:{column(20)}{len(formulas)}")
    wrong = []
    for call, row, wanted in zip(calls, shown, expected, strict=True):
        found = [ERRORS.get(int(row[0]), row[0]) if row[0] else row[1], *row[2 : len(wanted) + 1]]
        if found != [None if place and cell in ERRORS.values() else cell for place, cell in enumerate(wanted)]:
            wrong.append((call, found, wanted))
    assert not wrong, f"{len(wrong)} differ, the first: {wrong[0]}"
    assert len({str(row) for row in expected}) > 1000, "the answers differ"
