"""Words that choose how a figure is computed, in Finnish and English: the lists are in words.toml."""

from __future__ import annotations

from typing import Literal, cast

from kpi_core.columns.errors import ColumnError
from kpi_core.folding import folded_word
from kpi_core.periods import Week
from kpi_core.texts import Language
from kpi_core.totals import Statistic
from kpi_core.words import vocabulary


def chosen(name: str, word: str, default: str) -> str:
    """The meaning of a word in a list; the default where it is blank. Raises ColumnError where it is unknown."""
    if not word:
        return default
    known = vocabulary(name)
    if (found := known.get(folded_word(word))) is None:
        raise ColumnError("unknown_choice", found=word, known=", ".join(dict.fromkeys(known.values())))
    return found


def chosen_statistic(word: str) -> Statistic:
    """Median unless told otherwise."""
    return cast("Statistic", chosen("statistic", word, "median"))


def chosen_week(word: str) -> Week:
    """Working weeks unless told otherwise."""
    return cast("Week", chosen("week", word, "working"))


def chosen_payment(word: str) -> Literal["end", "start"]:
    """At the month's end unless told otherwise."""
    return cast('Literal["end", "start"]', chosen("payment", word, "end"))


def chosen_language(word: str) -> Language:
    """Finnish unless told otherwise: a cell must say the same on every machine, whatever its own language."""
    return cast("Language", chosen("language", word, "fi"))
