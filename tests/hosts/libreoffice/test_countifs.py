"""Criteria in a real sheet: WINRATE with a criterion is the sheet's own COUNTIFS arithmetic with the same one."""

from __future__ import annotations

import random

from tests.functions.test_conditions import CODES
from tests.hosts.libreoffice.spreadsheet import Calc

ROWS, PATTERNS = 200, 400


def patterns(chance: random.Random) -> list[str]:
    """Random wildcards over few letters.

    A star is followed by one character at most: of more, LibreOffice 7.4 misses some ("*bb" does not find "bbb"), which
    test_conditions.py holds against Python's fnmatch instead.
    """
    starts, ends = ["a", "B", "?", "~*", "~?", "~~", "~a"], ["*", "*a", "*B", "*?", "*~*"]
    return [
        "".join([*chance.choices(starts, k=chance.randint(0, 4)), *chance.choices(ends, k=chance.randint(0, 3))])
        for _ in range(PATTERNS)
    ]


def test_a_criterion_keeps_the_rows_that_countifs_keeps(calc: Calc) -> None:
    chance = random.Random(20_261_127)
    outcomes = chance.choices(["won", "lost", "open"], k=ROWS)
    texts = [
        None if chance.random() < 0.1 else "".join(chance.choices("aabBc*?~", k=chance.randint(1, 6))) for _ in outcomes
    ]
    amounts = [None if chance.random() < 0.1 else chance.randint(-3, 9) / 2 for _ in outcomes]
    criteria = {
        "B": [sign + it for it in ["", *patterns(chance)] for sign in ("", "=", "<>")],
        "C": [sign + str(it / 2) for it in range(-4, 11) for sign in ("", "=", "<>", ">", ">=", "<", "<=")],
        "D": [sign + it for it in CODES for sign in ("", "=", "<>")],
    }
    asked = [(column, it) for column, them in criteria.items() for it in them]
    rows = zip(outcomes, texts, amounts, chance.choices([*CODES, None], k=ROWS), strict=True)
    calc.fill({"A1": [list(row) for row in rows], "F1": [[it] for _, it in asked]}, {})
    formulas = []
    for row, (column, _) in enumerate(asked, start=1):
        beside = f"${column}$1:${column}${ROWS};F{row}"
        won, lost = (f'COUNTIFS($A$1:$A${ROWS};"{it}";{beside})' for it in ("won", "lost"))
        formulas.append([f"=WINRATE($A$1:$A${ROWS};;;;{beside})", f"={won}/({won}+{lost})"])
    calc.ask("formulas", sheet="Sheet1", address=f"G1:H{len(formulas)}", rows=formulas)
    calc.fill({}, {})
    shown = calc.cells(f"G1:H{len(formulas)}")
    assert [(it, ours, theirs) for it, (ours, theirs) in zip(asked, shown, strict=True) if ours != theirs] == []
    assert len({ours for ours, _ in shown}) > 50, "the criteria differ"
