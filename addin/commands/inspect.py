"""`kpi inspect`: what each file was taken for, how it was read, and what became of its rows."""

from __future__ import annotations

from typing import Annotated

import typer

from addin.commands.parameters import (
    FORMATS,
    DateOrder,
    Decimal,
    Delimiter,
    Encoding,
    LanguageOption,
    Mapping,
    OutputFormat,
    Paths,
    SettingsFile,
)


def inspect(
    path: Paths,
    output: OutputFormat = "table",
    draft: Annotated[bool, typer.Option("--draft")] = False,
    language: LanguageOption = None,
    mapping: Mapping = None,
    date_order: DateOrder = None,
    decimal: Decimal = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    settings_file: SettingsFile = None,
) -> None:
    """Look at the files; exit 1 where `kpi scorecard` would refuse them."""
    from addin.commands.asked import configured, one_of
    from addin.commands.inspection import drafts, inspection_json, print_inspection, would_be_refused
    from addin.commands.terminal import print_json, screen
    from addin.exports import inspect_exports

    one_of(output, FORMATS, "--format")
    configuration = configured(
        settings_file,
        language=language,
        date_order=date_order,
        decimal=decimal,
        delimiter=delimiter,
        encoding=encoding,
    )
    spoken = configuration.settings.language
    sources = inspect_exports(path, configuration, mapping or ())
    if draft:
        print(drafts(sources, spoken), end="")
        return
    if output == "json":
        print_json(inspection_json(sources, spoken))
    else:
        print_inspection(sources, spoken, screen())
    if would_be_refused(sources):
        raise typer.Exit(1)
