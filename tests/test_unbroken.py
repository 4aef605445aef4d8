"""Figures stay on one line of a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from addin.unbroken import UnbrokenConsole

JOINED = ("148\N{NO-BREAK SPACE}920\N{NO-BREAK SPACE}€", "28,0\N{NO-BREAK SPACE}%")
SENTENCE = f"Avoimia tarjouksia on {JOINED[0]} eli liian vähän, ja voittoprosentti on {JOINED[1]} näistä."


def printed(what: RenderableType, width: int) -> list[str]:
    out = io.StringIO()
    UnbrokenConsole(file=out, width=width, markup=False, highlight=False, emoji=False).print(what)
    return out.getvalue().splitlines()


def in_a_table(text: str) -> Table:
    table = Table("", "KPI")
    table.add_row(text, text)
    return table


@pytest.mark.parametrize("width", range(16, 90))
@pytest.mark.parametrize("made", [str, lambda text: Text.assemble((text[:30], "bold"), text[30:])])
def test_what_a_no_break_space_joins_is_not_parted(made: type[str], width: int) -> None:
    lines = printed(made(SENTENCE), width)
    assert all(any(word in line for line in lines) for word in JOINED)
    assert max(map(len, lines)) <= width
    assert " ".join(line.strip(" ") for line in lines) == SENTENCE


def test_nothing_is_lost_where_it_cannot_fit() -> None:
    for width in range(3, 9):
        assert "".join("".join(printed(SENTENCE, width)).split()) == "".join(SENTENCE.split())
    for width in range(18, 60):
        shown = "".join(printed(in_a_table(f"noin {JOINED[0]}"), width))
        assert shown.count("148") == shown.count("920") == 2, width
