"""What must hold for any file whatever: no traceback, a sentence for each refusal, and an account of every row."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from kpi_core.errors import KpiError
from kpi_core.intake import Intake, inspect, read
from kpi_core.intake.source import Source
from kpi_core.tables import TABLE_NAMES
from kpi_core.texts import LANGUAGES

LONGEST = 10.0  # seconds


def survives(paths: Sequence[Path], *, mappings: Sequence[Path] = (), records: int | None = None) -> Intake | None:
    """Inspect and read the files; None where they are refused in words. `records` is how many the only file has."""
    began = time.perf_counter()
    try:
        for source in inspect(paths, mappings=mappings):
            _worded(source)
            _balances(source, records)
    except KpiError as refusal:
        _said(refusal)
    try:
        intake = read(paths, mappings=mappings)
    except KpiError as refusal:
        _said(refusal)
        intake = None
    else:
        _adds_up(intake)
    spent = time.perf_counter() - began
    assert spent < LONGEST, f"{spent:.1f} s for {paths}"
    return intake


def _said(refusal: KpiError) -> None:
    for language in LANGUAGES:
        assert refusal.message(language).strip()


def _worded(source: Source) -> None:
    if source.refusal is not None:
        _said(source.refusal)
    for language in LANGUAGES:
        for note in source.notes:
            assert note.text(language)
        for row in source.account.excluded:
            assert row.reason(language)


def _balances(source: Source, records: int | None) -> None:
    account = source.account
    assert account.used >= 0
    assert all(count >= 0 for count in account.ignored.values())
    assert account.read == account.used + sum(account.ignored.values()) + len(account.excluded)
    if records is not None and source.header_row is not None:
        assert account.read + 1 == records, f"{records} records, {account.read} accounted for beside the header"


def _adds_up(intake: Intake) -> None:
    """Each used row of a canonical file is in a table, and no other row is."""
    assert intake.account.read == sum(source.account.read for source in intake.sources)
    for source in intake.sources:
        if source.table not in TABLE_NAMES or source.refusal is not None:
            continue
        kept = {
            int(row)
            for _, table in intake.data.items()
            if "source_row" in table
            for row in table.loc[table["source_file"] == source.label, "source_row"]
        }
        refused = {row.row for row in source.account.excluded}
        assert len(kept) == source.account.used, f"{source.account.used} rows used, {len(kept)} in the tables"
        assert not kept & refused
