"""Who fills the workbooks: this process, processes beside it, or a Dask cluster. Results come in the tasks' order.

Only so many tasks are on their way at once, so that memory stays the same however many there are. Workers return
bytes; the files are the caller's.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread

from addin.fill.job import Filled, Job, Task
from addin.fill.words import FillError

Outcome = Filled | Exception
Results = Callable[[Iterable[Task]], Iterator[tuple[Task, Outcome]]]

_AHEAD = 3  # tasks on their way for each worker: nobody waits, little is held
_TRIES = 3  # a workbook that ends its process again and again fails alone
_job: Job | None = None  # of a process beside the first, which gets it once


@contextmanager
def workers(job: Job, processes: int = 1, scheduler: str | None = None) -> Iterator[Results]:
    """Something that fills tasks. Raises FillError where the cluster is not there."""
    if scheduler is not None:
        from addin.fill.cluster import cluster

        with cluster(job, scheduler) as (submit, threads):
            yield lambda tasks: _in_order(tasks, submit, max(32, _AHEAD * threads))
    elif processes > 1:
        pool = _Pool(job, processes)
        try:
            yield lambda tasks: pool.results(tasks)
        finally:
            pool.end()
    else:
        yield lambda tasks: ((task, _outcome(job, task)) for task in tasks)


def _outcome(job: Job, task: Task) -> Outcome:
    try:
        return job.filled(task)
    except Exception as error:
        return error


def _in_order(
    tasks: Iterable[Task], submit: Callable[[Task], Future[Filled]], ahead: int
) -> Iterator[tuple[Task, Outcome]]:
    waiting: deque[tuple[Task, Future[Filled]]] = deque()
    for task in tasks:
        waiting.append((task, submit(task)))
        if len(waiting) >= ahead:
            yield _done(*waiting.popleft())
    while waiting:
        yield _done(*waiting.popleft())


def _done(task: Task, future: Future[Filled]) -> tuple[Task, Outcome]:
    try:
        return task, future.result()
    except Exception as error:
        return task, error


class _Pool:
    """Processes beside this one. One that is ended from outside (memory) takes the pool along: another is made."""

    def __init__(self, job: Job, processes: int) -> None:
        self._packed = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
        self._processes = processes
        self._pool = self._new()

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
        waiting: deque[tuple[Task, Future[Filled]]] = deque()
        coming, tries = iter(tasks), 0
        while True:
            ahead = 1 if tries else _AHEAD * self._processes  # alone, to see whose fault it is
            while len(waiting) < ahead and (task := next(coming, None)) is not None:
                waiting.append((task, self._submit(task)))
            if not waiting:
                return
            task, outcome = _done(*waiting[0])
            if isinstance(outcome, BrokenExecutor):
                self.end()
                self._pool, tries = self._new(), tries + 1
                if tries < _TRIES:
                    coming = chain([each for each, _ in waiting], coming)
                    waiting.clear()
                    continue
                outcome = FillError("errors.worker_ended", file=task.file)
            tries = 0
            waiting.popleft()
            yield task, outcome

    def end(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _new(self) -> Executor:
        # spawn: the same on every system, and no lock of a library's thread is copied locked
        return ProcessPoolExecutor(
            self._processes, mp_context=get_context("spawn"), initializer=_receive, initargs=(self._packed,)
        )

    def _submit(self, task: Task) -> Future[Filled]:
        try:
            return self._pool.submit(_fill, task)
        except BrokenExecutor as error:
            broken: Future[Filled] = Future()
            broken.set_exception(error)
            return broken


def _receive(packed: bytes) -> None:
    """A process beside the first starts: it takes the job, and leaves Ctrl-C to the first."""
    global _job
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_first, daemon=True).start()
    _job = pickle.loads(packed)


def _end_with_the_first() -> None:
    """Where the first process is killed nobody tells the others: they would wait in their queue for ever."""
    first = parent_process()
    assert first is not None, "in a process beside the first"
    wait([first.sentinel])
    os._exit(1)  # from a thread, and whatever the others are waiting for


def _fill(task: Task) -> Filled:
    assert _job is not None, "received at the start"
    return _job.filled(task)
