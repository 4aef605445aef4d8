"""Which codes a KPI's arithmetic can return, read from its source: reasons, notes and parts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import kpi_core
from kpi_core.measuring import MEASURING, NEEDS, STOCKS

_CORE = Path(kpi_core.__file__).parent


@dataclass(frozen=True)
class Codes:
    """The codes that stand where a code is given, and every other string that the arithmetic holds."""

    reasons: set[str]
    notes: set[str]
    parts: set[str]
    strings: set[str]


@cache
def _functions() -> dict[str, ast.FunctionDef]:
    found = {}
    for file in [*(_CORE / "formulas").glob("*.py"), *(_CORE / "counted").glob("*.py"), _CORE / "measuring.py"]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found[node.name] = node
    return found


@cache
def codes_of(kpi: str) -> Codes:
    """The codes of a KPI's formula, of what feeds it, and of the functions that both call."""
    reasons = {f"no_{table}" for table in NEEDS.get(kpi, ())}
    notes: set[str] = set()
    parts: set[str] = set()
    strings: set[str] = set()
    # What every flow has in common is settled before its own arithmetic.
    common = [] if kpi in STOCKS else [_functions()["unmeasurable"]]
    for function in common + _reached(kpi):
        for node in ast.walk(function):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                {"nothing": reasons, "none": reasons, "Note": notes}.get(node.func.id, set()).update(
                    _texts(node.args[0])
                )
            if isinstance(node, ast.Return) and node.value is not None and _is_reason(function):
                reasons.update(_texts(node.value))
            if isinstance(node, ast.Dict) and _is_reason(function):  # reasons by the condition that makes them
                reasons.update(code for key in node.keys if key is not None for code in _texts(key))
            parts.update(_part_keys(node))
    return Codes(reasons, notes, parts, strings)


def calls_of(kpi: str) -> set[str]:
    """The other KPIs whose figures a KPI's arithmetic asks for."""
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for function in _reached(kpi)
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    }
    return {other for other in MEASURING if other != kpi and {other, f"_{other}"} & called}


def _reached(kpi: str) -> list[ast.FunctionDef]:
    functions = _functions()
    reached: list[str] = []
    waiting = [kpi, f"_{kpi}"]
    while waiting:
        name = waiting.pop()
        # Another KPI's codes are its own.
        foreign = name in {*MEASURING, *(f"_{other}" for other in MEASURING)} and name not in (kpi, f"_{kpi}")
        if name in functions and name not in reached and not foreign:
            reached.append(name)
            waiting += [node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)]
    return [functions[name] for name in reached]


def _texts(node: ast.expr) -> Iterator[str]:
    """The strings an expression may be: a constant, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _is_reason(function: ast.FunctionDef) -> bool:
    """Whether a private function returns a reason: a string, or a string in place of figures."""
    return function.name.startswith("_") and function.returns is not None and "str" in ast.unparse(function.returns)


def _part_keys(node: ast.AST) -> Iterator[str]:
    """The keys of `parts = {...}`, `parts |= {...}`, `parts["..."] = ...` and `parts={...}`."""
    value = None
    if isinstance(node, ast.Assign | ast.AugAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Subscript) and ast.unparse(target.value) == "parts":
            yield from _texts(target.slice)
        value = node.value if ast.unparse(target) == "parts" else None
    if isinstance(node, ast.keyword) and node.arg == "parts":
        value = node.value
    for part in ast.walk(value) if value is not None else ():
        if isinstance(part, ast.Dict):
            for key in part.keys:
                if key is not None:
                    yield from _texts(key)
