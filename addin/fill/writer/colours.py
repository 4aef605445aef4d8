"""Conditional formats: one look for each status, readable in print and by the colour-blind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl.formatting.rule import Rule as SheetRule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle

from addin.fill.content import Colour
from addin.fill.looks import LOOKS
from addin.fill.writer.places import Body
from kpi_core.scorecard import Status


def coloured(
    colours: Iterable[Colour], places: Mapping[str, list[tuple[Any, str]]], bodies: Mapping[str, Body]
) -> None:
    """Add the conditional formats; those of cells that the template lacks are passed over."""
    for colour in colours:
        if colour.table:
            if colour.table in bodies and colour.target in bodies[colour.table].columns:
                _in_table(colour, bodies[colour.table])
        else:
            for sheet, at in places.get(colour.target, ()):
                for rule in colour.rules:
                    sheet.conditional_formatting.add(at, _rule(rule.status, rule.formula))


def _in_table(colour: Colour, body: Body) -> None:
    row = body.first + (colour.row or 0)
    for rule in colour.rules:
        formula = body.formula(rule.formula, row)
        if formula is not None:
            body.sheet.conditional_formatting.add(body.cells(colour.target, colour.row), _rule(rule.status, formula))


def _rule(status: Status, formula: str) -> SheetRule:
    letters, ground, bold = LOOKS[status]
    look = DifferentialStyle(font=Font(color=letters, bold=bold), fill=PatternFill(bgColor=ground, fill_type="solid"))
    return SheetRule(type="expression", formula=[formula], dxf=look, stopIfTrue=True)
