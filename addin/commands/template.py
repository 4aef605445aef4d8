"""`kpi template check`: what would be filled in a user's own workbook, and what would not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.parameters import Cells, LanguageOption, SettingsFile


def template(context: typer.Context) -> None:
    """The group itself: without a command it shows its help."""
    if context.invoked_subcommand is None:
        print(context.get_help())


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    cells: Cells = None,
    language: LanguageOption = None,
    settings_file: SettingsFile = None,
) -> None:
    """Look at the workbook; exit 1 where `kpi fill` would find nothing to fill or refuse a cell."""
    from addin.commands.asked import configured
    from addin.commands.template_check import check_lines
    from addin.fill.choice import has_room
    from addin.fill.template import Template
    from addin.fill.words import FillError

    spoken = configured(settings_file, language=language).settings.language
    found = Template(file, spoken, cells)
    refused = found.refused()
    for line in check_lines(found, refused, spoken):
        print(line)
    if not has_room(found.outline):
        print(FillError("errors.no_names", file=file.name).message(spoken))
        raise typer.Exit(1)
    if refused:
        raise typer.Exit(1)
