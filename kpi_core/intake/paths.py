"""Which files a run reads: those named, and all tables in the folders named."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from kpi_core.intake.source import IntakeError

_SUFFIXES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet"}


def files_of(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Every file once, with the shortest name that no other file of the run has; a folder's files by name.

    Excel's lock files (~$...) and hidden files are passed over. Raises IntakeError for a path that does not exist
    and a folder without tables.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        path = Path(path)
        if path.is_dir():
            inside = [file for file in sorted(path.iterdir()) if file.is_file() and _is_table(file)]
            if not inside:
                raise IntakeError("empty_folder", file=path)
            found |= {file.resolve(): file for file in inside}
        elif path.exists():
            found[path.resolve()] = path
        else:
            raise IntakeError("missing_file", file=path)
    return list(zip(found.values(), _labels(list(found.values())), strict=True))


def _labels(files: Sequence[Path]) -> list[str]:
    """For each file the end of its path that no other has; a number where only unprintable signs tell them apart."""
    parts = [tuple(_shown(part) for part in file.parts) for file in files]
    ends = Counter(path[-depth:] for path in parts for depth in range(1, len(path) + 1))
    labels: list[str] = []
    for path in parts:
        depth = next((depth for depth in range(1, len(path) + 1) if ends[path[-depth:]] == 1), None)
        label = "/".join(path[-depth:] if depth else path)
        labels.append(label if depth else f"{label} ({sum(known.startswith(f'{label} (') for known in labels) + 1})")
    return labels


def _shown(name: str) -> str:
    """A name as text: bytes of another encoding and letters that steer a terminal become question marks."""
    return "".join("?" if unicodedata.category(sign) in ("Cc", "Cf", "Cs") else sign for sign in name)


def _is_table(file: Path) -> bool:
    return file.suffix.casefold() in _SUFFIXES and not file.name.startswith(("~$", "."))
