"""Where the add-in belongs on this machine, and what to use instead where there is no Excel for Windows."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from addin.hosts.classic.errors import AddinError
from addin.hosts.classic.wording import say
from kpi_core.texts import Language

FILE = "kpi.xlam"
WINDOWS = "win32"
_SYSTEMS = {"darwin": "macOS", "linux": "Linux", WINDOWS: "Windows"}


def system_name(platform: str = sys.platform) -> str:
    """What people call this operating system."""
    return _SYSTEMS.get(platform, platform)


def instead(language: Language, platform: str = sys.platform) -> str:
    """The hosts that serve a machine without Excel for Windows."""
    return say(f"instead.{'darwin' if platform == 'darwin' else 'linux'}", language)


def start_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder from which Excel for Windows opens everything when it starts; a trusted location as Excel ships.

    Raises AddinError("no_appdata") where Windows does not tell.
    """
    if not environ.get("APPDATA"):
        raise AddinError("no_appdata")
    return Path(environ["APPDATA"]) / "Microsoft" / "Excel" / "XLSTART"
