"""PDF of filled workbooks through LibreOffice: pages as set up, in the workbook's language, whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from addin.fill import pdf
from addin.fill.batch import fill
from addin.fill.words import FillError
from kpi_core.intake import Intake
from kpi_core.periods import period
from kpi_core.texts import LANGUAGES, Language
from tests.fill.conftest import EXPORTS
from tests.needs import program

Filled = Callable[..., Path]


def _text(page: Path) -> str:
    command = [program("pdftotext", "poppler-utils"), "-layout", str(page), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def _own(sample: Intake, folder: Path) -> Path:
    """A user's own workbook with one named cell, filled."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet["A1"] = "Our board"
    sheet["B1"].number_format = "0.00"
    workbook.defined_names["kpi_meetings_per_week"] = DefinedName("kpi_meetings_per_week", attr_text="Sheet!$B$1")
    workbook.save(folder / "board.xlsx")
    return fill(sample, folder / "board.xlsx", [period("2026-08")], out=folder / "out", language="fi").files[0]


def test_workbooks_are_printed_in_one_run_on_landscape_a4_in_their_language(
    filled: Filled, sample: Intake, tmp_path: Path
) -> None:
    program("soffice", "libreoffice-calc")
    report = Path(shutil.copy(filled("monthly_sales", "fi"), tmp_path / "raportti – ä.xlsx"))
    told: list[tuple[int, int, str]] = []
    pages = pdf.printed(
        [report, _own(sample, tmp_path)], "fi", lambda done, total, file: told.append((done, total, file.name))
    )
    assert [page.name for page in pages] == ["raportti – ä.pdf", "board_2026-08.pdf"]
    assert told == [(1, 2, "raportti – ä.pdf"), (2, 2, "board_2026-08.pdf")]
    known = subprocess.run([program("pdfinfo", "poppler-utils"), str(pages[0])], capture_output=True, check=True)
    width, height = map(float, re.findall(rb"Page size:\s+([\d.]+) x ([\d.]+)", known.stdout)[0])
    assert (width, height) == pytest.approx((841.9, 595.3), abs=1)  # A4 on its side, in points
    first, *others = _text(pages[0]).rstrip("\f").split("\f")
    assert "3,75" in first  # 45 meetings in 12 seller-weeks, with a Finnish comma whatever the machine's locale
    assert re.search(r"Yhteenveto\s+·\s+\d+\.\d+\.\d{4}\s+Sivu 1 / \d+", first)
    assert all("Sivu" in page and "raportti" in page for page in others)
    # A sheet of several pages repeats its title and its headers.
    definitions = [page for page in others if "Mitä mittarit tarkoittavat" in page]
    assert len(definitions) > 1
    assert all("Näin se on laskettu tässä" in page for page in definitions)
    assert "3,75" in _text(pages[1])
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".tmp"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_libreoffice_the_command_says_so_before_it_reads_anything(language: Language, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "addin", "fill", str(EXPORTS), "--template", "ltv_cac", "--period", "2026-08"]
    command += ["--out", str(tmp_path / "out"), "--pdf", "--language", language]
    ran = subprocess.run(command, capture_output=True, env=os.environ | {"PATH": str(tmp_path)}, check=False)
    said = ran.stderr.decode()
    assert ran.returncode == 1
    assert {"fi": "Asenna LibreOffice", "en": "Install LibreOffice"}[language] in " ".join(said.split())
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def _instead(tmp_path: Path, script: str) -> Path:
    """A program in LibreOffice's place: what a broken installation does cannot be had from a sound one."""
    fake = tmp_path / "soffice"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    return fake


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'Error: source file could not be loaded'", "could not be loaded"),
        ("exit 0", "–"),
    ],
)
def test_a_workbook_that_is_not_printed_is_named_and_its_old_pdf_stays(
    script: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "soffice", lambda: _instead(tmp_path, script))
    (tmp_path / "report.pdf").write_bytes(b"%PDF- of last month")
    with pytest.raises(FillError) as raised:
        pdf.printed([tmp_path / "report.xlsx"], "en")
    assert "report.xlsx" in raised.value.message("en")
    assert why in raised.value.message("fi")
    assert (tmp_path / "report.pdf").read_bytes() == b"%PDF- of last month"


def test_a_libreoffice_that_does_not_answer_is_ended_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "soffice", lambda: _instead(tmp_path, f"echo $$ > {tmp_path}/pid; sleep 60"))
    monkeypatch.setattr(pdf, "_START_SECONDS", 1)
    monkeypatch.setattr(pdf, "_FILE_SECONDS", 1)
    with pytest.raises(FillError) as raised:
        pdf.printed([tmp_path / "report.xlsx"], "fi")
    assert "2 sekunnissa" in raised.value.message("fi")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
