"""Which files a run reads: those named, and all tables in the folders named."""

from __future__ import annotations

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
    names = Counter(file.name for file in found.values())
    return [
        (file, file.name if names[file.name] == 1 else f"{file.parent.name}/{file.name}") for file in found.values()
    ]


def _is_table(file: Path) -> bool:
    return file.suffix.casefold() in _SUFFIXES and not file.name.startswith(("~$", "."))
