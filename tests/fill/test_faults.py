"""A batch under faults: killed at any moment, on a full disk, into a folder that takes nothing, over a locked file."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from addin.cli import main
from addin.fill import files
from addin.fill.choice import Chosen, chosen
from addin.fill.files import sweep, write
from addin.fill.job import Job
from addin.fill.words import FillError
from kpi_core.errors import KpiError
from kpi_core.intake import Intake
from kpi_core.texts import Text
from tests.fill.batches import MONTHS, SERIES, check, manifest, run, small, workbooks
from tests.fill.conftest import EXPORTS
from tests.needs import absent

KILLS = 200 if os.environ.get("KPI_FULL") else 10
LATER = datetime(2026, 9, 30, 23, 59)  # noqa: DTZ001  a person's clock


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Chosen:
    return small(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="module")
def whole(sample: Intake, board: Chosen, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The workbooks of a run that nothing befell."""
    out = tmp_path_factory.mktemp("whole")
    run(sample, board, out)
    return workbooks(out)


def told(out: Path) -> list[str]:
    return [str(line["file"]) for line in manifest(out) if "file" in line]


# --- killed ---------------------------------------------------------------------------------------------------------


def test_a_batch_killed_at_any_moment_leaves_whole_files_and_ends_as_if_nothing_had_been(
    sample: Intake, board: Chosen, whole: dict[str, bytes], tmp_path: Path
) -> None:
    chance = random.Random(6)
    interrupted = 0
    for number in range(KILLS):
        out = tmp_path / f"out-{number}"
        child = os.fork()
        if child == 0:  # another process in the middle of its work, without the seconds that starting takes
            run(sample, board, out, snapshot=True)
            os._exit(0)
        time.sleep(0.01)
        files_first, then = chance.randrange(len(whole)), chance.random() * 0.05
        limit = time.monotonic() + 120
        while len(list(out.glob("*.xlsx"))) < files_first and time.monotonic() < limit:
            time.sleep(0.001)
        time.sleep(then)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for name, data in workbooks(out).items():
            assert data == whole[name], f"{name} is not whole (kill {number})"
        if not (out / f"{SERIES}.manifest.jsonl").exists() or not manifest(out):
            continue  # killed before it began
        interrupted += manifest(out)[-1].get("finished") is not True
        ready = check(out)
        remarks: list[Text] = []
        again = run(sample, board, out, snapshot=True, run_at=LATER, remark=remarks.append)
        if manifest(out)[0]["run_at"] == LATER.isoformat():
            continue  # the killed run had ended
        assert workbooks(out) == whole
        assert again.resumed == ready
        assert bool(remarks)
        assert check(out) == len(whole)
        assert manifest(out)[-1] == {"finished": True, "failed": 0}
        assert not [path for path in out.rglob("*") if path.suffix in (".tmp", ".figures")]
    assert interrupted >= KILLS // 2, "most kills must hit the batch"


def test_the_command_killed_goes_on_by_itself_and_says_so(tmp_path: Path, board: Chosen) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "addin.cli", "fill", str(EXPORTS), "--template", str(board.path), "--by", "seller"]
    command += [word for month in MONTHS for word in ("--period", month)] + ["--out", str(out), "--language", "en"]
    killed = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    limit = time.monotonic() + 300
    while len(list(out.glob("*.xlsx"))) < 3 and time.monotonic() < limit:
        time.sleep(0.002)
    killed.kill()
    killed.wait()
    ready, begun = check(out), manifest(out)[0]["run_at"]
    assert ready >= 2
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "Going on with the run of" in done.stderr
    assert f"{ready} were ready" in done.stdout
    assert {line["run_at"] for line in manifest(out) if "run_at" in line} == {begun}


def test_a_torn_last_line_is_not_read_and_not_kept(sample: Intake, board: Chosen, tmp_path: Path) -> None:
    run(sample, board, tmp_path)
    file = tmp_path / f"{SERIES}.manifest.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:6]) + lines[6][:40])
    done = run(sample, board, tmp_path, run_at=LATER)
    assert done.resumed == 5
    assert all(json.loads(line) for line in file.read_bytes().splitlines())
    assert check(tmp_path) == len(done.files)


@pytest.mark.parametrize("moment", ["x", "", 7, [], {}])
def test_a_manifest_with_a_damaged_first_line_is_none(
    moment: object, sample: Intake, board: Chosen, whole: dict[str, bytes], tmp_path: Path
) -> None:
    damaged(tmp_path, sample, board, 0, run_at=moment)
    done = run(sample, board, tmp_path, resume="always")
    assert (done.resumed, workbooks(tmp_path)) == (0, whole)


@pytest.mark.parametrize(
    "changed", [{"file": ["x"]}, {"warnings": 3}, {"warnings": {"red": "x"}}, {"checks_failed": "x"}]
)
def test_a_damaged_line_of_the_manifest_is_as_if_it_were_not_there(
    changed: dict[str, object], sample: Intake, board: Chosen, whole: dict[str, bytes], tmp_path: Path
) -> None:
    damaged(tmp_path, sample, board, 3, **changed)
    done = run(sample, board, tmp_path, resume="always")
    assert (done.resumed, workbooks(tmp_path)) == (len(whole) - 1, whole)


def damaged(out: Path, sample: Intake, board: Chosen, number: int, **changed: object) -> None:
    """A run's folder whose manifest somebody has edited."""
    run(sample, board, out)
    file = out / f"{SERIES}.manifest.jsonl"
    lines = file.read_bytes().splitlines()
    lines[number] = json.dumps(json.loads(lines[number]) | changed).encode()
    file.write_bytes(b"\n".join(lines) + b"\n")


def test_leftovers_are_swept_but_not_what_another_run_is_writing(tmp_path: Path) -> None:
    left = tmp_path / ".kpi-abc.tmp"
    left.write_bytes(b"half")
    held = tmp_path / ".kpi-held.tmp"
    with held.open("wb") as file:
        assert files.locked(file)
        assert sweep(tmp_path) == 1
    assert (left.exists(), held.exists()) == (False, True)


# --- what is gone on with ---------------------------------------------------------------------------------------------


def cut(out: Path, lines: int) -> None:
    """As a kill would have left it."""
    file = out / f"{SERIES}.manifest.jsonl"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:lines]))


def test_a_finished_run_starts_anew_unless_asked(sample: Intake, board: Chosen, tmp_path: Path) -> None:
    run(sample, board, tmp_path)
    first = workbooks(tmp_path)
    assert run(sample, board, tmp_path, run_at=LATER, resume="always").resumed == len(first)
    assert workbooks(tmp_path) == first
    assert run(sample, board, tmp_path, run_at=LATER).resumed == 0
    assert manifest(tmp_path)[0]["run_at"] == LATER.isoformat()
    assert workbooks(tmp_path) != first


@pytest.mark.parametrize("other", ["options", "template", "data", "language", "periods", "fresh"])
def test_what_was_on_other_data_or_choices_is_never_gone_on_with(
    other: str, sample: Intake, board: Chosen, tmp_path: Path
) -> None:
    run(sample, board, tmp_path)
    cut(tmp_path, 9)
    remarks: list[Text] = []
    changed = sample.data.having(opportunities=sample.data.opportunities.iloc[1:])
    asked: dict[str, dict[str, object]] = {
        "options": {"options": {"win_rate": {"basis": "value"}}},
        "template": {},
        "data": {},
        "language": {"language": "fi"},
        "periods": {"as_of": datetime(2026, 10, 1).date()},  # noqa: DTZ001
        "fresh": {"resume": "never"},
    }
    choice = replace(board, sha256="0" * 64) if other == "template" else board
    intake = replace(sample, data=changed) if other == "data" else sample
    done = run(intake, choice, tmp_path, run_at=LATER, remark=remarks.append, **asked[other])
    assert done.resumed == 0
    assert manifest(tmp_path)[0]["run_at"] == LATER.isoformat()
    said = [it.fi for it in remarks]
    unfinished = "Kesken jäänyt ajo (2.9.2026 08:15) oli toisesta aineistosta"
    assert said == ([] if other == "fresh" else [f"{unfinished} tai toisin valinnoin: kaikki täytetään uudelleen."])


def test_the_run_before_had_ended_where_it_is_asked_for_with_other_choices(
    sample: Intake, board: Chosen, tmp_path: Path
) -> None:
    run(sample, board, tmp_path)
    remarks: list[Text] = []
    run(sample, board, tmp_path, run_at=LATER, remark=remarks.append, resume="always", language="fi")
    assert [it.fi[:35] for it in remarks] == ["Edellinen ajo (2.9.2026 08:15) oli "]
    assert [it.en[:38] for it in remarks] == ["The run before (2026-09-02 08:15) was "]


def test_warnings_of_workbooks_that_were_ready_are_told_as_theirs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["fill", str(EXPORTS), "--template", "ltv_cac", "--period", "2026-08", "--out", str(tmp_path)]
    assert main([*command, "--language", "en"]) == 0
    first = capsys.readouterr().out.splitlines()
    at = next(place for place, line in enumerate(first) if line.startswith("Warnings: "))
    count = sum(map(int, re.findall(r"\d+", first[at])))
    assert count > 0
    assert main([*command, "--language", "en", "--resume"]) == 0
    again = capsys.readouterr().out.splitlines()
    at = again.index(first[at])
    assert again[at + 1] == f"  Of them {count} are in workbooks that were ready."
    assert "all are in the workbooks" not in "".join(again)


def test_workbooks_whose_checks_fail_are_counted_when_all_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["fill", str(EXPORTS), "--template", "ltv_cac", "--period", "2026-08", "--out", str(tmp_path)]
    late = [*command, "--as-of", "2027-06-30"]  # the data is older than that
    assert main([*late, "--language", "fi"]) == 0
    assert "Työkirjoja, joissa tarkistus ei täsmää: 1." in capsys.readouterr().out
    for resume in ([], ["--resume"]):
        assert main([*late, "--language", "en", *resume]) == 0
        assert "Workbooks in which a check does not agree: 1." in capsys.readouterr().out
    assert main([*command, "--language", "en"]) == 0
    assert "does not agree" not in capsys.readouterr().out


def test_a_workbook_that_somebody_changed_is_filled_again(
    sample: Intake, board: Chosen, whole: dict[str, bytes], tmp_path: Path
) -> None:
    run(sample, board, tmp_path)
    cut(tmp_path, 9)
    changed, gone = told(tmp_path)[:2]
    (tmp_path / changed).write_bytes(b"PK")
    (tmp_path / gone).unlink()
    assert run(sample, board, tmp_path, run_at=LATER).resumed == 6
    assert workbooks(tmp_path) == whole


def test_two_runs_at_once_do_not_mix(sample: Intake, board: Chosen, tmp_path: Path) -> None:
    run(sample, board, tmp_path)
    with (tmp_path / f"{SERIES}.manifest.jsonl").open("ab+") as held:
        assert files.locked(held)
        with pytest.raises(FillError) as refused:
            run(sample, board, tmp_path)
    assert refused.value.code == "errors.run_under_way"


# --- nothing more fits, nothing may be written ------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 600 kB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=600k", "kpi-test", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        absent("a small disk cannot be mounted here (root on Linux may)")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_told_by_workbook_and_the_run_goes_on_once_there_is_room(
    sample: Intake, board: Chosen, whole: dict[str, bytes], disk: Path
) -> None:
    filler = disk / "filler"
    room = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    filler.write_bytes(b"x" * (room - 90_000))
    remarks: list[Text] = []
    out = disk / "out"
    done = run(sample, board, out, remark=remarks.append)
    assert done.failed
    assert {failure.why.code for failure in done.failed} == {"errors.disk_full"}
    assert len(done.files) + len(done.failed) == len(whole)
    assert len(remarks) == len(done.failed)
    assert "does not fit on the disk" in remarks[0].en
    assert "ei mahdu levylle" in remarks[0].fi
    for name, data in workbooks(out).items():
        assert data == whole[name]
    check(out)
    filler.unlink()
    again = run(sample, board, out, run_at=LATER)
    assert not again.failed
    assert workbooks(out) == whole
    assert check(out) == len(whole)


def test_a_file_larger_than_allowed_is_told_and_nothing_half_stays(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    held = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(FillError) as refused:
            write(tmp_path / "x.xlsx", b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, held)
    assert refused.value.code == "errors.disk_full"
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_folder_is_told_before_anything_is_filled(
    sample: Intake, board: Chosen, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    filled: list[object] = []
    monkeypatch.setattr(Job, "filled", lambda *it: filled.append(it))
    with pytest.raises(FillError) as refused:
        run(sample, board, disk)
    assert refused.value.code == "errors.not_written"
    assert str(disk) in refused.value.message("fi")
    assert filled == []


def test_a_workbook_that_another_program_holds_is_told_and_all_others_are_written(
    sample: Intake, board: Chosen, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux lets a file be replaced that somebody has open; Windows answers so."""
    first, *others = sorted(whole)
    (tmp_path / first).write_bytes(b"open in Excel")
    really = os.replace

    def refuse(source: Path, target: Path) -> None:
        if target.name == first:
            raise PermissionError(13, "Permission denied")
        really(source, target)

    monkeypatch.setattr(files.os, "replace", refuse)
    done = run(sample, board, tmp_path)
    assert [(failure.file, failure.why.code) for failure in done.failed] == [(first, "errors.in_use")]
    assert (tmp_path / first).read_bytes() == b"open in Excel"
    assert {name: data for name, data in workbooks(tmp_path).items() if name != first} == {
        name: whole[name] for name in others
    }
    line = next(line for line in manifest(tmp_path) if line.get("file") == first)
    assert "Another program has it open" in line["failed"]
    monkeypatch.undo()
    assert run(sample, board, tmp_path, run_at=LATER).resumed == len(others)
    assert workbooks(tmp_path) == whole


# --- the template, the clock, one bad workbook, Ctrl-C ---------------------------------------------------------------


def test_a_template_removed_and_a_clock_turned_in_mid_run_change_nothing(
    sample: Intake, board: Chosen, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "board.xlsx"
    own.write_bytes(board.path.read_bytes())
    choice = chosen(own, "fi")

    def after_the_first(done: int, total: int, file: Path) -> None:
        if done == 1:
            choice.path.unlink()
            monkeypatch.setattr(time, "time", lambda: 0.0)

    run(sample, choice, tmp_path / "out", progress=after_the_first)
    assert not choice.path.exists()
    assert workbooks(tmp_path / "out") == whole


def test_a_template_is_never_written_to(sample: Intake, tmp_path: Path) -> None:
    choice = small(tmp_path)
    before = choice.path.read_bytes()
    named = replace(choice, path=tmp_path / f"{told_name(sample, choice, tmp_path / 'first')}")
    named.path.write_bytes(before)
    with pytest.raises(FillError) as refused:
        run(sample, named, tmp_path)
    assert refused.value.code == "errors.over_template"
    assert (choice.path.read_bytes(), named.path.read_bytes()) == (before, before)


@pytest.mark.parametrize("by_link", [False, True])
def test_an_export_is_never_written_to(by_link: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = tmp_path / "ltv_cac_2026-08.xlsx"
    book = Workbook()
    for row in (["id", "status", "value", "closed"], ["1", "won", 5, "2026-08-03"]):
        book.worksheets[0].append(row)
    book.save(export)
    before = export.read_bytes()
    if by_link:
        export = export.rename(tmp_path / "deals.xlsx")
        (tmp_path / "ltv_cac_2026-08.xlsx").hardlink_to(export)
    command = ["fill", str(export), "--template", "ltv_cac", "--period", "2026-08", "--out", str(tmp_path)]
    for language, said in {"en": "would overwrite a file that the figures come from", "fi": "lähtötiedoston"}.items():
        assert main([*command, "--language", language]) == 1
        assert said in " ".join(capsys.readouterr().err.split())
    assert (export.read_bytes(), len(list(tmp_path.glob("*.jsonl")))) == (before, 0)


@pytest.mark.parametrize("template", ["shipped", "own"])
def test_a_workbook_of_an_earlier_run_is_no_export(template: str, board: Chosen, tmp_path: Path) -> None:
    exports = Path(shutil.copytree(EXPORTS, tmp_path / "exports"))
    named = "ltv_cac" if template == "shipped" else str(board.path)
    command = ["fill", str(exports), "--template", named, "--period", "2026-08", "--out", str(exports)]
    assert [main(command), main(command)] == [0, 0]


def told_name(sample: Intake, choice: Chosen, out: Path) -> str:
    return run(sample, choice, out).files[0].name


def test_one_workbook_that_cannot_be_made_does_not_keep_the_others_back(
    sample: Intake,
    board: Chosen,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    really = Job.filled

    def sometimes(job: Job, task: object) -> object:
        group = getattr(task, "group", None)
        if group == "Aino Lehtisaari":
            raise ZeroDivisionError("a bug")
        return really(job, task)  # type: ignore[arg-type]

    monkeypatch.setattr(Job, "filled", sometimes)
    command = ["fill", str(EXPORTS), "--template", str(board.path), "--by", "seller", "--period", "2026-08"]
    assert main([*command, "--out", str(tmp_path), "--language", "en"]) == 1
    said = capsys.readouterr()
    assert "Not made: board_2026-08_Aino-Lehtisaari.xlsx. Unexpected error (ZeroDivisionError: a bug)" in said.err
    assert "Workbooks that were not made: 1." in said.err
    assert len(workbooks(tmp_path)) == 5
    assert main([*command, "--out", str(tmp_path), "--language", "fi"]) == 1
    assert "Työkirjoja jäi tekemättä: 1." in capsys.readouterr().err
    monkeypatch.undo()
    assert main([*command, "--out", str(tmp_path), "--language", "fi"]) == 0
    assert "Niistä 5 oli valmiina" in capsys.readouterr().out


def test_ctrl_c_leaves_what_is_ready_and_says_how_to_go_on(
    board: Chosen,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    really, calls = Job.filled, []

    def pressed(job: Job, task: object) -> object:
        calls.append(task)
        if len(calls) == 4:
            signal.raise_signal(signal.SIGINT)
        return really(job, task)  # type: ignore[arg-type]

    assert threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    monkeypatch.setattr(Job, "filled", pressed)
    command = ["fill", str(EXPORTS), "--template", str(board.path), "--by", "seller", "--period", "2026-08"]
    assert main([*command, "--out", str(tmp_path), "--language", "en"]) == 130
    err = capsys.readouterr().err
    assert "2/6 are ready in" in err
    assert "Run the same command again to fill the rest." in err
    assert check(tmp_path) == 2


def test_an_error_comes_out_of_a_worker_as_what_it_was() -> None:
    import pickle

    error: KpiError = FillError("errors.disk_full", file="x", why="y")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.message("fi")) == (FillError, error.message("fi"))
