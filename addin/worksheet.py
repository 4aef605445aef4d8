"""What every host knows about a worksheet function: its arguments, its help in two languages, an example, the call.

A host takes the catalogue (`addin.functions.FUNCTIONS`), registers each entry and passes raw cells to `call`, which
never raises and never returns NaN, infinity or None: an Excel error comes back as its English text, one of
addin.ranges.ERRORS.
"""

from __future__ import annotations

import inspect
import logging
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, get_type_hints

from addin.ranges import ExcelError, Kind, Reads, Result, conditions, shown
from kpi_core.catalogue import excel_error
from kpi_core.columns.errors import ColumnError
from kpi_core.errors import KpiError
from kpi_core.measure import Measure
from kpi_core.texts import Text, load_texts

Spill = Result | list[list[Result]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Argument:
    """One argument: `range` takes cells, `value` one cell, `repeating` ones come in pairs at the end."""

    name: str
    kind: Kind
    optional: bool
    help: Text
    summed: bool = False  # only the range's sum counts, so a number does as well
    text: bool = False  # a word, a period or a condition: typed in quotation marks


@dataclass(frozen=True)
class WorksheetFunction:
    """One function as a sheet sees it. `example` is a formula in Excel's English; `expected` is what it gives."""

    name: str
    call: Callable[..., Spill]
    arguments: tuple[Argument, ...]
    spills: bool
    description: Text
    example: str
    expected: Any
    example_arguments: tuple[Any, ...]
    source: Text
    kpi: str


def registered(
    functions: dict[str, WorksheetFunction], *, kpi: str = "", spills: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: the function, its arguments as annotated and its texts enter the catalogue under its name."""

    def enter(body: Callable[..., Any]) -> Callable[..., Any]:
        name = body.__name__
        hints = get_type_hints(body, include_extras=True)
        arguments: list[Argument] = []
        reads: list[Reads] = []
        for parameter in inspect.signature(body).parameters.values():
            how: Reads = hints[parameter.name].__metadata__[0]
            if how.kind == "repeating":
                pair = {"criteria_range": False, "criteria": True}
                arguments += [Argument(it, "repeating", True, _help(name, it), text=text) for it, text in pair.items()]
                continue
            optional = parameter.default is not inspect.Parameter.empty
            told = _help(name, parameter.name)
            arguments.append(Argument(parameter.name, how.kind, optional, told, how.summed, how.text))
            reads.append(how)
        shown_by = _Example(name)
        functions[name] = WorksheetFunction(
            name,
            _call(name, body, tuple(reads), kpi, repeating=len(arguments) > len(reads)),
            tuple(arguments),
            spills,
            load_texts("addin.texts", "functions.toml")[f"{name}.description"],
            shown_by.formula("en"),
            shown_by.expected,
            shown_by.arguments,
            shown_by.source,
            kpi,
        )
        return body

    return enter


def _call(
    name: str, body: Callable[..., Any], reads: tuple[Reads, ...], kpi: str, *, repeating: bool
) -> Callable[..., Spill]:
    def call(*raw: object) -> Spill:
        try:
            given = [how.read(raw[place] if place < len(raw) else None) for place, how in enumerate(reads)]
            if repeating:
                given += conditions(raw[len(reads) :])
            return _result(body(*given), kpi)
        except ExcelError as error:
            return str(error.args[0])
        except ColumnError as error:
            return error.excel
        except KpiError:
            return "#VALUE!"
        except OverflowError:  # a figure that no cell can hold
            return "#NUM!"
        except Exception:  # the last barrier: nobody sees a traceback in a cell, and the log has it
            _log.exception("%s failed", name)
            return "#VALUE!"

    call.__name__ = name
    return call


def _result(found: Any, kpi: str) -> Spill:
    if isinstance(found, Measure):
        return excel_error(kpi, found.reason) if found.reason else shown(found.value)
    if isinstance(found, list | tuple):
        return [[shown(cell) for cell in row] for row in found]
    return shown(found)


def _help(function: str, argument: str) -> Text:
    """An argument's help: the function's own, or what it is in every function."""
    known = load_texts("addin.texts", "functions.toml")
    return known.get(f"{function}.arguments.{argument}") or known[f"arguments.{argument}"]


@cache
def _examples() -> Mapping[str, Any]:
    return tomllib.loads(files("addin.texts").joinpath("functions.toml").read_text(encoding="utf-8"))


class _Example:
    """A function's example as its TOML table says it: `arguments` as raw cells ("" is left out) and `expected`."""

    def __init__(self, name: str) -> None:
        self.name = name
        table = _examples()[name]["example"]
        self.arguments = tuple(None if it == "" else it for it in table["arguments"])
        self.expected = table["expected"]
        self.source = Text(table["source"]["fi"], table["source"]["en"])

    def formula(self, language: str) -> str:
        """The formula as it is typed in Excel of a language: separators and names are the language's."""
        return formula(self.name, self.arguments, language)


def formula(name: str, arguments: tuple[Any, ...], language: str) -> str:
    """A formula as typed: =WINRATE(20, 30) in English, =WINRATE(20; 30) in Finnish."""
    written = [_written(it, language) for it in arguments]
    return f"={name}({('; ' if language == 'fi' else ', ').join(written)})"


def _written(value: Any, language: str) -> str:
    finnish = language == "fi"
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("TOSI" if finnish else "TRUE") if value else ("EPÄTOSI" if finnish else "FALSE")
    if isinstance(value, date):
        name, sep = ("PÄIVÄYS", ";") if finnish else ("DATE", ",")
        return f"{name}({value.year}{sep}{value.month}{sep}{value.day})"
    if isinstance(value, list | tuple):
        across = "\\" if finnish else ","
        rows = [row if isinstance(row, list | tuple) else [row] for row in value]
        return "{" + ";".join(across.join(_written(cell, language) for cell in row) for row in rows) + "}"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(value).replace(".", ",") if finnish else repr(value)
