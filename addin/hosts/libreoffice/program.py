"""Finds LibreOffice on this machine and the Python that it runs extensions with."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from addin.hosts.libreoffice.environment import OLDEST_PYTHON, Environment
from addin.hosts.libreoffice.wording import LibreOfficeError
from addin.soffice import soffice as installed

OFFICE = files("addin.hosts.libreoffice.office")
_WAIT_SECONDS = 180


@dataclass(frozen=True)
class Office:
    """LibreOffice's program, its Python, and what that Python can load of ours."""

    soffice: Path
    python: Path
    version: str
    tables_fault: str | None  # why pandas cannot be loaded: KPITABLE needs it, nothing else does


def office(environment: Environment) -> Office:
    """The LibreOffice of this machine. Raises LibreOfficeError where it, or a Python that fits, is missing."""
    soffice = _program()
    found: dict[str, Any] | None = None
    for python in _pythons(soffice):
        found = answer(python, "probe.py", *environment.folders)
        if found is None or found["uno"]:
            continue
        version = ".".join(map(str, found["version"]))
        if tuple(found["version"][:2]) < OLDEST_PYTHON:
            oldest = ".".join(map(str, OLDEST_PYTHON))
            raise LibreOfficeError("error.old_python", program=soffice, python=python, found=version, oldest=oldest)
        if found["functions"]:
            raise LibreOfficeError("error.no_functions", python=python, found=version, why=found["functions"])
        return Office(soffice, python, version, found["tables"])
    raise LibreOfficeError("error.no_python", program=soffice)


def answer(python: Path, script: str, *arguments: str) -> dict[str, Any] | None:
    """What one of our scripts answers in a Python of LibreOffice; None where it did not run."""
    command = [str(python), str(OFFICE.joinpath(script)), *arguments]
    try:
        ran = subprocess.run(command, capture_output=True, env=_outside(python), check=False, timeout=_WAIT_SECONDS)
        said: dict[str, Any] = json.loads(ran.stdout.decode("utf-8").strip().splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError):
        return None
    return said


def _outside(python: Path) -> dict[str, str]:
    """The environment without virtual ones, LibreOffice's Python first: it takes the first on the PATH for its home.

    A version manager puts another Python there, whose library does not fit.
    """
    ours = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    folders = kept.get("PATH", "").split(os.pathsep)
    outside = [folder for folder in folders if not Path(folder).parent.joinpath("pyvenv.cfg").is_file()]
    return kept | {"PATH": os.pathsep.join([str(python.parent), *outside])}


def _program() -> Path:
    if (found := installed()) is None:
        raise LibreOfficeError("error.no_office")
    return found


def _pythons(soffice: Path) -> Iterator[Path]:
    """Its own first; a distribution's LibreOffice has none and uses the system's."""
    beside = [soffice.parent / name for name in ("python.exe", "python")]
    for path in (*beside, soffice.parents[1] / "Resources/python", Path("/usr/bin/python3")):
        if path.is_file():
            yield path
