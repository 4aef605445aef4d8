"""The embedded sample: the exports of an invented Finnish sales team, written where the user wants to try them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from kpi_core.errors import UsageError


class SampleError(UsageError):
    """The sample cannot be written where it was asked for."""

    package = "addin.texts"


def contents() -> dict[str, bytes]:
    """The sample's files by name, as a Finnish CRM would have exported them on 2 November 2026."""
    folder = files("addin.sample.exports")
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".csv")
    }


def write(folder: Path, *, force: bool = False) -> list[Path]:
    """Write the sample into `folder` and return the files written.

    Raises SampleError where a file of the same name is there already, unless `force`; nothing is written then.
    """
    files_by_name = contents()
    if folder.exists() and not folder.is_dir():
        raise SampleError("sample.not_a_folder", found=str(folder))
    there = [name for name in files_by_name if (folder / name).exists()]
    if there and not force:
        raise SampleError("sample.exists", folder=str(folder), found=", ".join(there))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files_by_name.items():
        (folder / name).write_bytes(content)
        written.append(folder / name)
    return written
