"""The command line starts at once: help imports the terminal's libraries and nothing that reads or writes data.

How long that takes is measured by `python -m benchmarks.startup`, since a clock in a test says more of the machine.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from addin.cli import app
from kpi_core.texts import LANGUAGES, Language

# What may be imported beside the standard library: our own texts and pages, and what draws them.
MAY = {"addin", "kpi_core", "typer", "rich", "typing_extensions", "annotated_doc", "shellingham"}
CORE = {"kpi_core", "kpi_core.errors", "kpi_core.texts"}
HEAVY = {"pandas", "numpy", "pyarrow", "pandera", "pydantic", "pydantic_settings", "xlwings", "fastapi", "uvicorn"}

# Every page in one process: what one page imports stands between its line and the next one's.
PAGES = """
import sys
from addin.cli import main
for page in sys.argv[1:]:
    sys.stderr.write(f"page: {page}\\n")
    assert main(page.split()) == 0
"""


def pages(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The words that ask for help, of a command and of those below it."""
    yield " ".join([*path, "--help"])
    for name, below in getattr(command, "commands", {}).items():
        yield from pages(below, (*path, name))


ALL_PAGES = ["--version", *pages(typer.main.get_command(app))]


def listed(*command: str, language: str = "en") -> str:
    """What Python writes to stderr of the modules that a command imports."""
    environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1", "KPI_LANGUAGE": language}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=True)
    return done.stderr


def foreign(lines: str) -> set[str]:
    """The modules in a list of imports that are neither the standard library's nor this machine's own at each start."""
    return {it for it in _names(lines) - of_itself() if not _is_standard(it)}


@cache
def of_itself() -> set[str]:
    """What Python imports here without being asked, a machine's sitecustomize among it."""
    return _names(listed(sys.executable, "-c", "pass"))


def _names(lines: str) -> set[str]:
    return set(re.findall(r"^import time:.*\|\s+([\w.]+)$", lines, re.MULTILINE))


def _is_standard(module: str) -> bool:
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top.startswith("_") or top == "org"  # pickle asks for Jython's


def surplus(modules: set[str]) -> set[str]:
    """Those of them that help has no use for."""
    kept = {it for it in modules if it.partition(".")[0] in MAY and (not it.startswith("kpi_core") or it in CORE)}
    return modules - kept


def test_there_is_a_page_for_every_command() -> None:
    assert {"--help", "fill --help", "serve --help", "template check --help", "addin install --help"} <= set(ALL_PAGES)
    assert len(ALL_PAGES) == len(set(ALL_PAGES)) >= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_help_page_imports_only_what_draws_it(language: Language) -> None:
    told = listed(sys.executable, "-c", PAGES, *ALL_PAGES, language=language)
    before, *found = re.split(r"^page: ", told, flags=re.MULTILINE)
    assert len(found) == len(ALL_PAGES)
    assert surplus(foreign(before)) == set(), "addin.cli itself"
    assert {it.partition("\n")[0]: surplus(foreign(it)) for it in found} == {page: set() for page in ALL_PAGES}


@pytest.mark.parametrize("words", ["--help", "--version", "fill --help"])
def test_the_installed_command_does_not_import_more(words: str) -> None:
    """`kpi` itself, as it was installed: its script and the way to our sources come on top."""
    command = [str(Path(sys.executable).parent / "kpi"), *words.split()]
    assert surplus(foreign(listed(*command))) == set()


def test_the_list_of_imports_is_not_blind() -> None:
    """A command that reads settings does load heavy parts, and they are seen."""
    kpi = str(Path(sys.executable).parent / "kpi")
    assert HEAVY & {it.partition(".")[0] for it in surplus(foreign(listed(kpi, "settings")))}
