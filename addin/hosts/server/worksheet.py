"""The catalogue of functions as xlwings wants them: one marked Python function for each, its help beside it."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import xlwings.server as xw

from addin.functions import FUNCTIONS
from addin.hosts.server.answers import shown
from addin.worksheet import Argument, WorksheetFunction
from kpi_core.texts import Language, Text

_spoken: list[Language] = ["en"]


def speak(language: Language) -> None:
    """Excel asks for help texts once and in one language: say which, before xlwings Server is imported."""
    _spoken[0] = language


def offered() -> dict[str, Any]:
    """Every function under the name that Excel calls it by on the wire: `winrate`."""
    return {name.lower(): marked(function, _spoken[0]) for name, function in FUNCTIONS.items()}


def marked(function: WorksheetFunction, language: Language) -> Any:
    """A function with xlwings' marks: arguments as they come, the description and each argument's help."""

    def answer(*raw: object) -> object:
        return shown(function, raw)

    answer.__name__ = function.name.lower()
    answer.__annotations__ = {}  # xlwings would take "object" for a wish to cache it
    answer.__doc__ = function.description.show(language)
    single = [it for it in function.arguments if it.kind != "repeating"]
    pair = function.arguments[len(single) :]
    arguments = [*single, _one_of(pair)] if pair else single
    answer.__signature__ = inspect.Signature([_parameter(it) for it in arguments])  # type: ignore[attr-defined]
    told: Any = xw.func(answer)
    for argument in arguments:
        told = xw.arg(argument.name, "raw", doc=argument.help.show(language))(told)
        if argument.optional and argument.kind != "repeating":
            # xlwings' decorator refuses optional arguments before a repeating one; Excel and xlwings' calls do not
            told.__xlfunc__["argmap"][argument.name]["optional"] = None
    return told


def _one_of(pair: tuple[Argument, ...]) -> Argument:
    """The repeating arguments as the one that xlwings knows: Excel hands them over in turn."""
    text = Text(*(" ".join(sentences) for sentences in zip(*(it.help for it in pair), strict=True)))
    return replace(pair[0], name="criteria", help=text)


def _parameter(argument: Argument) -> inspect.Parameter:
    kind = inspect.Parameter.VAR_POSITIONAL if argument.kind == "repeating" else inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(argument.name, kind)
