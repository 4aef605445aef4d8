"""`kpi sample`: the embedded sample exports, written where the user wants to try them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.parameters import LanguageOption, SettingsFile


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    force: Annotated[bool, typer.Option("--force")] = False,
    language: LanguageOption = None,
    settings_file: SettingsFile = None,
) -> None:
    """Write the sample."""
    from addin.commands.asked import configured
    from addin.sample import write
    from addin.wording import say

    spoken = configured(settings_file, language=language).settings.language
    written = write(folder, force=force)
    for path in written:
        print(path)
    print(say("sample.next", spoken, folder=folder))
