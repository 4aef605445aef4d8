"""Files: any delimiter and encoding, workbooks and parquet; what is no table is refused by a sentence."""

from __future__ import annotations

import datetime as dt
import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from kpi_core.errors import KpiError
from kpi_core.intake import Declared, IntakeError, inspect, read
from kpi_core.texts import LANGUAGES
from tests.intake.conftest import Export

DEALS = "tunnus;myyjä;tila;arvo\nA1;Äijö Örn;avoin;1 054,50\nA2;Åsa €;auki;2\n"


def code_of(path: Path, declared: Declared = Declared()) -> str:  # noqa: B008
    with pytest.raises(KpiError) as refused:
        read([path], declared=declared)
    for language in LANGUAGES:
        assert path.name in refused.value.message(language)
    return refused.value.code


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_an_encoding_is_told_by_its_mark_or_a_strict_decoder(export: Export, encoding: str, told: str) -> None:
    intake = read([export(DEALS, encoding=encoding)])
    assert intake.data.opportunities["seller"].tolist() == ["Äijö Örn", "Åsa €"]
    assert intake.sources[0].encoding == told


def test_an_old_dos_file_is_not_taken_for_cp1252(export: Export) -> None:
    more = "".join(f"B{number};Hämäläinen, pääjohtaja;auki;3\n" for number in range(20))
    intake = read([export(DEALS.replace(" €", "") + more, encoding="cp850")])
    assert intake.data.opportunities["seller"][0] == "Äijö Örn"
    assert intake.sources[0].notes[0].code == "note.encoding_guessed"


def test_a_declared_encoding_that_does_not_fit_is_an_error(export: Export) -> None:
    assert code_of(export(DEALS, encoding="cp1252"), declared=Declared(encoding="utf-8")) == "encoding_wrong"


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        (Declared(timezone="Europe/Espoo"), "timezone_unknown"),
        (Declared(timezone=""), "timezone_unknown"),
        (Declared(delimiter=";;"), "delimiter_wrong"),
    ],
)
def test_a_declaration_that_cannot_be_meant_is_an_error(export: Export, declared: Declared, code: str) -> None:
    with pytest.raises(IntakeError) as refused:
        read([export(DEALS)], declared=declared)
    assert refused.value.code == code


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_the_lines_agree_on(export: Export, delimiter: str) -> None:
    text = DEALS.replace("1 054,50", '"1 054,50"').replace(";", delimiter)
    intake = read([export(text)])
    assert intake.sources[0].delimiter == delimiter
    assert intake.data.opportunities["value"].tolist() == [1054.5, 2]


def test_excels_own_line_that_names_the_delimiter_is_obeyed(export: Export) -> None:
    intake = read([export("sep=;\n" + DEALS)])
    assert intake.account.ignored == {"preamble": 1}
    assert intake.account.used == 2


def test_rows_are_known_by_their_physical_line_even_after_a_cell_of_two_lines(export: Export) -> None:
    file = export('id,name,status,value\n1,"two\nlines",open,5\n2,x,what,5\n\n3,x,open,5\n')
    intake = read([file])
    assert [row.row for row in intake.account.excluded] == [4]
    assert intake.data.opportunities["source_row"].tolist() == [2, 6]
    assert intake.account.ignored == {"blank_row": 1}


def test_ragged_rows_are_excluded_and_empty_cells_at_the_end_are_not(export: Export) -> None:
    file = export("id,status,value\n1,open\n2,open,5,,\n3,open,5,6\n4,open,5\n")
    intake = read([file])
    assert intake.data.opportunities["opportunity_id"].tolist() == ["2", "4"]
    assert [(row.row, row.code, row.found["cells"]) for row in intake.account.excluded] == [
        (2, "ragged", 2),
        (4, "ragged", 4),
    ]


def test_a_row_whose_only_cell_stands_beyond_the_headers_is_excluded_not_blank(export: Export) -> None:
    intake = read([export("id,status,value\n1,open,5\n , ,,6\n , ,\n")])
    assert [(row.row, row.code) for row in intake.account.excluded] == [(3, "ragged")]
    assert intake.account.ignored == {"blank_row": 1}


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"])
def test_a_file_that_only_says_its_encoding_is_an_empty_file(mark: bytes, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(mark)
    assert code_of(tmp_path / "empty.csv") == "empty_file"


def test_a_file_of_blank_cells_is_an_empty_file(export: Export) -> None:
    assert code_of(export('""\r\n" "\r\n')) == "empty_file"


def test_null_bytes_are_taken_out_and_told(export: Export) -> None:
    intake = read([export("id,status,value\n1\0,op\0en,5\n")])
    assert intake.data.opportunities["opportunity_id"].tolist() == ["1"]
    assert intake.sources[0].notes[0].text("en") == "2 NUL characters were removed from the file."


def test_preamble_repeated_headers_and_totals_are_ignored_by_rule(export: Export) -> None:
    file = export(
        """
        Myyntiraportti 2017
        Tulostettu 1.1.2018;;;

        tunnus;myyjä;tila;arvo
        A1;Aino;avoin;5
        tunnus;myyjä;tila;arvo
        A2;Aino;avoin;5
        Yhteensä;;;10
        """
    )
    intake = read([file])
    assert intake.sources[0].header_row == 4
    assert intake.account.used == 2
    assert intake.account.ignored == {"blank_row": 1, "preamble": 2, "repeated_header": 1, "total_row": 1}
    assert intake.account.read == 7


def test_a_quotation_mark_that_never_closes_is_an_error_and_swallows_nothing(export: Export) -> None:
    assert code_of(export('id,status,value\n1,open,5\n2,"open,5\n3,open,5\n')) == "quote_open"


def workbook(path: Path, rows: list[list[object]], *, mac: bool = False) -> Path:
    book = openpyxl.Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("mac", [False, True])
def test_a_workbook_keeps_its_types_in_both_date_systems(tmp_path: Path, mac: bool) -> None:
    rows: list[list[object]] = [
        ["id", "status", "close date", "value"],
        [1, "won", dt.date(2017, 3, 1), 1.234],
        [2, "won", dt.datetime(2017, 3, 2, 23, 59), 1234],  # noqa: DTZ001
    ]
    intake = read([workbook(tmp_path / "deals.xlsx", rows, mac=mac)])
    found = intake.data.opportunities
    assert found["opportunity_id"].tolist() == ["1", "2"]
    assert found["closed_on"].dt.strftime("%Y-%m-%d").tolist() == ["2017-03-01", "2017-03-02"]
    assert found["value"].tolist() == [1.234, 1234]
    assert found["source_row"].tolist() == [2, 3]


def test_day_numbers_in_a_workbook_are_days(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "status", "close date"], [1, "won", 46289]]
    for mac, day in ((False, "2026-09-24"), (True, "2030-09-25")):
        intake = read([workbook(tmp_path / f"{mac}.xlsx", rows, mac=mac)])
        assert f"{intake.data.opportunities['closed_on'][0]:%Y-%m-%d}" == day


def test_an_error_cell_of_a_workbook_is_an_error_and_not_a_blank(tmp_path: Path) -> None:
    file = workbook(tmp_path / "deals.xlsx", [["id", "status", "value"], [1, "open", "#DIV/0!"], [2, "open", 5]])
    repacked = tmp_path / "errors.xlsx"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(repacked, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                assert b'<c r="C2" t="e"><v>#DIV/0!</v></c>' in content  # openpyxl writes it as Excel does
            target.writestr(name, content)
    intake = read([repacked])
    assert [(row.row, row.code) for row in intake.account.excluded] == [(2, "excel_error")]


def test_every_sheet_of_a_workbook_is_a_source(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    one = book.active
    assert one is not None
    one.title = "Kaupat"
    for row in (["id", "status", "value"], [1, "open", 5]):
        one.append(row)
    two = book.create_sheet("Poissaolot")
    for row in (["myyjä", "alkaa", "päättyy"], ["Aino", dt.date(2017, 7, 3), dt.date(2017, 7, 7)]):
        two.append(row)
    book.create_sheet("Tyhjä")
    book.save(tmp_path / "all.xlsx")
    intake = read([tmp_path / "all.xlsx"])
    assert [(source.label, source.table) for source in intake.sources] == [
        ("all.xlsx [Kaupat]", "opportunities"),
        ("all.xlsx [Poissaolot]", "absences"),
    ]
    assert intake.data.absences["seller"].tolist() == ["Aino"]


def test_a_workbook_named_csv_is_read_as_the_workbook_that_it_is(tmp_path: Path) -> None:
    file = workbook(tmp_path / "deals.xlsx", [["id", "status", "value"], [1, "open", 5]]).rename(tmp_path / "deals.csv")
    intake = read([file])
    assert intake.account.used == 1
    assert intake.sources[0].notes[0].code == "note.content_is_xlsx"


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "id": [1, 2],
            "status": ["won", "open"],
            "close date": pd.to_datetime(["2017-03-01", ""]),
            "value": [1.234, None],
        }
    )
    rows.to_parquet(tmp_path / "deals.parquet")
    found = read([tmp_path / "deals.parquet"]).data.opportunities
    assert found["value"].isna().tolist() == [False, True]
    assert found["closed_on"].isna().tolist() == [False, True]


def test_a_folder_is_all_its_tables_by_name_without_excels_lock_files(export: Export, tmp_path: Path) -> None:
    export("id,status,value\nB,open,5\n", "b.csv")
    export("id,status,value\nA,open,5\n", "a.tsv")
    export("junk", "~$b.xlsx")
    export("junk", "readme.md")
    intake = read([tmp_path])
    assert [source.label for source in intake.sources] == ["a.tsv", "b.csv"]
    assert intake.data.opportunities["opportunity_id"].tolist() == ["A", "B"]


def test_files_of_one_name_are_told_apart_and_one_file_is_read_once(export: Export, tmp_path: Path) -> None:
    for folder in ("east", "west"):
        (tmp_path / folder).mkdir()
        export(f"id,status,value\n{folder},open,5\n", f"{folder}/deals.csv")
    intake = read([tmp_path / "east", tmp_path / "west", tmp_path / "east" / "deals.csv"])
    assert [source.label for source in intake.sources] == ["east/deals.csv", "west/deals.csv"]


def test_files_of_one_name_in_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Else a row of one would be taken for a row of the other."""
    for folder in ("2025/east", "2026/east"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "deals.csv").write_text(f"id,status,value\n{folder},open,5\n", encoding="utf-8")
    intake = read([tmp_path / "2025" / "east", tmp_path / "2026" / "east"])
    assert [source.label for source in intake.sources] == ["2025/east/deals.csv", "2026/east/deals.csv"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_files_told_apart_by_unprintable_signs_alone_get_numbers(tmp_path: Path) -> None:
    for number, sign in enumerate("\x1b\x07"):
        (tmp_path / f"a{sign}.csv").write_text(f"id,status,value\n{number},open,5\n", encoding="utf-8")
    labels = [source.label for source in read([tmp_path]).sources]
    assert [label.rpartition("/")[2] for label in labels] == ["a?.csv (1)", "a?.csv (2)"]


def test_what_is_no_table_is_refused_by_a_sentence(export: Export, tmp_path: Path) -> None:
    assert code_of(tmp_path / "nowhere.csv") == "missing_file"
    assert code_of(export("", "empty.csv")) == "empty_file"
    assert code_of(export("\ufeff \n", "blank.csv")) == "empty_file"
    (tmp_path / "folder").mkdir()
    assert code_of(tmp_path / "folder") == "empty_folder"
    assert code_of(export("%PDF-1.7", "report.csv")) == "not_a_table"
    assert code_of(export("<html><table></table></html>", "report.xls")) == "not_a_table"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    (tmp_path / "old.xls").write_bytes(ole)
    assert code_of(tmp_path / "old.xls") == "old_excel"
    (tmp_path / "locked.xlsx").write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    assert code_of(tmp_path / "locked.xlsx") == "password"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("x.txt", "x")
    (tmp_path / "archive.xlsx").write_bytes(archive.getvalue())
    assert code_of(tmp_path / "archive.xlsx") == "not_a_workbook"
    assert code_of(export("a,b\n1,2\n", "other.csv")) == "unknown_layout"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the super-user may read everything")
def test_a_file_that_may_not_be_read_is_refused_by_a_sentence(export: Export) -> None:
    file = export(DEALS)
    file.chmod(0)
    assert code_of(file) == "unreadable"


def test_a_refused_file_does_not_stop_the_others_and_its_rows_are_counted(export: Export, tmp_path: Path) -> None:
    export(DEALS, "deals.csv")
    export("Päivä;Kulutus kWh\n1.1.2017;5\n2.1.2017;6\n", "kulutus.csv")
    intake = read([tmp_path])
    refused = intake.sources[1]
    assert refused.refusal is not None
    assert refused.account.ignored == {"refused": 2}
    assert intake.account.read == 4


def test_inspect_shows_as_a_refusal_what_read_raises(export: Export) -> None:
    file = export("id,status,close date\n1,won,03/04/2017\n")
    with pytest.raises(IntakeError):
        read([file])
    (source,) = inspect([file])
    assert source.refusal is not None
    assert source.refusal.code == "date_ambiguous"
    assert source.table == "opportunities"
    assert source.account.read == 1


def test_a_seller_has_one_spelling_and_a_backwards_absence_is_listed(tmp_path: Path) -> None:
    """ "ann  berg" of the absences is the meetings' Ann Berg; the second absence ends before it begins."""
    meetings = "Tapaamisen tunnus;Tapaamispäivä;Myyjä;Yritys;Tila\nK1;04.05.2026;Ann Berg;A;Pidetty\n"
    absences = "Myyjä;Alkaa;Päättyy\nann  berg;25.05.2026;25.05.2026\nAnn Berg;29.05.2026;28.05.2026\n"
    (tmp_path / "tapaamiset.csv").write_text(meetings, encoding="utf-8")
    (tmp_path / "poissaolot.csv").write_text(absences, encoding="utf-8")
    intake = read([tmp_path])
    assert intake.data.absences["seller"].tolist() == ["Ann Berg"]
    (row,) = intake.account.excluded
    assert (row.file, row.row, row.code) == ("poissaolot.csv", 3, "absence_backwards")
    assert "28.5.2026" in row.reason("fi")
    assert "2026-05-28" in row.reason("en")


def test_an_amount_of_more_digits_than_a_cell_holds_is_excluded_as_too_large(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(
        "opportunity_id,status,close_date,value\n1,won,2026-05-04,1e400\n2,won,2026-05-04,5\n3,won,2026-05-04,-1e308\n"
        "4,won,2026-05-04,999999999999999\n5,won,2026-05-04,1000000000000000\n",
        encoding="utf-8",
    )
    intake = read([file])
    assert intake.data.opportunities["value"].tolist() == [5.0, 999_999_999_999_999.0]
    assert [(row.row, row.code) for row in intake.account.excluded] == [
        (2, "huge_number"),
        (4, "huge_number"),
        (6, "huge_number"),
    ]
    assert "1e400" in intake.account.excluded[0].reason("fi")
