"""Criteria as COUNTIFS has them: wildcards, what is refused because it could be read in two ways, and what is not."""

from __future__ import annotations

import fnmatch
import random
import time
from typing import Any

import pytest

from addin.functions import FUNCTIONS
from kpi_core.columns.column import Cell, Column
from kpi_core.columns.conditions import Condition
from kpi_core.columns.errors import ColumnError


def found(criterion: Cell, *cells: Cell) -> list[Cell]:
    """The cells that a criterion keeps."""
    rows = Condition(Column(cells, (len(cells), 1)), criterion).rows()
    return [cell for cell, kept in zip(cells, rows, strict=True) if kept]


def refused(criterion: Cell, *cells: Cell) -> str:
    with pytest.raises(ColumnError) as caught:
        found(criterion, *cells)
    assert caught.value.excel == "#VALUE!"
    return caught.value.code


# Product codes, phone numbers, size classes, weeks, fractions, times: what CRM columns hold as texts.
CODES = [
    "2026-W53", "1-2", "3+", "(100)", "100-200", "040 123 4567", "+358 40 1234567", "1-800-555", "A-100", "1.2.3",
    "12/2026", "1/2", "10:30", "5:1", "1.234", "5/4/2026", "50-99", "-", "#12", "1,2,3", "12 34", "½",
    "007-A", "31.2.2026",
]  # fmt: skip


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sign", ["", "="])
def test_a_text_equal_to_the_criterion_is_found_whatever_it_is_made_of(code: str, sign: str) -> None:
    others = [it for it in CODES if it != code]
    assert found(sign + code, *others, code, None, 46143, 1.5) == [code]


@pytest.mark.parametrize("code", CODES)
def test_all_but_the_equal_text_are_found_by_its_opposite(code: str) -> None:
    others: list[Cell] = [*(it for it in CODES if it != code), None, 46143]
    assert found(f"<>{code}", code, *others) == others


@pytest.mark.parametrize("code", CODES)
def test_among_texts_alone_a_criterion_that_none_of_them_is_finds_nothing(code: str) -> None:
    assert found(code, "Tuote", "X-1", None) == []
    assert found(f"<>{code}", "Tuote", "X-1", None) == ["Tuote", "X-1", None]


@pytest.mark.parametrize(
    "code",
    ["2026-W53", "3+", "100-200", "040 123 4567", "+358 40 1234567", "1-800-555", "A-100", "-", "1,2,3", "12 34"],
)
def test_what_nobody_reads_as_a_number_or_day_is_text_also_beside_numbers(code: str) -> None:
    assert found(code, 100, "X-1", 46143) == []
    assert found(f"<>{code}", 100, "X-1") == [100, "X-1"]
    assert found(f">={code}", 100, "zz") == ["zz"], "texts are ordered among texts"


@pytest.mark.parametrize(
    "written",
    ["1.234", "1,234", "12.345 €", "5/4/2026", "8.5.", "1-2", "12/2026", "19.11.26", "31.2.2026", "2026-13", "10:30",
     "1 1/2"],
)  # fmt: skip
def test_what_may_be_a_number_or_a_day_is_refused_beside_numbers(written: str) -> None:
    """1.234 is 1234 in Finland and 1.234 in Britain, 5/4/2026 two days: whichever is taken may be the wrong one."""
    for sign in ("", "=", "<>", ">=", "<"):
        assert refused(sign + written, "Otsikko", 1234, 46143) == "unclear_condition"
    assert refused(f"> {written}".replace(" ", "", 1), "text") == "unclear_condition", (
        "an order has no text to fall back on"
    )


def test_the_function_shows_value_for_a_criterion_that_is_refused_and_no_figure() -> None:
    call = FUNCTIONS["PIPELINEVALUE"].call
    values = [[1000], [5000]]
    assert call(values, None, None, values, ">1.234") == "#VALUE!"
    assert call(values, None, None, values, ">1234") == 5000.0
    assert call(values, None, None, values, ">1 234,00") == 5000.0
    assert call(values, None, None, [["100-200"], ["3+"]], "100-200") == 1000.0


def test_blanks_are_told_apart_as_countif_does() -> None:
    """ "" is blank or empty text, "=" blank alone, "<>" whatever is not blank: an empty text (="") too, as in Excel."""
    cells: list[Cell] = [None, "", "a", 0]
    assert found("", *cells) == [None, ""]
    assert found("=", *cells) == [None]
    assert found("<>", *cells) == ["", "a", 0]
    assert found("*", *cells) == ["", "a"], "text alone, of any length"
    assert found("<>*", *cells) == [None, 0]


def test_a_tilde_makes_the_next_character_a_plain_one() -> None:
    cells = ["a*", "ab", "a~", "a~b", "a?", "~"]
    assert found("a~*", *cells) == ["a*"]
    assert found("a~?", *cells) == ["a?"]
    assert found("a~~", *cells) == ["a~"]
    assert found("a~b", *cells) == ["ab"], "before any other character too, so a tilde itself is written twice"
    assert found("a~~b", *cells) == ["a~b"]
    assert found("~", *cells) == ["~"], "nothing follows it"


def test_wildcards_do_what_python_s_own_do() -> None:
    """20,000 random patterns over few letters, against fnmatch, which is not ours."""
    chance = random.Random(20_261_127)
    kept = 0
    for _ in range(2_000):
        text = "".join(chance.choices("ab*?~", [4, 4, 1, 1, 1], k=chance.randint(0, 9)))
        for _ in range(10):
            parts = chance.choices(
                ["a", "B", "*", "?", "~*", "~?", "~~", "["], [5, 5, 5, 4, 1, 1, 1, 1], k=chance.randint(1, 8)
            )
            theirs = "".join(f"[{it[1]}]" if len(it) == 2 else "[[]" if it == "[" else it.lower() for it in parts)
            expected = fnmatch.fnmatchcase(text, theirs)
            assert (found("".join(parts), text) == [text]) is expected, (text, parts)
            kept += expected
    assert 1_000 < kept < 19_000


@pytest.mark.parametrize("pattern", ["*a" * 100 + "*b", "*" * 255, "*a?" * 80 + "x", "?*" * 120 + "x", "a*" * 127])
def test_no_pattern_takes_long_over_the_longest_cell(pattern: str) -> None:
    begun = time.process_time()
    found(pattern, "a" * 32_767, "ab" * 16_000)
    assert time.process_time() - begun < 1


def test_a_pattern_is_no_longer_than_countif_s() -> None:
    assert found("*" + "a" * 254, "b" + "a" * 254) == ["b" + "a" * 254]
    assert refused("*" + "a" * 255, "x") == "condition_too_long"
    assert found("a" * 5_000, "A" * 5_000) == ["A" * 5_000], "without wildcards any length will do"


def test_a_hundred_thousand_different_cells_take_one_condition_at_once() -> None:
    cells: list[Any] = [f"code-{number}" for number in range(100_000)]
    for criterion in ("code-5*", ">=code-9", "12 000", "<>code-1"):
        begun = time.process_time()
        found(criterion, *cells)
        assert time.process_time() - begun < 3
