"""The add-in into Excel's start folder and out of it again."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from addin.hosts.classic.errors import AddinError
from addin.hosts.classic.places import FILE, WINDOWS, instead, start_folder, system_name
from addin.hosts.classic.settings_sheet import this_machine
from kpi_core.texts import Language


def build(out: Path, language: Language) -> Path:
    """Write the add-in for this Python. Raises AddinError where it cannot be written."""
    try:
        from addin.hosts.classic.package import written_addin
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "pyopenvba":
            raise
        raise AddinError("no_library") from None
    if out.suffix.lower() != ".xlam":
        raise AddinError("not_an_addin", found=out.name)
    if not out.parent.is_dir():
        raise AddinError("no_folder", found=out.parent)
    try:
        return written_addin(out, language, this_machine())
    except OSError as error:
        raise AddinError("in_use", file=out, why=error.strerror) from None


def install(language: Language, platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> Path:
    """Put the add-in where Excel starts it from. Raises AddinError where this machine has no Excel for Windows."""
    _only_windows(language, platform)
    folder = start_folder(environ)
    folder.mkdir(parents=True, exist_ok=True)
    return build(folder / FILE, language)


def uninstall(language: Language, platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> bool:
    """Take the add-in away; False where there was none. Raises AddinError as `install`, and while Excel uses it."""
    _only_windows(language, platform)
    file = start_folder(environ) / FILE
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise AddinError("in_use", file=file, why=error.strerror) from None
    return True


def _only_windows(language: Language, platform: str) -> None:
    if platform != WINDOWS:
        raise AddinError("not_windows", system=system_name(platform), instead=instead(language, platform))
