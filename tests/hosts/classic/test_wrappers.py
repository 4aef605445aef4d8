"""Our VBA, run: LibreOffice executes the wrappers from an .xlsm that differs from the add-in in four things only.

The content type (LibreOffice opens no .xlam); xlwings' module, replaced by stand_in.bas and stand_in.cls, which tell
what they were given; its Dictionary class, which LibreOffice cannot compile; and .Value for .Value2, which LibreOffice
does not know. LibreOffice shows CVErr(2007) as the text "Error 2007" where Excel shows #DIV/0!, and hands an argument
that is skipped between two others over as 0: such calls are tested through xlwings only (test_call_udf.py).
"""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pyopenvba import ExcelFile
from pyopenvba.vba import VBAModuleKind

from tests.needs import absent, program

HERE = Path(__file__).parent
ROWS = 1_048_576
NA, DIV0, NUM = "Error 2042", "Error 2007", "Error 2036"

# Data is used in A1:B10, Long in A1:A30, Late in C5:C8.
CELLS: dict[str, dict[str, float | str]] = {
    "Data": {f"A{row}": "won" for row in range(1, 11)} | {f"B{row}": float(row) for row in range(1, 11)},
    "Long": {"A1": 1.0, "A30": 2.0},
    "Late": {"C5": 1.0, "C8": 2.0},
    "Answers": {},
}
LEFT_OUT = "|".join(["empty"] * 10)

CASES: dict[str, tuple[str, str, Any]] = {
    "a whole column is cut behind the used part": (
        "A1",
        f"=WINRATE($Data.A1:A{ROWS})",
        f"addin.udfs.WINRATE|10x1|empty|empty|empty|{LEFT_OUT}",
    ),
    "ranges of one size are cut alike": (
        "A2",
        f'=WINRATE($Data.A1:A{ROWS};$Data.B1:B{ROWS};1;2;$Long.A1:A{ROWS};">1")',
        "addin.udfs.WINRATE|30x1|30x1|1|2|30x1|>1|" + "|".join(["empty"] * 8),
    ),
    "a criteria range without its criterion is no condition of zero": (
        "A15",
        "=WINRATE($Data.A1:A10;$Data.B1:B10;1;2;$Long.A1:A10)",
        "addin.udfs.WINRATE|10x1|10x1|1|2|10x1|#VALUE!|" + "|".join(["empty"] * 8),
    ),
    "a column that is used from row 5 on keeps its first rows": (
        "A3",
        f"=CAC($Late.C1:C{ROWS};1)",
        "addin.udfs.CAC|8x1|1",
    ),
    "ranges on two sheets are cut behind the one that is used further": (
        "A12",
        f"=CAC($Late.C1:C{ROWS};$Data.A1:A{ROWS})",
        "addin.udfs.CAC|10x1|10x1",
    ),
    "whichever of them comes first": (
        "A14",
        f"=CAC($Data.A1:A{ROWS};$Late.C1:C{ROWS})",
        "addin.udfs.CAC|10x1|10x1",
    ),
    "a longer range than another stays longer": (
        "A4",
        f"=CAC($Data.A1:A{ROWS};$Data.B1:B10)",
        "addin.udfs.CAC|11x1|10x1",
    ),
    "and so in the other order": ("A5", f"=CAC($Data.B1:B10;$Data.A1:A{ROWS})", "addin.udfs.CAC|10x1|11x1"),
    "two ranges of different sizes, both longer than what is used, stay different": (
        "A6",
        f"=CAC($Data.A1:A500;$Data.A1:A{ROWS})",
        "addin.udfs.CAC|10x1|11x1",
    ),
    "a range inside the used part is left": ("A7", "=CAC($Data.A2:A5;$Data.B2:B5)", "addin.udfs.CAC|4x1|4x1"),
    "whole rows are cut behind the used columns": ("A8", "=CAC($Data.A1:AMJ3;1)", "addin.udfs.CAC|3x2|1"),
    "wider stays wider": ("A9", "=CAC($Data.A1:AMJ3;$Data.A1:B3)", "addin.udfs.CAC|3x3|3x2"),
    "a range behind everything used is one blank cell": ("A10", "=CAC($Data.Z100:Z200;1)", "addin.udfs.CAC|empty|1"),
    "one cell is a value": ("A11", "=LTVCAC($Data.B3;$Data.B2)", "addin.udfs.LTVCAC|3|2"),
    "text stays text": ("A13", '=LTVCAC("#won";1)', "#won"),
    "#NULL!": ("B1", '=LTVCAC("#NULL!";1)', "Error 2000"),
    "#DIV/0!": ("B2", '=LTVCAC("#DIV/0!";1)', DIV0),
    "#VALUE!": ("B3", '=LTVCAC("#VALUE!";1)', "Error 2015"),
    "#REF!": ("B4", '=LTVCAC("#REF!";1)', "Error 2023"),
    "#NAME?": ("B5", '=LTVCAC("#NAME?";1)', "Error 2029"),
    "#NUM!": ("B6", '=LTVCAC("#NUM!";1)', NUM),
    "#N/A": ("B7", '=LTVCAC("#N/A";1)', NA),
    "an error inside a row": ("D1:F1", '=LTVCAC("row";1)', [[1.5, DIV0, "won"]]),
    "errors inside a table": ("D3:E4", '=LTVCAC("table";1)', [[NA, 2.0], ["", NUM]]),
    "a Python that has ended is started anew": ("B8", '=LTVCAC("ended once";1)', "answered"),
    "a Python that cannot be reached is #N/A": ("B9", '=LTVCAC("ended";1)', NA),
}


@pytest.fixture(scope="module")
def workbook(addin_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The add-in as a workbook that LibreOffice opens."""
    book = tmp_path_factory.mktemp("wrappers") / "kpi.xlsm"
    with zipfile.ZipFile(addin_file) as source, zipfile.ZipFile(book, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            if part == "[Content_Types].xml":
                content = content.replace(b"excel.addin.macroEnabled", b"excel.sheet.macroEnabled")
            target.writestr(part, content)
    with ExcelFile(book) as opened:
        project = opened.vba_project()
        calls = project.get_module("KpiCalls").source
        assert calls.count(".Value2") == 1
        for name in ("KpiCalls", "xlwings", "Dictionary"):
            project.delete_module(name)
        project.add_module("KpiCalls", calls.replace(".Value2", ".Value"))
        project.add_module("xlwings", _source("stand_in.bas"))
        project.add_module("PythonStandIn", _source("stand_in.cls"), kind=VBAModuleKind.other)
        opened.save()
    return book


def _source(name: str) -> str:
    return "\r\n".join((HERE / name).read_text(encoding="ascii").splitlines()) + "\r\n"


@pytest.fixture(scope="module")
def answers(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What LibreOffice computed for each case."""
    soffice = program("soffice", "libreoffice-calc")
    python = Path("/usr/bin/python3")  # the one that python3-uno is installed for
    if subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode:
        absent("python3-uno is not installed")
    pipe = f"kpi{os.getpid()}"
    profile = tmp_path_factory.mktemp("profile").as_uri()
    asked = {
        "file": workbook.as_uri(),
        "cells": CELLS,
        "formulas": {name: ["Answers", area, formula] for name, (area, formula, _) in CASES.items()},
    }
    command = [
        soffice,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--norestore",
        f"--accept=pipe,name={pipe};urp",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as office:
        try:
            driver = [python, str(HERE / "spreadsheet.py"), pipe]
            said = subprocess.run(
                driver, input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=120
            )
            assert said.returncode == 0, said.stderr
            office.wait(30)
        finally:
            office.kill()
    answered: dict[str, Any] = json.loads(said.stdout)
    return answered


@pytest.mark.parametrize("case", CASES)
def test_a_wrapper_does_what_it_says(case: str, answers: dict[str, Any]) -> None:
    expected = CASES[case][2]
    assert answers[case] == (expected if isinstance(expected, list) else [[expected]])
