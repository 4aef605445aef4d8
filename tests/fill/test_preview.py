"""`kpi template check --preview`: a user's own workbook with sample figures in it, before the first real fill."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from addin import cli
from tests.fill.conftest import EXPORTS
from tests.needs import program
from tests.ooxml.books import read_back

EXPORTED = str(int(datetime(2026, 11, 2, 8, tzinfo=UTC).timestamp()))


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A board with two figures, a formula over one of them, and when it was made."""
    path = tmp_path / "board.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Board")
    sheet.write("A1", "{{ win_rate }} of {{ win_rate_n }} in {{ period }}")
    sheet.write("A2", "{{ created }}")
    sheet.write_formula("A3", "=B3", None, 0)
    book.define_name("kpi_win_rate", "=Board!$B$3")
    book.close()
    return path


def check(board: Path, *more: object) -> int:
    return cli.main(["template", "check", *map(str, (board, *more))])


@pytest.mark.parametrize(("language", "words"), [("en", "an invented sales team"), ("fi", "keksityn myyntitiimin")])
def test_the_preview_is_what_a_fill_of_the_sample_gives(
    language: str,
    words: str,
    board: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = board.read_bytes()
    preview = tmp_path / "look.xlsx"
    assert check(board, "--preview", preview, "--language", language) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert words in said
    assert said.endswith(str(preview))
    assert board.read_bytes() == before
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EXPORTED)
    out = tmp_path / "out"
    asked = ["fill", EXPORTS, "--template", board, "--period", "2026-10", "--out", out, "--language", language]
    assert cli.main([str(each) for each in asked]) == 0
    (filled,) = out.glob("*.xlsx")
    assert filled.read_bytes() == preview.read_bytes()


def test_the_preview_is_printed_where_a_pdf_is_asked_for(board: Path, tmp_path: Path) -> None:
    program("soffice", "libreoffice-calc")
    assert check(board, "--preview", tmp_path / "look.xlsx", "--language", "en") == 0
    sentence = read_back((tmp_path / "look.xlsx").read_bytes())("A1")
    assert "October 2026" in sentence
    assert check(board, "--preview", tmp_path / "look.pdf", "--language", "en") == 0
    shown = subprocess.run(
        [program("pdftotext", "poppler-utils"), "-layout", tmp_path / "look.pdf", "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert sentence in " ".join(shown.stdout.split())


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [("look.xlsm", 2, "ends in .xlsx"), ("look", 2, "ends in .xlsx"), ("board.xlsx", 1, "own template")],
)
def test_a_preview_that_cannot_be_is_one_sentence_and_no_file(
    name: str, code: int, sentence: str, board: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = board.read_bytes()
    assert check(board, "--preview", tmp_path / name, "--language", "en") == code
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert sentence in said.err
    assert board.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["board.xlsx"]


def test_there_is_no_preview_of_what_a_fill_would_refuse(board: Path, tmp_path: Path) -> None:
    cells = tmp_path / "cells.toml"
    cells.write_text('"Board!A3" = "win_rate"', encoding="utf-8")
    assert check(board, "--cells", cells, "--preview", tmp_path / "look.xlsx") == 1
    assert not (tmp_path / "look.xlsx").exists()


@pytest.mark.parametrize(
    ("language", "shape", "signature"),
    [("en", "not filled: it stands in a shape", "does not hold"), ("fi", "jäi täyttämättä: se on kuviossa", "ei päde")],
)
def test_a_fill_tells_what_it_leaves_and_breaks(
    language: str, shape: str, signature: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A placeholder that stands in a report afterwards, and a signature that no longer holds, are no surprise."""
    from tests.ooxml.books import made, repacked

    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Board")
        sheet.write("A1", "{{ win_rate }}")
        sheet.insert_textbox("C3", "{{ show_rate }}")

    signed = tmp_path / "signed.xlsx"
    signed.write_bytes(repacked(made(write), {"_xmlsignatures/sig1.xml": b"<Signature/>"}))
    asked = ["fill", EXPORTS, "--template", signed, "--period", "2026-10", "--out", tmp_path / "out"]
    assert cli.main([*map(str, asked), "--language", language]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "{{ show_rate }} (Board)" in said
    assert shape in said
    assert signature in said
