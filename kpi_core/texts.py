"""Every sentence a person reads, in Finnish and English, kept as data beside the code.

A text file is TOML whose leaves are `{ fi = "...", en = "..." }`; a dotted key names a leaf.
A sentence may hold `{placeholders}`, filled when it is shown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, get_args

Language = Literal["fi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Text(NamedTuple):
    """One sentence in both languages."""

    fi: str
    en: str

    def show(self, language: Language, **found: object) -> str:
        """The sentence in `language`, its placeholders filled from `found`; a day as the language writes it."""
        sentence = self.fi if language == "fi" else self.en
        if not found:
            return sentence
        return sentence.format(**{name: _shown(value, language) for name, value in found.items()})


def day(of: date, language: Language) -> str:
    """A day: 31.12.2017 and 2017-12-31."""
    return f"{of.day}.{of.month}.{of.year}" if language == "fi" else f"{of.year:04}-{of.month:02}-{of.day:02}"


def moment(of: datetime, language: Language) -> str:
    """A day and its time: 31.12.2017 09:05 and 2017-12-31 09:05."""
    return f"{day(of, language)} {of:%H:%M}"


def _shown(value: object, language: Language) -> object:
    # pandas' NaT is a date too, of no year
    return day(value, language) if isinstance(value, date) and isinstance(value.year, int) else value


def is_text(leaf: object) -> bool:
    """Whether a TOML value is a sentence in both languages (it may carry further keys)."""
    return isinstance(leaf, Mapping) and all(isinstance(leaf.get(language), str) for language in LANGUAGES)


def texts(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Text]:
    """The sentences of a TOML tree by dotted key."""
    found: dict[str, Text] = {}
    for key, leaf in tree.items():
        name = f"{prefix}{key}"
        if is_text(leaf):
            found[name] = Text(leaf["fi"], leaf["en"])
        elif isinstance(leaf, Mapping):
            found |= texts(leaf, f"{name}.")
    return found


@cache
def load_texts(package: str, file: str) -> dict[str, Text]:
    """The sentences of one text file of a package, by dotted key, e.g. `load_texts("kpi_core.texts", "errors.toml")`.

    Raises FileNotFoundError or tomllib.TOMLDecodeError: a defect of the program, never of the user's data.
    """
    source = files(package).joinpath(file).read_text(encoding="utf-8")
    return texts(tomllib.loads(source))
