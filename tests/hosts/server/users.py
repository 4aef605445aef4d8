"""Many users at once: each calls, waits for the answer, checks it and calls again, on a connection that stays open."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import BadStatusLine, HTTPConnection
from urllib.parse import urlsplit

from tests.hosts.server.serving import CALL

_CELLS = (4, 40, 400)  # what a call holds; the sizes take turns


@dataclass
class Usage:
    """What users met with; times in milliseconds."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    reconnected: int = 0

    def share(self, part: float) -> float:
        """The time within which that part of all calls was answered."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def use(address: str, users: int, seconds: float) -> Usage:
    """So many users for so long; every answer's value is compared with the one counted here."""
    until = time.perf_counter() + seconds
    with ThreadPoolExecutor(users) as pool:
        parts = list(pool.map(lambda number: _user(address, number, until), range(users)))
    return Usage(
        [it for part in parts for it in part.times],
        [it for part in parts for it in part.errors],
        sum(part.reconnected for part in parts),
    )


def _user(address: str, number: int, until: float) -> Usage:
    there = urlsplit(address)
    found = Usage()
    connection = HTTPConnection(there.hostname or "", there.port, timeout=60)
    turn = number
    while time.perf_counter() < until:
        turn += 1
        cells = _CELLS[turn % len(_CELLS)]
        won = turn % cells
        started = time.perf_counter()
        try:
            said = _ask(connection, won, cells)
        except (ConnectionError, BadStatusLine) as gone:  # as a browser: once more on a new connection
            connection.close()
            found.reconnected += 1
            try:
                said = _ask(connection, won, cells)
            except OSError as again:
                said = f"{gone!r}, {again!r}"
        found.times.append((time.perf_counter() - started) * 1000)
        if said != won / cells:
            found.errors.append(f"{said} in place of {won / cells}")
    connection.close()
    return found


def _ask(connection: HTTPConnection, won: int, cells: int) -> object:
    column = [["won"]] * won + [["lost"]] * (cells - won)
    body = {"func_name": "winrate", "args": [column], "runtime": "1.4"}
    connection.request("POST", CALL, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    return json.loads(text)["result"][0][0] if answer.status == 200 else f"{answer.status} {text[:80]!r}"
