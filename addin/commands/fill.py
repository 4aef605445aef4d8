"""`kpi fill`: one workbook per period and group, from a template."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, cast

import typer

from addin.commands.parameters import (
    AsOf,
    Cells,
    Choices,
    DateOrder,
    Decimal,
    Delimiter,
    Encoding,
    LanguageOption,
    Mapping,
    Paths,
    Periods,
    SettingsFile,
)
from kpi_core.texts import Language


def fill(
    path: Paths,
    template: Annotated[str, typer.Option("--template", metavar="NAME|FILE")],
    period: Periods,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR|URL")] = None,
    cells: Cells = None,
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
    pdf: Annotated[bool, typer.Option("--pdf")] = False,
    live: Annotated[bool, typer.Option("--live")] = False,
    lambda_names: Annotated[bool, typer.Option("--lambda-names")] = False,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=1, max=256)] = 1,
    scheduler: Annotated[str | None, typer.Option("--scheduler", metavar="ADDRESS")] = None,
    resume: Annotated[bool, typer.Option("--resume")] = False,
    fresh: Annotated[bool, typer.Option("--fresh")] = False,
) -> None:
    """Fill the workbooks, show how far it is, and sum up."""
    from importlib.metadata import version

    from addin.commands.asked import configured, named_period, one_of, output_folder
    from addin.commands.filling import Bar, cause, summary_lines
    from addin.exports import options, read_exports, thresholds
    from addin.fill.batch import fill as filled
    from addin.fill.choice import chosen
    from addin.fill.pdf import office, printed
    from addin.fill.words import FillError
    from addin.remote import path_or_url
    from addin.settings import SettingError
    from kpi_core.periods import period as period_of
    from kpi_core.scorecard import GroupBy

    one_of(by, ("seller", "client"), "--by")
    both = [("--resume", "--fresh", resume and fresh), ("--workers", "--scheduler", workers > 1 and scheduler)]
    for one, other, given in both:
        if given:
            raise SettingError("settings.not_together", one=one, other=other)
    configuration = configured(
        settings_file,
        choices,
        language=language,
        output_folder=out,
        as_of=as_of,
        date_order=date_order,
        decimal=decimal,
        delimiter=delimiter,
        encoding=encoding,
    )
    settings = configuration.settings
    set_, limits = options(configuration), thresholds(configuration)
    folder = output_folder(configuration)
    for key in period:
        named_period(key)
    choice = chosen(template, settings.language, cells)  # a slip is told before the files are read
    if pdf:
        office()
        if not isinstance(path_or_url(folder), Path):
            raise FillError("errors.pdf_needs_folder", out=folder)
    intake = read_exports(path, configuration, mapping or ())
    span = intake.data.span()
    with Bar(settings.language, folder) as bar:
        summary = filled(
            intake,
            choice,
            [period_of(key, span) for key in dict.fromkeys(period)],
            out=folder,
            by=cast("GroupBy | None", by),
            language=settings.language,
            options=set_,
            thresholds=limits,
            as_of=settings.as_of,
            version=version("b2b-sales-kpis"),
            run_at=_now(),
            progress=bar.told,
            remark=bar.remark,
            snapshot=True,
            manifest=True,
            resume="always" if resume else "never" if fresh else "interrupted",
            live=live,
            finish=LambdaNames(settings.language) if lambda_names else None,
            processes=workers,
            scheduler=scheduler,
        )
        pages = printed(summary.files, settings.language, bar.pages) if pdf else ()
    for line in summary_lines(summary, intake, folder, settings.language, pages):
        print(line)
    if summary.failed:
        raise FillError("errors.some_failed", count=len(summary.failed), manifest=summary.manifest) from cause(summary)


@dataclass(frozen=True)
class LambdaNames:
    """Adds the LAMBDA names to a filled workbook, in a worker's process too."""

    language: Language

    def __call__(self, data: bytes, file: str) -> bytes:
        """The workbook with the names."""
        from addin.hosts.lambda_names.names import lambda_names
        from addin.ooxml.defined_names import with_defined_names

        return with_defined_names(data, lambda_names(self.language), file)


def _now() -> datetime:
    """The run's time as the workbook prints it; SOURCE_DATE_EPOCH sets it, so that a run repeats to the byte."""
    if (epoch := os.environ.get("SOURCE_DATE_EPOCH", "")).isdecimal():
        return datetime.fromtimestamp(int(epoch), UTC).replace(tzinfo=None)
    return datetime.now().astimezone().replace(tzinfo=None, microsecond=0)
