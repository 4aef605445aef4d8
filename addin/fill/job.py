"""One run's workbooks as tasks: what all of them share travels to a worker once, a task is a file, a period, a group.

A worker returns the workbook's bytes and never writes: whoever is killed, nothing is half there and nothing twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from addin.fill.choice import Chosen
from addin.fill.compose import compose
from addin.fill.content import Content
from addin.fill.live.workbook import LiveWorkbook
from addin.fill.remembered import figures_of
from addin.fill.run import Asked, Measured, Measuring
from kpi_core.changes import FigureChange
from kpi_core.intake import Intake
from kpi_core.periods import Period
from kpi_core.scorecard import Reading
from kpi_core.snapshot import Printed
from kpi_core.texts import Language
from workbook_templates.bands import rated_by_group

Finish = Callable[[bytes, str], bytes]
_ONE_AT_A_TIME = threading.Lock()  # a cluster's worker may run several tasks in threads; what they share is no threads'


@dataclass(frozen=True, slots=True)
class Task:
    """One workbook to be filled, by its file's name; or `figures` alone, to be remembered under that name."""

    file: str
    period: Period
    group: str | None
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled workbook: its bytes, the readings that warn, the figures to be remembered, the checks that fail."""

    data: bytes
    sha256: str
    warnings: tuple[Reading, ...]
    figures: tuple[Printed, ...]
    checks_failed: int = 0


@dataclass(frozen=True)
class Job:
    """What all workbooks of a run share. Picklable where `finish` is."""

    intake: Intake
    choice: Chosen
    asked: Asked
    language: Language
    version: str
    run_at: datetime | None
    changes: tuple[FigureChange, ...] | None
    live: bool
    finish: Finish | None

    def __getstate__(self) -> dict[str, Any]:
        """What travels: without what was measured."""
        return {name: value for name, value in self.__dict__.items() if name != "_measuring"}

    @property
    def measuring(self) -> Measuring:
        """Measures the workbooks; made by whoever fills, when it is first asked for."""
        known: Measuring | None = self.__dict__.get("_measuring")
        if known is None:
            self.__dict__["_measuring"] = known = Measuring(self.intake, self.asked)
        return known

    def filled(self, task: Task) -> Filled:
        """The task's workbook, and what is to be remembered of it."""
        with _ONE_AT_A_TIME:
            run = self.measuring.measured(task.period, task.group)
            if task.figures:
                return Filled(b"", "", (), tuple(figures_of(run)))
            content = self._content(run, task)
            data = self._workbook(run, task, content)
            found, figures = warnings(run, task.group), tuple(figures_of(run))
            return Filled(data, sha256(data).hexdigest(), found, figures, content.checks_failed)

    def _content(self, run: Measured, task: Task) -> Content:
        return compose(
            run,
            self.choice.template.outline,
            self.language,
            group=task.group,
            title=self.choice.title,
            version=self.version,
            run_at=self.run_at,
            changes=self.changes,
        )

    def _workbook(self, run: Measured, task: Task, content: Content) -> bytes:
        template = self.choice.template
        lively = LiveWorkbook(run, task.group, self.language) if self.live else None
        data = template.filled(content if lively is None else lively.content(content))
        data = data if lively is None else lively.added(data, task.file)
        return data if self.finish is None else self.finish(data, task.file)


def warnings(run: Measured, group: str | None) -> tuple[Reading, ...]:
    """What the workbook shows as red or amber: its own figures, and those in its lists of sellers and clients."""
    shown = [found for found in run.card.readings if (found.group[1] if found.group else None) == group]
    if group is None or run.asked.by != "seller":
        cards = [card for card in (run.sellers, run.clients) if card is not None]
        shown += [found for card in cards for found in card.readings if found.group and rated_by_group(found.kpi)]
    own = {(found.kpi, found.group): found for found in shown}
    return tuple(found for found in own.values() if found.status in ("red", "amber"))


def in_order(
    groups: Sequence[str | None], periods: Sequence[Period], by: str | None
) -> list[tuple[Period, str | None]]:
    """Which workbooks, in the order in which they share most: by client one after the other, else period by period."""
    if by == "client":
        return [(period, group) for group in groups for period in periods]
    return [(period, group) for period in periods for group in groups]
