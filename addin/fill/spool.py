"""The figures of workbooks that are ready, on the disk until the run's snapshot is written: they may be a million.

One JSON line a workbook, written before the manifest tells of it, so that a run that goes on need not measure it again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from addin.fill.files import folder, not_written, safe
from addin.fill.places import Folder, Place
from addin.fill.snapshots import FOLDER
from kpi_core.periods import Period
from kpi_core.snapshot import Printed


class Spool:
    """Figures by the key of their workbook. In a store's run they lie in a file without a name."""

    def __init__(self, place: Place, series: str, *, on: bool) -> None:
        self._path: Path | None = None
        try:
            if isinstance(place, Folder):
                folder(place.path / FOLDER)
                self._path = place.path / FOLDER / f"{safe(series)}.figures"
                self._file: BinaryIO = self._path.open("r+b" if on and self._path.exists() else "w+b")
            else:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `end`
        except OSError as error:
            raise not_written(self._path or place.label(FOLDER), error) from error
        self._places: dict[str, int] = {}
        self._end = 0
        for line in self._file:
            key = _key(line)
            if key is None:
                break
            self._places[key] = self._end
            self._end += len(line)

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def add(self, key: str, figures: Iterable[Printed]) -> None:
        """Keep a workbook's figures. Raises FillError where the disk is full."""
        line = orjson.dumps([key, [_told(figure) for figure in figures]]) + b"\n"
        try:
            self._file.seek(self._end)
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            raise not_written(self._path or "", error) from error
        self._places[key] = self._end
        self._end += len(line)

    def figures(self, keys: Iterable[tuple[str, str | None]]) -> Iterator[Printed]:
        """The figures of the workbooks named, each with whose it is: a figure comes once while that is the same."""
        seen: set[tuple[object, ...]] = set()
        before: str | None = None
        for key, whose in keys:
            if whose != before:
                seen, before = set(), whose
            if key in self._places:
                self._file.seek(self._places[key])
                for told in orjson.loads(self._file.readline())[1]:
                    figure = _figure(told)
                    is_it = (figure.kpi, figure.period.key, figure.group, figure.as_of)
                    if is_it not in seen:
                        seen.add(is_it)
                        yield figure

    def end(self, *, keep: bool) -> None:
        """Close, and remove unless the run is to be gone on with."""
        self._file.close()
        if self._path is not None and not keep:
            self._path.unlink(missing_ok=True)
            with suppress(OSError):  # there are snapshots in it
                self._path.parent.rmdir()


def _key(line: bytes) -> str | None:
    """The key of a line; None where the line was torn."""
    try:
        return str(orjson.loads(line)[0]) if line.endswith(b"\n") else None
    except (orjson.JSONDecodeError, TypeError, IndexError):
        return None


def _told(figure: Printed) -> list[Any]:
    period = figure.period
    return [
        figure.kpi,
        [period.key, period.kind, period.start, period.end],
        figure.group,
        figure.as_of,
        figure.value,
        figure.numerator,
        figure.denominator,
        figure.n,
    ]


def _figure(told: list[Any]) -> Printed:
    kpi, (key, kind, start, end), group, as_of, *counted = told
    period = Period(key, kind, date.fromisoformat(start), date.fromisoformat(end))
    return Printed(kpi, period, tuple(group) if group else None, date.fromisoformat(as_of), *counted)
