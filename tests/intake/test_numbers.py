"""Numbers: by the file's own proven locale."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_core.intake import IntakeError, read
from kpi_core.intake.numbers import Numbers, number_format, read_numbers, take_apart
from kpi_core.numerals import Separator

NBSP, NARROW, THIN = "\u00a0", "\u202f", "\u2009"


def column(*cells: object, declared: Separator | None = None) -> Numbers:
    kind = "str" if all(isinstance(cell, str) or cell is None for cell in cells) else "object"
    apart = take_apart(pd.Series(list(cells), dtype=kind), "Value")
    form = number_format([apart], np.arange(2, len(cells) + 2), file="f.csv", declared=declared)
    return read_numbers(apart, form)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("1054", 1054),
        ("1054,00", 1054),
        ("12.5", 12.5),
        (f"1{NBSP}054,00 €", 1054),
        (f"1{NARROW}054{NARROW}250,5", 1054250.5),
        (f"1{THIN}054", 1054),
        ("1 234,50 €", 1234.5),
        ("€1,234.50", 1234.5),
        ("$ 1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("1.234,5", 1234.5),
        ("EUR 12,5", 12.5),
        ("12,5 EUR", 12.5),
        ("1'234.50", 1234.5),
        ("-50,00", -50),
        ("−50,00", -50),
        ("+25,00", 25),
        ("(1 250,00)", -1250),
        ("74 %", 0.74),
        ("0.123", 0.123),
        ("64868.105", 64868.105),
        ("1.5e3", 1500),
        ("0", 0),
    ],
)
def test_a_number_that_proves_its_separators_is_read_by_them(cell: str, wanted: float) -> None:
    assert column(cell).values.tolist() == [pytest.approx(wanted, abs=1e-12)]


@pytest.mark.parametrize("cell", ["1.234", "1,234", "12.345", "999,999"])
def test_three_digits_after_one_separator_are_refused_unless_something_decides(cell: str) -> None:
    with pytest.raises(IntakeError) as refused:
        column(cell)
    assert refused.value.code == "number_ambiguous"
    assert "--decimal" in refused.value.message("fi")


def test_another_number_of_the_file_decides_an_ambiguous_one() -> None:
    assert column("1.234", "12,5").values.tolist() == [1234, 12.5]
    assert column("1.234", "12.5").values.tolist() == [1.234, 12.5]


def test_a_declared_separator_decides_an_ambiguous_number() -> None:
    assert column("1.234", declared=",").values.tolist() == [1234]
    assert column("1.234", declared=".").values.tolist() == [1.234]


def test_a_declared_separator_that_the_file_disproves_is_an_error() -> None:
    with pytest.raises(IntakeError) as refused:
        column("12,5", declared=".")
    assert refused.value.code == "number_against_declared"


def test_two_decimal_separators_in_one_file_are_an_error_that_names_both_rows() -> None:
    with pytest.raises(IntakeError) as refused:
        column("12,5", "1", "12.5")
    assert refused.value.code == "number_contradiction"
    assert (refused.value.found["row"], refused.value.found["other_row"]) == (2, 4)


@pytest.mark.parametrize("cell", ["abc", "12 kpl", "1,2,3.4,5", "12.34.5,6"])
def test_what_is_no_number_is_bad_and_never_zero(cell: str) -> None:
    read = column(cell)
    assert read.bad.tolist() == [True]
    assert math.isnan(read.values[0])


def test_a_blank_is_blank_and_not_bad() -> None:
    read = column(None, "5")
    assert read.bad.tolist() == [False, False]
    assert math.isnan(read.values[0])


@pytest.mark.parametrize(("cell", "currency"), [("5 €", "EUR"), ("$5", "USD"), ("£5", "GBP"), ("5 sek", "SEK")])
def test_a_currency_sign_or_code_is_kept(cell: str, currency: str) -> None:
    assert column(cell).currency.tolist() == [currency]


def test_numbers_that_a_workbook_types_need_no_proof() -> None:
    assert column(1.234, 1000, "12,5").values.tolist() == [1.234, 1000, 12.5]


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.integers(-(10**12), 10**12).map(lambda cents: cents / 100), min_size=1))
def test_finnish_money_comes_back_as_written(amounts: list[float]) -> None:
    cells = [f"{amount:,.2f} €".replace(",", NBSP).replace(".", ",") for amount in amounts]
    assert column(*cells).values.tolist() == amounts


@pytest.mark.parametrize(
    ("header", "written", "shares"),
    [
        ("Kate-%", ["62,5", "48,0"], [0.625, 0.48]),
        ("Gross margin (%)", ["62,5", "0,5"], [0.625, 0.005]),
        ("margin_pct", ["0,74", "0,71"], [0.74, 0.71]),
        ("Kate", ["62,5 %", "48 %"], [0.625, 0.48]),
        ("Kate", ["0,625", "0,48"], [0.625, 0.48]),
    ],
)
def test_a_margin_is_a_share_where_header_or_cell_says_percent(
    tmp_path: Path, header: str, written: list[str], shares: list[float]
) -> None:
    lines = [f"C{i};Yritys {i};05.12.2023;100,00;{margin}" for i, margin in enumerate(written)]
    file = tmp_path / "asiakkaat.csv"
    file.write_text(
        "\n".join([f"Asiakasnumero;Asiakas;Ensitilaus;Kuukausilaskutus;{header}", *lines]), encoding="utf-8"
    )
    assert read([file]).data.customers["gross_margin"].tolist() == pytest.approx(shares)
