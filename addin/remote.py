"""Files behind fsspec URLs (s3://, abfs://, gs://, https://, file://): recognised, reached, fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from kpi_core.errors import DataError


class RemoteError(DataError):
    """A URL that cannot be used: its package is missing, it is not known, or what it names does not answer."""

    package = "addin.texts"


def is_url(place: str | Path) -> bool:
    """Whether a path is one for fsspec: with a protocol in front."""
    return "://" in str(place)


def path_or_url(place: str | Path) -> Path | str:
    """A path of this machine as such, file:// among them; a URL stays one."""
    if not is_url(place):
        return Path(place)
    files, root = filesystem(str(place))
    return Path(root) if "file" in _protocols(files) else str(place)


def filesystem(url: str) -> tuple[Any, str]:
    """fsspec's file system for a URL, and the path in it. Raises RemoteError."""
    from fsspec.core import url_to_fs

    try:
        files, root = url_to_fs(url)
    except ImportError as error:
        raise RemoteError("remote.no_package", url=url, why=error) from error
    except ValueError as error:
        raise RemoteError("remote.unknown_protocol", url=url, why=error) from error
    except Exception as error:  # each file system has errors of its own
        raise unreachable(url, error) from error
    return files, str(root).rstrip("/")


def unreachable(url: str, error: Exception) -> RemoteError:
    """What a file system said, as a sentence."""
    why = (str(error).splitlines() or [""])[0] or type(error).__name__
    return RemoteError("remote.unreachable", url=url, why=why)


@contextmanager
def fetched(urls: Sequence[str]) -> Iterator[list[list[Path]]]:
    """What each URL names as paths of this machine, for as long as they are read: a file, a folder, a pattern's files.

    Raises RemoteError where nothing is there.
    """
    with TemporaryDirectory(prefix="kpi-") as made:
        yield [_fetch(url, Path(made, str(number))) for number, url in enumerate(urls)]


def _fetch(url: str, into: Path) -> list[Path]:
    files, root = filesystem(url)
    try:
        if not any(mark in root for mark in "*?[") and files.isdir(root):
            inside = [it["name"] for it in files.ls(root, detail=True) if it["type"] == "file"]
            wanted, found = {name: into / PurePosixPath(name).name for name in inside}, [into]
        else:  # each in a folder of its own: two may have one name
            inside = sorted(files.glob(root))
            wanted = {name: into / str(place) / PurePosixPath(name).name for place, name in enumerate(inside)}
            found = list(wanted.values())
        for name, path in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            files.get_file(name, str(path))
    except Exception as error:
        raise unreachable(url, error) from error
    if not wanted:
        raise RemoteError("remote.nothing_there", url=url)
    return found


def _protocols(files: Any) -> tuple[str, ...]:
    return (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)
