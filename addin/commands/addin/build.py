"""`kpi addin build`: the add-in for Excel on Windows, written without Excel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from addin.commands.parameters import LanguageOption, SettingsFile


def build(
    out: Annotated[Path, typer.Option("--out", metavar="FILE")] = Path("kpi.xlam"),
    language: LanguageOption = None,
    settings_file: SettingsFile = None,
) -> None:
    """Write the add-in for this Python."""
    from addin.commands.asked import configured
    from addin.functions import FUNCTIONS
    from addin.hosts.classic.install import build as built
    from addin.hosts.classic.places import WINDOWS
    from addin.hosts.classic.settings_sheet import this_machine
    from addin.hosts.classic.wording import say

    spoken = configured(settings_file, language=language).settings.language
    file = built(out, spoken)
    print(say("build.written", spoken, file=file, count=len(FUNCTIONS), python=this_machine()["Interpreter_Win"]))
    if sys.platform != WINDOWS:
        print(say("build.elsewhere", spoken))
