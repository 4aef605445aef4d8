"""Vocabularies: what a word of an export or of a cell means, in Finnish and English. The lists are in words.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from kpi_core.folding import folded_word


@cache
def vocabulary(name: str) -> Mapping[str, str]:
    """Folded word -> meaning, for one list of words.toml, e.g. `status`."""
    return {folded_word(word): meaning for meaning, words in _lists()[name].items() for word in words}


@cache
def word_list(name: str) -> frozenset[str]:
    """The folded words of a list without meanings, e.g. `no_decision`."""
    return frozenset(folded_word(word) for word in _lists()["lists"][name])


@cache
def signs(name: str) -> frozenset[str]:
    """A list's entries as written, for what folding would erase, e.g. "-" or "#N/A"."""
    return frozenset(_lists()["signs"][name])


def spellings(name: str, meaning: str) -> tuple[str, ...]:
    """The words of one meaning as the list spells them, e.g. those of `status` that mean `won`."""
    return tuple(_lists()[name][meaning])


@cache
def _lists() -> Mapping[str, Any]:
    return tomllib.loads(files("kpi_core").joinpath("words.toml").read_text(encoding="utf-8"))
