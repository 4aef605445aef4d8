"""The arguments and options that several commands share. What each is for stands in texts/help.toml under `shared`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[list[str], typer.Argument(metavar="PATH")]
Period = Annotated[str, typer.Option("--period", metavar="PERIOD")]
Periods = Annotated[list[str], typer.Option("--period", metavar="PERIOD")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD")]
LanguageOption = Annotated[str | None, typer.Option("--language", metavar="fi|en")]
SettingsFile = Annotated[Path | None, typer.Option("--settings", metavar="FILE")]
Choices = Annotated[list[str] | None, typer.Option("--set", metavar="KPI.OPTION=VALUE")]
DateOrder = Annotated[str | None, typer.Option("--date-order", metavar="dmy|mdy|ymd")]
Decimal = Annotated[str | None, typer.Option("--decimal", metavar="CHARACTER")]
Delimiter = Annotated[str | None, typer.Option("--delimiter", metavar="CHARACTER")]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME")]
Mapping = Annotated[list[Path] | None, typer.Option("--mapping", metavar="FILE")]
Cells = Annotated[Path | None, typer.Option("--cells", metavar="FILE")]
FORMATS = ("table", "json")
OutputFormat = Annotated[str, typer.Option("--format", metavar="table|json")]
TABULAR = ("table", "csv", "json")
TabularFormat = Annotated[str, typer.Option("--format", metavar="table|csv|json")]
