"""What a file or folder holds twice is counted once, or told: totals among the rows, copies, repeated sellers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_core.intake import Intake, read
from kpi_core.texts import LANGUAGES
from tests.intake.conftest import Export

COSTS = "kuukausi;kululaji;summa\n2024-01;Palkat;10\n2024-01;Markkinointi;5\n"


def noted(intake: Intake, code: str) -> list[str]:
    found = [note for source in intake.sources for note in source.notes if note.code == code]
    assert all(note.text(language) for note in found for language in LANGUAGES)
    return [note.text("en") for note in found]


@pytest.mark.parametrize("total", ["Yhteensä", "YHTEENSÄ:", "Grand Totals", "Kaikki yhteensä", "Total"])
def test_a_total_by_seller_is_no_seller(export: Export, total: str) -> None:
    intake = read([export(f"myyjä;kuukausi;tavoite\nAino;2024-01;10\nPekka;2024-01;20\n{total};2024-01;30\n")])
    assert intake.data.targets["target_value"].sum() == 30
    assert intake.account.ignored == {"total_row": 1}


def test_a_total_among_the_costs_is_no_cost(export: Export) -> None:
    intake = read([export(COSTS + "2024-01;Yhteensä;15\n")])
    assert intake.data.costs["amount"].sum() == 15
    assert intake.account.ignored == {"total_row": 1}


def test_a_company_may_be_called_total(export: Export) -> None:
    intake = read([export("id;status;company;value\n1;open;Total;5\n")])
    assert intake.data.opportunities["company"].tolist() == ["Total"]


def test_a_copy_of_a_file_is_told_and_its_rows_are_not_counted_again(tmp_path: Path) -> None:
    for name in ("kulut.csv", "kulut (1).csv"):
        (tmp_path / name).write_text(COSTS, encoding="utf-8")
    intake = read([tmp_path])
    assert intake.data.costs["amount"].sum() == 15
    assert intake.account.ignored == {"copy": 2}
    assert intake.account.read == 4
    assert noted(intake, "note.copy") == [
        "The file is the same as kulut (1).csv, byte for byte; its rows were read once only."
    ]


def test_equal_rows_are_used_and_told(export: Export) -> None:
    intake = read([export(COSTS + "2024-01;Palkat;10\n")])
    assert intake.data.costs["amount"].sum() == 25
    assert noted(intake, "note.equal_rows")[0].startswith(
        "Rows that equal an earlier one in everything that is read: 1 (the first is row 4)."
    )
    assert "row 4" in noted(intake, "note.equal_rows")[0]
    assert not noted(read([export(COSTS)]), "note.equal_rows")


def test_ids_that_the_file_lacks_do_not_hide_equal_customers(export: Export) -> None:
    intake = read([export("asiakas;asiakas alkaen;kuukausilaskutus\nA;1.1.2024;5\nA;1.1.2024;5\nB;1.1.2024;5\n")])
    assert intake.account.used == 3
    assert "row 3" in noted(intake, "note.equal_rows")[0]


def test_a_seller_listed_twice_is_listed_as_such(export: Export) -> None:
    intake = read([export("myyjä;tiimi\nAino;A\nPekka;A\naino;B\n")])
    assert sorted(zip(intake.data.sellers["seller"], intake.data.sellers["team"], strict=True)) == [
        ("Aino", "B"),
        ("Pekka", "A"),
    ]
    (row,) = intake.account.excluded
    assert (row.row, row.code, row.found["kept_row"]) == (2, "seller_twice", 4)
    assert intake.account.read == 3


def test_a_duplicate_id_leaves_one_row_and_lists_the_other(export: Export) -> None:
    intake = read([export("id;status;value\nA1;open;5\nA1;open;7\n")])
    assert intake.data.opportunities["value"].tolist() == [7]
    (row,) = intake.account.excluded
    assert "A1" in row.reason("fi")
    assert "A1" in row.reason("en")


def test_negative_amounts_are_kept_and_told(export: Export) -> None:
    intake = read([export("id;status;value\n1;open;5\n2;open;-7\n3;open;(1)\n")])
    assert intake.data.opportunities["value"].tolist() == [5, -7, -1]
    assert noted(intake, "note.negative") == [
        "The column value holds 2 negative numbers (the first on row 3: -7.0); they were read as they are."
    ]
