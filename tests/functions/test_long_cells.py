"""A cell of any length, up to Excel's 32,767 characters, is answered at once: one slow formula would stop everybody."""

from __future__ import annotations

import re
import time

import pandas as pd
import pytest

from addin.functions import FUNCTIONS
from kpi_core.intake.numbers import take_apart
from kpi_core.numerals import money, numeral

LONGEST = 32_767
CELLS = {
    "digits": "1" * LONGEST,
    "digits and a letter": "1" * (LONGEST - 1) + "x",
    "a currency, spaces and a letter": "€" + " " * (LONGEST - 2) + "x",
    "spaces": "1" + " " * (LONGEST - 2) + "x",
    "groups": "1 " * (LONGEST // 2) + "x",
    "commas": "1," * (LONGEST // 2) + "x",
    "signs": "-" * LONGEST,
    "an exponent": "1e" + "1" * (LONGEST - 3) + "x",
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_a_long_cell_is_no_number_and_says_so_at_once(cell: str) -> None:
    begun = time.process_time()
    assert numeral(cell) is None
    assert FUNCTIONS["CAC"].call([[cell]], [[5.0]]) == "#VALUE!"
    assert take_apart(pd.Series([cell, "12"], dtype="str"), "Value").body.notna().tolist() == [False, True]
    assert take_apart(pd.Series([cell, 12.5], dtype="object"), "Value").body.notna().tolist() == [False, True]
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_the_pattern_itself_needs_no_guard(cell: str) -> None:
    """Backtracking took 7.6 s for 200 spaces; the whole cell is 160 times longer."""
    begun = time.process_time()
    re.match(money(), cell)
    assert time.process_time() - begun < 0.5


def test_a_number_may_have_64_characters() -> None:
    """63 zeros are no number that people write, but the limit is known: 1 and 63 zeros are 1e63, with one more none."""
    longest = numeral("1" + "0" * 63)
    assert longest is not None
    assert longest.value == 1e63
    assert numeral("1" + "0" * 64) is None
    assert numeral(" " * 100 + "12" + " " * 100) == numeral("12"), "spaces around it do not count"
