#!/usr/bin/env python3
"""The project's two commands, for a machine that has only Python (3.11 or newer) and pip.

    python3 tasks.py demo    fills the embedded sample's workbooks into out/; add --language fi or en
    python3 tasks.py test    runs every check and test

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


def main() -> int:
    """Run the command that was named; 2 where none or an unknown one was."""
    commands = {"demo": demo, "test": test}
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
    """Style, types, import directions, then all tests; further words go to pytest."""
    install(".[dev]")
    checks = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
        ["pytest", *arguments],
    ]
    failed = [name for name, *words in checks if subprocess.run([BIN / name, *words], cwd=ROOT, check=False).returncode]
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


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
