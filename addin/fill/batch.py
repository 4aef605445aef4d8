"""Many workbooks of one run: one for each period and group, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from addin.fill.choice import Chosen, chosen, wanted
from addin.fill.compose import compose
from addin.fill.files import FileNames, folder, write
from addin.fill.live.workbook import LiveNotOwn, LiveWorkbook
from addin.fill.remembered import Remembered, remember, since_last
from addin.fill.run import Measured, measured, narrowed
from addin.fill.words import FillError
from kpi_core.intake import Intake
from kpi_core.periods import Period
from kpi_core.scorecard import GroupBy, Reading, check_period
from kpi_core.texts import Language, Text
from workbook_templates.bands import rated_by_group
from workbook_templates.shipped import shipped

Progress = Callable[[int, int, Path], None]
Finish = Callable[[bytes, str], bytes]


@dataclass(frozen=True)
class FillSummary:
    """What a run did: the files, the readings that warn (red and amber), the rows excluded, remarks on the template.

    remembered  the snapshot beside the workbooks, and what has changed afterwards since the run before
    """

    files: tuple[Path, ...]
    warnings: tuple[Reading, ...]
    excluded: int
    remarks: tuple[Text, ...] = ()
    remembered: Remembered | None = None


def fill(
    intake: Intake,
    template: str | Path | Chosen,
    periods: Sequence[Period],
    *,
    out: Path,
    by: GroupBy | None = None,
    language: Language = "en",
    options: Mapping[str, Mapping[str, str]] | None = None,
    thresholds: Mapping[str, Sequence[float]] | None = None,
    as_of: date | None = None,
    version: str = "",
    run_at: datetime | None = None,
    progress: Progress | None = None,
    snapshot: bool = False,
    live: bool = False,
    finish: Finish | None = None,
) -> FillSummary:
    """Fill a template for each period, and for each group with `by`: a shipped one, a file, or one chosen before.

    run_at    the run's time, printed in the workbook; the same input and run time give the same bytes
    snapshot  keep one beside the workbooks, and tell what has changed since the last
    live      the figures of a shipped template become formulas over the rows, which come along in tables
    progress  told after each workbook: how many are written, how many there will be so far, and the file
    finish    changes a filled workbook before it is written, given its bytes and its file name

    Raises FillError and DataError where the template, the data or the folder does not serve, UsageError for an unknown
    template, and for `live` of a user's own. An existing workbook is replaced, the template never.
    """
    for period in periods:
        check_period(intake.data, period)
    choice = template if isinstance(template, Chosen) else chosen(template, language)
    asked = replace(wanted(choice.template.outline), by=by, as_of=as_of, options=options, thresholds=thresholds)
    if live and not choice.template.shipped:
        raise LiveNotOwn("errors.live_not_own", file=choice.path.name, known=", ".join(shipped()))
    folder(out)
    series = f"{choice.id}-by-{by}" if by else choice.id
    since = since_last(out, series, intake, options) if snapshot else None
    names, files, warnings, runs = FileNames(), [], list[Reading](), list[Measured]()
    for done, period in enumerate(periods):
        whole = measured(intake, period, asked)
        runs.append(whole)
        groups = _groups(whole)
        for i, group in enumerate(groups):
            path = out / names.name(choice.id, period.key, group or "", ending=choice.ending)
            _keep_template(choice, path)
            run = whole if group is None or by == "seller" else narrowed(whole, group)
            content = compose(
                run,
                choice.template.outline,
                language,
                group=group,
                title=choice.title,
                version=version,
                run_at=run_at,
                changes=since.changes if since is not None else None,
            )
            lively = LiveWorkbook(run, group, language) if live else None
            filled = choice.template.filled(content if lively is None else lively.content(content))
            filled = filled if lively is None else lively.added(filled, path.name)
            write(path, filled if finish is None else finish(filled, path.name))
            files.append(path)
            warnings += _warnings(run, group)
            if progress is not None:
                progress(len(files), len(files) + len(groups) - i - 1 + len(periods) - done - 1, path)
    if not files:
        raise FillError("errors.no_groups", by=by)
    remembered = remember(out, series, since, runs) if since is not None else None
    return FillSummary(tuple(files), tuple(warnings), len(intake.account.excluded), tuple(choice.remarks()), remembered)


def _groups(whole: Measured) -> list[str | None]:
    if whole.asked.by is None:
        return [None]
    return list(whole.card.groups())


def _warnings(run: Measured, group: str | None) -> list[Reading]:
    """What the workbook shows as red or amber: its own figures, and those in its lists of sellers and clients."""
    shown = [found for found in run.card.readings if (found.group[1] if found.group else None) == group]
    if group is None or run.asked.by != "seller":
        cards = [card for card in (run.sellers, run.clients) if card is not None]
        shown += [found for card in cards for found in card.readings if found.group and rated_by_group(found.kpi)]
    own = {(found.kpi, found.group): found for found in shown}
    return [found for found in own.values() if found.status in ("red", "amber")]


def _keep_template(choice: Chosen, path: Path) -> None:
    if path.resolve() == choice.path.resolve():
        raise FillError("errors.over_template", file=path.name)
