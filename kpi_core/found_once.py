"""What is found out of a table once and asked for often: by every group, of every period.

Canonical tables are never changed in place, so what was found of one holds as long as it lives; it is dropped with it.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import pandas as pd

T = TypeVar("T")
_KEPT: dict[tuple[Hashable, ...], tuple[tuple[weakref.ref[Any], ...], Any]] = {}


def found_once(find: Callable[..., T], *tables: pd.DataFrame, by: tuple[Hashable, ...] = ()) -> T:
    """`find(*tables, *by)`, found the first time for these very tables."""
    key = (find, *map(id, tables), *by)
    known = _KEPT.get(key)
    if known is not None and all(ref() is table for ref, table in zip(known[0], tables, strict=True)):
        found: T = known[1]
        return found
    found = find(*tables, *by)
    _KEPT[key] = tuple(weakref.ref(table, lambda _: _KEPT.pop(key, None)) for table in tables), found
    return found
