"""What a run reads it never writes to: the template, and the files that it was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from addin.fill.choice import Chosen
from addin.fill.job import Task
from addin.fill.manifest import Manifest
from addin.fill.places import Folder, Place
from addin.fill.words import FillError
from kpi_core.intake import Source


def keep(choice: Chosen, sources: Sequence[Source], place: Place, series: str, tasks: Sequence[Task]) -> None:
    """Raises FillError where a workbook would be written over the template or an input.

    A workbook of an earlier run, read as a file of the folder, is no input: it bears our mark, or the manifest tells
    of it.
    """
    if choice.origin in (place.label(task.file) for task in tasks):
        raise FillError("errors.over_template", file=choice.origin)
    inputs = [source for source in sources if source.refusal is None or source.refusal.code != "filled_workbook"]
    if not isinstance(place, Folder):
        over = _objects(inputs, place, tasks)
    else:
        over = _files([source.path for source in inputs], place, tasks)
        if file := next(_files([choice.path], place, tasks), None):
            raise FillError("errors.over_template", file=file)
    if found := list(over):
        earlier = Manifest(place, series).earlier()
        if file := next((file for file in found if earlier is None or file not in earlier.workbooks), None):
            raise FillError("errors.over_input", file=file)


def _files(kept: Sequence[Path], place: Folder, tasks: Sequence[Task]) -> Iterator[str]:
    """The workbooks that are one of the files, also by a link, or in other letters where case is one."""
    known = {_identity(path) for path in kept} - {None}
    there = {name.casefold() for name in place.names(".")}
    for task in tasks:
        if task.file.casefold() in there and _identity(place.path / task.file) in known:
            yield task.file


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file a path leads to; None where there is none, as behind a URL once it is read."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _objects(inputs: Sequence[Source], place: Place, tasks: Sequence[Task]) -> Iterator[str]:
    """In a store the workbooks whose name and bytes are an input's: where that was fetched from is not known."""
    digests = {(source.path.name, source.sha256) for source in inputs}
    named = {name for name, _ in digests}
    for file in (task.file for task in tasks if task.file in named):
        data = place.read(file)
        if data is not None and (file, sha256(data).hexdigest()) in digests:
            yield file
