"""What a file's word means: a layout's own words go before the general lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from kpi_core.folding import folded_word
from kpi_core.intake.source import Word


def meaning_of(word: str, own: Mapping[str, str], general: Mapping[str, str]) -> str | None:
    """The meaning of one word: the layout's exact words, then its wildcards in order, then the general list."""
    folded = folded_word(word)
    exact = {folded_word(pattern): meaning for pattern, meaning in own.items() if "*" not in pattern}
    if folded in exact:
        return exact[folded]
    lower = word.casefold()
    for pattern, meaning in own.items():
        if "*" in pattern and fnmatchcase(lower, pattern.casefold()):
            return meaning
    return general.get(folded)


def meanings(
    column: str, words: pd.Series[Any], own: Mapping[str, str], general: Mapping[str, str]
) -> tuple[pd.Series[Any], tuple[Word, ...]]:
    """Each row's meaning (blank where the word is blank or unknown) and the file's words with their counts."""
    counts = words.dropna().value_counts()
    known = {word: meaning_of(str(word), own, general) for word in counts.index}
    listed = tuple(Word(column, str(word), known[word], int(count)) for word, count in counts.items())
    found = words.map({word: meaning for word, meaning in known.items() if meaning is not None})
    return found.astype("str"), listed


def is_any_of(words: pd.Series[Any], patterns: Sequence[str]) -> pd.Series[bool]:
    """Which rows hold one of the words (folded; * matches anything)."""
    wanted = dict.fromkeys(patterns, "yes")
    hits = [word for word in words.dropna().unique() if meaning_of(str(word), wanted, {})]
    return words.isin(hits)
