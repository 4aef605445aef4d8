"""The functions as a UNO interface: one method each, its parameters typed by how Calc then hands the arguments over.

Calc allows few types. `XCellRange` gives the cells themselves: whole columns cost nothing, blanks and errors are seen;
but a number or a formula in its place is Err:504, as in COUNTIF, and it cannot be left out. `any` gives values, be they
numbers, texts, formulas or ranges, and may be left out; but Calc copies every row of a range, takes a single blank cell
for 0, and refuses a range with an error in it (Err:504). So: cells where a range is required and its cells count one by
one, values elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from addin.worksheet import Argument, WorksheetFunction

MODULE = "b2bsaleskpis"
INTERFACE = f"{MODULE}.XWorksheetFunctions"
SERVICE = f"{MODULE}.WorksheetFunctions"  # stands in every saved .ods, so it never changes

CELLS, VALUE, VALUES, TABLE = "com.sun.star.table.XCellRange", "any", "[]any", "[][]any"


@dataclass(frozen=True)
class Parameter:
    """A method's parameter for one argument, or for all repeating ones; its type as UNO names it."""

    argument: Argument
    type: str

    @property
    def name(self) -> str:
        """The argument's name as UNO allows it: from_on is fromOn."""
        first, *others = self.argument.name.split("_")
        return first + "".join(map(str.capitalize, others))


@dataclass(frozen=True)
class Method:
    """One method of the interface."""

    name: str
    returns: str
    parameters: tuple[Parameter, ...]


def methods(functions: Mapping[str, WorksheetFunction]) -> list[Method]:
    """The interface's methods in the catalogue's order."""
    return [
        Method(name, TABLE if function.spills else VALUE, parameters(function.arguments))
        for name, function in functions.items()
    ]


def parameters(arguments: tuple[Argument, ...]) -> tuple[Parameter, ...]:
    """A method's parameters; all repeating arguments together are its last one."""
    single = tuple(Parameter(it, _type(it)) for it in arguments if it.kind != "repeating")
    repeating = [it for it in arguments if it.kind == "repeating"]
    return (*single, Parameter(repeating[0], VALUES)) if repeating else single


def _type(argument: Argument) -> str:
    needs_cells = argument.kind == "range" and not (argument.optional or argument.summed)
    return CELLS if needs_cells else VALUE
