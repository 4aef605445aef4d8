"""`python -m benchmarks.made_log ROWS FILE`: an invented log of opportunities as parquet, the same one for a seed.

200 sellers of an invented Finnish firm, opportunities begun from June 2023 to December 2025 in the order of their ids,
about a tenth of them open, in the columns that a CRM's export has: more of them than a scorecard reads.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SELLERS = 200
ROW_GROUP = 250_000
FIRST, LAST = np.datetime64("2023-06-01"), np.datetime64("2025-12-31")

_FIRST_NAMES = (
    *("Aino", "Eero", "Helmi", "Ilmari", "Kerttu", "Lauri", "Maija", "Niilo"),
    *("Oili", "Paavo", "Raili", "Seppo", "Tuulia", "Urho", "Venla", "Yrjö"),
)
_LAST_NAMES = (
    *("Aaltola", "Haavikkala", "Hirvimäki", "Kaislaranta", "Korpivaara", "Lehtisaari", "Mansikkaoja", "Niittykoski"),
    *("Pihlajarinne", "Rautalampila", "Suopursu", "Talvimaa", "Vanamola"),
)
_PLACES = ("Harju", "Jokela", "Kallio", "Koivu", "Lahti", "Metsä", "Niemi", "Pelto", "Ranta", "Salo", "Suo", "Vaara")
_TRADES = (
    *("konepaja", "logistiikka", "rakennus", "sähkö", "tukku"),
    *("puhdistus", "ohjelmisto", "mittaus", "pakkaus", "valaistus"),
)
_LOST = ["price", "no budget", "chose a competitor", "no decision", "postponed"]
_OPEN = ["qualification", "needs analysis", "proposal", "negotiation"]


def sellers() -> list[str]:
    """The names of all sellers."""
    return [f"{first} {last}" for last in _LAST_NAMES for first in _FIRST_NAMES][:SELLERS]


def write(rows: int, file: Path, seed: int = 20) -> None:
    """Write the log, a row group at a time."""
    writer: pq.ParquetWriter | None = None
    for start in range(0, rows, ROW_GROUP):
        table = _row_group(start, min(ROW_GROUP, rows - start), rows, np.random.default_rng([seed, start]))
        writer = writer or pq.ParquetWriter(file, table.schema)
        writer.write_table(table, row_group_size=ROW_GROUP)
    if writer is not None:
        writer.close()


def _row_group(start: int, count: int, total: int, chance: np.random.Generator) -> pa.Table:
    span = int((LAST - FIRST).astype(int)) + 1
    created = FIRST + ((start + np.arange(count)) * span // total).astype("timedelta64[D]")
    first_contact = created - chance.geometric(0.15, count).astype("timedelta64[D]")
    days = np.minimum(chance.lognormal(3.9, 0.7, count).astype("int64"), 900)
    seller = chance.integers(0, SELLERS, count)
    luck = 0.18 + 0.2 * (seller % 7) / 6
    drawn = chance.random(count)
    closed = created + days.astype("timedelta64[D]")
    is_open = (closed > LAST) | (chance.random(count) < 0.07)
    offered = (drawn < luck) | (chance.random(count) < 0.7)
    won = ~is_open & (drawn < luck)
    offer_on = created + (days * chance.random(count) * 0.8).astype("timedelta64[D]")
    expected = created + (chance.lognormal(4.0, 0.6, count).astype("int64")).astype("timedelta64[D]")
    reason = chance.integers(0, len(_LOST), count)
    stage = np.where(is_open, 2 + chance.integers(0, len(_OPEN), count), np.where(won, 0, 1))
    status = np.where(is_open, 2, np.where(won, 0, 1))
    blank_value = chance.random(count) < 0.02
    value = np.round(chance.lognormal(9.2, 0.9, count), 2)
    return pa.table(
        {
            "opportunity_id": _ids(start, count),
            "opportunity name": _words(chance.integers(0, 5000, count), [f"Tarjous {n}" for n in range(5000)]),
            "seller": _words(seller, sellers()),
            "company": _words(chance.integers(0, 12_000, count), _companies()),
            "stage": _words(stage, ["closed won", "closed lost", *_OPEN]),
            "status": _words(status, ["won", "lost", "open"]),
            "lost_reason": _words(reason, _LOST, blank=status != 1),
            "value": pa.array(value, mask=blank_value),
            "currency": _words(np.zeros(count, dtype="int64"), ["EUR"]),
            "created_on": pa.array(created),
            "first_contact_on": pa.array(first_contact, mask=chance.random(count) < 0.03),
            "offer_on": pa.array(np.minimum(offer_on, LAST), mask=~offered),
            "closed_on": pa.array(closed, mask=is_open),
            "expected_close_on": pa.array(expected),
            "modified_on": pa.array(np.where(is_open, created, np.minimum(closed, LAST))),
        }
    )


def _words(codes: Any, words: list[str], blank: Any = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype("int32"), mask=blank), pa.array(words)).cast(
        pa.string()
    )


def _companies() -> list[str]:
    return [f"{_PLACES[n % 12]}n {_TRADES[n // 12 % 10]} Oy {n:05}" for n in range(12_000)]


def _ids(start: int, count: int) -> pa.Array:
    """Ids of twelve characters, 006 and a running number."""
    digits = ((start + np.arange(count))[:, None] // 10 ** np.arange(8, -1, -1)) % 10 + ord("0")
    text = np.concatenate([np.tile(np.frombuffer(b"006", dtype="uint8"), (count, 1)), digits.astype("uint8")], axis=1)
    offsets = np.arange(0, 12 * (count + 1), 12, dtype="int32")
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(text)))


if __name__ == "__main__":
    write(int(sys.argv[1].replace("_", "")), Path(sys.argv[2]))
