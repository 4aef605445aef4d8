#!/usr/bin/env python3
"""The project's commands, for a machine that has only Python (3.11 or newer) and pip.

    python3 tasks.py demo    fills the embedded sample's workbooks into out/; add --language fi or en
    python3 tasks.py test    runs every check and test; --full their long forms, and the benchmarks
    python3 tasks.py lock    renews locks/: every package that an installation takes, with its hashes
    python3 tasks.py audit   asks the advisory services about every package in locks/

Each makes .venv beside this file and installs what it needs there; nothing else on the machine is touched.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
OUT = ROOT / "out"
FULL = "--full"
EVERYTHING = "locks/dev.txt"
_EXTRAS = ("server", "classic", "cluster", "s3", "abfs")
LOCKS = {"locks/kpi.txt": _EXTRAS, EVERYTHING: (*_EXTRAS, "dev", "fuzz", "upkeep")}


def main() -> int:
    """Run the command that was named; 2 where none or an unknown one was."""
    commands = {"demo": demo, "test": test, "lock": lock, "audit": audit}
    if sys.version_info < (3, 11):  # noqa: UP036  run by whatever Python the machine has
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    return commands[sys.argv[1]](sys.argv[2:])


def demo(arguments: list[str]) -> int:
    """The main job on the embedded sample: exports in, filled workbooks out; further words go to kpi."""
    install(".")
    kpi, sample = str(BIN / "kpi"), str(OUT / "sample")
    month = ["--period", "2026-08", *arguments]
    steps = [
        [kpi, "sample", sample, "--force", *arguments],
        [kpi, "scorecard", sample, *month],
        [kpi, "fill", sample, "--template", "monthly_sales", "--out", str(OUT), *month],
        [kpi, "fill", sample, "--template", "ltv_cac", "--out", str(OUT), *month],
        [kpi, "fill", sample, "--template", "outsourced_sales", "--by", "client", "--out", str(OUT), *month],
    ]
    for step in steps:
        print("\n$ " + " ".join(["kpi", *step[1:]]), flush=True)
        if failed := subprocess.run(step, cwd=ROOT, check=False).returncode:
            return failed
    print(f"\nOpen the workbooks in {OUT}")
    return 0


def test(arguments: list[str]) -> int:
    """Style, types, import directions, then all tests; further words go to pytest.

    With --full the tests take their long forms (KPI_FULL=1), and the benchmarks follow, which write docs/benchmarks.md.
    """
    install(".[dev]")
    checks = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
        ["pytest", *(word for word in arguments if word != FULL)],
    ]
    if FULL in arguments:
        os.environ["KPI_FULL"] = "1"
        checks.append(["python", "-m", "benchmarks"])
    failed = [name for name, *words in checks if subprocess.run([BIN / name, *words], cwd=ROOT, check=False).returncode]
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def lock(arguments: list[str]) -> int:
    """Resolve what pyproject.toml asks for, on every platform; versions stay unless asked: --upgrade, a word for uv."""
    install(".[upkeep]")
    for file, extras in LOCKS.items():
        chosen = [word for extra in extras for word in ("--extra", extra)]
        command = [
            BIN / "uv",
            "pip",
            "compile",
            "pyproject.toml",
            *chosen,
            "--universal",
            "--generate-hashes",
            "--quiet",
        ]
        command += ["--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links", "--output-file", file]
        command += ["--constraints", "locks/kpi.txt"] if file == EVERYTHING else []
        known = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "python3 tasks.py lock"}
        if failed := subprocess.run([*command, *arguments], cwd=ROOT, env=known, check=False).returncode:
            return failed
    return 0


def audit(arguments: list[str]) -> int:
    """Ask the advisory services in turn until one answers for every locked package; further words go to pip-audit."""
    install(".[upkeep]")
    command = [BIN / "pip-audit", "--strict", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    for service in ("pypi", "osv"):
        words = ["--requirement", EVERYTHING, "--vulnerability-service", service, *arguments]
        done = subprocess.run([*command, *words], cwd=ROOT, check=False, capture_output=True, text=True)
        print(f"{service}: {done.stdout.strip() or done.stderr.strip().splitlines()[-1]}", flush=True)
        if done.stdout.strip() or not done.returncode:
            return done.returncode
    print(f"{EVERYTHING} was NOT audited: no advisory service answered for every package. Nothing is known about them.")
    return 2


def install(what: str) -> None:
    """Make .venv and install the project into it, editable, so that the sources here are what runs."""
    python = BIN / ("python.exe" if os.name == "nt" else "python")
    if not python.exists():
        print("Setting up .venv ...", flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True)
        if made.returncode:  # Debian splits venv off; virtualenv from pip does the same
            run(sys.executable, "-m", "pip", "install", "--quiet", "--user", "virtualenv")
            run(sys.executable, "-m", "virtualenv", "--quiet", str(VENV))
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    run(*pip, "install", "--editable", what)


def run(*command: str) -> None:
    """Run a set-up step; where it fails, say which, and stop."""
    failed = subprocess.run(command, cwd=ROOT, check=False).returncode
    if failed:
        sys.exit(f"The set-up stopped at: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main())
