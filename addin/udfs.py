"""The worksheet functions marked for xlwings: the module that classic xlwings imports ("UDF modules: addin.udfs").

Apart from addin.functions because xlwings imports pandas. Nothing is computed or checked here: cells come in as xlwings
has them, by its raw accessor (a converter of its own would look at every cell), and go to the catalogue's `call`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

import xlwings as xw
from xlwings.conversion import Converter, RawValueAccessor

from addin.functions import FUNCTIONS
from addin.worksheet import WorksheetFunction

# Excel's error cells as COM hands them over: 0x800A0000 + the number of CVErr.
_COM_ERRORS: Mapping[object, str] = {
    -2146826288: "#NULL!",
    -2146826281: "#DIV/0!",
    -2146826273: "#VALUE!",
    -2146826265: "#REF!",
    -2146826259: "#NAME?",
    -2146826252: "#NUM!",
    -2146826246: "#N/A",
}


class Raw(Converter):
    """Cells as they come, error cells as their text. COM's numbers are floats, so only errors are whole numbers."""

    base = RawValueAccessor  # type: ignore[assignment]

    @staticmethod
    def read_value(value: Any, options: object) -> Any:
        """A scalar or rows of cells."""
        if not isinstance(value, list | tuple):
            return _COM_ERRORS.get(value, value) if isinstance(value, int) else value
        if int not in set(map(type, chain.from_iterable(value))):
            return value
        return [[_COM_ERRORS.get(cell, cell) if type(cell) is int else cell for cell in row] for row in value]

    @staticmethod
    def write_value(value: Any, options: object) -> Any:
        """Rows of cells: xlwings' CallUDF takes no scalar."""
        return value if isinstance(value, list) else [[value]]


def marked(function: WorksheetFunction) -> Callable[..., Any]:
    """A function with xlwings' marks; its repeating pairs are one variable argument, as xlwings knows it."""

    def udf(*raw: object) -> object:
        return function.call(*raw)

    udf.__name__ = function.name
    udf.__doc__ = function.description.en
    udf.__annotations__ = {}  # xlwings would look for a converter named "object"
    single = [it for it in function.arguments if it.kind != "repeating"]
    parameters = [inspect.Parameter(it.name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for it in single]
    if len(single) < len(function.arguments):
        parameters.append(inspect.Parameter("criteria", inspect.Parameter.VAR_POSITIONAL))
    udf.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    told: Any = xw.func(udf)
    for argument in [*single, *function.arguments[len(single) :][1:]]:
        told = xw.arg(argument.name, Raw, doc=argument.help.en)(told)
    told = xw.ret(Raw)(told)
    for argument in single:
        if argument.optional and hasattr(told, "__xlfunc__"):
            # the decorator refuses defaults beside a variable argument, the call itself does not
            told.__xlfunc__["argmap"][argument.name]["optional"] = None
    return told  # type: ignore[no-any-return]


globals().update({name: marked(function) for name, function in FUNCTIONS.items()})
