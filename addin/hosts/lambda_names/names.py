"""The LAMBDA names as a workbook stores them: =KPI.WINRATE(B2:B99) in Excel 365, no add-in needed.

The formulas are data (formulas.toml), the outcome words those of the intake (kpi_core/words.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from addin.ooxml.defined_names import NewName
from kpi_core.texts import Language, Text
from kpi_core.words import signs, spellings

PREFIX = "KPI."
_PIECE = re.compile(r"\$(\w+)")
_TOKEN = re.compile(r'"(?:[^"]|"")*"|\[([a-z_]+)\]|[A-Z][A-Z.]+(?=\()|[a-z_]+')

# Functions newer than the file format: a file names them so that an older Excel knows that it does not know them.
_NEW = {"LAMBDA", "LET", "ISOMITTED", "MAP", "REDUCE"}


def lambda_names(language: Language) -> tuple[NewName, ...]:
    """Every name with its formula as files store it, and its help in `language`."""
    return tuple(NewName(f"{PREFIX}{name}", stored(typed(name)), comment(name).show(language)) for name in _formulas())


def comment(name: str) -> Text:
    """What a name gives: Excel shows it as one types the name."""
    told = _formulas()[name]["comment"]
    return Text(told["fi"], told["en"])


def typed(name: str) -> str:
    """A name's formula as one would type it in English Excel, without the leading =."""
    return " ".join(_filled(name, _formulas()[name]["formula"]).split())


def stored(formula: str) -> str:
    """The same as a file stores it: spaces out, new functions and the formula's own names prefixed.

    Source: Excel's own files; [MS-XLSX] 2.2.2 (future functions: _xlfn.), and for parameters _xlpm. and _xlop.

    >>> stored("LAMBDA(won, [lost], IF(ISOMITTED(lost), won, won/lost))")
    '_xlfn.LAMBDA(_xlpm.won,_xlop.lost,IF(_xlfn.ISOMITTED(_xlpm.lost),_xlpm.won,_xlpm.won/_xlpm.lost))'
    """
    return "".join(_stored_pieces(formula))


def _stored_pieces(formula: str) -> Iterator[str]:
    at = 0
    for token in _TOKEN.finditer(formula):
        yield formula[at : token.start()].replace(" ", "")
        text = token[0]
        if text.startswith('"'):
            yield text
        elif token[1]:
            yield f"_xlop.{token[1]}"
        elif text[0].isupper():
            yield f"_xlfn.{text}" if text in _NEW else text
        else:
            yield f"_xlpm.{text}"
        at = token.end()
    yield formula[at:].replace(" ", "")


def _filled(name: str, formula: str) -> str:
    """The formula with its pieces and its lists of words put in."""
    table = _formulas()[name]
    lists = {key: _words(spec) for key, spec in table.get("words", {}).items()}
    lists |= {
        "none": table.get("none", ""),
        "true": _array([True, 1, *spellings("truth", "yes")]),
        "false": _array([False, 0, *spellings("truth", "no")]),
        # COUNTIF takes a criterion of digits for a number, and a row of zeros is a CRM's blank id, not an outcome.
        "blank": _array(sorted(sign for sign in signs("blank") if not sign.isdigit())),
    }
    pieces = lists | _sources()["pieces"]
    while _PIECE.search(formula):
        formula = _PIECE.sub(lambda found: str(pieces[found[1]]).strip(), formula)
    return formula


def _words(lists: str) -> str:
    return _array(word for key in lists.split() for word in spellings(*key.split(".")))


def _array(values: Iterable[object]) -> str:
    """An array constant; Excel compares without regard to case, so each word stands in it once."""
    return "{" + ",".join(dict.fromkeys(map(_constant, values))) + "}"


def _constant(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return '"' + value.casefold().replace('"', '""') + '"' if isinstance(value, str) else str(value)


@cache
def _sources() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("formulas.toml").read_text(encoding="utf-8"))


def _formulas() -> Mapping[str, Any]:
    return {name: table for name, table in _sources().items() if name != "pieces"}
