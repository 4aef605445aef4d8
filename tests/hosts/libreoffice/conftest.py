"""LibreOffice with the extension installed by the command, as a user installs it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.libreoffice.spreadsheet import OFFICE_PYTHON, Calc
from tests.needs import absent, program


@pytest.fixture(scope="session")
def libreoffice() -> Path:
    """LibreOffice with the Python that extensions run in, or a skip."""
    soffice = Path(program("soffice", "libreoffice-calc"))
    if subprocess.run([OFFICE_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode:
        absent("LibreOffice's Python bridge is not installed (package python3-uno)")
    return soffice


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """`kpi addin libreoffice` as a process."""
    words = [sys.executable, "-m", "addin.cli", "addin", "libreoffice", *map(str, arguments), "--language", "en"]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=240, env=environment or None)


@pytest.fixture(scope="session")
def profile(libreoffice: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile with the extension in it."""
    folder = tmp_path_factory.mktemp("libreoffice") / "profile"
    ran = command("--install", "--profile", folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    return folder


@pytest.fixture(scope="session")
def running(profile: Path) -> Iterator[Calc]:
    """One Calc for all tests; at the end it has complained about nothing."""
    calc = Calc(profile)
    yield calc
    assert calc.end() == ""


@pytest.fixture
def calc(running: Calc) -> Calc:
    """Calc with a new document."""
    running.new()
    return running
