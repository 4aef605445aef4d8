"""`kpi fill`: one workbook per period and group, from a template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.parameters import (
    AsOf,
    Choices,
    DateOrder,
    Decimal,
    Delimiter,
    Encoding,
    LanguageOption,
    Mapping,
    Paths,
    Period,
    SettingsFile,
)


def fill(
    path: Paths,
    template: Annotated[str, typer.Option("--template", metavar="NAME|FILE")],
    period: Period,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="seller|client")] = None,
    as_of: AsOf = None,
    choices: Choices = None,
    language: LanguageOption = None,
    mapping: Mapping = None,
    date_order: DateOrder = None,
    decimal: Decimal = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    settings_file: SettingsFile = None,
) -> None:
    """Fill them."""
