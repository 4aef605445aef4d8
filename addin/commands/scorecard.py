"""`kpi scorecard`: every KPI of a period, for the whole team and by group, as a table or as JSON."""

from __future__ import annotations

from typing import Annotated, cast, get_args

import typer

from addin.commands.parameters import (
    TABULAR,
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


def scorecard(
    path: Paths,
    period: Period,
    by: Annotated[str | None, typer.Option("--by", metavar="seller|team|client|product")] = None,
    each: Annotated[str | None, typer.Option("--each", metavar="week|month|quarter|year")] = None,
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
    """Measure and show."""
    from addin.commands import series, series_page
    from addin.commands.asked import configured, named_period, one_of
    from addin.commands.scorecard_json import scorecard_json
    from addin.commands.scorecard_page import print_scorecard
    from addin.commands.terminal import print_csv, print_json, screen
    from addin.exports import options, read_exports, read_log, thresholds
    from kpi_core.catalogue import catalogue
    from kpi_core.periods import Unit
    from kpi_core.periods import period as period_of
    from kpi_core.reading import PeriodReadings
    from kpi_core.scorecard import Scorecard, check_period
    from kpi_core.scorecard import scorecard as measured
    from kpi_core.views import GroupBy

    one_of(by, get_args(GroupBy), "--by")
    one_of(each, get_args(Unit), "--each")
    one_of(output, TABULAR, "--format")
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
    group = cast("GroupBy | None", by)
    chosen, limits = options(configuration), thresholds(configuration)  # before any file: a slip is told at once
    named_period(period)
    if each is not None:
        found = series.each(path, configuration, mapping or (), period, cast("Unit", each), group)
        if line := series_page.lacking_line(found, settings.language):
            screen(err=True).print(line)
        if output == "json":
            print_json(series_page.series_json(found, settings.language))
        elif output == "csv":
            print_csv(series_page.csv_rows(found, settings.language), settings.language)
        else:
            series_page.print_series(found, settings.language, screen())
        return
    with (
        series.Steps(settings.language) as steps,
        read_log(path, configuration, mapping or (), by=group, told=steps.reading, only_large=True) as logged,
    ):
        if logged is not None:
            found = series.of_log(logged, configuration, period, None, group, steps)
    if logged is not None:
        if line := series_page.lacking_line(found, settings.language):
            screen(err=True).print(line)
        intake, (one,) = found.intake, found.periods
        card = Scorecard(one.period, one.as_of, one.readings)
    else:
        intake = read_exports(path, configuration, mapping or ())
        wanted = period_of(period, intake.data.span())
        check_period(intake.data, wanted, settings.as_of)
        card = measured(intake.data, wanted, by=group, as_of=settings.as_of, options=chosen, thresholds=limits)
        found = series.Series([PeriodReadings(card.period, card.as_of, card.readings)], list(catalogue()), (), intake)
    if output == "json":
        print_json(scorecard_json(card, intake, settings.language))
    elif output == "csv":
        print_csv(series_page.csv_rows(found, settings.language), settings.language)
    else:
        print_scorecard(card, intake, settings.language, screen())
