"""`kpi compare A B`: which figures of closed periods are no longer what they were, and the rows behind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.parameters import (
    Choices,
    DateOrder,
    Decimal,
    Delimiter,
    Encoding,
    LanguageOption,
    Mapping,
    SettingsFile,
    TabularFormat,
)


def compare(
    before: Annotated[Path, typer.Argument(metavar="A")],
    after: Annotated[Path, typer.Argument(metavar="B")],
    period: Annotated[list[str] | None, typer.Option("--period", metavar="PERIOD")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="seller|team|client|product")] = None,
    output: TabularFormat = "table",
    choices: Choices = None,
    language: LanguageOption = None,
    mapping: Mapping = None,
    date_order: DateOrder = None,
    decimal: Decimal = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    settings_file: SettingsFile = None,
) -> None:
    """Compare, and tell."""
    from typing import cast, get_args

    from addin.commands.asked import configured, named_period, one_of
    from addin.commands.compare_page import changes_json, csv_rows, lacking_lines, print_changes
    from addin.commands.comparison import compared
    from addin.commands.parameters import TABULAR
    from addin.commands.terminal import print_csv, print_json, screen
    from addin.exports import options
    from kpi_core.views import GroupBy

    one_of(by, get_args(GroupBy), "--by")
    one_of(output, TABULAR, "--format")
    for key in period or ():
        named_period(key)
    configuration = configured(
        settings_file,
        choices,
        language=language,
        date_order=date_order,
        decimal=decimal,
        delimiter=delimiter,
        encoding=encoding,
    )
    options(configuration)  # a slip is told before any file is read
    spoken = configuration.settings.language
    found = compared(before, after, configuration, mapping or (), period or (), cast("GroupBy | None", by))
    if output == "json":
        print_json(changes_json(found, spoken))
    elif output == "csv":
        print_csv(csv_rows(found.changes, spoken), spoken)
        for line in lacking_lines(found, spoken):
            screen(err=True).print(line)
    else:
        print_changes(found, spoken, screen())
