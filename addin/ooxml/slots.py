"""The places in a sheet that a fill writes: one cell, a sentence, a table's row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, runtime_checkable

from addin.ooxml.cells import LONGEST_TEXT, Place, cell_xml, text_content
from addin.ooxml.validations import Validation
from addin.ooxml.values import Bodies, Constant, Formula, Value
from addin.ooxml.xml_part import unescaped

_TEXT = re.compile(r"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</")


class Content(NamedTuple):
    """Where the text of the value called `key` goes: a number's digits, or a short text as XML."""

    key: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell that takes the value called `key`; `kept` is the formula that the cell has already."""

    key: str
    opening: str
    prefix: str
    place: Place
    epoch_1904: bool
    kept: str = ""
    rule: Validation | None = None

    def spread(self, kinds: Mapping[str, type]) -> Sequence[str | Content] | None:
        """The cell around its value where that is a number or a short text, and no rule is to be held against it."""
        kind, content, p = kinds.get(self.key), Content(self.key), self.prefix
        if self.rule or kind not in (float, str, type(None)):
            return None
        if kind is type(None):
            return (f"{self.opening}/>",)
        if kind is float:
            return f"{self.opening}><{p}v>", content, f"</{p}v></{p}c>"
        return f'{self.opening} t="inlineStr"><{p}is><{p}t>', content, f"</{p}t></{p}is></{p}c>"

    def xml(self, value: Value) -> str:
        """The cell with the value in it. Raises FillError("breaks_validation") where the cell's own rule forbids it."""
        if self.rule and not self.rule.allows(constant(value), epoch_1904=self.epoch_1904):
            raise self.place.refused("breaks_validation", value=repr(constant(value)), rule=self.rule.wording)
        return cell_xml(self.opening, self.prefix, value, self.place, epoch_1904=self.epoch_1904, kept=self.kept)


@dataclass(frozen=True, slots=True)
class SentenceSlot:
    """A cell whose text has placeholders: `pieces` are XML and, at odd places, names of values."""

    opening: str
    prefix: str
    place: Place
    pieces: tuple[str, ...]
    written: tuple[str, ...]

    def xml(self, texts: dict[str, str]) -> str:
        """The cell with the texts in their places; a placeholder without one stays as it is written.

        Raises FillError("text_too_long").
        """
        inside = [
            piece if not place % 2 else text_content(texts.get(piece, self.written[place // 2]))
            for place, piece in enumerate(self.pieces)
        ]
        tag = f"{self.prefix}is"
        text = "".join(inside)
        if len(text) > LONGEST_TEXT:
            shown = unescaped("".join(_TEXT.findall(text)).encode())
            if len(shown) > LONGEST_TEXT:
                raise self.place.refused("text_too_long", length=len(shown), longest=LONGEST_TEXT)
        return f'{self.opening} t="inlineStr"><{tag}>{text}</{tag}></{self.prefix}c>'


@dataclass(frozen=True, slots=True)
class RowSlot:
    """The cells of one row of a table."""

    table: str
    row: int


class Derived(Protocol):
    """A place that holds no value of its own, but what follows from them."""

    def xml(self, values: Mapping[str, Value], bodies: Bodies, /) -> str:
        """What stands there."""


@runtime_checkable
class Spreading(Protocol):
    """A place that can be taken apart once the kinds of its values are known."""

    def spread(self, kinds: Mapping[str, type], /) -> Sequence[str | Content] | None:
        """What stands there as texts and contents, where all its values are float, str or None; else None."""


Show = Callable[[Constant], str]


def plain_text(value: Constant) -> str:
    """A value inside a sentence, where the caller has no better words: no number format reaches there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def constant(value: Value) -> Constant:
    """What a value shows: a formula shows its result."""
    return value.cached if isinstance(value, Formula) else value
