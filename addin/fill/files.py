"""Safe file names, and files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from pathlib import Path

from addin.fill.locks import locked
from addin.fill.words import FillError

_UNSAFE = re.compile(r"[^\w.]+")
_LONGEST = 80  # bytes: a name may have 255, whatever its script, and is made of several parts
# What Windows keeps for devices, whatever the ending.
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10))}
_TEMPORARY = (".kpi-", ".tmp")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FileNames:
    """Names for the workbooks of one run: safe on every system, and unique where case does not count."""

    def __init__(self) -> None:
        """Start with none taken."""
        self._taken: set[str] = set()

    def name(self, *parts: str, ending: str = ".xlsx") -> str:
        """A name of its parts, e.g. monthly_sales_2017-12_Darcel-Schlecht.xlsx."""
        stem = "_".join(safe(part) for part in parts if part)
        if stem.partition(".")[0].casefold() in _RESERVED:
            stem = f"_{stem}"
        found, number = stem, 2
        while found.casefold() in self._taken:
            found, number = f"{stem}-{number}", number + 1
        self._taken.add(found.casefold())
        return f"{found}{ending}"


def safe(part: str) -> str:
    """Letters, digits, dots and hyphens of a text; nothing that climbs, hides or ends badly."""
    plain = _UNSAFE.sub("-", part.replace("..", "-")).strip("-._")
    return plain.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore").rstrip("-._") or "x"


def write(path: Path, data: bytes) -> None:
    """Write a file by way of a neighbour, so that nobody ever sees half of it. Raises FillError."""
    prefix, suffix = _TEMPORARY
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=suffix)
        try:
            with os.fdopen(handle, "wb") as file:
                locked(file)  # alive: `sweep` of another run lets it be
                file.write(data)
                file.flush()
                os.fsync(file.fileno())  # else a power failure may leave the name without the bytes
                os.chmod(temporary, 0o666 & ~_umask())  # noqa: PTH101  mkstemp keeps the file to its owner
            _take_place(Path(temporary), path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise not_written(path, error) from error


def not_written(path: Path | str, error: OSError) -> FillError:
    """Why a file could not be written, as a sentence."""
    code = "errors.disk_full" if error.errno in _FULL else "errors.not_written"
    return FillError(code, file=path, why=error.strerror or error)


def _take_place(temporary: Path, path: Path) -> None:
    try:
        os.replace(temporary, path)  # noqa: PTH105
    except PermissionError as error:  # the folder could be written to a moment ago: somebody holds this very file
        raise FillError("errors.in_use", file=path, why=error.strerror or error) from error


def sweep(folder: Path) -> int:
    """Remove what writers that were killed left behind; how many files. What another run is writing stays."""
    prefix, suffix = _TEMPORARY
    swept = 0
    for left in folder.glob(f"{prefix}*{suffix}"):
        try:
            with left.open("rb+") as file:
                dead = locked(file)
            if dead:
                left.unlink()  # on Windows this fails while somebody has the file open
                swept += 1
        except OSError:
            continue
    return swept


def folder(path: Path) -> None:
    """Make the folder where it is missing. Raises FillError."""
    if path.exists() and not path.is_dir():
        raise FillError("errors.not_a_folder", found=path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(path, error) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
