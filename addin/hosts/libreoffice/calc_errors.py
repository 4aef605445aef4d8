"""Excel's errors <-> Calc's: a code on the way in, a number that is no number and carries the code on the way out.

Calc holds an error in a cell as a quiet NaN whose low 32 bits are the error's code; a component that returns such a NaN
shows the error itself, so IFERROR, ISNA and ERROR.TYPE see what they see in Excel.
"""

from __future__ import annotations

from struct import pack, unpack

CODES = {
    "#NUM!": 503,
    "#VALUE!": 519,
    "#NULL!": 521,
    "#REF!": 524,
    "#NAME?": 525,
    "#DIV/0!": 532,
    "#N/A": 32767,
}
_TEXTS = {code: text for text, code in CODES.items()}
_QUIET_NAN = 0x7FF8_0000_0000_0000


def error_text(code: int) -> str:
    """The Excel error that a Calc error's code means; Calc's own others (Err:502, ...) are #VALUE!."""
    return _TEXTS.get(code, "#VALUE!")


def error_number(text: str) -> float:
    """The number that Calc shows as this error."""
    number: float = unpack("<d", pack("<Q", _QUIET_NAN | CODES[text]))[0]
    return number


def error_of_number(number: float) -> str:
    """The Excel error that a NaN out of Calc means."""
    return error_text(unpack("<Q", pack("<d", number))[0] & 0xFFFF_FFFF)
