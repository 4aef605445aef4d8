"""Files made to harm: refused in words, in bounded time and memory; odd but honest ones are read to the last row."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import textwrap
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from kpi_core.errors import KpiError
from kpi_core.intake import Declared, IntakeError, read
from kpi_core.periods import period
from kpi_core.scorecard import scorecard
from tests.intake.conftest import Export

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
STRINGS_HEAD = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
TAIL = "</sheetData></worksheet>"
# Arrow's own pool reserves 1 GB at once, which a limit on memory counts.
COUNTED_AS_USED = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system"}


def small_book() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "status", "value"])
        sheet.write_row(1, 0, ["1", "open", 5])
    return out.getvalue()


def repacked(path: Path, parts: dict[str, bytes]) -> Path:
    with (
        zipfile.ZipFile(io.BytesIO(small_book())) as package,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in package.namelist():
            target.writestr(name, parts.get(name, package.read(name)))
    return path


def refused(path: Path) -> str:
    """The refusal's code; the reading runs in a process of its own that may use 1.5 GB and 30 s."""
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from kpi_core.errors import KpiError
        from kpi_core.intake import read
        try:
            read([Path(sys.argv[1])])
        except KpiError as refusal:
            print(refusal.code)
    """)

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (3 * 2**29, 3 * 2**29))

    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        timeout=30,
        env=COUNTED_AS_USED,
        preexec_fn=bounded,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.stdout.strip()


def test_two_cells_in_opposite_corners_do_not_become_a_full_sheet(tmp_path: Path) -> None:
    xml = f'{HEAD}<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>{TAIL}'
    assert refused(repacked(tmp_path / "corners.xlsx", {SHEET: xml.encode()})) == "sheet_too_large"


def test_the_corner_is_found_in_whatever_order_the_cells_stand(tmp_path: Path) -> None:
    xml = f'{HEAD}<row r="9"><c s="1" r="ZZ900000"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>{TAIL}'
    assert refused(repacked(tmp_path / "order.xlsx", {SHEET: xml.encode()})) == "sheet_too_large"


def test_one_long_text_shared_by_a_million_cells_is_refused(tmp_path: Path) -> None:
    text = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"A" * 32_000}</t></si></sst>'
    )
    cells = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{letter}{row}" t="s"><v>0</v></c>' for letter in "ABCDEFGHIJ") + "</row>"
        for row in range(1, 10_001)
    )
    book = repacked(tmp_path / "laughs.xlsx", {STRINGS: text.encode(), SHEET: f"{HEAD}{cells}{TAIL}".encode()})
    assert book.stat().st_size < 1_000_000
    assert refused(book) == "workbook_too_large"


def test_a_part_that_claims_gigabytes_is_refused_unopened(tmp_path: Path) -> None:
    book = repacked(tmp_path / "bomb.xlsx", {SHEET: b" " * 50_000_000})
    data, size = book.read_bytes(), (50_000_000).to_bytes(4, "little")
    assert data.count(size) == 2  # in the member's own header and in the directory
    book.write_bytes(data.replace(size, (4_000_000_000).to_bytes(4, "little")))
    assert refused(book) == "workbook_too_large"


def test_a_part_that_claims_less_than_it_unpacks_to_is_refused(tmp_path: Path) -> None:
    """The directory's sizes are the attacker's: what comes out beyond them is a broken file, never memory."""
    book = tmp_path / "liar.xlsx"
    repacked(book, {SHEET: b" " * 50_000_000})
    data = bytearray(book.read_bytes())
    size = (50_000_000).to_bytes(4, "little")
    assert data.count(size) >= 1
    book.write_bytes(data.replace(size, (1_000).to_bytes(4, "little")))
    assert refused(book) == "not_a_workbook"


BILLION = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [f'<!DOCTYPE x [<!ENTITY l0 "ha">{BILLION}]>', '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'],
    ids=["a billion laughs", "an external entity"],
)
@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_document_type_is_refused_in_any_part(tmp_path: Path, doctype: str, part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(small_book())) as package:
        declaration, _, rest = package.read(part).decode().partition("?>")
    xml = f"{declaration}?>{doctype}{rest}".replace("open", "&l9;")
    book = repacked(tmp_path / "entities.xlsx", {part: xml.encode()})
    with pytest.raises(IntakeError) as refusal:
        read([book])
    assert refusal.value.code == "workbook_doctype"


def test_a_parquet_file_of_very_many_rows_in_few_bytes_is_refused(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = tmp_path / "long.parquet"
    many = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), 50_000_000), pa.array(["won"]))
    pq.write_table(pa.table({"id": many}), file)
    assert file.stat().st_size < 1_000_000
    assert refused(file) == "table_too_large"


def test_merged_title_rows_above_the_header_are_a_preamble(tmp_path: Path) -> None:
    out = tmp_path / "titles.xlsx"
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "Myyntiraportti 2024")
        sheet.merge_range("A2:C2", "Luottamuksellinen")
        sheet.write_row(3, 0, ["tunnus", "tila", "arvo"])
        sheet.write_row(4, 0, ["A", "avoin", 5])
    intake = read([out])
    assert intake.account.ignored == {"blank_row": 1, "preamble": 2}
    assert intake.account.used == 1


def test_letters_of_any_script_and_direction_stay_one_name(export: Export) -> None:
    names = ["\u202eאבג\u202c", "Zoe\u0308 N\u0303andu\u0301", "王小明", "محمد", "👩‍👩‍👧‍👦 Oy"]
    text = "id;status;value;seller\n" + "".join(f"{n};open;5;{name}\n" for n, name in enumerate(names))
    found = read([export(text)]).data.opportunities["seller"].tolist()
    assert len(set(found)) == len(names)
    assert "\u202e" not in found[0]
    assert found[2:4] == names[2:4]


def test_composed_and_decomposed_letters_are_one_seller(export: Export) -> None:
    found = read([export("id;status;value;seller\n1;open;5;Zoë\n2;open;5;Zoe\u0308\n")]).data.opportunities["seller"]
    assert found.nunique() == 1


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2024-01-31T21:59:59Z", "2024-01-31"),  # 23:59:59 in Helsinki, winter time
        ("2024-01-31T22:00:00Z", "2024-02-01"),
        ("2024-06-30T20:59:59Z", "2024-06-30"),  # summer time
        ("2024-06-30T21:00:00Z", "2024-07-01"),
    ],
)
def test_a_moment_near_midnight_is_the_finnish_day(export: Export, moment: str, day: str) -> None:
    rows = read([export(f"id;status;close date;value\n1;won;{moment};5\n")]).data.opportunities
    assert f"{rows['closed_on'][0]:%Y-%m-%d}" == day


def test_currencies_that_differ_stay_beside_their_amounts(export: Export) -> None:
    intake = read([export("id;status;value\n1;open;5 €\n2;open;$7\n3;open;9 kr\n")])
    assert intake.data.opportunities["currency"].tolist() == ["EUR", "USD"]
    assert [(row.row, row.code) for row in intake.account.excluded] == [(4, "bad_number")]  # kr of which country?


def test_currencies_that_differ_are_not_added_up(export: Export) -> None:
    data = read([export("id;status;value\n1;open;5 €\n2;open;$7\n")]).data
    card = scorecard(data, period("2024-01"), kpis=["pipeline_value"], as_of=date(2024, 1, 31))
    reading = card.reading("pipeline_value")
    assert reading.value is None
    assert reading.reason is not None
    assert "valuut" in reading.reason.show("fi")
    assert "currenc" in reading.reason.show("en")


def test_a_path_with_a_nul_byte_is_an_error_in_words() -> None:
    with pytest.raises((KpiError, ValueError)) as refusal:
        read([Path("a\0b.csv")], declared=Declared())
    assert isinstance(refusal.value, IntakeError)
