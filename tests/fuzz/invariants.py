"""What must hold for any file whatever: no traceback, a sentence for each refusal, and an account of every row."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from addin.cli import DATA_PROBLEM, DONE, NOT_UNDERSTOOD, main
from addin.wording import say
from kpi_core.errors import KpiError
from kpi_core.intake import Declared, Intake, inspect, read
from kpi_core.intake.source import Source
from kpi_core.tables import TABLE_NAMES
from kpi_core.texts import LANGUAGES

LONGEST = 10.0  # seconds of the processor: a hang is a loop, and a busy machine is none
_UNEXPECTED = say("error.unexpected", "en", kind="|", why="").partition("|")[0]


def survives(
    paths: Sequence[Path],
    *,
    mappings: Sequence[Path] = (),
    records: int | None = None,
    declared: Declared = Declared(),  # noqa: B008  frozen
) -> Intake | None:
    """Read the files; None where they are refused in words. What `inspect` says of them is held to what `read` did.

    `records` is how many records the only file has, its header and blank lines among them; where it is known the file
    is whole, and read once more.
    """
    with _bounded(paths):
        try:
            intake = read(paths, mappings=mappings, declared=declared)
        except KpiError as refusal:
            _said(refusal)
            sources, intake, said = _inspected(paths, mappings, declared), None, refusal.code
        else:
            sources, said = intake.sources, ""
        for source in sources:
            _worded(source)
            _balances(source, records)
        if intake is None:
            codes = {source.refusal.code for source in sources if source.refusal is not None}
            assert not sources or said in {"nothing_usable", *codes}
            return None
        _adds_up(intake)
        if records is not None:
            again = read(paths, mappings=mappings, declared=declared)
            assert again.account == intake.account
            for table, rows in intake.data.items():
                assert rows.equals(again.data.table(table)), f"{table} differs when it is read again"
        return intake


def answers(path: Path) -> None:
    """`kpi inspect` and `kpi scorecard` on a file: exit code 0, 1 or 2, and a sentence that names the file."""
    name = path.name
    for arguments in (["inspect", str(path)], ["scorecard", str(path), "--period", "2024-01"]):
        out, err = io.StringIO(), io.StringIO()
        with _bounded([path]), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([*arguments, "--language", "en"])
        said = out.getvalue() + err.getvalue()
        assert code in (DONE, DATA_PROBLEM, NOT_UNDERSTOOD)
        assert "Traceback" not in said
        assert _UNEXPECTED not in said, said
        if code != DONE:
            assert said.strip()
        if arguments[0] == "inspect" or (code == DATA_PROBLEM and _refused(path)):
            assert name in said, said


@contextlib.contextmanager
def _bounded(paths: Sequence[Path]) -> Iterator[None]:
    began = time.process_time()
    yield
    spent = time.process_time() - began
    assert spent < LONGEST, f"{spent:.1f} s for {paths}"


def _refused(path: Path) -> bool:
    try:
        read([path])
    except KpiError:
        return True
    return False


def _inspected(paths: Sequence[Path], mappings: Sequence[Path], declared: Declared) -> Sequence[Source]:
    """What each file was taken for; nothing where the mapping or a path is refused already."""
    try:
        return inspect(paths, mappings=mappings, declared=declared)
    except KpiError as refusal:
        _said(refusal)
        return ()


def _said(refusal: KpiError) -> None:
    _in_both_languages([refusal.message(language) for language in LANGUAGES])


def _worded(source: Source) -> None:
    if source.refusal is not None:
        _said(source.refusal)
    for note in source.notes:
        _in_both_languages([note.text(language) for language in LANGUAGES])
    for row in source.account.excluded:
        _in_both_languages([row.reason(language) for language in LANGUAGES])
        assert row.file == source.label
        assert row.row >= 1


def _in_both_languages(sentences: Sequence[str]) -> None:
    assert all(sentence.strip() for sentence in sentences)
    assert len(set(sentences)) == len(sentences), sentences


def _balances(source: Source, records: int | None) -> None:
    account = source.account
    assert account.used >= 0
    assert all(count >= 0 for count in account.ignored.values())
    assert account.read == account.used + sum(account.ignored.values()) + len(account.excluded)
    excluded = [row.row for row in account.excluded]
    assert len(set(excluded)) == len(excluded), "a row is excluded twice"
    if records is not None and source.header_row is not None:
        assert account.read + 1 == records, f"{records} records, {account.read} accounted for beside the header"


def _adds_up(intake: Intake) -> None:
    """Each used row of a canonical file is in a table, once, and no other row is."""
    assert intake.account.read == sum(source.account.read for source in intake.sources)
    for source in intake.sources:
        if source.table not in TABLE_NAMES or source.refusal is not None:
            continue
        placed = [
            (table, int(row))
            for table, rows in intake.data.items()
            for row in rows.loc[rows["source_file"] == source.label, "source_row"]
        ]
        assert len(set(placed)) == len(placed), "a row is in a table twice"
        kept = {row for _, row in placed}
        assert len(kept) == source.account.used, f"{source.account.used} rows used, {len(kept)} in the tables"
        assert not kept & {row.row for row in source.account.excluded}
