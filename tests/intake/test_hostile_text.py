"""Text made to mislead: quotation marks that swallow rows, two encodings, signs that steer, clocks that cannot be."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest

from kpi_core.folding import folded_header, folded_word
from kpi_core.intake import Declared, read
from kpi_core.intake.dates import read_dates
from kpi_core.texts import LANGUAGES
from tests.intake.conftest import Export
from tests.intake.refusals import refusal

HEADS = "id;status;seller;value\n"


def notes(intake: object) -> dict[str, str]:
    (source,) = intake.sources  # type: ignore[attr-defined]
    assert all(note.text(language) for note in source.notes for language in LANGUAGES)
    return {note.code: note.text("en") for note in source.notes}


# --- quotation marks --------------------------------------------------------------------------------------------------


def test_a_quotation_mark_closed_by_a_later_cell_is_refused(export: Export) -> None:
    """Read leniently, rows 2 to 5 would be one row of four cells, and three deals would be gone."""
    rows = '5;open;"abc;10\n6;open;x;10\n7;open;x;10\n9;open;"def";10\n'
    found = refusal(export(HEADS + rows))
    assert (found.code, found.found["row"]) == ("quote_open", 2)


def test_a_mark_that_never_closes_is_found_whatever_other_line_ends_the_file_holds(export: Export) -> None:
    """U+2028 and U+0085 end lines for str.splitlines, not in a csv file."""
    rows = '1;open;"a\u2028b\u0085c";5\n2;open;"x;5\n3;open;y;5\n4;open;z;5\n'
    found = refusal(export(HEADS + rows))
    assert (found.code, found.found["row"]) == ("quote_open", 3)


def test_a_cell_that_holds_what_looks_like_rows_is_told(export: Export) -> None:
    rows = '5;open;"TV 55;10\n6;open;x;10\n9;open;tv 42";10\n10;open;y;10\n'
    intake = read([export(HEADS + rows)])
    assert intake.account.used == 2
    assert "row 2" in notes(intake)["note.rows_in_cell"]


def test_an_honest_cell_of_several_lines_is_no_matter(export: Export) -> None:
    intake = read([export(HEADS + '1;open;"Aino\nLehti; saari\n""A""";5\n2;open;"B";6\n')])
    assert intake.data.opportunities["seller"].tolist() == ['Aino\nLehti; saari\n"A"', "B"]
    assert intake.data.opportunities["source_row"].tolist() == [2, 5]
    assert "note.rows_in_cell" not in notes(intake)


# --- encodings --------------------------------------------------------------------------------------------------------


def test_two_encodings_in_one_file_are_refused_with_a_row_of_each(tmp_path: Path) -> None:
    """Read as cp1252, the first seller would be PÃ¶llÃ¶, and the two rows two sellers."""
    file = tmp_path / "mixed.csv"
    file.write_bytes((HEADS + "1;open;Pöllö;5\n").encode() + "2;open;Pöllö;5\n".encode("cp1252"))
    found = refusal(file)
    assert (found.code, found.found["row"], found.found["other_row"]) == ("encoding_mixed", 2, 3)
    assert read([file], declared=Declared(encoding="cp1252")).account.used == 2  # who declares one gets it


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman", "utf-8", "utf-16", "utf-16-le"])
def test_one_encoding_throughout_is_no_mixture(export: Export, encoding: str) -> None:
    names = ["Äijö Åström", "Hämäläinen Jyväskylä", "Mäkeläinen Yrjö", "Töölön myyjä"]
    text = HEADS + "".join(f"{n};open;{name};5\n" for n, name in enumerate(names * 5))
    found = read([export(text, encoding=encoding)]).data.opportunities["seller"]
    assert list(dict.fromkeys(found)) == names


@pytest.mark.parametrize("encoding", ["hex", "undefined", "a\0b", "klingon"])
def test_a_declared_encoding_that_is_none_is_refused(export: Export, encoding: str) -> None:
    assert refusal(export(HEADS + "1;open;A;5\n"), declared=Declared(encoding=encoding)).code == "encoding_wrong"


# --- signs that steer -------------------------------------------------------------------------------------------------


def test_control_characters_are_taken_out_of_names_and_told(export: Export, tmp_path: Path) -> None:
    """ESC [2J clears a terminal, and no workbook can hold it."""
    intake = read([export(HEADS + "1;open;\x1b[2JAino\x07;5\n2;open;Aino;6\n")])
    assert intake.data.opportunities["seller"].tolist() == ["[2JAino", "Aino"]
    assert notes(intake)["note.control_characters"].startswith("Control characters were removed from 1 cells")
    rows = pd.DataFrame({"id": ["1"], "status": ["open"], "seller": ["\x1bAino\x00"], "value": [5]})
    rows.to_parquet(tmp_path / "deals.parquet")
    assert read([tmp_path / "deals.parquet"]).data.opportunities["seller"].tolist() == ["Aino"]


def test_a_file_name_that_is_no_text_is_shown_with_question_marks(tmp_path: Path) -> None:
    folder = str(tmp_path).encode()
    name = folder + b"/deals_\xe4\x1b.csv"
    with open(name, "wb") as file:  # noqa: PTH123  bytes, as Linux has them
        file.write(b"id;status;value\n1;open;5\n")
    intake = read([tmp_path])
    assert [source.label for source in intake.sources] == ["deals_??.csv"]
    assert intake.data.opportunities["source_file"].tolist() == ["deals_??.csv"]


# --- moments ----------------------------------------------------------------------------------------------------------


def days(*cells: str) -> list[str | None]:
    column = pd.Series(cells, dtype="str")
    found = read_dates(
        column,
        pd.RangeIndex(2, len(cells) + 2).to_numpy(),
        file="f",
        header="h",
        column="closed_on",
        declared=Declared(),
    )
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in found.days]


def test_a_clock_with_dots_is_a_clock() -> None:
    """22.30 UTC is half past midnight in Helsinki in winter."""
    assert days("2024-01-31 22.30.00Z", "2024-01-31 21.59.59Z", "31.1.2024 22.30Z") == [
        "2024-02-01",
        "2024-01-31",
        "2024-02-01",
    ]


@pytest.mark.parametrize(
    "cell",
    ["2024-01-31T99:00Z", "2024-01-31 23:60", "2024-01-31 24:00:00", "2024-01-31T10:00+99:00", "31.1.2024 13:00 PM Z"],
)
def test_a_clock_that_cannot_be_is_no_date(cell: str) -> None:
    assert days(cell, "2024-02-01") == [None, "2024-02-01"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("12. marras 2023", "2023-11-12"),
        ("12. marraskuuta 2023", "2023-11-12"),
        ("12 maalisk. 2023", "2023-03-12"),
        ("1. kesäkuuta 2023", "2023-06-01"),
        ("12 Mar 2023", "2023-03-12"),
        ("Sept 12, 2023", "2023-09-12"),
        ("31 Jan 2024 22:30 UTC", "2024-02-01"),
        ("Decision 12, 2024", None),
        ("marraskuussa 5, 2023", None),
        ("Marvellous 5, 2023", None),
        ("12 March 20234", None),
    ],
)
def test_only_a_months_own_name_names_a_month(cell: str, day: str | None) -> None:
    assert days(cell) == [day]


# --- time grows with length -------------------------------------------------------------------------------------------


def test_folding_takes_time_in_proportion_to_the_text() -> None:
    """Marks on one letter are sorted, and blanks before a bracket tried, in quadratic time unless that is prevented."""

    def seconds(length: int) -> float:
        began = time.process_time()
        folded_word.__wrapped__("\u0301\u0327" * length)
        folded_header.__wrapped__("a" + " " * 2 * length + "b")
        folded_header.__wrapped__("a (x)" + " " * 2 * length + "b")
        return time.process_time() - began

    seconds(1_000)
    assert seconds(40_000) < 30 * max(seconds(4_000), 0.002)  # ten times the length; a hundred times were quadratic


@pytest.mark.parametrize(
    "cell", ["\u0301\u0327" * 60_000, "a" + " " * 120_000 + "b", "1" * 2_000_000, "(" * 200_000, "1.1." * 100_000]
)
def test_a_cell_of_any_length_is_read_within_seconds(export: Export, cell: str) -> None:
    file = export(f"id;status;seller;value;close date;{cell}\n1;won;{cell};5;{cell};x\n2;won;A;{cell};1.2.2024;x\n")
    began = time.process_time()
    intake = read([file])
    assert time.process_time() - began < 10
    assert intake.account.read == 2
