"""Arguments such as people leave in sheets: generated, and the same for the same seed on every host and machine.

    for name, raw in generated(10_000, seed=1): FUNCTIONS[name].call(*raw)

Values are those of JSON (None, booleans, numbers, texts) and days; a range is a list of rows. A host that cannot hand
over days as such may hand over their day numbers.
"""

# ruff: noqa: DTZ001  cells have no time zone
from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from addin.functions import FUNCTIONS
from addin.worksheet import Argument, WorksheetFunction

_ERRORS = [
    "#DIV/0!",
    "#N/A",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#JAKO/0!",
    "#PUUTTUU!",
    "#ARVO!",
]
_BLANKS = [None, None, "", " ", "-", "\N{NO-BREAK SPACE}"]
_NUMBERS = [
    0,
    1,
    2,
    7,
    20,
    0.0,
    0.25,
    0.4,
    1.0,
    2.5,
    40,
    1234.5,
    15000,
    -3,
    -0.5,
    1e-9,
    1e12,
    1e308,
    -1e308,
    5e-324,
    2**53,
]
_SHARES = [0, 1, 0.25, 0.4, 0.75, 0.025, 0.9, 20, 50]
_NUMBER_TEXTS = [
    "12 000 €", "1\N{NO-BREAK SPACE}234,50 €", "0,25", "2,5 %", "1.234", "1,234.5", "1.234,5", "-5", "(1,250.00)",
    "EUR 12", "5 000 $", "12.5", "1e400", "1e3", "١٢", "1 23", "0x10", "inf", "nan", "½",
]  # fmt: skip
_STATUS = [
    "won",
    "lost",
    "open",
    "Voitettu",
    "hävitty",
    "suljettu, voitettu",
    "CLOSED LOST",
    "avoin",
    "ei päätöstä",
    "tarjous",
]
_OUTCOME = ["held", "pidetty", "ei saapunut", "no-show", "peruttu", "siirretty", "sovittu", "Käyty", "rescheduled"]
_REACHED = ["reached", "ei vastannut", "tavoitettu", "kyllä", "no", "busy", "varattu"]
_TRUTH = [True, False, 1, 0, 1.0, "TRUE", "EPÄTOSI", "1"]
_NAMES = ["Aino", "aino ", "Berg Oy", "Čapek", "O'Hara", "  ", "Ek & Co", 17, "Åberg"]
_DAYS = [
    date(2026, 5, 1), date(2026, 5, 14), datetime(2026, 5, 29, 22, 30), 46143, 46143.75, 46150, 1, 59, 60, 61, 2958465,
    "2026-05-04", "4.5.2026", "2026-05-04T08:00:00Z", "29.2.2027", "5/4/2026", "huomenna", 0, -1, 3e6,
]  # fmt: skip
_HEADERS = ["Tila", "Status", "Won", "Sulkemispäivä", "Arvo", "Yritys", "Name", "Päivä", "?"]
_CRITERIA = [
    "Aino",
    "a*",
    "?ino",
    "~*",
    ">=5",
    "<=0,5",
    "<>won",
    "=",
    "<>",
    "",
    ">",
    "*",
    ">=1.5.2026",
    "=#N/A",
    "TOSI",
    "[",
    "\\",
]
_CHOICES = [
    "mean",
    "mediaani",
    "p90",
    "iso",
    "kalenteri",
    "fi",
    "en",
    "suomi",
    "start",
    "seller",
    "myyjä",
    "x",
    "ÄÖ",
    "",
]
_KPIS = [
    "WINRATE",
    "win_rate",
    "Myyntisykli",
    "LTV:CAC",
    "Show rate",
    "SALESCYCLE",
    "cac",
    "pipeline value",
    "xyz",
    "",
    "ltv",
]
_PERIODS = [
    "2026-05",
    "2026-W19",
    "2026-Q2",
    "2026",
    2026,
    "all",
    "2026-13",
    "2026-04..2026-05",
    46143,
    "1.5.2026",
    "",
    "9999",
]
_ODD = ["x" * 300, "=1+1", "\x00", "🙂", "'quote\"", "\n", "a\tb", 10**30, "<b>&amp;</b>", "#", "#hello"]
_POOLS: dict[str, list[Any]] = {
    "outcomes": [*_STATUS, *_TRUTH],
    "reached": [*_REACHED, *_TRUTH],
    "values": [1000, 2500.5, "12 000 €", "1\N{NO-BREAK SPACE}234,50 €", 0, 5e5],
    "probabilities": [0.1, 0.5, 1, 0, "50 %"],
    "kpi": [*_KPIS, *_KPIS[:8]],
    "by": ["myyjä", "seller", "tiimi", "client", "tuote", "x", ""],
    "period": _PERIODS,
    "from_on": [date(2026, 5, 1), 46143, "1.5.2026", date(2026, 1, 1)],
    "to_on": [date(2026, 5, 31), 46173, "2026-05-31", datetime(2026, 6, 30, 12)],
}
_OF_MEETINGS = {"SHOWRATE", "MEETINGTOOFFER", "MEETINGSPERWEEK"}
_EVERYTHING = [
    *_ERRORS,
    *_BLANKS,
    *_NUMBERS,
    *_NUMBER_TEXTS,
    *_STATUS,
    *_OUTCOME,
    *_TRUTH,
    *_NAMES,
    *_DAYS,
    *_HEADERS,
    *_ODD,
]
_WORDS = {"statistic", "week", "language", "payment"}
_LISTS = {"contacts", "meetings", "offers", "customers"}
_SLOW, _SLOW_SHARE = "KPITABLE", 0.005  # it loads tables


def generated(n: int, seed: int) -> list[tuple[str, tuple[Any, ...]]]:
    """`n` calls: a function's name and its raw arguments. The first `m` of them are those of a smaller `n`."""
    chance = random.Random(seed)
    quick = [name for name in FUNCTIONS if name != _SLOW]
    calls = []
    for _ in range(n):
        name = _SLOW if chance.random() < _SLOW_SHARE else chance.choice(quick)
        calls.append((name, _arguments(FUNCTIONS[name], chance)))
    return calls


def _arguments(function: WorksheetFunction, chance: random.Random) -> tuple[Any, ...]:
    size = chance.choice([1, 2, 3, 5, 8, 20]), chance.choice([1, 1, 1, 1, 2])
    wild = chance.random() < 0.15  # anything anywhere
    totals = chance.random() < 0.2  # single numbers in place of ranges
    raw: list[Any] = []
    single = [it for it in function.arguments if it.kind != "repeating"]
    for argument in single:
        if argument.optional and chance.random() < 0.5:
            raw.append(None)
        else:
            pool = _EVERYTHING if wild else _pool(function, argument, chance, totals=totals)
            raw.append(_argument(argument, pool, size, chance, totals=totals))
    if len(single) < len(function.arguments):
        for _ in range(chance.choice([0, 0, 0, 1, 2])):
            raw.append(_range(_NAMES + _NUMBERS, size, chance))
            raw.append(chance.choice([*_CRITERIA, *_NUMBERS, None, True, date(2026, 5, 1)]))
    elif chance.random() < 0.3:
        while raw and raw[-1] is None:  # Excel may leave the last ones out altogether
            raw.pop()
    return tuple(raw)


def _pool(function: WorksheetFunction, argument: Argument, chance: random.Random, *, totals: bool) -> list[Any]:
    if argument.kind == "range" and totals:
        return [0, 1, 5, 20, 30, 1000, "12 000 €", "0,25", -1]
    if argument.name == "outcomes" and function.name in _OF_MEETINGS:
        return [*_OUTCOME, *_TRUTH]
    if argument.name in _WORDS:
        return _CHOICES
    if argument.name in _LISTS and function.name != "MEETINGSPERWEEK":
        return _NAMES
    if argument.name in _POOLS and chance.random() < 0.9:
        return _POOLS[argument.name]
    if argument.name.endswith("_on") or argument.name == "meetings":
        return _DAYS[:6] if chance.random() < 0.8 else _DAYS
    return _SHARES if chance.random() < 0.7 else [*_NUMBERS, *_NUMBER_TEXTS]


def _argument(
    argument: Argument, pool: list[Any], size: tuple[int, int], chance: random.Random, *, totals: bool
) -> Any:
    if argument.name == "table":
        return _table(chance)
    if argument.kind == "value" or totals:
        odd = [None, chance.choice(_ERRORS), chance.choice(_ODD)]
        return chance.choice(odd if chance.random() < 0.05 else pool)
    return _range(pool, size, chance)


def _range(pool: list[Any], size: tuple[int, int], chance: random.Random) -> list[list[Any]]:
    """A range, mostly of the asked size, with a header, blanks, and now and then an error or an odd cell."""
    height, width = size
    if chance.random() < 0.03:
        height += 1
    if chance.random() < 0.02:
        height, width = width, height
    cell: Callable[[], Any] = lambda: chance.choice(_BLANKS) if chance.random() < 0.1 else chance.choice(pool)  # noqa: E731
    rows = [[cell() for _ in range(width)] for _ in range(height)]
    if height > 1 and width == 1 and chance.random() < 0.4:
        rows[0] = [chance.choice(_HEADERS)]
    if chance.random() < 0.06:
        rows[chance.randrange(height)][0] = chance.choice([*_ERRORS, *_ODD])
    return rows


def _table(chance: random.Random) -> list[list[Any]]:
    columns: dict[str, list[Any]] = {
        "Tila": _STATUS,
        "Sulkemispäivä": [46143, 46150, date(2026, 5, 4), datetime(2026, 5, 6, 9)],
        "Myyjä": ["Aino", "Eero", None],
        "Arvo": [1000, 2500.5, "12 000 €", None],
    }
    heads = [head for head in columns if chance.random() < 0.9] or ["Tila"]
    rows = [[chance.choice(columns[head]) for head in heads] for _ in range(chance.randrange(1, 8))]
    if chance.random() < 0.15:
        rows[0][0] = chance.choice([*_ERRORS, *_ODD])
    return [heads if chance.random() < 0.95 else [chance.choice(_ODD) for _ in heads], *rows]
