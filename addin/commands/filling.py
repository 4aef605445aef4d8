"""While workbooks are filled, a bar on stderr; afterwards what was written, what warns, which rows were left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from addin.commands.account import account_lines
from addin.commands.compare_page import headline
from addin.commands.scorecard_page import shown_value
from addin.commands.terminal import screen
from addin.fill.batch import FillSummary
from addin.fill.remembered import Remembered
from addin.wording import say
from kpi_core.catalogue import definition, mark
from kpi_core.figures import figure
from kpi_core.intake import Intake
from kpi_core.scorecard import Reading
from kpi_core.texts import Language

_FIRST = 12  # warnings named one by one; all stand in the workbooks


class Bar:
    """How many workbooks are written; drawn only where stderr is a terminal, so that logs stay clean."""

    def __init__(self, language: Language) -> None:
        console = screen(err=True)
        self._language: Language = language
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[file]}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(say("fill.progress", language), total=None, file="")

    def told(self, done: int, total: int, file: Path) -> None:
        """A workbook is written."""
        self._progress.update(self._task, completed=done, total=total, file=file.name)

    def pages(self, done: int, total: int, file: Path) -> None:
        """A PDF is written."""
        said = say("fill.printing", self._language)
        self._progress.update(self._task, description=said, completed=done, total=total, file=file.name)

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


def summary_lines(
    summary: FillSummary, intake: Intake, folder: Path, language: Language, pages: Sequence[Path] = ()
) -> Iterator[str]:
    """The closing summary: files, warnings, rows, remarks on the template."""
    count = len(summary.files)
    key = "fill.written_one" if count == 1 else "fill.written"
    yield say(key, language, count=figure(count, "count", language), folder=folder)
    yield from (f"  {file.name}" for file in summary.files)
    if pages:
        yield say("fill.printed", language, count=figure(len(pages), "count", language))
    found = Counter(reading.status for reading in summary.warnings)
    yield say("fill.warnings", language, red=found["red"], amber=found["amber"])
    yield from (f"  {line}" for line in map(partial(_warning, language=language), summary.warnings[:_FIRST]))
    if len(summary.warnings) > _FIRST:
        yield say("fill.more", language, count=len(summary.warnings) - _FIRST)
    yield from account_lines(intake.account, language, intake.sources)
    yield from (remark.show(language) for remark in summary.remarks)
    if summary.remembered is not None:
        yield from _changes(summary.remembered, language)


def _changes(remembered: Remembered, language: Language) -> Iterator[str]:
    """What has changed afterwards since the run before, and where all of it can be read."""
    if remembered.problem is not None:
        yield remembered.problem.message(language)
    if remembered.changes:
        yield say("fill.changed", language, count=figure(len(remembered.changes), "count", language))
        yield from (f"  {headline(change, language)}" for change in remembered.changes[:_FIRST])
        if len(remembered.changes) > _FIRST:
            yield say("fill.more", language, count=len(remembered.changes) - _FIRST)


def _warning(reading: Reading, language: Language) -> str:
    """One warning: its status, of whom and when, which KPI and value."""
    of_whom = f"{reading.group[1]}, " if reading.group else ""
    name = definition(reading.kpi).short.show(language)
    return f"{mark(reading.status).icon} {of_whom}{reading.period.key}: {name} {shown_value(reading, language)}"
