"""The functions in a real sheet of LibreOffice Calc: what is typed, what the cells then hold."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from addin.functions import FUNCTIONS
from addin.hosts.libreoffice.interface import SERVICE
from tests.hosts.libreoffice.spreadsheet import Calc, Sheet, column, in_cell

OUTCOMES = [["Tulos"], ["voitettu"], ["hävitty"], ["won"], [None], ["avoin"], ["lost"], ["Voitettu"]]  # 3 won, 2 lost
CLOSED = [["Pvm"], *([in_cell(date(2026, 8, day))] for day in (3, 4, 5, 6, 7, 20, 21))]  # up to 7 August: 2 won, 1 lost


def as_seen(expected: Any) -> Any:
    """A result as cells of Calc hold it."""
    rows = expected if isinstance(expected, list) else [[expected]]
    return [[it if isinstance(it, str) else in_cell(it) for it in row] for row in rows]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_of_every_function_gives_its_value(name: str, calc: Calc) -> None:
    function = FUNCTIONS[name]
    sheet = Sheet()
    formula = sheet.formula(function, function.example_arguments)
    expected = as_seen(function.expected)
    wide, high = len(expected[0]), len(expected)
    at = f"AA1:{column(26 + wide - 1)}{high}"
    single = wide == high == 1 and not function.spills
    calc.fill(sheet.values, sheet.errors | ({"AA1": formula} if single else {}), {} if single else {at: formula})
    shown = calc.cells(at)
    assert shown == [[pytest.approx(it, abs=5e-6) if isinstance(it, float) else it for it in row] for row in expected]
    assert single is False or isinstance(shown[0][0], float) or not shown[0][0].startswith("#"), (
        "an error proves nothing"
    )


def test_a_whole_column_gives_what_its_filled_part_gives(calc: Calc) -> None:
    calc.fill({"A1": OUTCOMES, "B1": CLOSED}, {"D1": "=WINRATE(A:A)", "D2": "=WINRATE(A1:A8)"})
    assert calc.cells("D1:D2") == [[0.6], [0.6]]


def test_a_period_and_criteria_choose_rows_also_of_whole_columns(calc: Calc) -> None:
    sellers = [["Myyjä"], *([name] for name in ("Aino", "Aino", "Eero", "Eero", "Aino", "Aino", "Eero"))]
    calc.fill(
        {"A1": OUTCOMES, "B1": CLOSED, "C1": sellers},
        {
            "E1": "=WINRATE(A1:A8;B1:B8;DATE(2026;8;1);DATE(2026;8;7))",
            "E2": "=WINRATE(A:A;B:B;DATE(2026;8;1);DATE(2026;8;7))",
            "E3": '=WINRATE(A1:A8;;;;C1:C8;"Aino")',
            "E4": '=WINRATE(A:A;;;;C:C;"A*")',
        },
    )
    assert calc.cells("E1:E4") == [[2 / 3], [2 / 3], [1 / 3], [1 / 3]]


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=LTVCAC(100;0)", "#DIV/0!"),
        ("=WINRATE(D1:D9)", "#DIV/0!"),  # blanks alone
        ('=LTVCAC("x";1)', "#VALUE!"),
        ("=CACPAYBACK(9000;2000;0)", "#NUM!"),
        ("=CAC(D1:D2;50)", "#N/A"),  # no costs is not a cost of zero
        ("=WINRATE(A1:A8;B1:B7;DATE(2026;8;1))", "#VALUE!"),  # unequal ranges
        ("=WINRATE(A1:A8;B1:B9;DATE(2026;8;1))", "#VALUE!"),  # unequal, though nothing stands in the ninth
        ("=WINRATE(A1:A8;D:D;DATE(2026;8;1))", "#VALUE!"),
        ("=LTVCAC(100)", "#N/A"),
        ("=LTVCAC(NA();1)", "#N/A"),
    ],
)
def test_an_error_is_calcs_own_with_excels_meaning(formula: str, shown: str, calc: Calc) -> None:
    calc.fill({"A1": OUTCOMES, "B1": CLOSED}, {"F1": formula, "F2": f"=IFERROR({formula[1:]};-1)"})
    assert calc.cells("F1:F2") == [[shown], [-1.0]]


@pytest.mark.parametrize(
    ("error", "shown"), [("=NA()", "#N/A"), ("=1/0", "#DIV/0!"), ("=EXP(1000)", "#NUM!"), ('="a"+1', "#VALUE!")]
)
def test_an_error_inside_the_range_is_the_answer(error: str, shown: str, calc: Calc) -> None:
    calc.fill({"A1": OUTCOMES}, {"A5": error, "F1": "=WINRATE(A1:A8)", "F2": "=WINRATE(A:A)"})
    assert calc.cells("F1:F2") == [[shown], [shown]]


def test_what_calc_itself_refuses_is_an_error_never_a_number(calc: Calc) -> None:
    """The limits of Calc's add-ins, as docs/libreoffice.en.md states them."""
    calc.fill(
        {"A1": OUTCOMES, "B1": CLOSED},
        {
            "B5": "=NA()",
            "F1": "=WINRATE(20;30)",  # a number where a range is required
            "F2": "=WINRATE(A1:A8;B1:B8;DATE(2026;8;1))",  # an error in a range that may be left out
        },
    )
    assert calc.cells("F1:F2") == [["Err:504"], ["Err:504"]]


def test_two_totals_in_cells_give_the_rate(calc: Calc) -> None:
    calc.fill({"A1": [[20, 30]]}, {"C1": "=WINRATE(A1;B1)", "C2": "=WINRATE(A1;30)"})
    assert calc.cells("C1:C2") == [[0.4], [0.4]]


def test_a_table_spills_as_an_array_formula(calc: Calc) -> None:
    calc.fill({}, {}, {"A1:B1": '=KPIINTERVAL("WINRATE";3;20)'})
    (low, high), *_ = calc.cells("A1:B1")
    assert (round(low, 3), round(high, 3)) == (0.052, 0.360)  # Brown, Cai & DasGupta 2001
    calc.fill({}, {}, {"A3:B3": '=KPIINTERVAL("WINRATE";3;0)'})
    assert all(str(it).startswith("#") for it in calc.cells("A3:B3")[0])


def test_a_change_in_the_range_reaches_the_formula(calc: Calc) -> None:
    calc.fill({"A1": OUTCOMES}, {"D1": "=WINRATE(A:A)", "D2": "=D1*2", "A9": '=IF(E1=1;"won";"lost")'})
    assert calc.cells("D1:D2") == [[0.5], [1.0]]
    calc.fill({"E1": [[1]]}, {})
    assert calc.cells("D1:D2") == [[4 / 6], [8 / 6]]


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_saved_and_opened_again_the_formulas_are_there(suffix: str, calc: Calc, tmp_path: Path) -> None:
    formulas = {"D1": "=WINRATE(A:A)", "D2": "=LTVCAC(15000;6000)", "D3": "=WINRATE(A1:A8;B1:B8;DATE(2026;8;1))"}
    calc.fill({"A1": OUTCOMES, "B1": CLOSED}, formulas)
    before = calc.cells("D1:D3")
    calc.save(tmp_path / f"kpi{suffix}")
    calc.load(tmp_path / f"kpi{suffix}")
    calc.fill({"A1": [["x"]]}, {})
    assert calc.cells("D1:D3") == before == [[0.6], [2.5], [0.6]]
    assert "WINRATE" in calc.ask("formula", sheet="Sheet1", address="D1")


def test_a_bare_name_in_an_xlsx_is_computed_or_an_error_by_the_name(calc: Calc, tmp_path: Path) -> None:
    """LibreOffice 7.4 knows an add-in's function in an .xlsx by its long name alone; it must not show another value."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in OUTCOMES:
        sheet.append(row)
    sheet["D1"], sheet["D2"] = "=WINRATE(A:A)", f"={SERVICE.upper()}.WINRATE(A:A)"
    book.save(tmp_path / "excel.xlsx")
    calc.load(tmp_path / "excel.xlsx")
    calc.fill({}, {}, sheet="Sheet")
    (bare,), (long,) = calc.cells("D1:D2", sheet="Sheet")
    assert bare in (0.6, "#NAME?")
    assert long == 0.6


def test_win_rate_of_a_column_is_the_sheets_own_countif(calc: Calc) -> None:
    """Sixty random columns, whole, in one sheet and one recalculation, against COUNTIF of the same columns."""
    chance = random.Random(20260801)
    values: dict[str, list[list[str | None]]] = {}
    formulas: dict[str, str] = {}
    for place in range(60):
        letters = column(place)
        weights = [chance.random() for _ in range(4)]
        words = chance.choices(["won", "lost", "open", None], weights, k=chance.randint(1, 400))
        values[f"{letters}1"] = [["Outcome"], *([it] for it in words)]
        whole = f"$Sheet1.{letters}:{letters}"
        won, lost = f'COUNTIF({whole};"won")', f'COUNTIF({whole};"lost")'
        formulas[f"A{place + 1}"] = f"=WINRATE({whole})"
        formulas[f"B{place + 1}"] = f"={won}/({won}+{lost})"
    calc.fill(values, {})
    calc.fill({}, formulas, sheet="Counted")
    ours, theirs = ([row[0] for row in calc.cells(f"{it}1:{it}60", sheet="Counted")] for it in "AB")
    assert ours == theirs
    assert len(set(ours)) > 40, "the columns differ"


def test_a_whole_column_is_fast(calc: Calc) -> None:
    calc.fill({"A1": [["won"], ["lost"]] * 50_000}, {})
    full = min(calc.ask("timed", sheet="Sheet1", address="D1", formula="=WINRATE(A:A)"))
    exact = min(calc.ask("timed", sheet="Sheet1", address="D1", formula="=WINRATE(A1:A100000)"))
    assert calc.cell("D1") == 0.5
    assert full < 2 * exact + 0.05, (full, exact)


def test_the_function_wizard_describes_every_function(calc: Calc) -> None:
    calc.fill({}, {"A1": "=LTVCAC(3;1)"})  # arguments are known once the component is loaded
    described = calc.ask("described")
    for name, function in FUNCTIONS.items():
        description, arguments = described[name]
        assert description == function.description.en
        helped = {argument: (text, optional) for argument, text, optional in arguments}
        for it in function.arguments:
            if it.name in helped and it.kind != "repeating":
                assert helped[it.name][0] == it.help.en
        assert [it.name for it in function.arguments if it.kind != "repeating"] == list(helped)[
            : sum(it.kind != "repeating" for it in function.arguments)
        ]


def test_a_blank_cell_as_a_value_is_blank_alone_and_as_a_range(calc: Calc) -> None:
    """docs/libreoffice.en.md: Calc makes 0 of a single blank cell, which is not given; a range of one stays blank."""
    calc.fill({"B1": [[6000]]}, {"D1": "=LTVCAC(A1;B1)", "D2": "=LTVCAC(A1:A1;B1:B1)", "D3": "=WINRATE(A1)"})
    assert calc.cells("D1:D3") == [["#N/A"], ["#N/A"], ["#DIV/0!"]]
