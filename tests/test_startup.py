"""The command line starts at once: help imports the terminal's libraries and nothing that reads or writes data."""

from __future__ import annotations

import os
import re
import subprocess
import sys

# What help may import beside the standard library: its own texts and pages, and what draws them.
MAY = {"addin", "kpi_core", "typer", "rich", "typing_extensions", "annotated_doc", "shellingham"}
CORE = {"kpi_core", "kpi_core.errors", "kpi_core.texts"}

SHOW_HELP = "import sys; sys.argv = ['kpi', '--help']; from addin.cli import main; main()"
LIKE_IT = """
import typer
app = typer.Typer()
@app.command()
def main(name: str = "x") -> None: ...
import sys; sys.argv = ["x", "--help"]
app()
"""


def imported(script: str) -> set[str]:
    """The modules that a script imports, those that Python itself imports here left out."""
    return _timed(script) - _timed("pass")


def _timed(script: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-c", script]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return set(re.findall(r"^import time:.*\|\s+([\w.]+)$", listed, re.MULTILINE))


def is_standard(module: str) -> bool:
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top.startswith("_") or top == "org"  # pickle asks for Jython's


def test_help_imports_only_what_draws_it() -> None:
    foreign = {module for module in imported(SHOW_HELP) if not is_standard(module)}
    assert {module.partition(".")[0] for module in foreign} <= MAY
    assert {module for module in foreign if module.startswith("kpi_core")} <= CORE


def test_help_takes_at_most_three_times_a_bare_python_and_typer() -> None:
    """User time of both in turns, the best of five: a ratio within one run, since the machine is noisy."""
    ours, theirs = [], []
    for _ in range(5):
        ours.append(user_seconds(SHOW_HELP))
        theirs.append(user_seconds(LIKE_IT))
    assert min(ours) <= 3 * min(theirs), (ours, theirs)


def user_seconds(script: str) -> float:
    before = os.times().children_user
    subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    return os.times().children_user - before
