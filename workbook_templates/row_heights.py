"""How high a row must be for wrapped text: viewers and printers do not all work it out themselves."""

from __future__ import annotations

# Widths of Arial's letters in thousandths of the font size; what is not named is as wide as a digit.
_NARROW = dict.fromkeys("iljI.,:;'|! \N{NO-BREAK SPACE}", 270) | dict.fromkeys("ftr()[]-/", 320)
_WIDE = dict.fromkeys("mMW%@", 870) | dict.fromkeys("wABCDEFGHKNOPQRSUVXYZÄÖÅ–→≤", 710)
_DIGIT = 556
_WIDTHS = _NARROW | _WIDE
_BOLD = 1.08
_SAFE = 1.04  # screens and printers round letters differently
_LEADING = 1.28


def height(text: str, column_width: float, size: float, bold: bool) -> float:
    """The height [points] of `text` wrapped in a column that is `column_width` digits of a 10-point font wide."""
    room = column_width * 10 * _DIGIT / 1000
    lines = sum(_lines(line, room, size * _SAFE * (_BOLD if bold else 1)) for line in text.split("\n"))
    return lines * size * _LEADING + 3


def _lines(text: str, room: float, size: float) -> int:
    lines, used = 1, 0.0
    for word in text.split(" "):
        length = sum(_WIDTHS.get(letter, _DIGIT) for letter in word) * size / 1000
        space = _WIDTHS[" "] * size / 1000 if used else 0.0
        if used and used + space + length > room:
            lines, used = lines + 1, length
        else:
            used += space + length
        while used > room:  # a word longer than the line breaks anywhere
            lines, used = lines + 1, used - room
    return lines
