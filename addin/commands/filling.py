"""While workbooks are filled, a bar on stderr; afterwards what was written, what warns, which rows were left out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from addin.commands.account import account_lines
from addin.commands.compare_page import headline
from addin.commands.pace import Pace, clock
from addin.commands.scorecard_page import shown_value
from addin.commands.terminal import screen
from addin.fill.batch import FillSummary
from addin.fill.remembered import Remembered
from addin.wording import say
from kpi_core.catalogue import definition, mark
from kpi_core.figures import figure
from kpi_core.intake import Intake
from kpi_core.scorecard import Reading
from kpi_core.texts import LANGUAGES, Language, Text

_FIRST = 12  # warnings named one by one; all stand in the workbooks
_FILES = 50  # so many files are all named; of more the first
_SILENCE = 60.0  # seconds without a word where there is no terminal


class Bar:
    """How many workbooks are ready, how fast it goes and how long it will take.

    Drawn where stderr is a terminal; elsewhere a long run says so once a minute, so that logs stay clean.
    """

    def __init__(self, language: Language, folder: object = "") -> None:
        console = screen(err=True)
        self._language: Language = language
        self._folder = folder
        self._console = console
        self._pace = Pace()
        self._done, self._total = 0, 0
        self._said = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}", markup=False),
            TextColumn("{task.fields[file]}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(say("fill.progress", language), total=None, file="", pace="")

    def told(self, done: int, total: int, file: Path) -> None:
        """A workbook is ready."""
        self._done, self._total = done, total
        self._pace.told(done)
        pace = self._in_words() if done < total else ""
        self._progress.update(self._task, completed=done, total=total, file=file.name, pace=pace)
        if not self._console.is_terminal and time.monotonic() - self._said >= _SILENCE:
            self._said = time.monotonic()
            line = ", ".join(filter(None, (f"{done}/{total}", pace)))
            self.remark(Text(line, line))

    def remark(self, said: Text) -> None:
        """Something to know while it runs."""
        self._console.print(said.show(self._language), soft_wrap=True)

    def _in_words(self) -> str:
        left = self._pace.seconds_left(self._total)
        rate = figure(self._pace.per_second, "number", self._language)
        return "" if left is None else say("fill.pace", self._language, rate=rate, left=clock(left))

    def pages(self, done: int, total: int, file: Path) -> None:
        """A PDF is written."""
        said = say("fill.printing", self._language)
        self._progress.update(self._task, description=said, completed=done, total=total, file=file.name, pace="")

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        if kind is not None and issubclass(kind, KeyboardInterrupt) and self._total:
            found = {"done": self._done, "total": self._total, "folder": self._folder}
            self.remark(Text(*(say("fill.go_on", language, **found) for language in LANGUAGES)))


def cause(summary: FillSummary) -> BaseException | None:
    """The first fault that nobody expected, for --debug; else the first."""
    faults = [failure.why for failure in summary.failed]
    return next((why.__cause__ for why in faults if why.code == "errors.unexpected"), faults[0])


def summary_lines(
    summary: FillSummary, intake: Intake, folder: Path | str, language: Language, pages: Sequence[Path] = ()
) -> Iterator[str]:
    """The closing summary: files, warnings, rows, remarks on the template."""
    count = len(summary.files)
    key = "fill.written_one" if count == 1 else "fill.written"
    yield say(key, language, count=figure(count, "count", language), folder=folder)
    shown = count if count <= _FILES else _FIRST
    yield from (f"  {file.name}" for file in summary.files[:shown])
    if count > shown:
        yield say(
            "fill.more_files", language, count=figure(count - shown, "count", language), manifest=summary.manifest
        )
    if summary.resumed:
        yield say("fill.resumed", language, count=figure(summary.resumed, "count", language))
    if pages:
        yield say("fill.printed", language, count=figure(len(pages), "count", language))
    if summary.disagreeing:
        yield say("fill.disagreeing", language, count=figure(summary.disagreeing, "count", language))
    found = {status: summary.counts.get(status, 0) for status in ("red", "amber")}
    yield say("fill.warnings", language, **found)
    yield from (f"  {line}" for line in map(partial(_warning, language=language), summary.warnings[:_FIRST]))
    if (more := sum(found.values()) - summary.warned_before - len(summary.warnings[:_FIRST])) > 0:
        yield say("fill.more", language, count=more)
    if summary.warned_before:
        yield say("fill.warned_before", language, count=summary.warned_before)
    yield from account_lines(intake.account, language, intake.sources)
    yield from (remark.show(language) for remark in summary.remarks)
    if summary.remembered is not None:
        yield from _changes(summary.remembered, language)


def _changes(remembered: Remembered, language: Language) -> Iterator[str]:
    """What has changed afterwards since the run before, and where all of it can be read."""
    yield from (problem.message(language) for problem in remembered.problems)
    if remembered.changes:
        count = figure(len(remembered.changes), "count", language)
        yield say("fill.changed", language, count=count, before=remembered.before)
        yield from (f"  {headline(change, language)}" for change in remembered.changes[:_FIRST])
        if len(remembered.changes) > _FIRST:
            yield say("fill.more", language, count=len(remembered.changes) - _FIRST)


def _warning(reading: Reading, language: Language) -> str:
    """One warning: its status, of whom and when, which KPI and value."""
    of_whom = f"{reading.group[1]}, " if reading.group else ""
    name = definition(reading.kpi).short.show(language)
    return f"{mark(reading.status).icon} {of_whom}{reading.period.key}: {name} {shown_value(reading, language)}"
