"""Putting the add-in in place and examining the machine. Windows is not here: its folders and registry are set."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from addin.hosts.classic import settings_sheet
from addin.hosts.classic.built import built
from addin.hosts.classic.doctor import Finding, findings
from addin.hosts.classic.errors import AddinError
from addin.hosts.classic.install import build, install, uninstall
from addin.hosts.classic.machine import Machine
from addin.hosts.classic.wording import say
from kpi_core.texts import LANGUAGES, load_texts

_TRUSTED = r"\Security\Trusted Locations"
_POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel"
_EXCEL = r"Software\Microsoft\Office\16.0\Excel"


@dataclass(frozen=True)
class Windows(Machine):
    """A Windows machine whose registry, modules and marks are set by the test."""

    platform: str = "win32"
    registry: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    modules: tuple[str, ...] = ("win32com", "pythoncom", "win32api")
    marked: bool = False

    def registered(self, key: str, name: str) -> Any:
        return self.registry.get((key, name))

    def count_registered(self, key: str) -> int:
        return self.counts.get(key, 0)

    def has_module(self, name: str) -> bool:
        return name in self.modules

    def is_marked(self, file: Path) -> bool:
        return self.marked and file.is_file()


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A machine on which everything is as it should be, as Windows' keyword arguments."""
    python = tmp_path / "venv" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    for name in (python.name, "pythonw.exe"):
        (python.parent / name).touch()
    (tmp_path / "venv" / f"xlwings64-{version('xlwings')}.dll").touch()
    monkeypatch.setattr(settings_sheet.sys, "executable", str(python))
    environ = {"APPDATA": str(tmp_path / "AppData")}
    install("en", "win32", environ)
    office = {(r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration", "Platform"): "x64"}
    return {"python": python, "environ": environ, "registry": office}


def faults(machine: Machine) -> list[Finding]:
    return [it for it in findings(machine) if it.verdict == "fault"]


# --- install, uninstall --------------------------------------------------------------------------------------------


def test_it_is_put_where_excel_starts_it_from_and_taken_away(tmp_path: Path) -> None:
    environ = {"APPDATA": str(tmp_path)}
    file = install("en", "win32", environ)
    assert file == tmp_path / "Microsoft" / "Excel" / "XLSTART" / "kpi.xlam"
    assert built(file) == (sys.executable, version("xlwings"))
    assert install("fi", "win32", environ) == file  # over itself
    assert list(file.parent.iterdir()) == [file]
    assert uninstall("en", "win32", environ) is True
    assert uninstall("en", "win32", environ) is False
    assert list(file.parent.iterdir()) == []


def test_on_windows_the_add_in_starts_the_python_without_a_window(sound: dict[str, Any]) -> None:
    file = Path(sound["environ"]["APPDATA"]) / "Microsoft" / "Excel" / "XLSTART" / "kpi.xlam"
    assert built(file).python == str(sound["python"].with_name("pythonw.exe"))


@pytest.mark.parametrize(("platform", "points_to"), [("linux", "kpi addin libreoffice"), ("darwin", "kpi addin lite")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_elsewhere_it_says_what_to_use_instead(platform: str, points_to: str, language: Any, tmp_path: Path) -> None:
    for command in (install, uninstall):
        with pytest.raises(AddinError) as refused:
            command(language, platform, {"APPDATA": str(tmp_path)})
        assert points_to in refused.value.message(language)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_in_use_keeps_the_old_add_in_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = build(tmp_path / "kpi.xlam", "en")
    before = file.read_bytes()

    def locked(*_: object) -> Path:
        raise PermissionError(13, "locked by Excel")

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(AddinError) as refused:
        build(file, "fi")
    assert "sulje se" in refused.value.message("fi")
    assert "locked by Excel" in refused.value.message("en")
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(("out", "code"), [("kpi.xlsm", "not_an_addin"), ("nowhere/kpi.xlam", "no_folder")])
def test_what_cannot_be_written_is_told(out: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(AddinError) as refused:
        build(tmp_path / out, "en")
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_an_xlwings_with_another_base_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("addin.hosts.classic.package.BASE", "quickstart_addin.xlam")  # it has no RibbonMyAddin
    with pytest.raises(AddinError) as refused:
        build(tmp_path / "kpi.xlam", "en")
    assert "RibbonMyAddin" in refused.value.message("fi")
    assert "xlwings==0.37.8" in refused.value.message("en")
    assert list(tmp_path.iterdir()) == []


def test_a_windows_without_a_start_folder_is_told() -> None:
    with pytest.raises(AddinError) as refused:
        install("en", "win32", {})
    assert "APPDATA" in refused.value.message("fi")


# --- doctor --------------------------------------------------------------------------------------------------------


def test_a_sound_machine_has_no_fault(sound: dict[str, Any]) -> None:
    assert faults(Windows(**sound)) == []
    assert [it.check for it in findings(Windows(**sound)) if it.verdict != "fine"] == []


def _without_addin(it: dict[str, Any]) -> None:
    uninstall("en", "win32", it["environ"])


def _without_library(it: dict[str, Any]) -> None:
    next(it["python"].parents[1].glob("*.dll")).unlink()


def _32_bit_office(it: dict[str, Any]) -> None:
    it["registry"] = dict.fromkeys(it["registry"], "x86")


def _moved_python(it: dict[str, Any]) -> None:
    other = it["python"].parents[1] / "Other" / "python.exe"
    other.parent.mkdir()
    other.touch()
    it["python"] = other


@pytest.mark.parametrize(
    ("breaking", "expected"),
    [
        (lambda it: it.update(modules=("win32com",)), ["pywin32"]),
        (_without_library, ["library"]),
        (_32_bit_office, ["library"]),
        (_without_addin, ["addin", "interpreter"]),
        (_moved_python, ["interpreter"]),
        (lambda it: it.update(marked=True), ["web_mark"]),
        (lambda it: it.update(counts={rf"HKCU\{_EXCEL}\Resiliency\DisabledItems": 2}), ["disabled"]),
        (lambda it: it["registry"].update({(rf"HKCU\{_EXCEL}{_TRUSTED}", "AllLocationsDisabled"): 1}), ["macros"]),
        (lambda it: it["registry"].update({(_POLICY + _TRUSTED, "AllLocationsDisabled"): 1}), ["macros"]),
    ],
)
def test_each_fault_is_found_and_nothing_else(sound: dict[str, Any], breaking: Any, expected: list[str]) -> None:
    breaking(sound)
    assert [it.check for it in faults(Windows(**sound))] == expected


def test_an_add_in_of_another_xlwings_is_found(sound: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("addin.hosts.classic.doctor.version", lambda _: "9.9.9")
    found = {it.check: it.found for it in faults(Windows(**sound))}
    assert found["xlwings"] == {"version": "9.9.9", "built": version("xlwings")}


def test_a_start_folder_file_that_is_no_add_in_is_found(sound: dict[str, Any]) -> None:
    file = Path(sound["environ"]["APPDATA"]) / "Microsoft" / "Excel" / "XLSTART" / "kpi.xlam"
    file.write_bytes(b"not a zip")
    assert [it.check for it in faults(Windows(**sound))] == ["xlwings", "interpreter"]


@pytest.mark.parametrize("sign", ["%", ";", "日"])
def test_a_path_that_xlwings_cannot_use_is_found(sign: str, sound: dict[str, Any]) -> None:
    sound["python"] = Path(f"/users/{sign}/python.exe")
    (found,) = [it for it in faults(Windows(**sound)) if it.check == "path"]
    assert found.found["found"] == sign


def test_a_finnish_path_is_fine(sound: dict[str, Any]) -> None:
    sound["python"] = Path("/Käyttäjät/Åke Öhman/python.exe")
    assert "path" not in [it.check for it in faults(Windows(**sound))]


def test_every_finding_has_its_sentence_in_both_languages(sound: dict[str, Any]) -> None:
    texts = load_texts("addin.hosts.classic", "texts.toml")
    for it in findings(Windows(**sound)):
        for verdict in ("fine", "fault", "unknown"):
            key = f"doctor.{it.check}.{verdict}"
            if key in texts:
                assert all("{" not in say(key, language, **_Anything(it.found)) for language in LANGUAGES)


class _Anything(dict[str, object]):
    """Findings filled up with what other verdicts of the check tell."""

    def __init__(self, found: Mapping[str, object]) -> None:
        names = ["why", "built", "path", "this", "found", "file", "folders", "count", "bits", "version"]
        super().__init__(dict.fromkeys(names, "?") | dict(found))
