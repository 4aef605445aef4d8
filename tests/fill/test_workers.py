"""The same batch by several processes and by a Dask cluster: the bytes that one process makes, whoever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path

import pytest

from addin.cli import main
from addin.fill.choice import Chosen
from addin.fill.words import FillError
from kpi_core.intake import Intake
from tests.fill.batches import MONTHS, manifest, run, small, workbooks
from tests.fill.conftest import EXPORTS


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Chosen:
    return small(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="module")
def whole(sample: Intake, board: Chosen, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one process makes, its manifest and snapshot among it."""
    out = tmp_path_factory.mktemp("whole")
    run(sample, board, out, snapshot=True)
    return out


def everything(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@dataclass(frozen=True)
class Ends:
    """Ends the process that fills a certain workbook, as the system does where memory runs out."""

    file: str

    def __call__(self, data: bytes, file: str) -> bytes:
        if file == self.file:
            os.kill(os.getpid(), signal.SIGKILL)
        return data


def test_two_processes_make_the_same_though_one_is_killed(
    sample: Intake, board: Chosen, whole: Path, tmp_path: Path
) -> None:
    killed = []

    def kill(done: int, total: int, file: Path) -> None:
        if done == 3:
            killed.append(active_children()[0])
            killed[0].kill()

    done = run(sample, board, tmp_path, snapshot=True, processes=2, progress=kill)
    assert len(killed) == 1
    assert not done.failed
    assert everything(tmp_path) == everything(whole)


def test_a_workbook_that_ends_its_process_fails_alone(
    sample: Intake, board: Chosen, whole: Path, tmp_path: Path
) -> None:
    bad = sorted(workbooks(whole))[5]
    done = run(sample, board, tmp_path, processes=2, finish=Ends(bad))
    assert [(failure.file, failure.why.code) for failure in done.failed] == [(bad, "errors.worker_ended")]
    expected = {name: data for name, data in workbooks(whole).items() if name != bad}
    assert workbooks(tmp_path) == expected


def test_the_command_fills_by_processes(board: Chosen, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "addin.cli", "fill", str(EXPORTS), "--template", str(board.path), "--by", "client"]
    command += ["--period", "2026-08", "--lambda-names", "--out", str(tmp_path), "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    told = [line for line in manifest(tmp_path, "board-by-client") if "sha256" in line]
    assert sorted(line["file"] for line in told) == sorted(workbooks(tmp_path))
    assert len(told) == 3


def test_the_processes_beside_the_first_end_with_it(board: Chosen, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "addin.cli", "fill", str(EXPORTS), "--template", str(board.path), "--by", "seller"]
    command += [word for month in MONTHS for word in ("--period", month)] + ["--out", str(tmp_path), "--workers", "2"]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert soon(lambda: bool(workbooks(tmp_path)), 300)
    beside = [each for each in children(first.pid) if "spawn_main" in running(each)]
    first.kill()
    first.wait()
    assert len(beside) == 2
    assert soon(lambda: not any(map(running, beside)), 10)


def soon(met: Callable[[], bool], seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while not met() and time.monotonic() < limit:
        time.sleep(0.01)
    return met()


def children(process: int) -> list[int]:
    return list(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))


def running(process: int) -> str:
    """Its command; "" where it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


# --- a cluster --------------------------------------------------------------------------------------------------------


@dataclass
class Cluster:
    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and two workers, processes of their own on this machine."""
    told = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    common = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    first = [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)]
    scheduler = subprocess.Popen(first, **common)  # type: ignore[call-overload]
    worker = [*dask, "worker", "--scheduler-file", str(told), "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny"]
    workers = [subprocess.Popen([*worker, "--no-dashboard"], **common) for _ in range(2)]  # type: ignore[call-overload]
    try:
        limit = time.monotonic() + 180
        while not told.exists() and time.monotonic() < limit:
            time.sleep(0.1)
        from distributed import Client

        address = json.loads(told.read_text())["address"]
        with Client(address, timeout=180, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=180)
        yield Cluster(address, workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def test_a_cluster_makes_the_same_though_a_worker_is_killed(
    sample: Intake, board: Chosen, whole: Path, tmp_path: Path, cluster: Cluster
) -> None:
    told = []

    def kill(done: int, total: int, file: Path) -> None:
        told.append(file.name)
        if done == 3:
            cluster.workers[0].kill()

    out = tmp_path / "out"
    done = run(sample, board, out, snapshot=True, scheduler=cluster.address, progress=kill)
    assert cluster.workers[0].poll() is not None
    assert not done.failed
    assert len(told) == len(set(told)) == len(workbooks(whole))
    assert everything(out) == everything(whole)


def test_a_cluster_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("addin.fill.cluster._SECONDS", 1)
    command = ["fill", str(EXPORTS), "--template", "ltv_cac", "--period", "2026-08", "--out", str(tmp_path)]
    assert main([*command, "--scheduler", "tcp://127.0.0.1:9", "--language", "en"]) == 1
    assert "The Dask scheduler tcp://127.0.0.1:9 does not answer" in capsys.readouterr().err
    assert main([*command, "--scheduler", "tcp://127.0.0.1:9", "--workers", "2", "--language", "en"]) == 2
    assert "--workers and --scheduler do not go together" in capsys.readouterr().err


def test_without_the_extra_the_cluster_is_refused_with_what_to_install(
    sample: Intake, board: Chosen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(FillError) as refused:
        run(sample, board, tmp_path, scheduler="tcp://127.0.0.1:9")
    assert "b2b-sales-kpis[cluster]" in refused.value.message("fi")
