"""The add-in's only sheet: what xlwings is told, what the ribbon's buttons say, what the function wizard shows."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import addin
from addin.functions import FUNCTIONS
from addin.hosts.classic.wording import say
from addin.hosts.classic.wrappers import help_rows
from kpi_core.texts import Language

SHEET = "xlwings.conf"  # the name under which xlwings looks for it
INTERPRETER = "Interpreter_Win"
WRITTEN_WITH = "Written with xlwings"  # for kpi addin doctor; xlwings does not read it
SENTENCES = ("title", "reachable", "unreachable")
_SETTINGS, _SENTENCES, _HELP = 1, 4, 7  # columns; KpiAddin.bas reads the latter two


class Block(NamedTuple):
    """Rows of text that stand from row 1 and a column on."""

    column: int
    rows: Sequence[tuple[str, ...]]


def blocks(language: Language, settings: Mapping[str, str]) -> Iterator[Block]:
    """All that the sheet holds."""
    yield Block(_SETTINGS, list(settings.items()))
    yield Block(_SENTENCES, [(key, say(f"addin.{key}", language)) for key in SENTENCES])
    yield Block(_HELP, list(help_rows(FUNCTIONS, language)))


def this_machine() -> dict[str, str]:
    """What xlwings needs to start this Python and find the functions, so that nobody has to import them by hand."""
    python = Path(sys.executable)
    windowless = python.with_name("pythonw.exe")
    return {
        INTERPRETER: str(windowless if windowless.is_file() else python),
        "UDF Modules": "addin.udfs",
        "PYTHONPATH": str(Path(addin.__file__).parents[1]),
        # else a folder of workbooks could hold a module that Python takes for one of ours
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        WRITTEN_WITH: version("xlwings"),
    }
