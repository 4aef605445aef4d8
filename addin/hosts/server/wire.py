"""What travels between Excel and the service: a call's JSON in, its result's JSON out.

    {"func_name": "winrate", "args": [[["won"], ["lost"]], null], "runtime": "1.4"}  ->  {"result": 0.5}

A range is a list of rows, an argument left out is null, an error or a formatted number is an object with a `type`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain
from types import NoneType
from typing import Any

import orjson

from addin.hosts.server.faults import Refused
from addin.worksheet import WorksheetFunction

_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_CELLS = {NoneType, bool, float, int, str}
_RUNTIMES = ("1.1", "1.2", "1.3", "1.4")  # what a version of Excel can show; real errors from 1.4 on


def check_kind(headers: Mapping[str, str]) -> None:
    """Raises Refused (415) for a body that does not say it is JSON, or that is compressed: nothing is ever unpacked."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    packed = headers.get("content-encoding", "identity").strip().lower()
    if kind != "application/json" or packed != "identity":
        found = " + ".join(it for it in (kind, packed.replace("identity", "")) if it)
        raise Refused(415, "refused.not_json", found=found[:80] or "–")


def call(body: bytes, functions: Mapping[str, WorksheetFunction]) -> dict[str, Any]:
    """A call as xlwings takes it, its arguments as functions take theirs: blanks None, errors their text.

    Raises Refused (400, 404) for anything that Excel would not send.
    """
    asked = document(body)
    name, arguments = asked.get("func_name"), asked.get("args")
    if not isinstance(name, str) or name.upper() not in functions or name != name.lower():
        raise Refused(404, "refused.unknown_function")
    declared = [it.kind for it in functions[name.upper()].arguments if it.kind != "repeating"]
    repeated = len(declared) < len(functions[name.upper()].arguments)
    if not isinstance(arguments, list) or len(arguments) > len(declared) + repeated:
        raise Refused(400, "refused.malformed")
    blanks = b'""' in body
    read = [_argument(value, blanks) for value in arguments[: len(declared)]]
    for values in arguments[len(declared) :]:
        if not isinstance(values, list | None):
            raise Refused(400, "refused.malformed")
        read.append([_argument(value, blanks) for value in values or ()])
    runtime = asked.get("runtime")
    return {
        "func_name": name,
        "args": read,
        "client": "Office.js",
        "version": "",
        "runtime": runtime if runtime in _RUNTIMES else _RUNTIMES[0],
    }


def result(value: object) -> bytes:
    """An answer's JSON, in ASCII: half a surrogate pair from a cell is nothing to fail for."""
    return json.dumps({"result": value}, allow_nan=False).encode("ascii")


def document(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises Refused (400) where the body is none."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:  # half a surrogate pair in a cell is JSON all the same
        try:
            found = json.loads(body, parse_int=float, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise Refused(400, "refused.malformed") from None
    if not isinstance(found, dict):
        raise Refused(400, "refused.malformed")
    return found


def _argument(value: object, blanks: bool) -> Any:
    """One argument: a single cell as itself, a range as rows of equal length."""
    if not isinstance(value, list):
        rows: list[list[Any]] = [[value]]
    elif value and set(map(type, value)) == {list} and len(set(map(len, value))) == 1 and value[0]:
        rows = value
    else:
        raise Refused(400, "refused.malformed")
    kinds = set(map(type, chain.from_iterable(rows)))
    if dict in kinds:
        rows = [[_unwrapped(cell) if isinstance(cell, dict) else cell for cell in row] for row in rows]
        kinds = set(map(type, chain.from_iterable(rows)))
    if not kinds <= _CELLS:
        raise Refused(400, "refused.malformed")
    if blanks:
        rows = [[None if cell == "" else cell for cell in row] for row in rows]
    if not isinstance(value, list):
        return rows[0][0]
    # xlwings takes two brackets off a single row: so it stays one, and a blank cell stays given
    return rows if len(rows) > 1 else [[rows]]


def _unwrapped(found: dict[str, Any]) -> Any:
    """A cell's value out of its object: a formatted number's number, an error's text; other objects as they are."""
    if found.get("type") == "Error":
        text = found.get("basicValue")
        return text if isinstance(text, str) and text in _ERRORS else "#VALUE!"
    return found.get("basicValue", found) if "type" in found else found


def _no_number(_: str) -> Any:
    raise ValueError  # NaN and Infinity are no JSON
