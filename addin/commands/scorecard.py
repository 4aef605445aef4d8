"""`kpi scorecard`: every KPI of a period, for the whole team and by group, as a table or as JSON."""

from __future__ import annotations

from typing import Annotated, cast, get_args

import typer

from addin.commands.parameters import (
    FORMATS,
    AsOf,
    Choices,
    DateOrder,
    Decimal,
    Delimiter,
    Encoding,
    LanguageOption,
    Mapping,
    OutputFormat,
    Paths,
    Period,
    SettingsFile,
)


def scorecard(
    path: Paths,
    period: Period,
    by: Annotated[str | None, typer.Option("--by", metavar="seller|team|client|product")] = None,
    as_of: AsOf = None,
    output: OutputFormat = "table",
    choices: Choices = None,
    language: LanguageOption = None,
    mapping: Mapping = None,
    date_order: DateOrder = None,
    decimal: Decimal = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    settings_file: SettingsFile = None,
) -> None:
    """Measure and show."""
    from addin.commands.asked import configured, named_period, one_of
    from addin.commands.scorecard_json import scorecard_json
    from addin.commands.scorecard_page import print_scorecard
    from addin.commands.terminal import print_json, screen
    from addin.exports import options, read_exports, thresholds
    from kpi_core.periods import period as period_of
    from kpi_core.scorecard import GroupBy, check_period
    from kpi_core.scorecard import scorecard as measured

    one_of(by, get_args(GroupBy), "--by")
    one_of(output, FORMATS, "--format")
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
    chosen, limits = options(configuration), thresholds(configuration)  # before any file: a slip is told at once
    named_period(period)
    intake = read_exports(path, configuration, mapping or ())
    wanted = period_of(period, intake.data.span())
    check_period(intake.data, wanted, settings.as_of)
    card = measured(
        intake.data, wanted, by=cast("GroupBy | None", by), as_of=settings.as_of, options=chosen, thresholds=limits
    )
    if output == "json":
        print_json(scorecard_json(card, intake, settings.language))
    else:
        print_scorecard(card, intake, settings.language, screen())
