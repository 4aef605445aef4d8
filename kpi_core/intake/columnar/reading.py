"""A run whose opportunities come from logs read by columns, with the targets and sellers beside them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from pathlib import Path

import numpy as np
import pandas as pd

from kpi_core.counting.rows import Rows
from kpi_core.counting.scorecards import Survey, uncounted
from kpi_core.counting.timeline import day_of
from kpi_core.intake.columnar.duplicates import keep_latest
from kpi_core.intake.columnar.log import Log
from kpi_core.intake.columnar.plan import Plan, plan_of
from kpi_core.intake.joins import Joins
from kpi_core.intake.layouts import own_layouts, shipped_layouts
from kpi_core.intake.parts import Part
from kpi_core.intake.paths import files_of
from kpi_core.intake.reading import check, closed, dataset, ignore_copies, taken
from kpi_core.intake.source import ColumnMatch, Declared, Intake, Remark, Source
from kpi_core.intake.spelling import respelt
from kpi_core.intake.workbook_size import MOST_CELLS
from kpi_core.tables import Dataset, RowAccount
from kpi_core.views import GroupBy, split

Told = Callable[[int, int], None]  # so many rows of so many have been read

_NOTHING = Declared()
# What may lie beside the logs: none of it changes what an opportunity is, or counts.
_BESIDE = frozenset({"targets", "sellers", "users", None})
_BEGUN_OR_CLOSED = ("created_on", "first_contact_on", "closed_on")
_HAPPENED = (*_BEGUN_OR_CLOSED, "offer_on", "modified_on")


@dataclass(frozen=True)
class Logged:
    """The logs of a run, every row judged: what is known of their rows, the rows, and all other tables.

    `intake` has the files and the account of all rows; of its data only what stands beside the logs.
    """

    survey: Survey
    intake: Intake
    _logs: tuple[Log, ...]
    _spelling: Mapping[str, str]

    def batches(self, told: Told = lambda done, total: None) -> Iterator[Rows]:
        """All usable rows, some at a time; they are read anew each time."""
        done = 0
        for log in self._logs:
            for rows in log.batches(self.survey.groups, self.survey.currencies, self._spelling):
                yield rows
                done += len(rows)
                told(done, self.survey.rows)


def read_logs(
    paths: Sequence[Path],
    *,
    declared: Declared = _NOTHING,
    mappings: Sequence[Path] = (),
    today: date | None = None,
    by: GroupBy | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
    told: Told = lambda done, total: None,
    only_large: bool = False,
) -> Logged | None:
    """The opportunities of a run by columns; None where a file has to be read cell by cell, as `intake.read` does.

    Read so are parquet files whose days and numbers are typed, with nothing beside them but targets, lists of sellers
    and files that no KPI needs, where `options` ask for nothing that cannot be counted. `told` hears how many rows of
    how many have been read. `only_large`: only where a file has more cells than `intake.read` takes. Raises DataError
    as `intake.read` does.
    """
    check(declared)
    chosen = options or {}
    if uncounted(chosen):
        return None
    layouts = (*own_layouts(mappings), *shipped_layouts())
    narrow = chosen.get("win_rate", {}).get("lost") == "narrow"
    files = files_of(paths)
    plans = {label: plan_of(path, label, layouts, by, narrow=narrow) for path, label in files}
    logs_of = {label: plan for label, plan in plans.items() if plan is not None}
    if not logs_of or len({plan.layout.system for plan in logs_of.values()}) > 1:
        return None
    if only_large and not any(plan.rows * len(plan.headers()) > MOST_CELLS for plan in logs_of.values()):
        return None
    copies = _copies(list(logs_of.values()))
    beside = {label: list(taken(path, label, layouts, declared)) for path, label in files if label not in logs_of}
    others = [one for found in beside.values() for one in found]
    ignore_copies(others)
    if any(one.source.table not in _BESIDE or one.source.also for one in others):
        return None
    for one in others:
        if one.source.refusal is not None and one.source.table is not None:
            raise one.source.refusal
    parts = [part for one in others for part in one.parts]
    rest = dataset(parts, today)
    if by == "team" and rest.sellers["team"].notna().any():
        return None
    logs = tuple(Log(plan, declared, today, by, Joins(parts)) for label, plan in logs_of.items() if label not in copies)
    with ThreadPoolExecutor(1) as aside:
        sums = {log.plan.label: aside.submit(checksum, log.plan.path) for log in logs}
        _judge(logs, told)
    spelling = _spelling(logs, parts, rest) if by == "seller" else {}
    rest = rest.having(**{name: _respelt(rest.table(name), spelling) for name in ("targets", "sellers")})
    accounts = {log.plan.label: log.verdicts.account(log.plan.rows) for log in logs}
    notes = {log.plan.label: log.doubts.remarks() for log in logs}
    sources = []
    for _, label in files:
        if label in copies:
            sources.append(_copy(logs_of[label], copies[label], sums[copies[label]].result()))
        elif label in logs_of:
            sources.append(_source(logs_of[label], sums[label].result(), accounts[label], notes[label]))
        else:
            sources += [closed(one) for one in beside[label]]
    account = reduce(RowAccount.__add__, (source.account for source in sources), RowAccount())
    survey = _surveyed(logs, rest, by, spelling, sum(account.used for account in accounts.values()))
    return Logged(survey, Intake(rest, tuple(sources), account), logs, spelling)


def _copies(plans: Sequence[Plan]) -> dict[str, str]:
    """The logs whose bytes are another's, each with the one that is read; only files of one size are compared."""
    sizes = Counter(plan.path.stat().st_size for plan in plans)
    first: dict[str, str] = {}
    alike = [plan for plan in plans if sizes[plan.path.stat().st_size] > 1]
    originals = {plan.label: first.setdefault(checksum(plan.path), plan.label) for plan in alike}
    return {label: original for label, original in originals.items() if original != label}


def _judge(logs: Sequence[Log], told: Told) -> None:
    """Every row's verdict; the digests of all ids are needed only until duplicates are known."""
    total = sum(log.plan.rows for log in logs)
    room = np.zeros(total, "uint64")
    used = done = 0

    def read(rows: int) -> None:
        nonlocal done
        done += rows
        told(done, total)

    for log in logs:
        used += len(log.judge(room[used:], read))
    keep_latest(logs, room[:used])


def _spelling(logs: Sequence[Log], parts: Sequence[Part], rest: Dataset) -> dict[str, str]:
    """Names of sellers that are written another way elsewhere, as `one_spelling` settles it.

    The names in `rest` have been settled among themselves, and may have become others.
    """
    counted: Counter[str] = Counter()
    for log in logs:
        counted.update(log.members)
    sellers = [part.usable["seller"].dropna() for part in parts if part.layout.canonical and "seller" in part.frame]
    for names in sellers:
        counted.update(names)
    listed = [name for part in parts if part.layout.table == "sellers" for name in part.usable["seller"].dropna()]
    settled = [name for table in ("targets", "sellers") for name in rest.table(table)["seller"].dropna()]
    return respelt(+counted, listed, settled)


def _respelt(rows: pd.DataFrame, spelling: Mapping[str, str]) -> pd.DataFrame:
    return rows.assign(seller=rows["seller"].replace(spelling)) if spelling else rows


def _surveyed(logs: Sequence[Log], rest: Dataset, by: GroupBy | None, spelling: Mapping[str, str], rows: int) -> Survey:
    named = {spelling.get(name, name) for log in logs for name, count in log.members.items() if count}
    groups = sorted(named | set(split(rest, by).names if by else ()))
    spans = [log.span[name] for log in logs for name in _BEGUN_OR_CLOSED if name in log.span]
    all_spans = [log.span[name] for log in logs for name in _HAPPENED if name in log.span]
    first, last = (min(it[0] for it in all_spans), max(it[1] for it in all_spans)) if all_spans else (0, 0)
    planned = [log.span["expected_close_on"] for log in logs if "expected_close_on" in log.span]
    return Survey(
        rows=rows,
        groups=groups,
        currencies=sorted({name for log in logs for name in log.currencies}),
        recorded="offers" if rows and any(log.recorded for log in logs) else "all",
        starts=any("first_contact_on" in log.span for log in logs),
        days=(min(it[0] for it in spans), max(it[1] for it in spans)) if spans else (0, 0),
        span=(day_of(first), day_of(last)) if all_spans else None,
        planned=(day_of(min(it[0] for it in planned)), day_of(max(it[1] for it in planned))) if planned else None,
    )


def checksum(path: Path) -> str:
    """The file's SHA-256, read a piece at a time."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _copy(plan: Plan, original: str, sha256: str) -> Source:
    """A copy of a log, no row of which is read."""
    left_out = RowAccount(ignored={"copy": plan.rows})
    return replace(_source(plan, sha256, left_out, (Remark("note.copy", {"original": original}),)), table=None)


def _source(plan: Plan, sha256: str, account: RowAccount, notes: tuple[Remark, ...]) -> Source:
    column_of = {header: name for name, header in plan.columns.items()}
    headers = plan.headers()
    return Source(
        plan.path,
        plan.label,
        sha256=sha256,
        size=plan.path.stat().st_size,
        encoding="parquet",
        header_row=1,
        headers=tuple(headers),
        system=plan.layout.system,
        layout=plan.layout.name,
        table="opportunities",
        columns=tuple(ColumnMatch(header, column_of.get(header)) for header in headers),
        account=account,
        notes=notes,
    )
