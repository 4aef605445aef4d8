"""Canonical tables written as small text tables inside a test, the way a person would jot them down.

    opportunities('''
        id  status  closed      value
        1   won     2026-05-04  1000
        2   open    -           -
    ''')

A dash is a blank. Short heads stand for the canonical columns (id, closed, ...).
"""

from __future__ import annotations

import pandas as pd

from kpi_core.tables import COLUMNS, TableName, conform


def rows(table: TableName, text: str) -> pd.DataFrame:
    head, *lines = [line.split() for line in text.strip().splitlines()]
    data = [dict(zip(head, line, strict=True)) for line in lines]
    frame = pd.DataFrame(data, columns=head).replace("-", None)
    columns = COLUMNS[table]
    named = {}
    for short in frame:
        name = _long(str(short), table)
        values = frame[short]
        if columns[name].kind == "flag":
            values = values.map({"yes": True, "no": False})
        elif columns[name].kind == "number":
            values = pd.to_numeric(values)
        named[name] = values
    return conform(table, pd.DataFrame(named))


def _long(short: str, table: TableName) -> str:
    columns = COLUMNS[table]
    singular = {"opportunities": "opportunity"}.get(table, table.removesuffix("s"))
    for name in (short, f"{short}_on", f"{singular}_{short}"):
        if name in columns:
            return name
    raise KeyError(f"{short} is no column of {table}")


def opportunities(text: str) -> pd.DataFrame:
    return rows("opportunities", text)


def meetings(text: str) -> pd.DataFrame:
    return rows("meetings", text)


def contacts(text: str) -> pd.DataFrame:
    return rows("contacts", text)
