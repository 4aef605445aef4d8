"""A value as the XML of a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from math import isfinite
from typing import NamedTuple

import orjson

from addin.ooxml.errors import FillError
from addin.ooxml.values import ExcelError, Formula, Value
from addin.ooxml.xml_part import escaped

LONGEST_TEXT = 32_767
SURELY_SHORT = LONGEST_TEXT // 2  # letters outside of the basic plane count twice
LONGEST_FORMULA = 8_192
_NUMPY = frozenset("biufU")  # kinds of numpy's scalars that are plain values; its days would become numbers
_BETWEEN = "¦"  # printable, and narrow in memory; texts that have one are looked at one by one
_BETWEEN_BYTES = _BETWEEN.encode("utf-8")

# XML forbids most control characters; Excel writes them as _xHHHH_, and escapes what only looks like that.
_SPECIAL = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_PLAIN_LINES = re.compile(r"[^\x00-\x09\x0b-\x1f&<>_\ud800-\udfff\ufffe\uffff]*")
_PLAIN = re.compile(r"[^\x00-\x1f&<>_\ud800-\udfff\ufffe\uffff]*")

# A cell's time has no zone: it is what the clock on the wall shows.
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_FIRST_MARCH_1900 = datetime(1900, 3, 1)  # noqa: DTZ001


def serial(moment: date, *, epoch_1904: bool) -> float | int:
    """The number that stands for a date: days since 1899-12-30, or since 1904-01-01. Excel's 29 February 1900 counts.

    A time zone is no part of a cell: the clock time is written as it reads. Raises ValueError before the epoch.
    """
    if isinstance(moment, datetime):
        clock = moment.replace(tzinfo=None)
    else:
        clock = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
    passed = clock - (_EPOCH_1904 if epoch_1904 else _EPOCH_1900)
    days = passed.days
    if not epoch_1904 and clock < _FIRST_MARCH_1900:
        days -= 1
    if days < (0 if epoch_1904 else 1):
        raise ValueError(moment)
    seconds = passed.seconds + passed.microseconds / 1e6
    return days + seconds / 86_400 if seconds else days


def number_texts(values: Sequence[float]) -> list[str] | None:
    """Numbers as texts that read back to the last bit; None where one is infinite or not a number.

    Python's own repr takes 15 times as long, and is most of what a fill costs.
    """
    found = number_bytes(values)
    return None if found is None else [text.decode("ascii") for text in found]


def number_bytes(values: Sequence[float]) -> list[bytes] | None:
    """The same as bytes, which a fill joins."""
    text = orjson.dumps(values)[1:-1]
    return None if b"n" in text else text.split(b",") if text else []


def short_texts(texts: Sequence[str]) -> list[str] | None:
    """Texts as XML content; None where one needs more than escapes: a control letter, an edge space, _x000A_."""
    found = short_bytes(texts)
    return None if found is None else [text.decode("utf-8") for text in found]


def short_bytes(texts: Sequence[str]) -> list[bytes] | None:
    """The same as bytes. All are looked at in one piece, which takes a tenth of the time."""
    if not texts:
        return []
    text = f"{_BETWEEN}{_BETWEEN.join(texts)}{_BETWEEN}"
    quick = (
        text.isprintable()
        and text.count(_BETWEEN) == len(texts) + 1
        and f"{_BETWEEN} " not in text
        and f" {_BETWEEN}" not in text
        and "_x" not in text
        and len(text) < SURELY_SHORT
    )
    return escaped(text[1:-1]).encode("utf-8").split(_BETWEEN_BYTES) if quick else None


def text_content(text: str) -> str:
    """Text as the content of a t element."""
    if _PLAIN.fullmatch(text):
        return text
    return escaped(_SPECIAL.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def is_plain(texts: Sequence[str]) -> bool:
    """Whether every text can be written as it is: nothing to escape, no edge spaces to keep."""
    lines = f"\n{chr(10).join(texts)}\n"
    return (
        bool(_PLAIN_LINES.fullmatch(lines))
        and lines.count("\n") == len(texts) + 1
        and " \n" not in lines
        and "\n " not in lines
    )


def text_element(text: str, prefix: str) -> str:
    """A t element; edge spaces and line ends are kept only where the element says so."""
    keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<{prefix}t{keep}>{text_content(text)}</{prefix}t>"


class Place(NamedTuple):
    """Which cell is written, for messages."""

    file: str
    sheet: str
    cell: str

    def refused(self, code: str, **found: object) -> FillError:
        """The error that names this cell."""
        return FillError(code, file=self.file, sheet=self.sheet, cell=self.cell, **found)


def cell_xml(opening: str, prefix: str, value: Value, place: Place, *, epoch_1904: bool, kept: str = "") -> str:
    """The cell that begins with `opening` ('<c r="B4" s="3"'), holding `value`. `kept` is the formula it has already.

    Raises FillError: not_a_number, text_too_long, date_before_calendar, not_a_value, no_formula_to_keep.
    """
    if isinstance(value, Formula):
        return _formula_xml(opening, prefix, value, place, epoch_1904=epoch_1904, kept=kept)
    kind, content = typed(value, place, epoch_1904=epoch_1904)
    if kind == "text":
        inside = f"<{prefix}is>{text_element(content, prefix)}</{prefix}is>"
        return f'{opening} t="inlineStr">{inside}</{prefix}c>'
    if kind == "blank":
        return f"{opening}/>"
    return f"{opening}{_KINDS[kind]}><{prefix}v>{content}</{prefix}v></{prefix}c>"


_KINDS = {"number": "", "boolean": ' t="b"', "error": ' t="e"', "text": ' t="str"', "blank": ""}


def typed(value: object, place: Place, *, epoch_1904: bool) -> tuple[str, str]:
    """What a value is (number, boolean, error, text, blank) and how it is written."""
    kind = type(value)
    if kind is float:
        if not isfinite(value):  # type: ignore[arg-type]
            raise place.refused("not_a_number", value=value)
        return "number", repr(value)
    if value is None:
        return "blank", ""
    if kind is int:
        return "number", _whole(value, place)  # type: ignore[arg-type]
    if isinstance(value, bool):
        return "boolean", "1" if value else "0"
    if isinstance(value, ExcelError):
        return "error", value.value
    if isinstance(value, str):
        if len(value) >= SURELY_SHORT and len(value.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_TEXT:
            raise place.refused("text_too_long", length=len(value), longest=LONGEST_TEXT)
        return "text", str(value)
    if isinstance(value, date):
        if value != value:  # pandas' NaT is a datetime that equals nothing, itself included
            raise place.refused("not_a_number", value=value)
        try:
            return "number", repr(serial(value, epoch_1904=epoch_1904))
        except ValueError:
            raise place.refused("date_before_calendar", value=value.isoformat()) from None
    if isinstance(value, int):
        return "number", _whole(int(value), place)
    if isinstance(value, float):
        return typed(float(value), place, epoch_1904=epoch_1904)
    if getattr(getattr(value, "dtype", None), "kind", "-") in _NUMPY and getattr(value, "shape", None) == ():
        plain = value.item()  # type: ignore[attr-defined]
        if type(plain) in (int, float, bool, str):
            return typed(plain, place, epoch_1904=epoch_1904)
    raise place.refused("not_a_value", value=repr(value)[:80], kind=kind.__name__)


def _whole(value: int, place: Place) -> str:
    """A whole number; Excel keeps 15 digits, and a number of more would change silently."""
    if -(10**15) <= value <= 10**15:
        return repr(value)
    try:
        near = float(value)
    except OverflowError:
        raise place.refused("not_a_number", value=value) from None
    if int(near) != value:
        raise place.refused("number_too_long", value=value)
    return repr(near)


def _formula_xml(opening: str, prefix: str, value: Formula, place: Place, *, epoch_1904: bool, kept: str) -> str:
    if value.text is None:
        if not kept:
            raise place.refused("no_formula_to_keep")
        formula = kept
    else:
        if not value.text or len(value.text) > LONGEST_FORMULA or value.text.startswith("="):
            raise place.refused("not_a_formula", value=value.text[:60])
        formula = f"<{prefix}f>{text_content(value.text)}</{prefix}f>"
    kind, content = typed(value.cached, place, epoch_1904=epoch_1904)
    result = "" if kind == "blank" else f"<{prefix}v>{text_content(content)}</{prefix}v>"
    return f"{opening}{_KINDS[kind]}>{formula}{result}</{prefix}c>"
