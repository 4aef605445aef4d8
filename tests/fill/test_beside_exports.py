"""Filled workbooks in the exports' own folder: they are told and not read, by whatever program they were saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.cli import main
from addin.fill.batch import fill
from kpi_core.intake import IntakeError, inspect, read
from kpi_core.periods import period
from kpi_core.texts import LANGUAGES
from tests.fill.batches import MONTHS, manifest, small_template
from tests.fill.conftest import EXPORTS


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXPORTS, tmp_path / "exports"))


def test_a_live_workbook_beside_the_exports_adds_no_rows(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read([exports])
    (book,) = fill(before, "monthly_sales", [period("2026-08")], out=exports, live=True).files
    after = read([exports])
    assert after.account.read == before.account.read
    assert len(after.data.opportunities) == len(before.data.opportunities)
    (told,) = [source.refusal for source in after.sources if source.path == book]
    assert told is not None
    assert all(book.name in told.message(language) for language in LANGUAGES)
    assert main(["scorecard", str(exports), "--period", "2026-08", "--language", "en"]) == 0
    assert " ".join(capsys.readouterr().out.split()).count(f"{book.name} is a workbook that this tool filled") == 1
    with pytest.raises(IntakeError) as refused:
        read([book])
    assert refused.value.code == "filled_workbook"


@pytest.mark.parametrize("taken_out", ["author", "names"])
def test_one_mark_is_enough(taken_out: str, filled: Callable[..., Path], tmp_path: Path) -> None:
    book = load_workbook(filled("monthly_sales"))
    if taken_out == "author":
        book.properties.creator = None
    else:
        book.defined_names.clear()
    book.save(tmp_path / "report.xlsx")
    assert codes(tmp_path / "report.xlsx") == ["filled_workbook"]


def test_libreoffice_keeps_the_marks(filled: Callable[..., Path], libreoffice: Callable[[Path, str], Path]) -> None:
    saved = load_workbook(libreoffice(filled("monthly_sales"), "xlsx"))
    assert saved.properties.creator == "b2b-sales-kpis"
    assert "report_version" in saved.defined_names


def test_another_workbook_with_names_of_a_template_is_read(tmp_path: Path) -> None:
    book = load_workbook(small_template(tmp_path / "own.xlsx"))
    for row in (["id", "status", "value"], ["1", "open", 5]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "own.xlsx")
    assert codes(tmp_path / "own.xlsx") == [None]


def codes(path: Path) -> list[str | None]:
    return [source.refusal and source.refusal.code for source in inspect([path])]


def test_a_run_cut_off_goes_on_in_the_exports_own_folder(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["fill", str(exports), "--template", "ltv_cac", "--out", str(exports), "--language", "en"]
    command += [word for month in MONTHS[:2] for word in ("--period", month)]
    assert main(command) == 0
    told = exports / "ltv_cac.manifest.jsonl"
    told.write_bytes(b"".join(told.read_bytes().splitlines(keepends=True)[:2]))
    assert main(command) == 0
    assert "1 were ready" in capsys.readouterr().out
    assert manifest(exports, "ltv_cac")[-1] == {"finished": True, "failed": 0}
