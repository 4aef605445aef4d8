"""A table in a terminal of any width: figures whole, texts at worst on several lines, nothing lost."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.text import Text

from addin.commands.fitting import Column, blocks, fitted, print_fitted
from addin.unbroken import UnbrokenConsole

NBSP = "\N{NO-BREAK SPACE}"
COLUMNS = [
    Column("Row", whole=True, right=True),
    Column("Name of the company"),
    Column("Day", whole=True),
    Column("Amount of money", whole=True, right=True),
]
ROWS = [
    [Text("125"), Text("Myynnin palkat ja palkkiot"), Text("2026-08-01"), Text(f"24{NBSP}033,02{NBSP}€")],
    [Text("7"), Text("日本電気株式会社"), Text("2026-08-01"), Text("")],
    [Text("1048576"), Text("Lentokonesuihkuturbiinimoottoriapumekaanikko Oy"), Text("1999-12-31"), Text("0")],
]
WHOLE = [cell.plain for row in ROWS for column, cell in zip(COLUMNS, row, strict=True) if column.whole and cell.plain]


def printed(width: int, *, lined: bool) -> list[str]:
    out = io.StringIO()
    console = UnbrokenConsole(file=out, width=width, markup=False, highlight=False, emoji=False)
    print_fitted(COLUMNS, ROWS, console, lined=lined)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("lined", [True, False])
@pytest.mark.parametrize("width", range(16, 140))
def test_what_is_whole_is_never_cut_or_folded(width: int, *, lined: bool) -> None:
    lines = printed(width, lined=lined)
    assert all(any(cell in line for line in lines) for cell in WHOLE)
    assert max(map(cell_len, lines)) <= width
    assert "…" not in "".join(lines)


@pytest.mark.parametrize("lined", [True, False])
def test_a_table_gives_way_to_blocks_only_where_its_words_do_not_fit(*, lined: bool) -> None:
    """The least widths by hand: 7 + 16 (a longer word is folded) + 10 + 11, and 3 or 2 between columns, 2 around."""
    least = 7 + 16 + 10 + 11 + (3 * 3 + 2 if lined else 3 * 2)
    assert fitted(COLUMNS, ROWS, least - 1, lined=lined) is None
    table = printed(least, lined=lined)
    assert max(map(cell_len, table)) == least
    assert any("───" in line for line in table) == lined
    assert any(line.split()[:2] == ["125", "Myynnin"] for line in table)


@pytest.mark.parametrize("lined", [True, False])
def test_what_is_too_wide_loses_its_lines_first_and_then_its_form(*, lined: bool) -> None:
    bare = 7 + 16 + 10 + 11 + 3 * 2
    assert not any("───" in line or line.startswith("Row:") for line in printed(bare, lined=lined))
    assert "Row: 125" in printed(bare - 1, lined=lined)


def test_a_block_has_a_line_for_each_cell_that_holds_something() -> None:
    assert [line.plain for line in blocks(COLUMNS[2:], [row[2:] for row in ROWS[:2]])] == [
        "Day: 2026-08-01",
        f"Amount of money: 24{NBSP}033,02{NBSP}€",
        "",
        "Day: 2026-08-01",
    ]


def test_a_table_without_rows_is_its_headings() -> None:
    assert fitted(COLUMNS, [], 80) is not None
