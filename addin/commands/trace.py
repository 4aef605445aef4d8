"""`kpi trace`: the rows that made one figure, with file and line, and the sums that give it."""

from __future__ import annotations

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
    TabularFormat,
)


def trace(
    kpi: Annotated[str, typer.Argument(metavar="KPI")],
    path: Paths,
    period: Period,
    seller: Annotated[str | None, typer.Option("--seller", metavar="NAME")] = None,
    client: Annotated[str | None, typer.Option("--client", metavar="NAME")] = None,
    as_of: AsOf = None,
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
    """Find the rows and list them."""
    from addin.commands.asked import configured, named_period, one_of
    from addin.commands.parameters import TABULAR
    from addin.commands.terminal import print_csv, print_json, screen
    from addin.commands.trace_page import csv_rows, print_trace, sum_lines, trace_json
    from addin.exports import options, read_exports, thresholds
    from addin.settings import SettingError
    from kpi_core.catalogue import definition
    from kpi_core.periods import period as period_of
    from kpi_core.scorecard import check_period
    from kpi_core.trace import trace as traced
    from kpi_core.views import Group

    one_of(output, TABULAR, "--format")
    if seller is not None and client is not None:
        raise SettingError("trace.one_group")
    group: Group | None = ("seller", seller) if seller is not None else ("client", client) if client else None
    configuration = configured(
        settings_file,
        choices,
        language=language,
        as_of=as_of,
        date_order=date_order,
        decimal=decimal,
        delimiter=delimiter,
        encoding=encoding,
    )
    settings = configuration.settings
    definition(kpi)  # a slip is told before any file is read
    chosen, limits = options(configuration), thresholds(configuration)
    named_period(period)
    data = read_exports(path, configuration, mapping or ()).data
    wanted = period_of(period, data.span())
    check_period(data, wanted, settings.as_of)
    found = traced(data, kpi, wanted, group=group, as_of=settings.as_of, options=chosen, thresholds=limits)
    if output == "json":
        print_json(trace_json(found, settings.language))
    elif output == "csv":
        print_csv(csv_rows(found, settings.language), settings.language)
        for line in sum_lines(found, settings.language):
            screen(err=True).print(line)
    else:
        print_trace(found, settings.language, screen())
