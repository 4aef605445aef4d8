"""Workbooks filled from the project's own sample, and LibreOffice to open them with."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from addin.fill.batch import FillSummary, fill
from kpi_core.intake import Intake, read
from kpi_core.periods import period
from tests.fill.live_books import recalculated
from tests.needs import program

RUN_AT = datetime(2026, 9, 2, 8, 15)  # noqa: DTZ001  the run's local time, as a person reads it
EXPORTS = Path(__file__).parents[2] / "addin" / "sample" / "exports"

# LibreOffice trusts stored values; this makes it compute every formula anew, as Excel does on opening.
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""


@pytest.fixture(scope="session")
def sample() -> Intake:
    """The sample's exports, read."""
    return read([EXPORTS])


@pytest.fixture(scope="session")
def filled(sample: Intake, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A shipped template filled for a month of the sample; each one only once."""
    known: dict[tuple[str, str, str], Path] = {}

    def one(template: str, language: str = "fi", key: str = "2026-08") -> Path:
        asked = (template, language, key)
        if asked not in known:
            out = tmp_path_factory.mktemp("filled")
            done: FillSummary = fill(
                sample, template, [period(key)], out=out, language=language, version="0.1.0", run_at=RUN_AT
            )
            known[asked] = done.files[0]
        return known[asked]

    return one


@pytest.fixture(scope="session")
def again(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[Path]], list[Path]]:
    """Workbooks as LibreOffice recalculates them from scratch, many in one run."""
    profile = tmp_path_factory.mktemp("profile")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    return lambda books: recalculated(profile, tmp_path_factory.mktemp("again"), books)


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Opens a workbook, computes every formula anew and saves it as another format."""
    soffice = program("soffice", "libreoffice-calc")
    profile = tmp_path_factory.mktemp("profile")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")

    def convert(workbook: Path, kind: str) -> Path:
        out = tmp_path_factory.mktemp("converted")
        command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
        done = subprocess.run([*command, "--outdir", str(out), str(workbook)], capture_output=True, timeout=180)
        result = out / f"{workbook.stem}.{kind}"
        assert result.is_file(), done.stderr.decode()
        return result

    return convert
