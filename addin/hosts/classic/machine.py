"""What the examination may ask of a machine: read from Windows, or set by a test."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_HIVES = {"HKCU": "HKEY_CURRENT_USER", "HKLM": "HKEY_LOCAL_MACHINE"}


@dataclass(frozen=True)
class Machine:
    """This machine unless said otherwise."""

    platform: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    python: Path = field(default_factory=lambda: Path(sys.executable))

    def registered(self, key: str, name: str) -> Any:
        """A value of the registry, `key` as "HKCU\\Software\\..."; None where there is none, or no registry."""
        if sys.platform != "win32":
            return None
        import winreg

        hive, _, path = key.partition("\\")
        for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
            try:
                with winreg.OpenKey(getattr(winreg, _HIVES[hive]), path, 0, winreg.KEY_READ | view) as opened:
                    return winreg.QueryValueEx(opened, name)[0]
            except OSError:
                continue
        return None

    def count_registered(self, key: str) -> int:
        """How many values a key of the registry holds."""
        if sys.platform != "win32":
            return 0
        import winreg

        hive, _, path = key.partition("\\")
        try:
            with winreg.OpenKey(getattr(winreg, _HIVES[hive]), path) as opened:
                return winreg.QueryInfoKey(opened)[1]
        except OSError:
            return 0

    def has_module(self, name: str) -> bool:
        """Whether this Python can import a module."""
        return find_spec(name) is not None

    def is_marked(self, file: Path) -> bool:
        """Whether Windows marked a file as downloaded (its stream Zone.Identifier)."""
        return self.platform == "win32" and Path(f"{file}:Zone.Identifier").exists()
