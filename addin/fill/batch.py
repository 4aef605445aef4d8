"""Many workbooks of one run: one for each period and group, each written whole or not at all.

Here stand the names of the files, the writing, the manifest and the snapshot; whoever fills returns bytes
(`workers.py`). What goes wrong with one workbook is told and does not keep the others back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from addin.fill.choice import Chosen, chosen, wanted
from addin.fill.files import FileNames
from addin.fill.inputs import keep
from addin.fill.job import Filled, Finish, Job, Task, in_order
from addin.fill.live.workbook import LiveNotOwn
from addin.fill.manifest import Earlier, Manifest, digest, inputs_of
from addin.fill.places import Folder, Place, place_of
from addin.fill.remembered import Remembered, Since, remember, since_last
from addin.fill.run import Measuring
from addin.fill.snapshots import FOLDER
from addin.fill.spool import Spool
from addin.fill.words import FillError
from addin.fill.workers import Outcome, workers
from kpi_core.errors import KpiError
from kpi_core.intake import Intake
from kpi_core.periods import Period
from kpi_core.scorecard import GroupBy, Reading, check_period
from kpi_core.texts import LANGUAGES, Language, Text, load_texts, moment
from workbook_templates.shipped import shipped

Progress = Callable[[int, int, Path], None]
Resume = Literal["interrupted", "always", "never"]
_WARNINGS_KEPT = 12  # of each run; all stand in the workbooks


@dataclass(frozen=True)
class Failure:
    """A workbook that could not be made or written, and why."""

    file: str
    why: KpiError


@dataclass(frozen=True)
class FillSummary:
    """What a run did: the files, the readings that warn, the rows excluded, remarks on the template.

    warnings    the first readings that are red or amber; `counts` says how many workbooks show of each status
    resumed     how many of the files were there from the run that this one went on with; `warned_before` of the
                warnings are theirs, known by number alone
    disagreeing how many of the files show a check that fails
    failed      the workbooks that are not there, each with the reason; `manifest` tells of all
    remembered  the snapshot beside the workbooks, and what has changed afterwards since the run before
    """

    files: tuple[Path, ...]
    warnings: tuple[Reading, ...]
    excluded: int
    remarks: tuple[Text, ...] = ()
    remembered: Remembered | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    failed: tuple[Failure, ...] = ()
    resumed: int = 0
    manifest: str = ""
    warned_before: int = 0
    disagreeing: int = 0


def fill(
    intake: Intake,
    template: str | Path | Chosen,
    periods: Sequence[Period],
    *,
    out: Path | str,
    by: GroupBy | None = None,
    language: Language = "en",
    options: Mapping[str, Mapping[str, str]] | None = None,
    thresholds: Mapping[str, Sequence[float]] | None = None,
    as_of: date | None = None,
    version: str = "",
    run_at: datetime | None = None,
    progress: Progress | None = None,
    remark: Callable[[Text], None] | None = None,
    snapshot: bool = False,
    manifest: bool = False,
    resume: Resume = "interrupted",
    live: bool = False,
    finish: Finish | None = None,
    processes: int = 1,
    scheduler: str | None = None,
) -> FillSummary:
    """Fill a template for each period, and for each group with `by`: a shipped one, a file, or one chosen before.

    out        a folder, or an fsspec URL (s3://bucket/reports)
    run_at     the run's time, printed in the workbook; the same input and run time give the same bytes
    snapshot   keep one beside the workbooks, and tell what has changed since the last
    manifest   tell there of each workbook that is ready; a run that was `interrupted`, and would make the same
               workbooks, is gone on with, at its own time; `always` also one that came to its end; `never` none
    live       the figures of a shipped template become formulas over the rows, which come along in tables
    progress   told after each workbook: how many are done, how many there will be, and the file
    remark     told while it runs: what failed, what is gone on with
    finish     changes a filled workbook before it is written, given its bytes and its file name
    processes  how many fill at once; `scheduler` the address of a Dask cluster that does it

    Raises FillError and DataError where the template, the data or the folder does not serve, UsageError for an unknown
    template, and for `live` of a user's own. An existing workbook is replaced, the template and an input never. Where
    one of several workbooks cannot be made or written the others are, and `failed` tells; a single one raises its
    reason.
    """
    for period in periods:
        check_period(intake.data, period)
    choice = template if isinstance(template, Chosen) else chosen(template, language)
    asked = replace(wanted(choice.template.outline), by=by, as_of=as_of, options=options, thresholds=thresholds)
    if live and not choice.template.shipped:
        raise LiveNotOwn("errors.live_not_own", file=choice.path.name, known=", ".join(shipped()))
    tasks = list(_tasks(choice, Measuring(intake, asked).groups, periods, by))
    if not tasks:
        raise FillError("errors.no_groups", by=by)
    place = place_of(out)
    series = f"{choice.id}-by-{by}" if by else choice.id
    keep(choice, intake.sources, place, series, tasks)
    place.make()
    since = since_last(place, series, intake, options) if snapshot else None
    changes = since.changes if since is not None else None
    job = Job(intake, choice, asked, language, version, run_at, changes, live, finish)
    run = _Run(place, job, tasks, progress, remark)
    if manifest:
        run.begin(series, _told(job, periods, len(tasks)), resume)
    spool = Spool(place, series, on=run.earlier is not None) if since is not None else None
    try:
        with workers(run.job, processes, scheduler) as results:
            for task, outcome in results(run.coming(spool)):
                run.take(task, outcome, spool)
        remembered = run.remember(series, since, spool)
        run.end()
    finally:
        run.close(spool)
    if run.only_failed:
        raise run.failed[0].why
    return run.summary(remembered)


class _Run:
    """One run under way: what is ready, what failed, and what is told of it."""

    def __init__(
        self,
        place: Place,
        job: Job,
        tasks: Sequence[Task],
        progress: Progress | None,
        remark: Callable[[Text], None] | None,
    ) -> None:
        self.job = job
        self.earlier: Earlier | None = None  # the run that this one goes on with
        self.failed: list[Failure] = []
        self._place, self._tasks = place, tasks
        self._progress, self._remark = progress, remark
        self._manifest: Manifest | None = None
        self._ready: dict[str, int] = {}
        self._counts: Counter[str] = Counter()
        self._warnings: list[Reading] = []
        self._resumed = self._warned_before = self._disagreeing = 0
        self._finished = False
        self._alone = len(tasks) == 1

    def begin(self, series: str, told: dict[str, Any], resume: Resume) -> None:
        """Go on with the run that the manifest tells of, or start one."""
        manifest = Manifest(self._place, series)
        earlier = manifest.earlier()
        if earlier is not None and resume != "never" and (resume == "always" or not earlier.finished):
            if earlier.same(told):
                self.earlier, self.job = earlier, replace(self.job, run_at=earlier.run_at)
                told["run_at"] = earlier.run["run_at"]
                ready = sum("sha256" in line for line in earlier.workbooks.values())
                key = "resume.again" if earlier.finished else "resume.going_on"
                self._say(key, run_at=earlier.run_at, count=ready)
            else:
                self._say("resume.other_finished" if earlier.finished else "resume.other", run_at=earlier.run_at)
        manifest.begin(told, on=self.earlier is not None)
        self._manifest = manifest

    def coming(self, spool: Spool | None) -> Iterator[Task]:
        """The tasks that are still to be done; of those ready before only the figures, where they are wanted."""
        if spool is not None:
            yield from (task for task in self._teams() if task.file not in spool)
        for task in self._tasks:
            if not self._is_ready(task):
                yield task
            elif spool is not None and task.file not in spool:
                yield replace(task, figures=True)

    def take(self, task: Task, outcome: Outcome, spool: Spool | None) -> None:
        """A task is done: write its workbook and tell of it."""
        try:
            if isinstance(outcome, Exception):
                raise outcome
            if spool is not None:
                spool.add(task.file, outcome.figures)
            if not task.figures:
                self._write(task, outcome)
        except Exception as error:
            self._fail(task, error)

    def _write(self, task: Task, filled: Filled) -> None:
        self._place.write(task.file, filled.data)
        found = Counter(reading.status for reading in filled.warnings)
        counts = {status: found[status] for status in ("red", "amber")}
        if self._manifest is not None:
            told = {"sha256": filled.sha256, "bytes": len(filled.data), "warnings": counts}
            told |= {"checks_failed": filled.checks_failed}
            self._manifest.done(task.file, task.period.key, task.group, told)
        self._warnings += filled.warnings[: _WARNINGS_KEPT - len(self._warnings)]
        self._add(task, counts, filled.checks_failed)

    def _is_ready(self, task: Task) -> bool:
        """Whether the run before left the task's workbook, and it is still as it was."""
        told = self.earlier.workbooks.get(task.file) if self.earlier is not None else None
        if told is None or "sha256" not in told:
            return False
        data = self._place.read(task.file)
        if data is None or sha256(data).hexdigest() != told["sha256"]:
            return False
        self._resumed += 1
        self._warned_before += sum(told.get("warnings", {}).values())
        self._add(task, told.get("warnings", {}), told.get("checks_failed", 0))
        return True

    def _add(self, task: Task, counts: Mapping[str, int], checks_failed: int) -> None:
        self._ready[task.file] = len(self._ready)
        self._counts.update(counts)
        self._disagreeing += checks_failed > 0
        self._tell_progress(task)

    def _fail(self, task: Task, error: Exception) -> None:
        why = error if isinstance(error, KpiError) else _unexpected(error)
        self.failed.append(Failure(task.file, why))
        if not self._alone:  # else the reason is all there is to say
            self._say("batch.failed", file=task.file, why=why)
        if self._manifest is not None:
            with suppress(FillError):  # a full disk takes no line either; what no line tells of is filled again
                self._manifest.failed(task.file, task.period.key, task.group, why.message("en"))
        self._tell_progress(task)

    def remember(self, series: str, since: Since | None, spool: Spool | None) -> Remembered | None:
        """The run's snapshot; not where a workbook is missing, which the run that goes on with this one will fill."""
        if since is None or spool is None or self.failed:
            return None
        alone = self.job.asked.by == "client"  # one client's workbooks follow each other, and hold no other's figures
        keys = ((task.file, task.group if alone else None) for task in (*self._teams(), *self._tasks))
        return remember(self._place, series, since, spool.figures(keys))

    def _teams(self) -> Iterator[Task]:
        """Beside the groups' workbooks the team's figures, which are remembered too."""
        if self.job.asked.by is not None:
            for period in dict.fromkeys(task.period for task in self._tasks):
                yield Task(f"{FOLDER}/{period.key}", period, None, figures=True)

    @property
    def only_failed(self) -> bool:
        """Whether the only workbook failed: its reason is all there is to say, and there is nothing to go on with."""
        return self._alone and bool(self.failed)

    def end(self) -> None:
        """The manifest's last line."""
        if self._manifest is not None:
            self._manifest.end(failed=len(self.failed))
            self._finished = not self.failed

    def close(self, spool: Spool | None) -> None:
        """Let go of the files; the figures of a run that may be gone on with stay."""
        if spool is not None:
            spool.end(keep=self._manifest is not None and not self._finished and not self.only_failed)
        if self._manifest is not None:
            self._manifest.close(keep=not self.only_failed)

    def summary(self, remembered: Remembered | None) -> FillSummary:
        """What the run did."""
        folder = self._place.path if isinstance(self._place, Folder) else Path()
        return FillSummary(
            tuple(folder / task.file for task in self._tasks if task.file in self._ready),
            tuple(self._warnings),
            self.job.intake.account.out,
            tuple(self.job.choice.remarks()),
            remembered,
            dict(self._counts),
            tuple(self.failed),
            self._resumed,
            self._manifest.label if self._manifest is not None else "",
            self._warned_before,
            self._disagreeing,
        )

    def _tell_progress(self, task: Task) -> None:
        if self._progress is not None and not task.figures:
            self._progress(len(self._ready) + len(self.failed), len(self._tasks), Path(task.file))

    def _say(self, key: str, **found: Any) -> None:
        if self._remark is not None:
            said = {lang: {name: _worded(it, lang) for name, it in found.items()} for lang in LANGUAGES}
            texts = load_texts("addin.fill", "texts.toml")
            self._remark(Text(*(texts[key].show(lang, **said[lang]) for lang in LANGUAGES)))


def _tasks(
    choice: Chosen, groups: Sequence[str | None], periods: Sequence[Period], by: GroupBy | None
) -> Iterator[Task]:
    """The workbooks, each with its file's name."""
    names = FileNames()
    for period, group in in_order(groups, periods, by):
        yield Task(names.name(choice.id, period.key, group or "", ending=choice.ending), period, group)


def _told(job: Job, periods: Sequence[Period], count: int) -> dict[str, Any]:
    """The manifest's first line."""
    asked = job.asked
    return {
        "kpi_manifest": 1,
        "run_at": job.run_at.isoformat() if job.run_at else None,
        "version": job.version,
        "template": {"name": job.choice.path.name, "sha256": job.choice.sha256},
        "language": job.language,
        "periods": [period.key for period in periods],
        "by": asked.by,
        "as_of": asked.as_of.isoformat() if asked.as_of else None,
        "set": {kpi: dict(values) for kpi, values in (asked.options or {}).items()},
        "thresholds": {kpi: list(limits) for kpi, limits in (asked.thresholds or {}).items()},
        "live": job.live,
        "finish": repr(job.finish) if job.finish else None,
        "changes": digest(repr(job.changes)) if job.changes is not None else None,
        "inputs": inputs_of(job.intake),
        "workbooks": count,
    }


def _worded(found: object, language: Language) -> object:
    if isinstance(found, KpiError):
        return found.message(language)
    if isinstance(found, datetime):
        return moment(found, language)
    return "–" if found is None else found


def _unexpected(error: Exception) -> FillError:
    why = (str(error).splitlines() or [""])[0]
    found = FillError("errors.unexpected", kind=type(error).__name__, why=why)
    found.__cause__ = error
    return found
