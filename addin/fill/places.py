"""Where a run's files go: a folder of this machine, or a store behind an fsspec URL (s3://, abfs://, ...)."""

from __future__ import annotations

import time
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from addin.fill.files import folder, not_written, sweep, write
from addin.fill.locks import locked
from addin.fill.words import FillError
from addin.remote import filesystem, path_or_url, unreachable

_SECONDS = 10.0  # a store knows no appending: its log is written anew, and not for every line


class Log(Protocol):
    """Lines that are added one by one, each there once it is added (in a store: some seconds later)."""

    def add(self, line: bytes) -> None:
        """Add a line. Raises FillError; the lines before it stay whole."""

    def close(self) -> None:
        """Write what is not written yet. Raises FillError."""


class Place(Protocol):
    """A folder by whatever means. Names are relative, with / between folders. Everything raises FillError."""

    def label(self, name: str) -> str:
        """How messages name a file."""

    def make(self) -> None:
        """Make the folder where it is missing, and clear away what a killed run left half done."""

    def read(self, name: str) -> bytes | None:
        """A file's bytes; None where there is none."""

    def write(self, name: str, data: bytes) -> None:
        """A file, whole or not at all."""

    def remove(self, name: str) -> None:
        """Take a file away that this run made."""

    def names(self, inside: str) -> list[str]:
        """The files of a folder inside."""

    def log(self, name: str, *, fresh: bool) -> Log:
        """A file to add lines to, of which nobody else adds any; `fresh`: without those that are there."""


class Folder:
    """A folder of this machine, or one that it sees as its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def label(self, name: str) -> str:
        """The path."""
        return str(self.path / name)

    def make(self) -> None:
        """The folder and its parents."""
        folder(self.path)
        sweep(self.path)

    def read(self, name: str) -> bytes | None:
        """The bytes; None also for a folder of that name."""
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            return None
        except OSError as error:
            raise FillError("errors.not_read", file=self.label(name), why=error.strerror or error) from error

    def write(self, name: str, data: bytes) -> None:
        """By way of a neighbour."""
        path = self.path / name
        if path.parent != self.path:
            folder(path.parent)
        write(path, data)

    def remove(self, name: str) -> None:
        """Where it is missing, as wanted."""
        (self.path / name).unlink(missing_ok=True)

    def names(self, inside: str) -> list[str]:
        """Nothing where the folder is missing."""
        found = self.path / inside
        return sorted(path.name for path in found.iterdir()) if found.is_dir() else []

    def log(self, name: str, *, fresh: bool) -> Log:
        """Locked while it is open: of two runs at once the second is refused."""
        return _FolderLog(self.path / name, fresh=fresh)


class _FolderLog:
    """Lines that are flushed one by one; what was torn off by a kill or a full disk is cut away first."""

    def __init__(self, path: Path, *, fresh: bool) -> None:
        self._path = path
        try:
            self._file: IO[bytes] = path.open("ab+")
        except OSError as error:
            raise not_written(path, error) from error
        if not locked(self._file):
            self._file.close()
            raise FillError("errors.run_under_way", file=path)
        self._file.seek(0)
        self._whole = 0 if fresh else self._file.read().rfind(b"\n") + 1
        self._cut()

    def add(self, line: bytes) -> None:
        try:
            self._file.write(line + b"\n")
            self._file.flush()
            self._whole += len(line) + 1
        except OSError as error:
            self._drop_torn()
            raise not_written(self._path, error) from error

    def close(self) -> None:
        self._file.close()

    def _cut(self) -> None:
        try:
            self._file.truncate(self._whole)
            self._file.seek(self._whole)
        except OSError as error:
            raise not_written(self._path, error) from error

    def _drop_torn(self) -> None:
        """A new handle: the old one would try again to write what did not fit."""
        import contextlib

        held = self._file
        self._file = self._path.open("ab+", buffering=0)
        with contextlib.suppress(OSError):
            held.close()
        locked(self._file)
        with contextlib.suppress(FillError):
            self._cut()


class Store:
    """A folder behind an fsspec URL. A store has no renaming: an object is written whole, or it is not there."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._files, self._root = filesystem(self.url)

    def label(self, name: str) -> str:
        """The file's URL."""
        return f"{self.url}/{name}"

    def make(self) -> None:
        """Nothing: an object store has no folders, and a bucket that is missing is rather a slip than wanted."""

    def read(self, name: str) -> bytes | None:
        """The object's bytes."""
        try:
            found: bytes = self._files.cat_file(self._at(name))
        except FileNotFoundError:
            return None
        except Exception as error:
            raise unreachable(self.label(name), error) from error
        return found

    def write(self, name: str, data: bytes) -> None:
        """One object in one go."""
        self._asked(name, lambda: self._files.pipe_file(self._at(name), data))

    def remove(self, name: str) -> None:
        """The object."""
        self._asked(name, lambda: self._files.rm_file(self._at(name)))

    def names(self, inside: str) -> list[str]:
        """Asked anew each time."""
        self._files.invalidate_cache()
        try:
            found = self._files.ls(self._at(inside), detail=False)
        except FileNotFoundError:
            return []
        except Exception as error:
            raise unreachable(self.label(inside), error) from error
        return sorted(PurePosixPath(path).name for path in found)

    def log(self, name: str, *, fresh: bool) -> Log:
        """Not locked: stores know no locks."""
        return _StoreLog(self, name, b"" if fresh else self.read(name) or b"")

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}".rstrip("/")

    def _asked(self, name: str, act: Any) -> None:
        try:
            act()
        except Exception as error:  # each store has errors of its own
            raise unreachable(self.label(name), error) from error


class _StoreLog:
    """Lines that are written all together every few seconds and at the end."""

    def __init__(self, store: Store, name: str, kept: bytes) -> None:
        self._store, self._name = store, name
        self._lines = [kept[: kept.rfind(b"\n") + 1]]
        self._written = 0.0

    def add(self, line: bytes) -> None:
        self._lines.append(line + b"\n")
        if time.monotonic() - self._written >= _SECONDS:
            self.close()

    def close(self) -> None:
        self._store.write(self._name, b"".join(self._lines))
        self._written = time.monotonic()


def place_of(out: str | Path) -> Folder | Store:
    """The place that a path or URL names. Raises RemoteError."""
    place = path_or_url(out)
    return Folder(place) if isinstance(place, Path) else Store(place)
