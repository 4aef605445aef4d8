"""Numbers and days as a Finnish or an English reader writes them: 23,6 % and 23.6%, 1 234,5 and 1,234.5."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from kpi_core.texts import LANGUAGES, Language, Text

Unit = Literal["ratio", "multiple", "count", "per_week", "days", "months", "money", "number"]

_DECIMALS: Mapping[Unit, int] = {
    "ratio": 1,
    "multiple": 2,
    "count": 0,
    "per_week": 2,
    "days": 1,
    "months": 1,
    "money": 0,
    "number": 1,
}
SUFFIX: Mapping[Unit, Text] = {
    "ratio": Text("\N{NO-BREAK SPACE}%", "%"),
    "multiple": Text("x", "x"),
    "days": Text("\N{NO-BREAK SPACE}pv", "\N{NO-BREAK SPACE}days"),
    "months": Text("\N{NO-BREAK SPACE}kk", "\N{NO-BREAK SPACE}months"),
}
_NONE = Text("", "")
_LONGEST_SIGN = 24  # letters behind an amount: a currency cell may hold any text, and Excel's formats are short


def figure(value: float, unit: Unit, language: Language, currency: str = "") -> str:
    """A value of a unit in words: at most the unit's decimals, trailing zeros dropped."""
    money = f"\N{NO-BREAK SPACE}{sign(currency)}" if unit == "money" and currency else ""
    return _digits(value, unit, language) + SUFFIX.get(unit, _NONE).show(language) + money


def exact(amount: float, language: Language, currency: str = "") -> str:
    """An amount to the cent, whole numbers without decimals; behind it the currency, where it is money."""
    digits = f"{amount:,.0f}" if float(amount).is_integer() else f"{amount:,.2f}"
    return _written(digits, language) + (f"\N{NO-BREAK SPACE}{sign(currency)}" if currency else "")


def sign(currency: str) -> str:
    """What stands behind an amount: the euro's sign, of other currencies the code or name, of prose its beginning."""
    named = "€" if currency == "EUR" else currency
    return named if len(named) <= _LONGEST_SIGN else f"{named[: _LONGEST_SIGN - 1]}…"


def span(low: float, high: float, unit: Unit, language: Language) -> str:
    """Two values of one unit, the unit written once: 20–40 %."""
    return f"{_digits(low, unit, language)}–{figure(high, unit, language)}"


def fill(text: Text, found: Mapping[str, object]) -> Text:
    """A sentence with its placeholders filled in each language; what is named `share` is shown in percent."""
    return _filled(text, tuple(found.items())) if found else text


@lru_cache(maxsize=4096)
def _filled(text: Text, found: tuple[tuple[str, object], ...]) -> Text:
    """Many readings of a run say the same."""
    return Text(*(text.show(lang, **{name: _words(name, value, lang) for name, value in found}) for lang in LANGUAGES))


def _digits(value: float, unit: Unit, language: Language) -> str:
    number = value * 100 if unit == "ratio" else value
    digits = f"{number:,.{_DECIMALS[unit]}f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return _written(digits, language)


def _written(digits: str, language: Language) -> str:
    """Digits as a language groups and points them."""
    if language == "en":
        return digits
    return digits.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",").replace("-", "\N{MINUS SIGN}")


def _words(name: str, value: object, language: Language) -> object:
    if isinstance(value, Text):
        return value.show(language)
    if isinstance(value, int | float):
        return figure(value, "ratio" if name == "share" else "number", language)
    return value
