"""The worksheet functions as Excel for Windows sees them: one line of VBA each, written from the catalogue."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from addin.worksheet import Argument, WorksheetFunction
from kpi_core.texts import Language

MODULE = "KpiFunctions"
WIZARD_LIMIT = 255  # characters of one help text that Excel's function wizard takes
PAIRS = 5  # criteria pairs that a formula may have


class Parameter(NamedTuple):
    """One argument of a wrapper: its name in VBA and what the catalogue says of it."""

    name: str
    argument: Argument


def parameters(function: WorksheetFunction) -> tuple[Parameter, ...]:
    """The arguments of a wrapper, criteria pairs written out: VBA has no ParamArray after optional arguments."""
    once = [Parameter(_identifier(it.name), it) for it in function.arguments if it.kind != "repeating"]
    pair = [it for it in function.arguments if it.kind == "repeating"]
    return (*once, *(Parameter(f"{it.name}{number}", it) for number in range(1, PAIRS + 1) for it in pair))


def module_source(functions: Mapping[str, WorksheetFunction]) -> str:
    """The VBA module of all functions, in ASCII with CRLF line ends."""
    lines = [f'Attribute VB_Name = "{MODULE}"', "Option Explicit", ""]
    lines += ["' One line each, written by `kpi addin build` from the catalogue of addin.functions."]
    for function in functions.values():
        lines += ["", *_wrapper(function)]
    return "\r\n".join([*lines, ""])


def help_rows(functions: Mapping[str, WorksheetFunction], language: Language) -> Iterator[tuple[str, ...]]:
    """What the function wizard shows of each function: its name, its description, the help of each argument."""
    for function in functions.values():
        yield (
            function.name,
            function.description.show(language)[:WIZARD_LIMIT],
            *(it.argument.help.show(language)[:WIZARD_LIMIT] for it in parameters(function)),
        )


def _wrapper(function: WorksheetFunction) -> Iterator[str]:
    takes = [f"{'Optional ' if it.argument.optional else ''}{it.name} As Variant" for it in parameters(function)]
    given = list(_given(parameters(function)))
    yield from _wrapped(f"Public Function {function.name}(", takes, ") As Variant")
    yield from _wrapped(f'    {function.name} = Answer("{function.name}", Array(', given, "))")
    yield "End Function"


def _given(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    for before, it in zip((None, *parameters), parameters, strict=False):
        if it.argument.kind == "repeating" and it.argument.text and before:
            yield f"Criterion({before.name}, {it.name})"
        else:
            yield f"Given({it.name})" if it.argument.optional else it.name


def _wrapped(opening: str, items: list[str], closing: str) -> Iterator[str]:
    """A line of VBA broken after commas: a line may have 1,023 characters."""
    line = opening
    for position, item in enumerate(items):
        piece = item + (closing if position == len(items) - 1 else ", ")
        if len(line) + len(piece) > 110:
            yield line + "_" if line.endswith(" ") else line + " _"
            line = "        "
        line += piece
    yield line if items else opening + closing


def _identifier(name: str) -> str:
    return f"{name}_" if name.lower() in _reserved() else name


@cache
def _reserved() -> frozenset[str]:
    table = files("addin.hosts.classic").joinpath("vba/reserved.toml").read_text(encoding="ascii")
    return frozenset(tomllib.loads(table)["words"].split())
