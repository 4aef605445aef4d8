"""Data validation: what a cell may hold by the workbook's own rule, as far as the rule is written out."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from addin.ooxml.addresses import read_areas
from addin.ooxml.cells import serial
from addin.ooxml.sheet_map import SheetMap
from addin.ooxml.values import Constant
from addin.ooxml.xml_part import Element, content

_TRUE = ("1", "true")


class Validation(NamedTuple):
    """A rule on cells: `items` of a list, or limits of a number, a date or a text's length.

    A rule that refers to other cells has neither: it is told, and Excel keeps it, but no value is held against it.
    """

    kind: str
    operator: str
    items: tuple[str, ...]
    limits: tuple[float, ...]
    strict: bool

    @property
    def wording(self) -> str:
        """The rule in Excel's own words."""
        if self.items:
            return f"{self.kind}: {', '.join(self.items)}"
        return f"{self.kind} {self.operator} {' … '.join(map(repr, self.limits))}".strip()

    def allows(self, value: Constant, *, epoch_1904: bool) -> bool:
        """Whether the rule lets a value stand; a blank always may, and so may what the rule does not decide."""
        if value is None or not self.strict:
            return True
        if self.items:
            return _as_typed(value) in self.items
        if not self.limits:
            return True
        try:
            number = len(str(value)) if self.kind == "textLength" else _number(value, epoch_1904=epoch_1904)
        except ValueError:
            return True  # a day before the calendar: the cell refuses it, and says so
        if number is None or (self.kind == "whole" and number != int(number)):
            return False
        return _holds(self.operator, number, self.limits)


def _as_typed(value: Constant) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _number(value: Constant, *, epoch_1904: bool) -> float | None:
    if isinstance(value, str | bool) or value is None:
        return None
    if isinstance(value, date):
        return serial(value, epoch_1904=epoch_1904)
    return value


def _holds(operator: str, number: float, limits: tuple[float, ...]) -> bool:
    low, high = limits[0], limits[-1]
    return {
        "between": low <= number <= high,
        "notBetween": not low <= number <= high,
        "equal": number == low,
        "notEqual": number != low,
        "greaterThan": number > low,
        "lessThan": number < low,
        "greaterThanOrEqual": number >= low,
        "lessThanOrEqual": number <= low,
    }.get(operator, True)


def validation_of(sheet: SheetMap, row: int, column: int) -> Validation | None:
    """The rule on a cell."""
    section = sheet.section("dataValidations")
    for element in section.children if section else ():
        if any(area.holds(row, column) for area in read_areas(element.attributes.get("sqref", ""))):
            return _read(sheet, element)
    return None


def _read(sheet: SheetMap, element: Element) -> Validation | None:
    told = element.attributes
    kind = told.get("type", "none")
    if kind == "none":
        return None
    formulas = [content(sheet.part, each).strip() for each in element.children if each.local.startswith("formula")]
    items: tuple[str, ...] = ()
    limits: tuple[float, ...] = ()
    if kind == "list" and formulas and formulas[0].startswith('"'):
        items = tuple(item.strip() for item in formulas[0].strip('"').replace('""', '"').split(","))
    elif kind in ("whole", "decimal", "date", "time", "textLength"):
        try:
            limits = tuple(map(float, formulas))
        except ValueError:
            limits = ()
    strict = told.get("showErrorMessage") in _TRUE and told.get("errorStyle", "stop") == "stop"
    return Validation(kind, told.get("operator", "between"), items, limits, strict)
