"""What a test needs beside Python: absent, it skips and says so; on the build machine (CI set) that is a failure."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Skip for want of `what`, a whole sentence; fail where nothing may be wanting."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} (nothing is skipped where CI is set)")
    pytest.skip(what)


def program(name: str, package: str) -> str:
    """The path of a program, or a skip that says which package has it."""
    found = shutil.which(name)
    return found if found is not None else absent(f"{name} is not installed (package {package})")
