"""`kpi addin doctor`: why Excel for Windows might not reach Python, check by check, and what to do about each."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Literal, NamedTuple

from addin.hosts.classic.built import Built, built
from addin.hosts.classic.errors import AddinError
from addin.hosts.classic.machine import Machine
from addin.hosts.classic.places import FILE, WINDOWS, start_folder

Verdict = Literal["fine", "fault", "unknown", "not_here"]
_OFFICE = r"Software\Microsoft\Office\16.0\Excel"
_POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel"


class Finding(NamedTuple):
    """What one check found. Its sentence is `doctor.<check>.<verdict>`, filled from `found`."""

    check: str
    verdict: Verdict
    found: dict[str, object]


def findings(machine: Machine) -> Iterator[Finding]:
    """All checks in the order in which faults should be put right."""
    for check in _EVERYWHERE:
        yield check(machine)
    for name, check in _WINDOWS.items():
        yield check(machine) if machine.platform == WINDOWS else Finding(name, "not_here", {})


def _python(machine: Machine) -> Finding:
    bits = struct.calcsize("P") * 8
    return Finding("python", "fine", {"version": sys.version.split()[0], "bits": bits, "path": machine.python})


def _functions(_: Machine) -> Finding:
    try:
        from addin import udfs
        from addin.functions import FUNCTIONS
    except Exception as error:  # whatever keeps them from loading is the finding
        return Finding("functions", "fault", {"why": f"{type(error).__name__}: {error}"})
    loaded = sum(hasattr(udfs, name) for name in FUNCTIONS)
    return Finding("functions", "fine", {"count": loaded})


def _xlwings(machine: Machine) -> Finding:
    installed = version("xlwings")
    there = _built(machine) if machine.platform == WINDOWS else None
    verdict: Verdict = "fault" if there and there.xlwings != installed else "fine"
    return Finding("xlwings", verdict, {"version": installed, "built": there.xlwings if there else ""})


def _pywin32(machine: Machine) -> Finding:
    there = all(machine.has_module(name) for name in ("win32com", "pythoncom", "win32api"))
    return Finding("pywin32", "fine" if there else "fault", {})


def _library(machine: Machine) -> Finding:
    """xlwings' DLL of Office's bitness, beside the interpreter or one folder above, where its VBA looks."""
    bits = _office_bits(machine) or 64
    installed = version("xlwings")
    name = f"xlwings{bits}-{installed}.dll"
    folders = [machine.python.parent, machine.python.parents[1]]
    file = next((folder / name for folder in folders if (folder / name).is_file()), None)
    found: dict[str, object] = {"file": file or name, "folders": ", ".join(map(str, folders)), "version": installed}
    return Finding("library", "fine" if file else "fault", found)


def _addin(machine: Machine) -> Finding:
    try:
        file = start_folder(machine.environ) / FILE
    except AddinError:
        return Finding("addin", "fault", {"file": FILE})
    return Finding("addin", "fine" if file.is_file() else "fault", {"file": file})


def _interpreter(machine: Machine) -> Finding:
    there = _built(machine)
    path = Path(there.python) if there else None
    same = path is not None and path.is_file() and path.parent == machine.python.parent
    return Finding("interpreter", "fine" if same else "fault", {"path": path or "-", "this": machine.python})


def _path(machine: Machine) -> Finding:
    """xlwings loads its DLL by a path in the machine's own code page and starts Python through cmd.exe."""
    path = str(machine.python)
    strange = next((sign for sign in path if sign in "%;" or (not sign.isascii() and sign not in "åäöÅÄÖ")), None)
    return Finding("path", "fault" if strange else "fine", {"path": path, "found": strange})


def _office(machine: Machine) -> Finding:
    bits = _office_bits(machine)
    shown = machine.registered(r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration", "VersionToReport")
    return Finding("office", "fine" if bits else "unknown", {"bits": bits, "version": shown or "-"})


def _office_bits(machine: Machine) -> int | None:
    platform = machine.registered(r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration", "Platform")
    platform = platform or machine.registered(r"HKLM\Software\Microsoft\Office\16.0\Outlook", "Bitness")
    return {"x64": 64, "x86": 32}.get(str(platform))


def _macros(machine: Machine) -> Finding:
    """The start folder is a trusted location: macros run whatever VBAWarnings says, unless such locations are off."""
    for root in (_POLICY, rf"HKCU\{_OFFICE}"):
        if machine.registered(rf"{root}\Security\Trusted Locations", "AllLocationsDisabled") == 1:
            return Finding(
                "macros", "fault", {"found": rf"{root}\Security\Trusted Locations: AllLocationsDisabled = 1"}
            )
    warnings = machine.registered(rf"HKCU\{_OFFICE}\Security", "VBAWarnings")
    return Finding("macros", "fine", {"found": f"VBAWarnings = {warnings if warnings is not None else '-'}"})


def _web_mark(machine: Machine) -> Finding:
    file = _file(machine)
    return Finding("web_mark", "fault" if file and machine.is_marked(file) else "fine", {"file": file})


def _disabled(machine: Machine) -> Finding:
    count = machine.count_registered(rf"HKCU\{_OFFICE}\Resiliency\DisabledItems")
    return Finding("disabled", "fault" if count else "fine", {"count": count})


def _file(machine: Machine) -> Path | None:
    try:
        file = start_folder(machine.environ) / FILE
    except AddinError:
        return None
    return file if file.is_file() else None


def _built(machine: Machine) -> Built | None:
    file = _file(machine)
    try:
        return built(file) if file else None
    except (OSError, ValueError):
        return Built("", "")


_EVERYWHERE: tuple[Callable[[Machine], Finding], ...] = (_python, _xlwings, _functions)
_WINDOWS: dict[str, Callable[[Machine], Finding]] = {
    "pywin32": _pywin32,
    "library": _library,
    "path": _path,
    "addin": _addin,
    "interpreter": _interpreter,
    "office": _office,
    "macros": _macros,
    "web_mark": _web_mark,
    "disabled": _disabled,
}
