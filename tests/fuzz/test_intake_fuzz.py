"""20,000 generated files of every kind with KPI_FULL set; without it, a shortened form."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import files
from tests.fuzz.files import Written
from tests.fuzz.invariants import answers, survives

FULL = bool(os.environ.get("KPI_FULL"))
many = settings(
    max_examples=2_500 if FULL else 30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


def attack(data: bytes, name: str, check: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        check(path)


def bytes_of(written: st.SearchStrategy[Written]) -> st.SearchStrategy[bytes]:
    return written.map(lambda file: file.data)


@many
@given(files.csv_files())
def test_every_record_of_a_whole_csv_is_accounted_for(file: Written) -> None:
    attack(file.data, "deals.csv", lambda path: survives([path], records=file.records, declared=file.declared))


@many
@given(bytes_of(files.csv_files()) | files.damaged(bytes_of(files.csv_files())))
def test_a_csv_of_which_nothing_is_declared_is_read_or_refused_in_words(data: bytes) -> None:
    attack(data, "deals.csv", lambda path: survives([path]))


@many
@given(files.xlsx_files(most_sheets=1))
def test_every_record_of_a_whole_workbook_is_accounted_for(file: Written) -> None:
    attack(file.data, "deals.xlsx", lambda path: survives([path], records=file.records))


@many
@given(files.damaged(bytes_of(files.xlsx_files())))
def test_a_damaged_workbook_is_read_or_refused_in_words(data: bytes) -> None:
    attack(data, "deals.xlsx", lambda path: survives([path]))


@many
@given(files.parquet_files())
def test_every_record_of_a_whole_parquet_file_is_accounted_for(file: Written) -> None:
    attack(file.data, "deals.parquet", lambda path: survives([path], records=file.records))


@many
@given(files.damaged(bytes_of(files.parquet_files())))
def test_a_damaged_parquet_file_is_read_or_refused_in_words(data: bytes) -> None:
    attack(data, "deals.parquet", lambda path: survives([path]))


@many
@given(files.mapping_files() | files.damaged(files.mapping_files()))
def test_any_mapping_is_used_or_refused_in_words(mapping: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        deals, own = Path(folder) / "deals.csv", Path(folder) / "own.toml"
        deals.write_text("tunnus;tila;arvo\n1;ok;5\n2;voitettu;7\n", encoding="utf-8")
        own.write_bytes(mapping)
        survives([deals], mappings=[own], records=3)


ANY = [
    (files.csv_files(), "deals.csv"),
    (files.xlsx_files(), "deals.xlsx"),
    (files.parquet_files(), "deals.parquet"),
]


@many
@given(st.one_of(*(st.tuples(bytes_of(kind) | files.damaged(bytes_of(kind)), st.just(name)) for kind, name in ANY)))
def test_the_commands_answer_in_words_and_name_the_file(file: tuple[bytes, str]) -> None:
    attack(*file, answers)
