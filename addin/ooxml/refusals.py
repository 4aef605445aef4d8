"""Which targets a fill would refuse because of what their cells hold, told before anything is filled."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from addin.ooxml.cell_layout import CellLayout
from addin.ooxml.changes import Changes
from addin.ooxml.errors import FillError
from addin.ooxml.request import Request, TableShape
from addin.ooxml.styles import StyleAdditions
from addin.ooxml.targets import Spot
from addin.ooxml.template import Template


class Refusal(NamedTuple):
    """A target that cannot be filled, and the error that filling it would end with."""

    spot: Spot
    error: FillError


def refusals(
    template: Template,
    spots: Mapping[str, tuple[Spot, ...]],
    formulas: Collection[str] = (),
    tables: Collection[str] = (),
) -> tuple[Refusal, ...]:
    """Every target that a fill refuses: each cell is laid out by itself, as a fill would, and nothing is kept.

    `formulas` are the keys whose values are formulas, which may stand in a formula's place; `tables` are filled too.
    """
    found = []
    shapes = tuple(TableShape(name.casefold(), 1) for name in tables)
    for key, each in spots.items():
        written = frozenset({(key, False)}) if key in formulas else frozenset()
        request = Request(frozenset({key}), formulas=written, tables=shapes)
        for spot in each:
            try:
                CellLayout(Changes(template), request, StyleAdditions(template.styles)).lay_out({key: (spot,)})
            except FillError as error:
                found.append(Refusal(spot, error))
    return tuple(found)
