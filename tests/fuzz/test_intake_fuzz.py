"""20,000 generated files of six kinds with KPI_FULL set; without it, a shortened form."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.fuzz import files
from tests.fuzz.invariants import survives

EXAMPLES = 3_400 if os.environ.get("KPI_FULL") else 60
many = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True
)


def attack(data: bytes, name: str, check: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        check(path)


@many
@given(files.csv_files())
def test_every_record_of_a_whole_csv_is_accounted_for(file: tuple[bytes, int]) -> None:
    attack(file[0], "deals.csv", lambda path: survives([path]))


@many
@given(files.damaged(files.csv_files().map(lambda file: file[0])))
def test_a_damaged_csv_is_read_or_refused_in_words(data: bytes) -> None:
    attack(data, "deals.csv", lambda path: survives([path]))


@many
@given(files.xlsx_files() | files.damaged(files.xlsx_files()))
def test_a_workbook_whole_or_damaged_is_read_or_refused_in_words(data: bytes) -> None:
    attack(data, "deals.xlsx", lambda path: survives([path]))


@many
@given(files.parquet_files())
def test_every_record_of_a_whole_parquet_file_is_accounted_for(file: tuple[bytes, int]) -> None:
    attack(file[0], "deals.parquet", lambda path: survives([path], records=file[1]))


@many
@given(files.damaged(files.parquet_files().map(lambda file: file[0])))
def test_a_damaged_parquet_file_is_read_or_refused_in_words(data: bytes) -> None:
    attack(data, "deals.parquet", lambda path: survives([path]))


@many
@given(files.mapping_files() | files.damaged(files.mapping_files()))
def test_any_mapping_is_used_or_refused_in_words(mapping: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        deals, own = Path(folder) / "deals.csv", Path(folder) / "own.toml"
        deals.write_text("tunnus;tila;arvo\n1;ok;5\n2;voitettu;7\n", encoding="utf-8")
        own.write_bytes(mapping)
        survives([deals], mappings=[own])
