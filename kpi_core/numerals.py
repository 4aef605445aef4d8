"""How a number is written: "-1 054,00 €", "EUR 12", "74 %"; its decimal separator is proven, never guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kpi_core.words import signs

Separator = Literal[",", "."]

SPACES = r"[\s\u00a0\u202f\u2009'’]"
SPACED = r"^\d{1,3}(?: \d{3})+(?:[.,]\d*)?$"
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
LONGEST = 64  # characters: a longer cell is prose, and no pattern is tried on it
MINUS = ("-", "−", "–", "(")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that stood as text, and its currency ("" where none was written)."""

    value: float
    currency: str


@cache
def money() -> str:
    """The pattern of sign, digits, currency; other letters make no number. Possessive: time grows with length alone."""
    names = "|".join([*sorted(signs("currency")), *(re.escape(sign) for sign in CURRENCIES)])
    return (
        rf"^(?i:(?P<before>{names}))?\s*+(?P<sign>[-+−–(]?)\s*+(?i:(?P<before2>{names}))?\s*+"
        r"(?P<body>[.,\s\u00a0\u202f\u2009'’]*+\d[\d.,]*+(?:[\s\u00a0\u202f\u2009'’]++[.,]*+\d[\d.,]*+)*+"
        r"(?:[eE][-+]?\d++)?)\s*+\)?\s*+"
        rf"(?i:(?P<after>{names}|%))?$"
    )


def currency_of(sign: str) -> str:
    """A currency's code: "€" and "eur" are EUR."""
    return CURRENCIES.get(sign, sign.upper())


def decimal_of(body: str) -> Separator | Literal["?"]:
    """Which separator this number proves to be the decimal one: "," or "."; "?" where it may be either."""
    commas, dots, spaces = body.count(","), body.count("."), body.count(" ")
    if commas and dots:
        return "," if body.rfind(",") > body.rfind(".") else "."
    if commas > 1:
        return "."
    if dots > 1:
        return ","
    separator: Separator = "," if commas else "."
    whole, fraction = body.split(separator)
    if "e" in body.lower() or len(fraction) != 3 or spaces or len(whole) > 3 or whole.startswith("0") or not whole:
        return separator
    return "?"


def grouped_by_three(grouping: str, decimal: str) -> str:
    """The pattern of digits that `grouping` divides by three before the decimal separator."""
    return r"^\d{1,3}(?:" + ("\\" + grouping) + r"\d{3})+(?:" + ("\\" + decimal) + r"\d*)?$"


def separators(texts: Iterable[str]) -> set[Separator | Literal["?"]]:
    """What the numbers among some texts prove about their decimal separator, "?" where one of them may be either."""
    bodies = [parts[0] for parts in map(_apart, texts) if parts is not None]
    return {decimal_of(body) for body in bodies if "," in body or "." in body}


def numeral(text: str, decimal: Separator | None = None) -> Numeral | None:
    """The number that a text is; None where it is none, or where only a declared `decimal` could tell its size.

    Percentages become shares. Source of the rule: definitions.md D2.

    >>> numeral("-1 234,50 €")
    Numeral(value=-1234.5, currency='EUR')
    >>> numeral("1.234") is None, numeral("1.234", ",")
    (True, Numeral(value=1234.0, currency=''))
    """
    parts = _apart(text)
    if parts is None:
        return None
    body, negative, currency, percent = parts
    if "," in body or "." in body:
        proven = decimal_of(body)
        decimal = decimal or (None if proven == "?" else proven)
        if decimal is None:
            return None
        grouping = "." if decimal == "," else ","
        digits = body.replace(" ", "")
        if grouping in digits and not re.match(grouped_by_three(grouping, decimal), digits):
            return None
        body = digits.replace(grouping, "").replace(decimal, ".")
    try:
        value = float(body.replace(" ", ""))
    except ValueError:
        return None
    if math.isinf(value):  # 1e400 is no amount
        return None
    value = -value if negative else value
    return Numeral(value / 100 if percent else value, currency)


def _apart(text: str) -> tuple[str, bool, str, bool] | None:
    """Digits with their separators, minus, currency, percent; None where the text is no number."""
    bare = text.strip()
    found = re.match(money(), bare) if len(bare) <= LONGEST else None
    if found is None:
        return None
    body = re.sub(SPACES, " ", found["body"]).strip()
    if (" " in body and not re.match(SPACED, body)) or (found["sign"] == "(") != (")" in text):
        return None
    percent = found["after"] == "%"
    sign = found["before"] or found["before2"] or ("" if percent else found["after"]) or ""
    return body, found["sign"] in MINUS, currency_of(sign), percent
