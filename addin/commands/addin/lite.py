"""`kpi addin lite`: the worksheet functions as one file for xlwings Lite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.parameters import LanguageOption, SettingsFile


def lite(
    out: Annotated[Path, typer.Option("--out", metavar="DIR")] = Path("xlwings-lite"),
    namespace: Annotated[str, typer.Option("--namespace", metavar="NAME")] = "",
    language: LanguageOption = None,
    settings_file: SettingsFile = None,
) -> None:
    """Write main.py and requirements.txt into a folder."""
    from addin.commands.asked import configured
    from addin.functions import FUNCTIONS
    from addin.hosts.lite.main_file import main_file, requirements_file
    from addin.hosts.lite.wording import LiteError, say

    spoken = configured(settings_file, language=language).settings.language
    if out.exists() and not out.is_dir():
        raise LiteError("not_a_folder", found=out)
    if namespace and not (namespace.isascii() and namespace.isalpha()):
        raise LiteError("namespace", found=namespace)
    out.mkdir(parents=True, exist_ok=True)
    main, requirements = out / "main.py", out / "requirements.txt"
    text = main_file(spoken, namespace.upper())
    main.write_text(text, encoding="utf-8")
    requirements.write_text(requirements_file(), encoding="utf-8")
    size = round(len(text.encode()) / 1000)
    print(say("done.written", spoken, main=main, requirements=requirements, count=len(FUNCTIONS), size=size))
