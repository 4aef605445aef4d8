"""A Dask cluster as workers: its own executor of concurrent.futures; the job is sent to each worker once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from addin.fill.job import Filled, Job, Task
from addin.fill.words import FillError

_SECONDS = 15  # to answer


@contextmanager
def cluster(job: Job, address: str) -> Iterator[tuple[Callable[[Task], Future[Filled]], int]]:
    """How a task is given to the cluster, and how many threads it has.

    Raises FillError where distributed is not installed, no scheduler answers, no worker is there or one has another
    version of this program.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise FillError("errors.no_distributed") from error
    try:
        client = Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = (str(error).splitlines() or [""])[0]
        raise FillError("errors.no_scheduler", address=address, why=why) from error
    with client:
        _check(client, address)
        held = client.scatter(job, broadcast=True, hash=False)
        executor = client.get_executor(pure=False)
        threads = sum(client.nthreads().values())
        try:
            yield lambda task: executor.submit(_fill, held, task), threads
        finally:
            executor.shutdown(wait=False)  # what is not done yet is dropped


def _check(client: Any, address: str) -> None:
    found: dict[str, str] = client.run(_version)
    if not found:
        raise FillError("errors.no_workers", address=address)
    ours = _version()
    for worker, theirs in sorted(found.items()):
        if theirs != ours:
            raise FillError("errors.other_version", worker=worker, found=theirs, ours=ours)


def _version() -> str:
    return version("b2b-sales-kpis")


def _fill(job: Job, task: Task) -> Filled:
    return job.filled(task)
