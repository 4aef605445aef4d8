"""A coverage-guided attack on the intake's raw bytes, as long as one likes; a fault ends it with the bytes kept.

    pip install -e '.[dev,fuzz]'
    python -m tests.fuzz.atheris_intake csv -max_total_time=300

The first word is csv, xlsx, parquet or mapping; what follows goes to libFuzzer. The same invariants hold as in
test_intake_fuzz.py, 10 s of the processor among them; an endless loop ends after a minute, and memory at 2 GB.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["kpi_core.intake", "kpi_core.folding", "kpi_core.numerals"]):
    from hypothesis import Phase, given, settings
    from hypothesis import strategies as st

    from tests.fuzz import files
    from tests.fuzz.invariants import survives

SEEDS = 60
LIMITS = ("-timeout=60", "-rss_limit_mb=2048", "-max_len=65536")
DEALS = "tunnus;tila;arvo\n1;ok;5\n2;voitettu;7\n"

KINDS: dict[str, tuple[st.SearchStrategy[bytes], str]] = {
    "csv": (files.csv_files().map(lambda file: file.data), "deals.csv"),
    "xlsx": (files.xlsx_files().map(lambda file: file.data), "deals.xlsx"),
    "parquet": (files.parquet_files().map(lambda file: file.data), "deals.parquet"),
    "mapping": (files.mapping_files(), "own.toml"),
}


def main(kind: str, options: list[str]) -> None:
    """Attack with mutations of generated files; libFuzzer ends the process."""
    strategy, name = KINDS[kind]
    with tempfile.TemporaryDirectory() as folder:
        corpus, work = Path(folder) / "corpus", Path(folder) / "work"
        corpus.mkdir()
        work.mkdir()
        for number, data in enumerate(_seeds(strategy)):
            (corpus / f"{number:03}").write_bytes(data)
        atheris.Setup([sys.argv[0], *LIMITS, *options, str(corpus)], _attack(work, name))
        atheris.Fuzz()


def _attack(work: Path, name: str) -> Callable[[bytes], None]:
    path, deals = work / name, work / "deals.csv"
    if name == "own.toml":
        deals.write_text(DEALS, encoding="utf-8")

    def attack(data: bytes) -> None:
        path.write_bytes(data)
        if name == "own.toml":
            survives([deals], mappings=[path], records=3)
        else:
            survives([path])

    return attack


def _seeds(strategy: st.SearchStrategy[bytes]) -> list[bytes]:
    found: list[bytes] = []

    @settings(max_examples=SEEDS, phases=[Phase.generate], database=None, deadline=None)
    @given(strategy)
    def keep(data: bytes) -> None:
        found.append(data)

    keep()
    return found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1], sys.argv[2:])
