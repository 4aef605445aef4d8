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
    preview: Annotated[Path | None, typer.Option("--preview", metavar="FILE")] = None,
    language: LanguageOption = None,
    settings_file: SettingsFile = None,
) -> None:
    """Look at the workbook; exit 1 where `kpi fill` would find nothing to fill or refuse a cell.

    With `preview` it is also filled with sample figures, unless there is something to correct first.
    """
    from addin.commands.asked import configured
    from addin.commands.template_check import check_lines
    from addin.commands.template_preview import check_name
    from addin.commands.template_preview import preview as filled
    from addin.fill.choice import Chosen, has_room
    from addin.fill.template import Template
    from addin.fill.words import FillError
    from addin.wording import say

    spoken = configured(settings_file, language=language).settings.language
    found = Template(file, spoken, cells)
    choice = Chosen(file.stem, file, found, "")
    if preview is not None:
        check_name(choice, preview)
    refused = found.refused()
    for line in check_lines(found, refused, spoken):
        print(line)
    if not has_room(found.outline):
        print(FillError("errors.no_names", file=file.name).message(spoken))
        raise typer.Exit(1)
    if refused:
        raise typer.Exit(1)
    if preview is not None:
        filled(choice, preview, spoken)
        print(say("template.preview", spoken, file=preview))
