"""Conditional formats to add to a sheet: their rules behind the existing ones, their looks in the styles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from addin.ooxml.cells import LONGEST_FORMULA
from addin.ooxml.sheet_map import SheetMap
from addin.ooxml.sheet_order import place_for
from addin.ooxml.styles import StyleAdditions
from addin.ooxml.xml_part import Edit, escaped

Comparison = Literal[
    "lessThan", "lessThanOrEqual", "equal", "notEqual", "greaterThanOrEqual", "greaterThan", "between", "notBetween"
]


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks that a rule applies to. Colours as "RRGGBB"; None leaves the cell's own."""

    fill: str | None = None
    font: str | None = None
    bold: bool | None = None
    italic: bool | None = None

    def xml(self) -> str:
        """The dxf element, without namespace prefixes."""
        parts = []
        if self.bold is not None or self.italic is not None or self.font:
            weight = "" if self.bold is None else "<b/>" if self.bold else '<b val="0"/>'
            slope = "" if self.italic is None else "<i/>" if self.italic else '<i val="0"/>'
            colour = f'<color rgb="FF{_colour(self.font)}"/>' if self.font else ""
            parts.append(f"<font>{weight}{slope}{colour}</font>")
        if self.fill:
            parts.append(f'<fill><patternFill><bgColor rgb="FF{_colour(self.fill)}"/></patternFill></fill>')
        return f"<dxf>{''.join(parts)}</dxf>"


def _colour(text: str) -> str:
    colour = text.lstrip("#").upper()
    if len(colour) != 6 or set(colour) - set("0123456789ABCDEF"):
        raise ValueError(f"not a colour: {text!r}")
    return colour


@dataclass(frozen=True, slots=True)
class ConditionalFormat:
    """A rule and its look for cells of a sheet.

    `cells` are written "Sheet1!B4:B10 D4" (areas of one sheet) or name a target. With `comparison` the cell's value
    is compared with `limits`, which are formulas: "0.2" or "Limits!$B$4"; without, `limits` is one formula that
    decides. `stop` keeps weaker rules from applying.
    """

    cells: str
    look: Look
    limits: tuple[str, ...]
    comparison: Comparison | None = None
    stop: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for limits that Excel would take for damage."""
        wanted = 2 if self.comparison in ("between", "notBetween") else 1
        unfit = [limit for limit in self.limits if not limit.isprintable() or limit[:1] in ("", "=")]
        if len(self.limits) != wanted or unfit or any(len(limit) > LONGEST_FORMULA for limit in self.limits):
            raise ValueError(f"not {wanted} formula(s) without a leading =: {self.limits!r}")


def rules_edit(sheet: SheetMap, formats: list[tuple[str, ConditionalFormat]], styles: StyleAdditions) -> Edit:
    """The edit that adds rules to a sheet, each with the cells (sqref) that it holds for."""
    prefix = sheet.prefix
    priority = sheet.highest_priority()
    pieces = []
    for cells, rule in formats:
        priority += 1
        kind = f'type="cellIs" operator="{rule.comparison}"' if rule.comparison else 'type="expression"'
        stop = ' stopIfTrue="1"' if rule.stop else ""
        head = f'<{prefix}cfRule {kind} dxfId="{styles.look(rule.look.xml())}" priority="{priority}"{stop}>'
        limits = "".join(f"<{prefix}formula>{escaped(limit)}</{prefix}formula>" for limit in rule.limits)
        section = f"{prefix}conditionalFormatting"
        pieces.append(f'<{section} sqref="{cells}">{head}{limits}</{prefix}cfRule></{section}>')
    at = place_for(sheet, "conditionalFormatting")
    return Edit(at, at, "".join(pieces).encode())
