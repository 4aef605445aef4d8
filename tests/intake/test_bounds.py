"""Bounded time and memory: bombs of a few kilobytes, the largest table that Excel can hold, ten thousand columns."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.intake.test_hostile import COUNTED_AS_USED, HEAD, SHEET, STRINGS, STRINGS_HEAD, TAIL, repacked

FULL = bool(os.environ.get("KPI_FULL"))
MEGABYTE = 1024**2
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and memory are Linux's own")
READING = textwrap.dedent("""
    import json, sys, time
    from pathlib import Path
    import pandas, pyarrow.parquet
    from kpi_core.errors import KpiError
    from kpi_core.intake import read
    def peak():  # of this program: ru_maxrss would remember what the parent held when it forked
        (line,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
        return int(line.split()[1]) // 1024
    small, *files = map(Path, sys.argv[1:])
    read([small])  # loads what any file needs
    before = peak()
    for file in files:
        began, code, rows = time.process_time(), "", 0
        try:
            rows = read([file]).account.used
        except KpiError as refusal:
            code = refusal.code
            assert all(file.name in refusal.message(language) for language in ("fi", "en"))
        print(json.dumps([code, rows, time.process_time() - began, peak() - before]))
""")


class Bounded(NamedTuple):
    code: str
    rows: int
    seconds: float  # of the processor
    megabytes: float  # above what a small file takes, this file and those before it


def bounded(*paths: Path, most: int, seconds: int = 60) -> list[Bounded]:
    """Read the files in one process, which may hold `most` megabytes above what a small file takes."""
    small = paths[0].parent / "small.csv"
    small.write_text("id;status;value\n1;open;5\n", encoding="utf-8")

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, ((most + 400) * MEGABYTE,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))

    done = subprocess.run(
        [sys.executable, "-c", READING, str(small), *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=600,
        env=COUNTED_AS_USED,
        preexec_fn=limits,
        check=False,
    )
    assert not done.stderr, done.stderr
    return [Bounded(*json.loads(line)) for line in done.stdout.splitlines()]


# --- refused before memory is taken -----------------------------------------------------------------------------------


def many_sheets(path: Path) -> None:
    """Thirty sheets, each of two cells in opposite corners of an area that alone would be read."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for _ in range(30):
            sheet = book.add_worksheet()
            sheet.write(0, 0, 1)
            sheet.write(1, 30, 1)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as package, zipfile.ZipFile(path, "w", 8) as target:
        for name in package.namelist():
            target.writestr(name, package.read(name).replace(b'"AE2"', b'"AE1048576"'))


def wide_and_short(path: Path) -> None:
    path.write_text("id;status;value" + ";a" * 200_000 + "\n" + "1;open\n" * 50_000)


def one_text_for_all(path: Path) -> None:
    shared = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), 100_000), pa.array(["A" * 100_000]))
    pq.write_table(pa.table({"id": shared, "status": shared}), path)


def compressed_texts(path: Path) -> None:
    table = pa.table({"id": pa.array(["A" * 110_000_000])})
    with pq.ParquetWriter(path, table.schema, compression="zstd", use_dictionary=False, write_statistics=False) as file:
        for _ in range(20):
            file.write_table(table)


def endless_lists(path: Path) -> None:
    values = pa.repeat(pa.scalar(1, pa.int8()), 20_000_000)
    listed = pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)
    pq.write_table(pa.table({"id": pa.array(["1"]), "status": listed}), path)


BOMBS = [
    (many_sheets, "sheets.xlsx", "sheet_too_large"),
    (wide_and_short, "wide.csv", "too_many_columns"),
    (one_text_for_all, "shared.parquet", "texts_too_large"),
    (compressed_texts, "zipped.parquet", "texts_too_large"),
    (endless_lists, "lists.parquet", "lists_too_long"),
]


def test_a_bomb_is_refused_within_seconds_and_a_fraction_of_its_size(tmp_path: Path) -> None:
    for make, name, _ in BOMBS:
        make(tmp_path / name)
        assert (tmp_path / name).stat().st_size < MEGABYTE
    found = bounded(*(tmp_path / name for _, name, _ in BOMBS), most=256)
    assert [one.code for one in found] == [code for _, _, code in BOMBS]
    assert max(one.seconds for one in found) < 10
    assert found[-1].megabytes < 256


def test_short_rows_under_a_wide_header_take_no_more_than_the_file(tmp_path: Path) -> None:
    """100,000 rows of two cells under 16,000 columns: 1.6 thousand million cells, were each row filled up."""
    file = tmp_path / "ragged.csv"
    file.write_text("id;status;value" + ";a" * 15_997 + "\n" + "1;open\n" * 100_000)
    (found,) = bounded(file, most=512)
    assert (found.code, found.rows) == ("", 0)  # every row is excluded as ragged
    assert found.megabytes < 512


# --- the largest that is read -----------------------------------------------------------------------------------------


def test_a_full_sheet_of_excel_is_read_to_its_last_row(tmp_path: Path) -> None:
    """1,048,576 rows with KPI_FULL set, the header among them; a tenth without."""
    last = 1_048_576 if FULL else 104_858
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}" t="s"><v>1</v></c><c r="C{n}"><v>{n % 97}</v></c></row>'
        for n in range(2, last + 1)
    )
    strings = "".join(f"<si><t>{word}</t></si>" for word in ("id", "open", "status", "value"))
    heads = "".join(f'<c r="{cell}" t="s"><v>{text}</v></c>' for cell, text in (("A1", 0), ("B1", 2), ("C1", 3)))
    xml = f'{HEAD}<row r="1">{heads}</row>{rows}{TAIL}'
    sst = f"{STRINGS_HEAD}{strings}</sst>"
    book = repacked(tmp_path / "full.xlsx", {SHEET: xml.encode(), STRINGS: sst.encode()})
    (found,) = bounded(book, most=2_500 if FULL else 400, seconds=120)
    assert found.rows == last - 1
    print(f"\n{last} rows: {found.seconds:.1f} s, {found.megabytes:.0f} MB")


def far_apart(path: Path, rows: int) -> Path:
    """Two deals at the ends of an area 38 columns wide."""

    def cell(place: str, text: str) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'

    deals = ((1, "id", "status", "value"), (2, "1", "open", "5"), (rows, "2", "open", "6"))
    xml = "".join(f'<row r="{n}">{cell(f"A{n}", a)}{cell(f"B{n}", b)}{cell(f"AL{n}", c)}</row>' for n, a, b, c in deals)
    return repacked(path, {SHEET: f"{HEAD}{xml}{TAIL}".encode()})


def test_a_stray_cell_far_below_is_read_up_to_four_million_cells_and_then_refused(tmp_path: Path) -> None:
    """Five kilobytes of file: the reader builds the whole area twice, which a million rows would make 2.5 GB."""
    near, far = bounded(
        far_apart(tmp_path / "near.xlsx", 105_263), far_apart(tmp_path / "far.xlsx", 1_048_576), most=512
    )
    assert (near.code, near.rows) == ("", 2)
    assert (far.code, far.rows) == ("sheet_too_large", 0)
    assert max(near.seconds, far.seconds) < 10
    print(f"\n4,000,000 cells, of them 9 filled: {near.seconds:.1f} s, {near.megabytes:.0f} MB")


def columns_csv(path: Path, heads: list[str]) -> None:
    path.write_text(";".join(heads) + "\n" + "1;open;5" + ";y" * (len(heads) - 3) + "\n", encoding="utf-8")


def columns_xlsx(path: Path, heads: list[str]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, heads)
        sheet.write_row(1, 0, ["1", "open", 5, *["y"] * (len(heads) - 3)])


def columns_parquet(path: Path, heads: list[str]) -> None:
    pq.write_table(pa.table([pa.array([cell]) for cell in ["1", "open", "5", *["y"] * (len(heads) - 3)]], heads), path)


def test_ten_thousand_columns_are_read(tmp_path: Path) -> None:
    heads = ["id", "status", "value", *(f"x{n}" for n in range(9_997))]
    files = [tmp_path / f"wide.{kind}" for kind in ("csv", "xlsx", "parquet")]
    for file, write in zip(files, (columns_csv, columns_xlsx, columns_parquet), strict=True):
        write(file, heads)
    found = bounded(*files, most=512)
    assert [(one.code, one.rows) for one in found] == [("", 1)] * 3
    assert max(one.seconds for one in found) < 10
