"""`kpi addin libreoffice` as a user meets it: what it writes, installs, removes, and says where it cannot."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from addin.functions import FUNCTIONS
from addin.hosts.libreoffice import program
from addin.hosts.libreoffice.environment import this_environment
from addin.hosts.libreoffice.package import extension
from addin.hosts.libreoffice.wording import LibreOfficeError
from kpi_core.texts import LANGUAGES, load_texts
from tests.hosts.libreoffice.conftest import command
from tests.hosts.libreoffice.spreadsheet import Calc


def test_it_writes_the_extension_without_libreoffice(tmp_path: Path) -> None:
    file = tmp_path / "kpi.oxt"
    ran = command("--out", file, **os.environ | {"PATH": ""})
    assert (ran.returncode, ran.stderr) == (0, "")
    assert str(file) in ran.stdout
    assert f"{len(FUNCTIONS)} functions" in ran.stdout
    with zipfile.ZipFile(file) as package:
        names = package.namelist()
        said = json.loads(package.read("environment.json"))
        wizard = package.read("CalcAddIns.xcu").decode()
    assert names[0] == "META-INF/manifest.xml"
    assert str(Path(__file__).parents[3]) in said["folders"]
    assert all(f'"{name}"' in wizard and function.description.fi in wizard for name, function in FUNCTIONS.items())


def test_the_same_functions_give_the_same_bytes() -> None:
    assert extension(FUNCTIONS, this_environment()) == extension(FUNCTIONS, this_environment())


def test_installed_again_removed_and_removed_again(profile: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(profile, tmp_path / "profile", ignore=shutil.ignore_patterns(".lock"))
    again = command("--install", "--profile", copied)
    assert (again.returncode, again.stderr) == (0, "")
    assert "gives 2.5" in again.stdout
    gone, none = (command("--uninstall", "--profile", copied) for _ in range(2))
    assert "was removed" in gone.stdout
    assert "was not installed" in none.stdout
    calc = Calc(copied)
    calc.new()
    assert calc.value("=LTVCAC(15000;6000)") == "#NAME?"
    assert calc.end() == ""


@pytest.mark.parametrize("first", ["a virtual environment", "another Python"])
def test_it_installs_whatever_python_comes_first(first: str, libreoffice: Path, tmp_path: Path) -> None:
    """As activating and version managers put it there: LibreOffice's Python would take it for its home."""
    home = Path(sys.base_prefix)
    other = dict(os.environ)
    if first == "a virtual environment":
        home = tmp_path / "venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
        other["VIRTUAL_ENV"] = str(home)
    ran = command(
        "--install",
        "--profile",
        tmp_path / "profile",
        **other | {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"},
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "gives 2.5" in ran.stdout


def test_an_open_libreoffice_is_left_alone(profile: Path, running: Calc) -> None:
    running.new()
    ran = command("--install", "--profile", profile)
    assert ran.returncode == 1
    assert ran.stderr == load_texts("addin.hosts.libreoffice", "texts.toml")["error.open"].en + "\n"
    assert running.value("=LTVCAC(15000;6000)") == 2.5, "it is still open, and computes"


def test_without_libreoffice_it_says_what_to_install(tmp_path: Path) -> None:
    ran = command("--install", "--profile", tmp_path, **os.environ | {"PATH": ""})
    assert ran.returncode == 1
    assert ran.stderr.startswith("There is no LibreOffice on this machine. Install it")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--install", "--uninstall"], "Choose --install or --uninstall"),
        (["--out", "kpi.zip"], "An extension's name ends in .oxt"),
        (["--out", "nowhere/kpi.oxt"], "There is no folder nowhere"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(arguments: list[str], said: str) -> None:
    ran = command(*arguments)
    assert ran.returncode == 1
    assert ran.stderr.startswith(said)


@pytest.mark.parametrize(
    ("probed", "code"),
    [
        ({"version": [3, 9, 1], "uno": None, "functions": "SyntaxError: x", "tables": "x"}, "error.old_python"),
        ({"version": [3, 13, 0], "uno": None, "functions": "ImportError: x", "tables": "x"}, "error.no_functions"),
        ({"version": [3, 11, 2], "uno": "ImportError: x", "functions": None, "tables": None}, "error.no_python"),
        (None, "error.no_python"),
    ],
)
def test_a_python_that_does_not_fit_is_named(
    probed: dict[str, object] | None, code: str, libreoffice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other Pythons than this machine's LibreOffice has: what the probe would answer there, as said by hand."""
    monkeypatch.setattr(program, "answer", lambda *_: probed)
    with pytest.raises(LibreOfficeError) as caught:
        program.office(this_environment())
    assert caught.value.code == code
    assert all(caught.value.message(language) for language in LANGUAGES)


def test_without_pandas_only_the_table_is_missing(libreoffice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions load in a Python that has none of our binary packages: our own folder alone."""
    environment = this_environment()
    bare = type(environment)(environment.folders[:1], environment.version)
    found = program.office(bare)
    assert found.tables_fault
    assert "pandas" in found.tables_fault
