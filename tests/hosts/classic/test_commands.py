"""`kpi addin build, install, uninstall, doctor` on a machine that has no Excel for Windows."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from addin import cli


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """This machine in a folder of its own; these tests are about machines without Excel for Windows."""
    if sys.platform == "win32":
        pytest.skip("this machine is Windows: the command would change its Excel")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("KPI_")]:
        monkeypatch.delenv(name)
    return tmp_path


def test_build_writes_and_says_where_it_works(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["addin", "build", "--language", "fi"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Kirjoitettu kpi.xlam: ")
    assert "Windows" in said
    assert [file.name for file in elsewhere.iterdir()] == ["kpi.xlam"]


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_install_elsewhere_ends_with_a_sentence(
    command: str, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["addin", command, "--language", "en"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("This add-in works in Excel on Windows only")
    assert list(elsewhere.iterdir()) == []


def test_doctor_elsewhere_says_what_does_not_apply(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["addin", "doctor", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert said.count("does not apply") == 9
    assert "kpi addin lite" in said.splitlines()[-1]
