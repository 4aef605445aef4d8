"""Which arguments' 0 is a blank cell: Calc hands a single blank cell over as 0, and nothing tells the two apart.

Where a 0 would give a figure that nobody meant (blank_cells.toml), it counts as not given: the error or the default
that a blank cell has on every other host.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from addin.worksheet import WorksheetFunction


def zero_is_blank(function: str, argument: str) -> bool:
    """Whether a 0 given as this argument counts as a blank cell."""
    return argument in _table().get(function, ())


def without_blanks(function: WorksheetFunction, given: Sequence[Any]) -> list[Any]:
    """The arguments with None for each 0 that is a blank cell; a range, even of one cell, keeps its zeros."""
    names = [it.name for it in function.arguments if it.kind != "repeating"]
    blank = [zero_is_blank(function.name, name) for name in names]
    blank += [False] * (len(given) - len(blank))
    return [None if it_is and _is_zero(it) else it for it, it_is in zip(given, blank, strict=False)]


def _is_zero(given: Any) -> bool:
    return isinstance(given, int | float) and given == 0


@cache
def _table() -> Mapping[str, Sequence[str]]:
    return tomllib.loads(files(__package__).joinpath("blank_cells.toml").read_text(encoding="utf-8"))
