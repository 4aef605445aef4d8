"""main.py for xlwings Lite, loaded in Pyodide with xlwings as it is published for Pyodide, and called through xlwings.

Real here: the file that `kpi addin lite` writes, Pyodide, xlwings, pydantic, holidays. Not here: Excel, Lite's own
pane, and pandas, which PyPI does not have for Pyodide: KPITABLE is only seen to ask for it.
"""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from addin.cli import main
from addin.functions import FUNCTIONS
from addin.hosts.lite.sources import sources
from kpi_core.columns.days import number_of
from tests.functions.arguments import generated
from tests.needs import absent, program

HERE = Path(__file__).parent
CALLS, SEED = 10_000, 4
_ERRORS = {
    "Div0": "#DIV/0!", "NotAvailable": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
    "Value": "#VALUE!",
}  # fmt: skip
Call = tuple[str, tuple[Any, ...]]


class Lite(NamedTuple):
    """What came back from Pyodide: the answers to the examples and to the generated calls, and what was seen."""

    examples: list[Any]
    answers: list[Any]
    table: Any
    seen: dict[str, Any]


def as_sent(raw: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments as Excel has them: days are numbers, numbers are all of one kind, an empty text is a blank.

    A range of one blank cell arrives as an argument left out: xlwings takes the brackets off before it looks.
    """
    sent = [_plain(value) for value in raw]
    return tuple(None if value in ([None], [[None]]) else value for value in sent)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(cell) for cell in value]
    if isinstance(value, date):
        return number_of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return None if value == "" else value


def on_the_wire(call: Call) -> list[Any]:
    """A call as Office.js hands it to xlwings: every argument a matrix, left out ones null, errors objects."""
    name, raw = call
    single = [it for it in FUNCTIONS[name].arguments if it.kind != "repeating"]
    sent = [_matrix(value) for value in raw]
    arguments: list[Any] = sent[: len(single)] + [None] * (len(single) - len(sent))
    if len(single) < len(FUNCTIONS[name].arguments):
        arguments.append(sent[len(single) :])
    return [name.lower(), arguments]


def _matrix(value: Any) -> Any:
    if value is None:
        return None
    rows = value if isinstance(value, list) else [[value]]
    rows = rows if rows and isinstance(rows[0], list) else [rows]
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(cell: Any) -> Any:
    if cell in _ERRORS.values():
        return {"type": "Error", "basicType": "Error", "basicValue": cell}
    return cell


def as_shown(result: Any) -> list[list[Any]]:
    """A result of Office.js as rows of cells, errors as their text."""
    return [[_ERRORS[cell["errorType"]] if isinstance(cell, dict) else cell for cell in row] for row in result]


def outside(call: Call) -> list[list[Any]]:
    """What the function gives in this Python."""
    found = FUNCTIONS[call[0]].call(*call[1])
    return found if isinstance(found, list) else [[found]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lite")
    assert main(["addin", "lite", "--out", str(out), "--language", "en"]) == 0
    return out


@pytest.fixture(scope="module")
def examples() -> list[Call]:
    return [(name, as_sent(it.example_arguments)) for name, it in FUNCTIONS.items() if name != "KPITABLE"]


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    found = [(name, as_sent(raw)) for name, raw in generated(CALLS + 300, SEED) if name != "KPITABLE"]
    return found[:CALLS]


@pytest.fixture(scope="module")
def lite(folder: Path, examples: list[Call], calls: list[Call]) -> Lite:
    node = program("node", "nodejs")
    if not (HERE / "node_modules" / "pyodide").is_dir() or not (HERE / "wheels").is_dir():
        absent("Pyodide and its wheels are not in tests/hosts/lite (.ci/run fetches them)")
    (folder / "wheels").symlink_to(HERE / "wheels")
    table = ("KPITABLE", as_sent(FUNCTIONS["KPITABLE"].example_arguments))
    asked = [on_the_wire(call) for call in [*examples, *calls, table]]
    (folder / "calls.json").write_text(json.dumps(asked), encoding="utf-8")
    command = [node, HERE / "pyodide.mjs", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads((folder / "answers.json").read_text("utf-8"))
    results = [as_shown(result) for result in found["results"]]
    return Lite(results[: len(examples)], results[len(examples) : -1], results[-1], found["seen"])


def test_every_function_s_example_gives_the_same_as_outside(lite: Lite, examples: list[Call]) -> None:
    for call, found in zip(examples, lite.examples, strict=True):
        assert found == outside(call), call[0]


def test_ten_thousand_generated_calls_give_the_same_as_outside(lite: Lite, calls: list[Call]) -> None:
    assert len(calls) == len(lite.answers) == CALLS
    wrong = [
        f"{call[0]}{call[1]}: Lite {found}, outside {wanted}"
        for call, found in zip(calls, lite.answers, strict=True)
        if found != (wanted := outside(call))
    ]
    assert not wrong, "\n".join([f"{len(wrong)} differ", *wrong[:10]])


def test_xlwings_registers_every_function_with_its_help(lite: Lite) -> None:
    met = {function["name"]: function for function in lite.seen["meta"]["functions"]}
    assert set(met) == set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        assert met[name]["description"] == function.description.en
        told = [(it["name"], it["description"], it.get("optional", False)) for it in met[name]["parameters"]]
        single = [it for it in function.arguments if it.kind != "repeating"]
        assert told[: len(single)] == [(it.name, it.help.en, it.optional) for it in single]
        assert [it.get("repeating", False) for it in met[name]["parameters"][len(single) :]] == [True] * (
            len(single) < len(function.arguments)
        )


def test_nothing_but_the_scorecard_asks_for_pandas(lite: Lite) -> None:
    """It is not there in this Pyodide, so all the other answers were given without it."""
    assert lite.table == [["#VALUE!"]]
    assert not lite.seen["pandas"]


def test_a_namespace_stands_before_every_name(tmp_path: Path) -> None:
    assert main(["addin", "lite", "--out", str(tmp_path), "--namespace", "kpi"]) == 0
    text = (tmp_path / "main.py").read_text("utf-8")
    assert text.count("@func(namespace='KPI')\n") == len(FUNCTIONS)


def test_the_file_holds_the_project_s_own_files_unchanged(folder: Path) -> None:
    text = (folder / "main.py").read_text("utf-8")
    root = HERE.parents[2]
    for name, content in sources().items():
        assert content == (root / name).read_text("utf-8")
        assert content in text or repr(content) in text
    assert not [name for name in sources() if name.startswith(("addin/fill", "addin/ooxml", "addin/commands"))]


def test_the_requirements_are_what_the_files_import(folder: Path) -> None:
    asked = (folder / "requirements.txt").read_text("utf-8").split()
    assert asked == ["xlwings", "holidays", "pydantic", "pandas", "pandera"]


@pytest.mark.parametrize("language", ["fi", "en"])
@pytest.mark.parametrize(("option", "value"), [("--namespace", "K.P-I"), ("--out", __file__)])
def test_what_cannot_be_written_is_one_sentence(
    option: str, value: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--out", str(tmp_path)] if option != "--out" else []
    assert main(["addin", "lite", *given, option, value, "--language", language]) == 2
    said = capsys.readouterr().err
    assert value in said
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())
