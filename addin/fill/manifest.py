"""The manifest of a run: what was asked, and each workbook once it is in its place. JSON, one object a line.

`<out>/<template>.manifest.jsonl`, or `<template>-by-client.manifest.jsonl`. The first line tells the run, the next ones
a workbook each, the last one that the run came to its end. A kill may tear the last line: it is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
import pandas as pd

from addin.fill.files import safe
from addin.fill.places import Log, Place
from kpi_core.intake import Intake

SCHEMA = 1
_ENDING = ".manifest.jsonl"
_OF_THE_RUN_ALONE = ("run_at", "workbooks")  # two runs that differ in nothing else make the same workbooks


@dataclass(frozen=True)
class Earlier:
    """A manifest that was found: its run, its workbooks by file, and whether the run ended without a fault."""

    run: Mapping[str, Any]
    workbooks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    finished: bool = False

    def same(self, run: Mapping[str, Any]) -> bool:
        """Whether a run would make the same workbooks, but for the time that stands in them."""
        return _without_time(self.run) == _without_time(run)

    @property
    def run_at(self) -> datetime | None:
        """The run's time."""
        said = self.run.get("run_at")
        return datetime.fromisoformat(said) if said else None


def _without_time(run: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in run.items() if name not in _OF_THE_RUN_ALONE}


class Manifest:
    """Writes a run's manifest, and reads the one before it."""

    def __init__(self, place: Place, series: str) -> None:
        self.name = f"{safe(series)}{_ENDING}"
        self._place = place
        self._log: Log | None = None
        self._each: dict[str, Any] = {}

    @property
    def label(self) -> str:
        """How messages name it."""
        return self._place.label(self.name)

    def earlier(self) -> Earlier | None:
        """The manifest that is there; None where there is none, or none that could be read."""
        lines = list(map(_object, (self._place.read(self.name) or b"").split(b"\n")[:-1]))
        if not lines or lines[0] is None or lines[0].get("kpi_manifest") != SCHEMA or not _has_moment(lines[0]):
            return None
        told = [line for line in lines[1:] if line is not None and _is_whole(line)]
        workbooks = {line["file"]: line for line in told if "file" in line}
        return Earlier(lines[0], workbooks, bool(told) and told[-1].get("finished") is True)

    def begin(self, run: Mapping[str, Any], *, on: bool) -> None:
        """Start a manifest, or go `on` with the one that is there. Raises FillError, also where another run has it."""
        self._log = self._place.log(self.name, fresh=not on)
        self._each = {
            "inputs": digest(run["inputs"]),
            "template": run["template"]["sha256"],
            "options": digest({name: run[name] for name in CHOICES}),
            "run_at": run["run_at"],
        }
        if not on:
            self._log.add(_line(run))

    def done(self, file: str, period: str, group: str | None, told: Mapping[str, Any]) -> None:
        """A workbook is in its place."""
        self._add({"file": file, "period": period, "group": group, **told, **self._each})

    def failed(self, file: str, period: str, group: str | None, why: str) -> None:
        """A workbook could not be made or written."""
        self._add({"file": file, "period": period, "group": group, "failed": why})

    def end(self, *, failed: int) -> None:
        """The run came to its end; with failures it is one to go on with."""
        self._add({"finished": failed == 0, "failed": failed})

    def close(self, *, keep: bool) -> None:
        """Let others have it, or remove it."""
        if self._log is not None:
            self._log.close()
            if not keep:
                self._place.remove(self.name)

    def _add(self, told: Mapping[str, Any]) -> None:
        assert self._log is not None, "begun"
        self._log.add(_line(told))


CHOICES = ("version", "language", "by", "as_of", "set", "thresholds", "live", "finish", "changes")


def inputs_of(intake: Intake) -> dict[str, str]:
    """Each file with its hash, and under "rows" what was made of them: mappings, formats and today's date count too.

    Files that were not read do not count: among them may be the workbooks that the run itself has filled.
    """
    digest_ = sha256()
    for name, rows in intake.data.items():
        digest_.update(name.encode() + pd.util.hash_pandas_object(rows, index=False).to_numpy().tobytes())
    digest_.update(repr([(row.file, row.row, row.code) for row in intake.account.excluded]).encode())
    return {source.label: source.sha256 for source in intake.sources if source.sha256} | {"rows": digest_.hexdigest()}


def digest(said: Any) -> str:
    """A hash of what is said in JSON."""
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _line(told: Mapping[str, Any]) -> bytes:
    return orjson.dumps(told)


def _has_moment(run: Mapping[str, Any]) -> bool:
    try:
        return run.get("run_at") is None or bool(datetime.fromisoformat(run["run_at"]))
    except (TypeError, ValueError):
        return False


def _is_whole(line: Mapping[str, Any]) -> bool:
    """Whether a line tells of a workbook as this program writes it; somebody may have edited the file."""
    counts = line.get("warnings", {})
    whole = isinstance(counts, dict) and all(isinstance(count, int) for count in counts.values())
    return isinstance(line.get("file", ""), str) and isinstance(line.get("checks_failed", 0), int) and whole


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
