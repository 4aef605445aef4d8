"""Exports, template and workbooks behind URLs: a real S3 server on this machine, fsspec's memory, file://."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import fsspec
import pytest
from openpyxl import Workbook

from addin.cli import main
from addin.fill.choice import Chosen, chosen
from addin.fill.words import FillError
from addin.remote import RemoteError
from kpi_core.intake import Intake
from tests.fill.batches import RUN_AT, SERIES, run, small, workbooks
from tests.fill.conftest import EXPORTS


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Chosen:
    return small(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server that speaks S3, and fsspec's file system for it; the command finds it by the same settings."""
    told, before = tmp_path_factory.mktemp("s3") / "log", dict(os.environ)
    with told.open("wb") as log:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        address = _address(told)
        given = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}
        os.environ.update(given, FSSPEC_S3_ENDPOINT_URL=address)
        fsspec.config.conf.setdefault("s3", {})["endpoint_url"] = address
        files = fsspec.filesystem("s3")
        files.mkdir("firm")
        for path in sorted(EXPORTS.glob("*.csv")):
            files.put_file(str(path), f"firm/exports/{path.name}")
        yield files
    finally:
        server.kill()
        server.wait()
        fsspec.config.conf.pop("s3", None)
        os.environ.clear()
        os.environ.update(before)


def _address(log: Path) -> str:
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        found = [word for word in log.read_text().split() if word.startswith("http://127.0.0.1:")]
        if found:
            with urlopen(f"{found[0]}/moto-api/", timeout=60):
                return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_exports_template_and_workbooks_on_s3(
    s3: Any, board: Chosen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1788336900")
    s3.put_file(str(board.path), "firm/templates/board.xlsx")
    common = ["--by", "seller", "--period", "2026-07", "--period", "2026-08", "--language", "en"]
    here = ["fill", str(EXPORTS), "--template", str(board.path), *common, "--out", str(tmp_path)]
    there = ["fill", "s3://firm/exports", "--template", "s3://firm/templates/board.xlsx", *common]
    assert main(here) == 0
    assert main([*there, "--out", "s3://firm/reports"]) == 0, capsys.readouterr().err
    assert "s3://firm/reports" in capsys.readouterr().out
    found = {Path(name).name: s3.cat_file(name) for name in s3.glob("firm/reports/*.xlsx")}
    assert found == workbooks(tmp_path)
    kept = "kpi-snapshots/board-by-seller_0001.parquet"
    assert s3.cat_file(f"firm/reports/{kept}") == (tmp_path / kept).read_bytes()
    manifest = f"{SERIES}.manifest.jsonl"
    assert s3.cat_file(f"firm/reports/{manifest}") == (tmp_path / manifest).read_bytes()

    # Cut off in the middle, one object lost: the same command goes on, and the objects are the same.
    lines = s3.cat_file(f"firm/reports/{manifest}").splitlines(keepends=True)
    s3.pipe_file(f"firm/reports/{manifest}", b"".join(lines[:6]))
    s3.rm(f"firm/reports/{json.loads(lines[1])['file']}")
    assert main([*there, "--out", "s3://firm/reports"]) == 0
    said = capsys.readouterr()
    assert "Going on with the run of" in said.err
    assert "Of these 4 were ready" in said.out
    s3.invalidate_cache()
    assert {Path(name).name: s3.cat_file(name) for name in s3.glob("firm/reports/*.xlsx")} == workbooks(tmp_path)
    assert json.loads(s3.cat_file(f"firm/reports/{manifest}").splitlines()[-1])["finished"] is True


def test_what_is_not_there_is_told(s3: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--template", "ltv_cac", "--period", "2026-08", "--language", "en"]
    assert main(["fill", "s3://firm/nothing", *command, "--out", str(tmp_path)]) == 1
    assert "There are no files at s3://firm/nothing." in capsys.readouterr().err
    assert main(["fill", str(EXPORTS), *command, "--out", "s3://nobody/reports"]) == 1
    assert "s3://nobody/reports" in capsys.readouterr().err
    assert main(["fill", str(EXPORTS), *command, "--out", "nowhere://x/y"]) == 1
    assert "nowhere://x/y is not known" in capsys.readouterr().err
    assert main(["fill", "s3://firm/templates", *command, "--template", "s3://firm/none.xlsx", "--out", "x"]) == 1
    assert "s3://firm/none.xlsx" in capsys.readouterr().err


def test_the_memory_of_fsspec_holds_a_batch_and_file_urls_are_folders(
    sample: Intake, board: Chosen, tmp_path: Path
) -> None:
    done = run(sample, board, "memory://batch/reports", snapshot=True)
    run(sample, board, (tmp_path / "out").as_uri(), snapshot=True)
    memory = fsspec.filesystem("memory")
    found = {Path(name).name: memory.cat_file(name) for name in memory.glob("/batch/reports/*.xlsx")}
    assert found == workbooks(tmp_path / "out")
    assert len(found) == len(done.files)
    assert done.manifest == f"memory://batch/reports/{SERIES}.manifest.jsonl"
    told = [json.loads(line) for line in memory.cat_file(f"/batch/reports/{SERIES}.manifest.jsonl").splitlines()]
    assert {it["file"]: it["sha256"] for it in told if "sha256" in it} == {
        name: sha256(data).hexdigest() for name, data in found.items()
    }


def test_a_template_behind_a_url_is_never_written_to(sample: Intake, board: Chosen) -> None:
    memory = fsspec.filesystem("memory")
    before = board.path.read_bytes()
    memory.pipe_file("/own/board_2026-08.xlsx", before)
    choice = chosen("memory://own/board_2026-08.xlsx", "fi")
    named = Chosen("board", choice.path, choice.template, "", choice.sha256, choice.origin)
    with pytest.raises(FillError) as refused:
        run_one(sample, named, "memory://own")
    assert refused.value.code == "errors.over_template"
    assert memory.cat_file("/own/board_2026-08.xlsx") == before


def test_an_export_in_the_store_is_never_written_to(board: Chosen) -> None:
    store = fsspec.filesystem("memory")
    store.pipe_file("/exports/ltv_cac_2026-08.xlsx", xlsx(["id", "status", "value"], ["1", "open", 5]))
    before = store.cat_file("/exports/ltv_cac_2026-08.xlsx")
    command = ["fill", "memory://exports", "--template", "ltv_cac", "--period", "2026-08", "--out", "memory://exports"]
    assert main(command) == 1
    assert store.cat_file("/exports/ltv_cac_2026-08.xlsx") == before


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def run_one(sample: Intake, choice: Chosen, out: str) -> None:
    from addin.fill.batch import fill
    from kpi_core.periods import period

    fill(sample, choice, [period("2026-08")], out=out, run_at=RUN_AT)


def test_a_missing_package_is_told_with_what_to_install(
    sample: Intake, board: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "adlfs", None)
    with pytest.raises(RemoteError) as refused:
        run(sample, board, "abfs://reports/x")
    assert "pip install" in refused.value.message("fi")
    assert "abfs://reports/x" in refused.value.message("en")


def test_pdf_files_need_a_folder_of_this_machine(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("addin.fill.pdf.office", lambda: Path("soffice"))
    command = ["fill", str(EXPORTS), "--template", "ltv_cac", "--period", "2026-08", "--pdf", "--language", "en"]
    assert main([*command, "--out", "memory://x"]) == 1
    assert "--pdf needs a folder of this machine" in capsys.readouterr().err
