"""Generated arguments through the real service: an answer every time, and the function's own.

10,000 calls with KPI_FULL set; 1,000 without.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

from addin.functions import FUNCTIONS
from tests.functions.arguments import generated
from tests.hosts.server.cells import raw, sent, shown
from tests.hosts.server.serving import Service

COUNT = 10_000 if os.environ.get("KPI_FULL") else 1_000
USERS = 4


def test_generated_arguments_are_answered_as_the_function_itself_does(served: Service) -> None:
    """No crash, no HTTP error, no traceback in the log, and the same answer to the last digit."""

    def user(first: int) -> list[str]:
        connection = served.connection()
        wrong = []
        for number, (name, arguments) in enumerate(cases[first::USERS]):
            answer = served.call(name, *sent(FUNCTIONS[name], arguments), on=connection)
            if answer.status != 200:
                wrong.append(f"{number} {name}{arguments!r}: HTTP {answer.status}")
            elif not same(shown(answer.json["result"]), FUNCTIONS[name].call(*map(raw, arguments))):
                wrong.append(f"{number} {name}{arguments!r}: {answer.body!r}")
        connection.close()
        return wrong

    cases = list(generated(COUNT, seed=4))
    assert len({name for name, _ in cases}) == len(FUNCTIONS)
    with ThreadPoolExecutor(USERS) as users:
        wrong = [fault for faults in users.map(user, range(USERS)) for fault in faults]
    assert wrong == []
    assert served.process.poll() is None
    assert "Traceback" not in Path(served.log).read_text(encoding="utf-8")


def same(found: Any, own: Any) -> bool:
    """Equal in value and kind, a spilled range cell by cell; one of a single cell is that cell."""
    if not isinstance(own, list):
        return same_cell(found, own)
    rows = found if isinstance(found, list) else [[found]]
    shapes = [[len(row) for row in it] for it in (rows, own)]
    return shapes[0] == shapes[1] and all(map(same_cell, chain(*rows), chain(*own)))


def same_cell(found: Any, own: Any) -> bool:
    """Numbers to the last bit; a number is not a truth value, and never NaN or infinite."""
    if isinstance(own, int | float) and not isinstance(own, bool):
        return not isinstance(found, bool | str) and math.isfinite(found) and found == own
    return type(found) is type(own) and bool(found == own)
