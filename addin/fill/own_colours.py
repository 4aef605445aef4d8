"""The colours of a user's own workbook: conditional formats of the cells that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from addin.fill.content import Colour
from addin.fill.looks import LOOKS
from addin.ooxml import ConditionalFormat, Look
from addin.ooxml.targets import Spot


def formats(
    colours: Iterable[Colour],
    named: Mapping[str, tuple[Spot, ...]],
    formula: Callable[[str], str | None],
) -> list[ConditionalFormat]:
    """A rule for each status of each named cell, over the limits' cells where the workbook has them.

    Placeholders, mapped cells and tables keep the workbook's own looks; so does a cell whose rule names what is absent.
    """
    return [
        ConditionalFormat(spot.address, _look(rule.status), (text,), stop=True)
        for colour in colours
        if not colour.table
        for spot in named.get(colour.target, ())
        for rule in colour.rules
        if (text := formula(rule.formula)) is not None
    ]


def _look(status: str) -> Look:
    letters, ground, bold = LOOKS[status]
    return Look(fill=ground, font=letters, bold=bold or None)
