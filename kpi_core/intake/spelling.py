"""One spelling of a seller's name in all tables: "ann  berg" in the absences is the Ann Berg of the meetings."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from kpi_core.tables import TableName

_LONGEST = 200  # letters: a longer text is no name, and composing its letters may take quadratic time
# Embeddings, overrides and isolates: in a report they would turn the words around the name.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_spelling(tables: Mapping[TableName, pd.DataFrame]) -> dict[TableName, pd.DataFrame]:
    """The tables with every seller written one way: as in the list of sellers, else as most often.

    Names that differ in case, spaces and what cannot be seen (composed or decomposed letters, marks without width)
    are one; any other difference is another person. Signs that turn the direction of the text after them are left out.
    """
    counted: Counter[str] = Counter()
    for rows in tables.values():
        if "seller" in rows:
            counted.update(rows["seller"].dropna())
    other = respelt(counted, tables["sellers"]["seller"].dropna())
    if not other:
        return dict(tables)
    return {
        table: rows.assign(seller=rows["seller"].replace(other)) if "seller" in rows else rows
        for table, rows in tables.items()
    }


def respelt(counted: Counter[str], listed: Iterable[str], more: Iterable[str] = ()) -> dict[str, str]:
    """The names that are written another way: as listed, else as most often; `more` decide nothing themselves."""
    spelling: dict[str, str] = {}
    for name in [*dict.fromkeys(listed), *(name for name, _ in counted.most_common())]:
        spelling.setdefault(_folded(name), _written(name))
    met = {name: spelling.get(_folded(name), name) for name in (*counted, *more)}
    return {name: written for name, written in met.items() if written != name}


def _written(name: str) -> str:
    return _TURNING.sub("", _composed(name)) or name


def _folded(name: str) -> str:
    seen = "".join(sign for sign in _composed(name) if unicodedata.category(sign) != "Cf")
    return " ".join((seen or name).casefold().split())


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name) if len(name) <= _LONGEST else name
