"""`kpi explain`: what a KPI means, its limits and options, and what one value of it says."""

from __future__ import annotations

from typing import Annotated

import typer

from addin.commands.parameters import LanguageOption, SettingsFile


def explain(
    kpi: Annotated[str | None, typer.Argument(metavar="KPI")] = None,
    value: Annotated[str | None, typer.Argument(metavar="VALUE")] = None,
    n: Annotated[str | None, typer.Option("--n", metavar="NUMBER")] = None,
    language: LanguageOption = None,
    settings_file: SettingsFile = None,
) -> None:
    """Explain it, or list all where none is named."""
    from addin.commands.asked import configured
    from addin.commands.explanation import count, explanation, listed, number
    from addin.commands.terminal import screen
    from addin.exports import thresholds
    from kpi_core.catalogue import definition

    configuration = configured(settings_file, language=language)
    spoken = configuration.settings.language
    if kpi is None:
        listed(spoken, screen())
        return
    meant = definition(kpi)
    limits = thresholds(configuration).get(kpi)
    read = None if value is None else number(value, meant.unit)
    seen = None if n is None else count(n)
    console = screen()
    for line in explanation(meant, spoken, limits=limits, value=read, n=seen):
        console.print(line)
