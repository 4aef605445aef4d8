"""The project's own commands: what the long form runs, and that an audit which learned nothing says so."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import tasks


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], str | None]]:
    """What would be run, and whether KPI_FULL was set for it."""
    found: list[tuple[list[str], str | None]] = []

    def run(command: list[Any], **_: Any) -> subprocess.CompletedProcess[str]:
        found.append(([Path(command[0]).name, *map(str, command[1:])], os.environ.get("KPI_FULL")))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setenv("KPI_FULL", "")
    monkeypatch.setattr(tasks, "install", lambda what: None)
    monkeypatch.setattr(tasks.subprocess, "run", run)
    return found


def test_the_gate_runs_every_check_and_hands_further_words_to_pytest(ran: list[tuple[list[str], str | None]]) -> None:
    assert tasks.test(["-n", "2"]) == 0
    assert [command[0] for command, _ in ran] == ["ruff", "ruff", "mypy", "lint-imports", "pytest"]
    assert ran[-1] == (["pytest", "-n", "2"], "")


def test_the_long_form_is_the_same_with_long_tests_and_the_benchmarks(ran: list[tuple[list[str], str | None]]) -> None:
    assert tasks.test(["--full", "-x"]) == 0
    assert ran[-2:] == [(["pytest", "-x"], "1"), (["python", "-m", "benchmarks"], "1")]


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for pip-audit is a shell script")
@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        ("echo 'No known vulnerabilities found' >&2", 0, "No known vulnerabilities found"),
        ("echo 'idna 3.4 PYSEC-2024-60 3.7'; exit 1", 1, "PYSEC-2024-60"),
        ("echo 'Dependency not found on PyPI and could not be audited' >&2; exit 1", 2, "was NOT audited"),
        ("case $* in *pypi*) echo unknown >&2; exit 1;; *) echo 'No known' >&2;; esac", 0, "osv: No known"),
    ],
)
def test_an_audit_says_what_it_learned_and_when_it_learned_nothing(
    script: str,
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = tmp_path / "pip-audit"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(tasks, "BIN", tmp_path)
    monkeypatch.setattr(tasks, "install", lambda what: None)
    assert tasks.audit([]) == code
    assert said in capsys.readouterr().out
