"""Where output goes: results to stdout, everything else to stderr; data is never taken for markup."""

from __future__ import annotations

import csv
import json
import math
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kpi_core.texts import Language

if TYPE_CHECKING:
    from rich.console import Console

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # the wide ones too: a Japanese Excel takes them for formulas
_PIPED_WIDTH = 120  # a file or a pipe has no width of its own


def screen(*, err: bool = False) -> Console:
    """The terminal, or the pipe in its place."""
    from addin.unbroken import UnbrokenConsole

    console = UnbrokenConsole(stderr=err, markup=False, highlight=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPED_WIDTH
    return console


def print_json(answer: Any) -> None:
    """One JSON document in UTF-8, a missing number null: NaN is no JSON."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        # what JSON is written in, whatever the console speaks; a file name that is no UTF-8 as JSON's own escapes
        reconfigure(encoding="utf-8", errors="backslashreplace")
    print(json.dumps(_plain(answer), ensure_ascii=False, allow_nan=False, indent=2))


def print_csv(rows: Iterable[Sequence[Any]], language: Language) -> None:
    """A table that Excel opens in the user's language: Finnish with semicolons and decimal commas; UTF-8.

    A text that Excel would take for a formula begins with an apostrophe, as one types it to say that it is text.
    """
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", newline="")
    finnish = language == "fi"
    writer = csv.writer(sys.stdout, delimiter=";" if finnish else ",", lineterminator="\r\n")
    for row in rows:
        cells = ["" if cell is None else cell for cell in row]
        writer.writerow(_csv_cell(cell, finnish=finnish) for cell in cells)


def _csv_cell(cell: Any, *, finnish: bool) -> Any:
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell
    return str(cell).replace(".", ",") if finnish and isinstance(cell, float) else cell


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
