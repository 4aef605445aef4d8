"""What travels between Excel and a function in xlwings Lite: cells in, an answer out.

Excel hands over an error or a formatted number as an object with a `type`, Pyodide a JavaScript null as itself.
"""

from __future__ import annotations

from typing import Any

from addin.functions import FUNCTIONS
from addin.ranges import ERRORS

_CELLS = (str, bool, int, float)


def answer(name: str, *raw: object) -> Any:
    """What a function gives for the arguments as xlwings hands them over; never raises."""
    return FUNCTIONS[name].call(*[argument(value) for value in raw])


def argument(value: Any) -> Any:
    """An argument as the functions take it: a cell as itself, a range as its rows."""
    if isinstance(value, list | tuple):
        return [argument(cell) for cell in value]
    return _cell(value)


def _cell(value: Any) -> Any:
    if isinstance(value, _CELLS):
        return None if value == "" else value
    if isinstance(value, dict):
        return _unwrapped(value)
    return None  # None, or JavaScript's null


def _unwrapped(found: dict[str, Any]) -> Any:
    """A cell's value out of its object: a formatted number's number, an error's text; any other object is none."""
    basic = found.get("basicValue")
    if found.get("type") == "Error":
        return basic if basic in ERRORS else "#VALUE!"
    return basic if isinstance(basic, _CELLS) else "#VALUE!"
