"""Where LibreOffice's program is on this machine."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

_USUAL = {
    "win32": (
        "C:/Program Files/LibreOffice/program/soffice.exe",
        "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
    ),
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/soffice",),
}


def soffice() -> Path | None:
    """The program, in its usual place or on the path; None where it is missing."""
    for name in (*_USUAL.get(sys.platform, ()), "soffice", "libreoffice"):
        if found := shutil.which(name):
            return Path(found).resolve()
    return None
