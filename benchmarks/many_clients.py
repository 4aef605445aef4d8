"""An agency's export with as many clients as asked for: the embedded sample told again under other names.

    python -m benchmarks.many_clients FOLDER --clients 1000

Copies of the sample stand beside each other, each with its own three clients, companies and ids; the sellers of several
copies are the same people. Of every copy's companies only some are kept, with all that happened with them, since few
agencies hold thirty meetings a month for each of a thousand clients. The files are parquet; the same call writes the
same rows.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from zlib import crc32

import pandas as pd

from addin import sample

_IDS = ("Tapaamisen tunnus", "Tunnus", "Asiakasnumero")
_COMPANIES = ("Yritys", "Asiakas")
_CLIENT, _SELLER = "Toimeksiantaja", "Myyjä"
_PER_COPY = 3  # clients in the sample
_TEAMS = 40  # so many copies have sellers of their own; the others share theirs


def write(folder: Path, clients: int, share: float = 0.2) -> int:
    """Write the tables of an export with `clients` clients; `share` of the companies are kept. Returns the rows."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = 0
    for name, content in sample.contents().items():
        path = folder / name
        path.write_bytes(content)
        table = pd.read_csv(path, sep=";", encoding="utf-8-sig", dtype=str)
        path.unlink()
        told = pd.concat(
            [_copy(_thinned(table, copy, share), copy, clients) for copy in range(-(-clients // _PER_COPY))]
        )
        told = told.drop_duplicates() if _CLIENT not in table else told
        told.to_parquet(path.with_suffix(".parquet"), index=False)
        rows += len(told)
    return rows


def _thinned(table: pd.DataFrame, copy: int, share: float) -> pd.DataFrame:
    """The rows of some companies, other ones in each copy; rows of no company all stay."""
    company = next((name for name in _COMPANIES if name in table), None)
    if company is None:
        return table
    kept = [crc32(f"{copy} {name}".encode()) < share * 2**32 for name in table[company]]
    return table[kept]


def _copy(table: pd.DataFrame, copy: int, clients: int) -> pd.DataFrame:
    """The sample's rows as those of other clients."""
    told = table.copy()
    for name in (*_IDS, *_COMPANIES, _CLIENT):
        if name in told:
            told[name] = told[name] + f" {copy + 1}"
    if _SELLER in told:
        told[_SELLER] = told[_SELLER] + f" {copy % _TEAMS + 1}"
    if _CLIENT in told:
        surplus = -clients % _PER_COPY if copy == (clients - 1) // _PER_COPY else 0
        names = sorted(told[_CLIENT].dropna().unique())
        told = told[~told[_CLIENT].isin(names[len(names) - surplus :] if surplus else [])]
    return told


def main() -> None:
    """Write the export that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.2)
    asked = parser.parse_args()
    print(f"{write(asked.folder, asked.clients, asked.share):,} rows in {asked.folder}")


if __name__ == "__main__":
    main()
