"""Generated files: tables of hostile cells as csv, xlsx and parquet, mappings as TOML, and damage to their bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tomllib
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from hypothesis import strategies as st

from kpi_core.intake import Declared
from kpi_core.intake.layouts import shipped_layouts
from kpi_core.tables import Column

Rows = list[list[Any]]

_LISTS = tomllib.loads((Path(__file__).parent / "cells.toml").read_text(encoding="utf-8"))
HEADERS = tuple(_LISTS["headers"])
NASTY = (*_LISTS["cells"], "9" * 400, "A" * 5000)

_SOME_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
cells = st.one_of(st.sampled_from(NASTY), st.sampled_from(NASTY), _SOME_TEXT, st.integers(-(10**6), 10**6).map(str))
headers = st.one_of(st.sampled_from(HEADERS), st.sampled_from(HEADERS), st.sampled_from(HEADERS), _SOME_TEXT)

typed_cells = st.one_of(
    cells,
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2999, 1, 1)),  # noqa: DTZ001
    st.none(),
)


_LAYOUTS = tuple(layout for layout in shipped_layouts() if layout.canonical and layout.columns)
_PLAUSIBLE: dict[str, st.SearchStrategy[str]] = {
    "text": st.sampled_from([*_LISTS["names"], "1", "2", "3"]),
    "date": st.dates(dt.date(2023, 12, 30), dt.date(2024, 2, 3)).map("{0:%Y-%m-%d}".format),
    "number": st.integers(-3, 10**5).map(str),
    "flag": st.sampled_from(["kyllä", "ei", "true", "0"]),
}


def _likely(kind: str, column: Column | None, cell: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A cell that fits its column in five cases of six."""
    fitting = st.sampled_from(column.words) if column is not None and column.words else _PLAUSIBLE[kind]
    return st.one_of(*[fitting] * 5, cell)


@st.composite
def tables(draw: st.DrawFn, cell: st.SearchStrategy[Any] = cells) -> Rows:
    """A header and rows under it, sometimes ragged, repeated, or with lines above.

    Half of the headers are a layout's own, with cells that mostly mean something under them.
    """
    if draw(st.booleans()):
        heading = draw(st.lists(headers, min_size=1, max_size=9))
        row = st.lists(cell, min_size=len(heading), max_size=len(heading)).map(list)
    else:
        layout = draw(st.sampled_from(_LAYOUTS))
        columns = draw(st.permutations(list(layout.columns)))[:9]
        needed = [names[0] for names in (*layout.signature, *layout.needs)]
        columns += [name for name in needed if name in layout.columns and name not in columns]
        heading = [draw(st.sampled_from(layout.columns[column])) for column in columns]
        heading += [names[0] for names in layout.signature if names[0] not in heading]
        row = st.tuples(
            *(_likely(layout.kind(column), layout.fields.get(column), cell) for column in columns),
            *[cell] * (len(heading) - len(columns)),
        ).map(list)
    rows: Rows = draw(st.lists(row, max_size=14))
    width = len(heading)
    if draw(st.integers(0, 5)) == 0 and rows:
        rows[draw(st.integers(0, len(rows) - 1))] = draw(st.lists(cell, max_size=width + 2))
    if draw(st.integers(0, 7)) == 0:
        rows.insert(draw(st.integers(0, len(rows))), list(heading))
    above = draw(st.lists(st.lists(cell, max_size=2), max_size=2)) if draw(st.integers(0, 5)) == 0 else []
    return [*above, heading, *rows]


class Written(NamedTuple):
    """A whole file, how many records it has, and what a user would have to state to leave nothing to be guessed."""

    data: bytes
    records: int
    declared: Declared = Declared()


@st.composite
def csv_files(draw: st.DrawFn) -> Written:
    """A delimited file in some encoding."""
    rows = draw(tables())
    out = io.StringIO(newline="")
    ends, delimiter = draw(st.sampled_from(["\r\n", "\n"])), draw(st.sampled_from(";,\t|"))
    # a carriage return is quoted by the writer only where it ends lines
    quoting = csv.QUOTE_ALL if any("\r" in cell for row in rows for cell in row) else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=ends, quoting=quoting).writerows(rows)
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "cp850"]))
    data = out.getvalue().encode(encoding, errors="replace")
    return Written(data, len(rows), Declared(encoding=encoding, delimiter=delimiter))


@st.composite
def xlsx_files(draw: st.DrawFn, most_sheets: int = 2) -> Written:
    """A workbook in either date system; the records are those of its last sheet, of which nothing else is known."""
    out = io.BytesIO()
    records = 0
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": draw(st.booleans())}) as book:
        book.set_properties({"created": dt.datetime(2024, 1, 1)})  # noqa: DTZ001  the same draw, the same bytes
        days = book.add_format({"num_format": "d.m.yyyy"})
        for _ in range(draw(st.integers(1, most_sheets))):
            sheet = book.add_worksheet()
            rows = draw(tables(typed_cells))
            filled = [y for y, row in enumerate(rows, 1) if any(cell is not None for cell in row)]
            records = max(filled, default=0)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    if isinstance(cell, dt.datetime):
                        sheet.write_datetime(y, x, max(cell, dt.datetime(1904, 1, 2)), days)  # noqa: DTZ001
                    elif isinstance(cell, str):
                        sheet.write_string(y, x, cell)
                    elif cell is not None:
                        sheet.write(y, x, cell)
    return Written(out.getvalue(), records)


_COLUMN_TYPES: tuple[tuple[pa.DataType, st.SearchStrategy[Any]], ...] = (
    (pa.string(), cells),
    (pa.large_string(), cells),
    (pa.binary(), st.binary(max_size=8)),
    (pa.int64(), st.integers(-(2**62), 2**62)),
    (pa.uint8(), st.integers(0, 255)),
    (pa.float64(), st.floats()),
    (pa.float32(), st.floats(width=32)),
    (pa.bool_(), st.booleans()),
    (pa.decimal128(20, 2), st.decimals(-(10**9), 10**9, places=2).map(lambda d: Decimal(d))),
    (pa.date32(), st.dates()),
    (pa.timestamp("us"), st.datetimes()),
    (pa.timestamp("ns", "UTC"), st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))),  # noqa: DTZ001
    (pa.time64("us"), st.times()),
    (pa.duration("s"), st.timedeltas(dt.timedelta(0), dt.timedelta(days=9)).map(lambda t: dt.timedelta(t.days))),
    (pa.list_(pa.int64()), st.lists(st.integers(0, 9), max_size=2)),
    (pa.struct([("a", pa.int64())]), st.fixed_dictionaries({"a": st.integers(0, 9)})),
    (pa.dictionary(pa.int32(), pa.string()), cells),
    (pa.null(), st.none()),
)


@st.composite
def parquet_files(draw: st.DrawFn) -> Written:
    """A parquet file of columns of any type; the names count as a record."""
    height = draw(st.integers(0, 9))
    names = draw(st.lists(headers, min_size=1, max_size=6))
    columns = []
    for _ in names:
        kind, values = draw(st.sampled_from(_COLUMN_TYPES))
        column = draw(st.lists(st.none() | values, min_size=height, max_size=height))
        columns.append(pa.array(column, kind))
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, names=[name or "x" for name in names]), out)
    return Written(out.getvalue(), height + 1)


_KEYS, _WORDS = tuple(_LISTS["mapping_keys"]), tuple(_LISTS["mapping_words"])
_leaf = st.one_of(
    *(st.sampled_from(_WORDS), st.sampled_from(NASTY[:40]), st.integers(-5, 5), st.booleans(), st.dates()),
)
_value = st.recursive(
    _leaf,
    lambda deeper: st.lists(deeper, max_size=3) | st.dictionaries(st.sampled_from(_WORDS + _KEYS), deeper, max_size=3),
    max_leaves=6,
)
_SENSIBLE = {
    "name": "own",
    "system": "Own",
    "table": "opportunities",
    "signature": ["tunnus", "tila"],
    "columns": {"opportunity_id": ["tunnus"], "status": ["tila"], "value": ["arvo"]},
    "values": {"status": {"ok": "won"}},
}


@st.composite
def mapping_files(draw: st.DrawFn) -> bytes:
    """A mapping: a sensible one with some keys changed, or any TOML at all."""
    mapping: dict[str, Any] = dict(_SENSIBLE) if draw(st.booleans()) else {}
    mapping |= draw(st.dictionaries(st.sampled_from(_KEYS) | _SOME_TEXT, _value, max_size=3))
    return "\n".join(f"{_quoted(key)} = {_toml(value)}" for key, value in mapping.items()).encode("utf-8", "replace")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or c in '"\\\x7f' else c for c in text) + '"'


@st.composite
def damaged(draw: st.DrawFn, files: st.SearchStrategy[bytes]) -> bytes:
    """A file with bytes flipped, cut, doubled or put in; of a package, sometimes inside one of its parts."""
    data = draw(files)
    if data[:2] == b"PK" and draw(st.booleans()):
        return _repacked(draw, data)
    return _hurt(draw, data)


def _hurt(draw: st.DrawFn, data: bytes) -> bytes:
    hurt = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, 10**6)) * max(0, len(hurt) - 1) // 10**6
        way = draw(st.sampled_from(["flip", "cut", "double", "put"]))
        if way == "flip" and hurt:
            hurt[at] ^= 1 << draw(st.integers(0, 7))
        elif way == "cut":
            del hurt[at : at + draw(st.sampled_from([1, 7, 10**9]))]
        elif way == "double":
            hurt[at:at] = hurt[at : at + draw(st.integers(1, 40))]
        else:
            hurt[at:at] = draw(st.binary(min_size=1, max_size=6))
    return bytes(hurt)


def _repacked(draw: st.DrawFn, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as repacked:
        names = package.namelist()
        victim = draw(st.sampled_from(names))
        for name in names:
            part = package.read(name)
            repacked.writestr(name, _hurt(draw, part) if name == victim else part)
    return out.getvalue()
